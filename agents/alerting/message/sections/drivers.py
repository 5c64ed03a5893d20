"""The section of an alert that says who and what drives the talk."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from agents.alerting.i18n import Words
from agents.alerting.message.addresses import web_address
from agents.alerting.message.model import Link, Part
from agents.alerting.message.neutral import outside
from pipeline.brands.fold import words as folded
from schemas.brand import Brand
from schemas.incident import Automation, Drivers, Reply, Transition

ITEMS: Final = 3
_LINK_LIMIT: Final = 80
SAMPLE_CHARACTERS: Final = 120
LEAST_COPIES: Final = 5
"""Fewer copies of a wording are no news."""
MUCH: Final = 0.7
SOME: Final = 0.4
"""Ratings from which much, or some, of the talk is said to look automated."""


def drivers(words: Words, transition: Transition, brand: Brand) -> Part:
    """Name who and what carries the episode, with counts; that it names the brand is no news."""
    found = transition.drivers
    lines = driver_lines(words, found, transition.automation, brand) or [
        words.texts["drivers_none"]
    ]
    if transition.reply is not None:
        lines.append(reply(words, transition.reply, beside=transition.at))
    return Part(words.texts["heading_drivers"], tuple(lines), _links(words, found))


def driver_lines(words: Words, found: Drivers, rated: Automation | None, brand: Brand) -> list[str]:
    """Return a line each for what stands out: people, tags, words, one text, and how made it is."""
    lines = list(_lists(words, found, brand))
    if (wording := _wording(words, found)) is not None:
        lines.append(wording)
    if rated is not None:
        lines.append(automation(words, rated))
    return lines


def _lists(words: Words, found: Drivers, brand: Brand) -> Iterator[str]:
    own = own_words(brand)
    groups: tuple[tuple[str, Sequence[tuple[str, str]]], ...] = (
        (
            "drivers_hashtags",
            _counts(
                words, [(f"#{tag}", n) for tag, n in found.hashtags if _folded(tag) not in own]
            ),
        ),
        ("drivers_reach", _reach(words, found, own)),
        ("drivers_passed_on", _passed_on(words, found, own)),
        ("drivers_authors", _counts(words, _others(found.authors, own))),
        ("drivers_handles", _counts(words, _others(found.handles, own))),
        (
            "drivers_languages",
            _counts(words, [(words.language(tag), n) for tag, n in found.languages]),
        ),
        (
            "drivers_terms",
            _counts(words, [pair for pair in found.terms if _folded(pair[0]) not in own]),
        ),
    )
    for key, counted in groups:
        items = [
            words.say("drivers_item", what=outside(what, 80), n=n) for what, n in counted[:ITEMS]
        ]
        if items:
            yield f"{words.texts[key]}{words.colon} {', '.join(items)}"


def own_words(brand: Brand) -> frozenset[str]:
    """Return what the brand calls itself, folded: names, their words, tags, accounts.

    >>> sorted(own_words(Brand(id="kk", names=("Kit Kat",), handles=("KitKat_UK",))))
    ['kat', 'kit', 'kit kat', 'kitkat', 'kitkat_uk']
    """
    called = (*brand.names, *brand.hashtags, *brand.handles, *brand.own_accounts)
    joined = (name.replace(" ", "") for name in brand.names)
    parts = (word for name in brand.names for word in folded(name))
    return frozenset(_folded(one) for one in (*called, *joined, *parts))


def _folded(name: str) -> str:
    return " ".join(folded(name))


def _others(counted: Iterable[tuple[str, int]], own: Collection[str]) -> list[tuple[str, int]]:
    """Accounts but the brand's own."""
    return [(f"@{name}", n) for name, n in counted if _folded(name) not in own]


def _links(words: Words, found: Drivers) -> tuple[Link, ...]:
    """What is shared most, each with how often, to be opened."""
    links = ((outside(url, _LINK_LIMIT), web_address(url), n) for url, n in found.links[:ITEMS])
    return tuple(
        Link(words.say("drivers_item", what=text, n=words.number(n)), url)
        for text, url, n in links
        if url
    )


def _counts(words: Words, counted: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    return [(what, words.number(n)) for what, n in counted]


def _reach(words: Words, found: Drivers, own: Collection[str]) -> list[tuple[str, str]]:
    ranked = sorted(found.influencers, key=lambda one: -one.followers)
    return [
        (f"@{one.handle}", words.count("followers", one.followers))
        for one in ranked
        if one.followers and _folded(one.handle) not in own
    ]


def _passed_on(words: Words, found: Drivers, own: Collection[str]) -> list[tuple[str, str]]:
    ranked = sorted(found.influencers, key=lambda one: -one.reposts)
    return [
        (f"@{one.handle}", words.number(one.reposts))
        for one in ranked
        if one.reposts and _folded(one.handle) not in own
    ]


def _wording(words: Words, found: Drivers) -> str | None:
    """The wording that is copied most, where one is."""
    most = next((one for one in found.wordings if one.copies >= LEAST_COPIES), None)
    if most is None:
        return None
    sample = outside(most.sample, SAMPLE_CHARACTERS)
    key = "drivers_wording" if sample else "drivers_wording_unseen"
    return words.say(key, sample=sample, n=words.number(most.copies))


def automation(words: Words, rated: Automation) -> str:
    """Say how much looks automated or made to order, and by which signs."""
    signs = [
        words.say(f"sign_{name}", share=words.percent(share))
        for name in ("copied", "young", "repeated")
        if (share := getattr(rated, name)) is not None
    ]
    degree = "much" if rated.rating >= MUCH else "some" if rated.rating >= SOME else "little"
    rating = words.number(round(10 * rated.rating))
    return words.say(f"automation_{degree}", rating=rating, signs=", ".join(signs))


def reply(words: Words, given: Reply, *, beside: datetime | None = None) -> str:
    """Say when the brand's own accounts posted, and how the talk went on from there.

    ``beside``: a moment that the reader knows the day of.
    """
    fields = {
        "moment": words.moment(given.at, beside=beside),
        "posts": words.count("own_posts", given.posts),
        "now": words.number(round(given.now)),
    }
    if not given.before:
        return words.say("reply_just_now", **fields)
    return words.say(
        "reply",
        before=words.number(round(given.before)),
        highest=words.number(round(given.highest)),
        **fields,
    )
