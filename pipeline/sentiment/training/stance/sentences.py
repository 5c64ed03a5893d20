"""Our own sentences by class, with slots for names, and their names filled in.

A line is ``class<TAB>text``. Slots: ``{brand}``, ``{handle}`` (with @), ``{tag}`` (with #),
``{product}`` and ``{rival}``. Names are invented anew for each filling (``names``).
"""

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from pipeline.sentiment.training.stance.names import invent, joined, listed
from schemas.reading import CLASSES

ATTACKS = frozenset(("accusation", "boycott", "mockery"))
"""Classes that attack the brand. Harm soberly told is apart: it names no culprit by itself."""

HARMLESS = (
    "quarrel", "spam", "match", "joke", "homonym", "politics", "price", "rival", "market", "advert",
)  # fmt: skip
"""Kinds of posts that are no attack on the brand they name, and that rang falsely in trials."""

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


def filled(text: str, lang: str, name: str, chance: random.Random) -> str:
    """Sentence with its slots filled for the brand ``name``.

    >>> filled("#boycott{brand}", "en", "Bel & Co", random.Random(2))
    '#boycottBelCo'
    """
    text = _IN_TAG.sub(lambda found: found[1] + joined(name), text)
    latin = name if name.isascii() or not listed(f"script_{lang}") else invent(chance)
    handle = joined(latin) + chance.choice(("", "", "", "_fr", "UK", "Help", "Official", "_", "24"))
    tag = joined(name) if chance.random() < 0.7 else joined(name).lower()  # noqa: PLR2004
    if chance.random() < 0.25:  # noqa: PLR2004 - people often write names small
        name = name.lower()
    return (
        text.replace("{brand}", name)
        .replace("{handle}", "@" + handle)
        .replace("{tag}", "#" + tag)
        .replace("{product}", chance.choice(listed(f"product_{lang}") or listed("product_en")))
        .replace("{rival}", invent(chance, lang))
    )
