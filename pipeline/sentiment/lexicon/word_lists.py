"""Word lists: polarity, negators and boosters (learned with, so kept in the weights) and cues."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, cached_property
from importlib.resources import files
from typing import TypeVar

from msgspec import Struct

from pipeline.sentiment.api import Cue

LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "it", "pt")
"""Languages with lists of their own. Any other is scored with what the languages share."""

SHARED = "*"
"""Stands where a language could: what all languages share."""

_POLARITIES = {"-2": -2.0, "-1": -1.0, "+1": 1.0, "+2": 2.0}
CUES = {
    "outrage": Cue.OUTRAGE.value,  # plain integers: they are joined a million times a minute
    "boycott": Cue.BOYCOTT.value,
    "complaint": Cue.COMPLAINT.value,
    "takedown": Cue.TAKEDOWN.value,
    "self": Cue.FIRST_PERSON.value,
    "sad": Cue.SAD_NEWS.value,
}
_KINDS = {*_POLARITIES, *CUES, "not", "boost", "stop"}

_LONGEST_STEM = 24

T = TypeVar("T")

_ACCENTS = dict.fromkeys([*range(0x300, 0x370), *range(0x64B, 0x653), 0x640])
_LETTERS = str.maketrans("أإآٱىةؤئ", "اااايهوي") | {ord("ß"): "ss", ord("œ"): "oe", ord("æ"): "ae"}
_ARTICLE = re.compile(r"(?:[وف]?(?:ال|بال|كال)|و?لل)(?=\w{3})")


def fold(word: str) -> str:
    """Word without accents, ligatures and Arabic variants of letters, article and "and".

    >>> fold("dégoûté"), fold("cœur"), fold("والمشكلة")
    ('degoute', 'coeur', 'مشكله')
    """
    if word.isascii():
        return word
    folded = unicodedata.normalize("NFD", word).translate(_ACCENTS)
    folded = unicodedata.normalize("NFC", folded).translate(_LETTERS)
    return _ARTICLE.sub("", folded, count=1) if "\u0600" <= folded[:1] <= "\u06ff" else folded


Ends = dict[str, tuple[int, ...]]
"""Lengths of the stems that begin with two letters, longest first: most words need no look."""


class Lexicon(Struct, frozen=True, dict=True):
    """What the features of one language lean on. ``word*`` stands for every word that starts so.

    ``concepts``: a notion that words of all languages share (see ``concepts``), by word.
    """

    polarity: dict[str, float] = {}
    negators: frozenset[str] = frozenset()
    boosters: frozenset[str] = frozenset()
    concepts: dict[str, str] = {}

    def tone(self, folded: str) -> float:
        """Polarity of a folded word in [-2, 2]: its own, or that of its longest stem; else 0."""
        return _longest(self.polarity, self._polarity_ends, folded, 0.0)

    def concept(self, folded: str) -> str:
        """Notion of a folded word, or ``""``."""
        return _longest(self.concepts, self._concept_ends, folded, "")

    @cached_property
    def _polarity_ends(self) -> Ends:
        return _ends_of(self.polarity)

    @cached_property
    def _concept_ends(self) -> Ends:
        return _ends_of(self.concepts)


def _longest(table: dict[str, T], ends: Ends, folded: str, default: T) -> T:
    """Entry of a word, else of its longest stem, else ``default``."""
    if folded in table:
        return table[folded]
    for end in ends.get(folded[:2], ()):
        stem = folded[:end] + "*"
        if stem in table:
            return table[stem]
    return default


def _ends_of(table: Iterable[str]) -> Ends:
    found: dict[str, set[int]] = {}
    for entry in table:
        if entry.endswith("*") and 2 < len(entry) <= _LONGEST_STEM + 1:  # noqa: PLR2004 - two letters
            found.setdefault(entry[:2], set()).add(len(entry) - 1)
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}


class Cues(Struct, frozen=True):
    """Cues by word, by stem and by phrase (a tuple of folded words), and stop words."""

    words: dict[str, int] = {}
    stems: dict[str, int] = {}
    phrases: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {}
    stops: frozenset[str] = frozenset()
    openings: frozenset[str] = frozenset()
    """First three letters of the stems: most words need no look at them."""

    def of(self, folded: str) -> int:
        """Cues of one folded word."""
        found = self.words.get(folded, 0)
        if folded[:3] in self.openings:
            for end in range(min(len(folded), _LONGEST_STEM), 2, -1):
                found |= self.stems.get(folded[:end], 0)
        return found


def parse(text: str) -> dict[str, list[str]]:
    """Read a word list (see ``lists/README.md``) into folded entries by kind.

    Raises:
        ValueError: a line is not ``kind: words`` with a known kind.
    """
    entries: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, _, words = line.partition(":")
        if kind not in _KINDS:
            known = ", ".join(sorted(_KINDS))
            raise ValueError(f"line {number}: unknown kind {kind!r}; known are {known}")
        entries.setdefault(kind, []).extend(map(fold, words.lower().split()))
    return entries


def lexicon_of(
    entries: dict[str, list[str]], base: dict[str, float], concepts: dict[str, str] | None = None
) -> Lexicon:
    """Build a ``Lexicon``; ``base`` holds polarities that the entries override."""
    own = {word: tone for kind, tone in _POLARITIES.items() for word in entries.get(kind, ())}
    return Lexicon(
        polarity=base | own,
        negators=frozenset(entries.get("not", ())),
        boosters=frozenset(entries.get("boost", ())),
        concepts=concepts or {},
    )


def cues_of(entries: dict[str, list[str]]) -> Cues:
    """Build the ``Cues`` of one language."""
    words: dict[str, int] = {}
    stems: dict[str, int] = {}
    phrases: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {}
    for kind, cue in CUES.items():
        for entry in entries.get(kind, ()):
            first, *rest = entry.split("_")
            if rest:
                phrases[first] = (*phrases.get(first, ()), (tuple(rest), cue))
            elif entry.endswith("*"):
                stems[entry[:-1]] = stems.get(entry[:-1], 0) | cue
            else:
                words[entry] = words.get(entry, 0) | cue
    stops = frozenset(entries.get("stop", ()))
    return Cues(words, stems, phrases, stops, frozenset(stem[:3] for stem in stems))


@cache
def read_entries(lang: str) -> dict[str, list[str]]:
    """Entries of a shipped list. ``lang`` is one of ``LANGUAGES``."""
    path = files("pipeline.sentiment.lexicon") / "lists" / f"{lang}.txt"
    return parse(path.read_text(encoding="utf-8"))


@cache
def cues_for(lang: str) -> Cues:
    """Cues of a language; French and English together where the language has no list."""
    if lang in LANGUAGES:
        return cues_of(read_entries(lang))
    both: dict[str, list[str]] = {}
    for each in ("fr", "en"):
        for kind, words in read_entries(each).items():
            if kind != "self":  # "me" and "mon" are other words elsewhere
                both.setdefault(kind, []).extend(words)
    return cues_of(both)
