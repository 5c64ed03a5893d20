"""Accounts that carry the talk, and those that a brand knows: critics, allies, its own, rivals."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from agents.alerting.i18n import Words
from agents.alerting.message.neutral import outside
from agents.web.layout import block, paragraph
from agents.web.markup import Html, tag
from agents.web.store.courses import DAY_S
from agents.web.store.posts import AccountRow
from agents.web.views.desk import Desk
from agents.web.views.parts import reach
from pipeline.deletions.to_forget import folded
from schemas.brand import Brand
from schemas.incident import Transition

SHOWN: Final = 8
_NAME: Final = 40
_KNOWN: Final = ("own_accounts", "critics", "allies", "rivals")
"""Lists of the brands file, in the order in which the first that fits says who somebody is."""


class _Person(NamedTuple):
    """``followers``: 0 where not stated. ``reposts``: None where that is not counted."""

    handle: str
    posts: int
    followers: int
    reposts: int | None


def people_of_incident(words: Words, told: Transition, brand: Brand) -> Html | None:
    """Who carried an incident, by those they reach and by those who passed them on."""
    ranked = sorted(
        told.drivers.influencers, key=lambda one: (one.reposts, one.followers), reverse=True
    )
    found = [_Person(one.handle, one.posts, one.followers, one.reposts) for one in ranked[:SHOWN]]
    if not found:
        return None
    return block(
        words.texts["people"],
        paragraph(words.texts["people_how_incident"], class_="soft small"),
        _table(words, brand, found),
    )


def people_of_brand(words: Words, desk: Desk, brand: Brand) -> list[Html]:
    """Who was loudest about a brand within a day, and which of those that it knows spoke."""
    end_s = desk.whole_minute(brand.id)
    span = (end_s - DAY_S, end_s + 60)
    found = desk.archive.accounts(brand.id, *span, most=SHOWN)
    known = [name for key in _KNOWN for name in _accounts(brand, key)]
    contacts = desk.archive.accounts(brand.id, *span, of=known, most=SHOWN) if known else []
    loud = (
        [
            paragraph(words.texts["people_how_brand"], class_="soft small"),
            _table(words, brand, _people(found)),
        ]
        if found
        else [paragraph(words.texts["people_none"], class_="soft")]
    )
    hint = words.texts["contacts_none" if known else "contacts_how"]
    return [
        block(words.texts["people"], *loud),
        block(
            words.texts["contacts"],
            _table(words, brand, _people(contacts))
            if contacts
            else paragraph(hint, class_="soft small"),
        ),
    ]


def known_as(brand: Brand, handle: str) -> str:
    """On which list of the brands file an account stands; empty for none.

    >>> acme = Brand(id="acme", names=("Acme",), critics=("Watch_dog",), rivals=("@other",))
    >>> known_as(acme, "watch_DOG"), known_as(acme, "other"), known_as(acme, "ana")
    ('critics', 'rivals', '')
    """
    wanted = folded(handle)
    lists = (key for key in _KNOWN if wanted in map(folded, _accounts(brand, key)))
    return next(lists, "")


def _accounts(brand: Brand, key: str) -> Sequence[str]:
    if key == "rivals":
        return [name for name in brand.rivals if name.startswith("@")]
    found: Sequence[str] = getattr(brand, key)
    return found


def _people(found: Iterable[AccountRow]) -> list[_Person]:
    return [_Person(one.handle, one.posts, one.followers, None) for one in found]


def _table(words: Words, brand: Brand, found: Sequence[_Person]) -> Html:
    passed_on = any(one.reposts is not None for one in found)
    head = (
        tag("th", words.texts["col_account"], scope="col"),
        tag("th", words.texts["col_posts"], scope="col", class_="right"),
        tag("th", words.texts["col_passed_on"], scope="col", class_="right") if passed_on else None,
    )
    return tag(
        "table",
        tag("thead", tag("tr", *head)),
        tag("tbody", *(_row(words, brand, one, passed_on=passed_on) for one in found)),
    )


def _row(words: Words, brand: Brand, one: _Person, *, passed_on: bool) -> Html:
    name = outside(f"@{one.handle}", _NAME)
    kind = known_as(brand, one.handle)
    # No link: the same handle may be somebody else's on another network.
    return tag(
        "tr",
        tag(
            "th",
            tag("span", name, dir="auto"),
            " " if kind else None,
            tag("span", words.texts[f"known_{kind}"], class_="chip") if kind else None,
            tag("span", reach(words, one.followers), class_="under"),
            scope="row",
        ),
        tag("td", words.number(one.posts), class_="right"),
        tag("td", words.number(one.reposts or 0), class_="right") if passed_on else None,
    )
