"""Our own sentences by class, with slots for names, and their names filled in.

A line is ``class<TAB>text``. Slots: ``{brand}``, ``{handle}`` (with @), ``{tag}`` (with #),
``{product}`` and ``{rival}``. Names are invented anew for each filling: what is learned must not
hang on a name.
"""

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from schemas.reading import CLASSES

ATTACKS = frozenset(("accusation", "boycott", "mockery"))
"""Classes that attack the brand. Harm soberly told is apart: it names no culprit by itself."""

HARMLESS = (
    "quarrel", "spam", "match", "joke", "homonym", "politics", "price", "rival", "market", "advert",
)  # fmt: skip
"""Kinds of posts that are no attack on the brand they name, and that rang falsely in trials."""

_LONG = 5
"""Letters of a name that is looked for within a hashtag."""
_IN_TAG = re.compile(r"(#\w*)\{brand\}")
_SLOTS = ("{brand}", "{handle}", "{tag}", "{product}", "{rival}")


class TrainingSentence(NamedTuple):
    """One line of a file; ``of`` is its class or kind, ``lang`` a BCP 47 primary tag."""

    of: str
    lang: str
    text: str


class SentenceError(ValueError):
    """A file of sentences is not what it should be; names file and line."""


def parse(
    rows: str, *, lang: str, source: str, classes: Sequence[str] = CLASSES
) -> Iterator[TrainingSentence]:
    r"""Read the lines of a file, each of one of ``classes``.

    Raises:
        SentenceError: a line has no known class, no text, or an unknown slot.

    >>> list(parse("praise\tthanks {brand}\n", lang="en", source="mine"))[0].of
    'praise'
    """
    for number, line in enumerate(rows.split("\n"), 1):
        if not line.strip() or line.startswith("##"):
            continue
        of, _, text = line.partition("\t")
        text = text.strip()
        if of not in classes or not text:
            raise SentenceError(f"{source}:{number}: not a class, a tab and a text")
        rest = text
        for slot in _SLOTS:
            rest = rest.replace(slot, "")
        if "{" in rest or "}" in rest:
            raise SentenceError(f"{source}:{number}: a slot that is none of {' '.join(_SLOTS)}")
        yield TrainingSentence(of, lang, text)


@cache
def shipped(folder: str) -> tuple[TrainingSentence, ...]:
    """Sentences that come with Tocsin: ``sentences`` to learn from, ``heldout`` to judge by.

    ``harmless``: to judge by, too; posts that are no attack, by kind (``HARMLESS``).
    """
    classes = HARMLESS if folder == "harmless" else CLASSES
    found: list[TrainingSentence] = []
    root = files("pipeline.sentiment.training.stance") / folder
    for path in sorted(root.iterdir(), key=lambda each: each.name):
        if path.name.endswith(".tsv"):
            lang = path.name.removesuffix(".tsv")
            rows = path.read_text(encoding="utf-8")
            source = f"{folder}/{path.name}"
            found += parse(rows, lang=lang, source=source, classes=classes)
    return tuple(found)


@cache
def _names(kind: str) -> tuple[str, ...]:
    """Words of one line of ``names.txt``; none where there is no such line."""
    text = (files("pipeline.sentiment.training.stance") / "names.txt").read_text(encoding="utf-8")
    lines = (line.partition(": ") for line in text.splitlines())
    return next((tuple(words.split()) for name, _, words in lines if name == kind), ())


def invent(chance: random.Random) -> str:
    """Name of a brand: mostly invented, now and then a real one or a plain word."""
    if chance.random() < 0.15:  # noqa: PLR2004 - now and then
        return chance.choice(_names("plain"))
    name = chance.choice(_names("beginning"))
    name += "".join(chance.choices(_names("middle"), k=chance.choice((0, 1, 1, 2))))
    name += chance.choice(_names("ending"))
    kind = chance.random()
    if kind < 0.12:  # noqa: PLR2004 - two words
        return f"{name} {chance.choice(_names('kind'))}"
    if kind < 0.18:  # noqa: PLR2004 - all capitals
        return name.upper()
    if kind < 0.24:  # noqa: PLR2004 - two names in one
        return name + chance.choice(_names("beginning"))
    return name


def joined(name: str) -> str:
    """Name as a handle or hashtag has it.

    >>> joined("McDonald's"), joined("Bel & Co")
    ('McDonalds', 'BelCo')
    """
    return "".join(letter for letter in name if letter.isalnum())


@cache
def _company() -> re.Pattern[str]:
    """Any company of which real posts speak: as words, as a hashtag or, if long, within one."""
    names = sorted((each.replace("_", " ") for each in _names("company")), key=len, reverse=True)
    known = "|".join(map(re.escape, names))
    long = "|".join(re.escape(each) for each in names if len(each) >= _LONG)
    anywhere = rf"(?<=#)(?:{known})\b|(?P<before>#\w*?)(?:{long})|\b(?:{known})(?!\w)"
    return re.compile(anywhere, re.IGNORECASE)


def renamed(text: str, name: str) -> str:
    """Post of a real company, told of the brand ``name`` instead.

    Who learned that one company is attacked knows attacks on it by its name.

    >>> renamed("Shame on Monsanto #BoycottMonsanto", "Bel & Co")
    'Shame on Bel & Co #BoycottBelCo'
    """

    def other(found: re.Match[str]) -> str:
        tagged = text[: found.start()].endswith("#") or found["before"]
        return (found["before"] or "") + (joined(name) if tagged else name)

    return _company().sub(other, text)


def retold(text: str, *, seed: int, times: int) -> list[str]:
    """Post told of as many invented brands; once, where it names no company that is known."""
    told = (
        renamed(text, invent(random.Random(f"{seed} {copy} {text}")))  # noqa: S311 - no secret
        for copy in range(times)
    )
    return list(dict.fromkeys(told))


def filled(text: str, lang: str, name: str, chance: random.Random) -> str:
    """Sentence with its slots filled for the brand ``name``.

    >>> filled("#boycott{brand}", "en", "Bel & Co", random.Random(2))
    '#boycottBelCo'
    """
    text = _IN_TAG.sub(lambda found: found[1] + joined(name), text)
    handle = joined(name) + chance.choice(("", "", "", "_fr", "UK", "Help", "Official", "_", "24"))
    tag = joined(name) if chance.random() < 0.7 else joined(name).lower()  # noqa: PLR2004
    if chance.random() < 0.25:  # noqa: PLR2004 - people often write names small
        name = name.lower()
    return (
        text.replace("{brand}", name)
        .replace("{handle}", "@" + handle)
        .replace("{tag}", "#" + tag)
        .replace("{product}", chance.choice(_names(f"product_{lang}") or _names("product_en")))
        .replace("{rival}", invent(chance))
    )
