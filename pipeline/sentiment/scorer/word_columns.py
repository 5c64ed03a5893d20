"""The words that a scorer has met, one row for each, in columns.

A column is one array under two names: Python reads a cell of ``cells`` fast, numpy a thousand rows
of the column at once.
"""

import sys
from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.sentiment.features.extraction import Word
from pipeline.sentiment.features.forms import ENDINGS
from pipeline.sentiment.lexicon.word_lists import fold

ENDS, NEGATES, BOOSTS, TERM, PHRASES, SECOND, FIRST, LAST, POLAR, HASHED, CUED = (
    1 << bit for bit in range(11)
)
"""Flags of a word, after ``extraction.Word``.

``SECOND``: it is the second word of a phrase; ``FIRST``, ``LAST``: it is the edge before or after
every text; ``POLAR``: it has a tone; ``HASHED``: its content word is a hashtag's; ``CUED``: it has
cues, or begins a phrase."""


class WordCells(NamedTuple):
    """All columns of the words met, as arrays.

    ``own``, ``negated``: packed weights of a word's own features and of the word negated;
    ``stance``, ``stance_negated``: the same of stance; ``features``: how many are its own;
    ``number``: see ``Tables``; ``mark``: place in ``ENDINGS``; ``language``: number of the language
    whose word it is.
    """

    own: "array[int]"
    negated: "array[int]"
    stance: "array[int]"
    stance_negated: "array[int]"
    number: "array[int]"
    features: "array[int]"
    tone: "array[float]"
    flags: "array[int]"
    cues: "array[int]"
    mark: "array[int]"
    language: "array[int]"


WordWeights = tuple[int, int, int, int]
"""The first four of ``WordCells``."""


class WordColumns:
    """What is known of each word met, by row. A row no longer needed is used for another word.

    ``longest``: length of the longest phrase, its first word not counted; ``given``: how often rows
    were freed for other words.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._size = 0
        self._free: list[int] = []
        self.cells = WordCells(
            array("q"),
            array("q"),
            array("q"),
            array("q"),
            array("i"),
            array("B"),
            array("d"),
            array("H"),
            array("B"),
            array("B"),
            array("B"),
        )
        self.terms: list[str] = []
        self._phrases: dict[int, dict[str, list[tuple[tuple[str, ...], int]]]] = {}
        self.words: list[str] = []
        self.longest = self.given = 0
        self._grow()

    def add(
        self, word: Word, *, flags: int, weights: WordWeights, number: int, language: int
    ) -> bytes:
        """Write a row; returns its place as four bytes."""
        row = self._free.pop() if self._free else self._size
        if row == self._size:
            self._size += 1
            if row == len(self.terms):
                self._grow()
        cells = self.cells
        (
            cells.own[row],
            cells.negated[row],
            cells.stance[row],
            cells.stance_negated[row],
        ) = weights
        cells.number[row] = number
        cells.features[row] = word.count
        cells.tone[row] = word.tone
        cells.cues[row] = word.cues
        flags |= ENDS * word.ends | NEGATES * word.negates | BOOSTS * word.boosts
        flags |= TERM * bool(word.term) | PHRASES * bool(word.phrases) | POLAR * bool(word.tone)
        flags |= CUED * bool(word.cues or word.phrases)
        flags |= HASHED * (word.term not in {"", word.text})
        cells.flags[row] = flags
        cells.mark[row] = ENDINGS.index(word.mark)
        cells.language[row] = language
        self.words[row] = word.text
        self.terms[row] = word.term
        self._phrases.pop(row, None)
        for rest, cue in word.phrases:
            self._phrases.setdefault(row, {}).setdefault(rest[0], []).append((rest, cue))
            self.longest = max(self.longest, len(rest))
        return row.to_bytes(4, sys.byteorder)

    def begins(self, row: int, second: int) -> bool:
        """Whether a phrase begins with two rows."""
        return self._folded(second) in self._phrases[row]

    def phrase(self, row: int, following: Sequence[int]) -> int:
        """Cues of the phrases that begin with a row and go on with those ``following``."""
        found = 0
        for rest, cue in self._phrases[row].get(self._folded(following[0]), ()):
            if tuple(map(self._folded, following[: len(rest)])) == rest:
                found |= cue
        return found

    def _folded(self, row: int) -> str:
        return fold(self.words[row].removeprefix("#"))

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Free all rows for other words but ``rows`` (true by place)."""
        self._free = np.flatnonzero(~rows).tolist()
        self.given += 1
        for row in self._free:
            self.terms[row] = self.words[row] = ""

    @property
    def size(self) -> int:
        """Rows in use or free."""
        return self._size

    def _grow(self) -> None:
        more = max(len(self.terms) // 4, 1 << 10)
        cells = self.cells
        self.cells = cells = WordCells(
            cells.own + array("q", [0]) * more,
            cells.negated + array("q", [0]) * more,
            cells.stance + array("q", [0]) * more,
            cells.stance_negated + array("q", [0]) * more,
            cells.number + array("i", [0]) * more,
            cells.features + array("B", [0]) * more,
            cells.tone + array("d", [0]) * more,
            cells.flags + array("H", [0]) * more,
            cells.cues + array("B", [0]) * more,
            cells.mark + array("B", [0]) * more,
            cells.language + array("B", [0]) * more,
        )
        self.own = np.frombuffer(cells.own, np.int64)
        self.negated = np.frombuffer(cells.negated, np.int64)
        self.stance = np.frombuffer(cells.stance, np.int64)
        self.stance_negated = np.frombuffer(cells.stance_negated, np.int64)
        self.number = np.frombuffer(cells.number, np.int32)
        self.features = np.frombuffer(cells.features, np.uint8)
        self.tone = np.frombuffer(cells.tone, np.float64)
        self.flags = np.frombuffer(cells.flags, np.uint16)
        self.cues = np.frombuffer(cells.cues, np.uint8)
        self.mark = np.frombuffer(cells.mark, np.uint8)
        self.terms += [""] * more
        self.words += [""] * more
