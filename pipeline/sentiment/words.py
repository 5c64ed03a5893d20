"""The words that a scorer has met: a row of columns each, and the rows of a chunk of text."""

import sys
from itertools import compress

import numpy as np
import numpy.typing as npt

from pipeline.sentiment.features import EDGE, Word
from pipeline.sentiment.forms import ENDINGS
from pipeline.sentiment.lexicon import Lexicon, cues_for
from pipeline.sentiment.tables import Tables
from pipeline.sentiment.tokens import LINK, split_chunk
from pipeline.sentiment.weights import SHARED, Weights

MEMO_ENTRIES = 200_000
"""Words and chunks of text remembered, over all languages together."""

MEMO_CHUNK_CHARACTERS = 40

ENDS, NEGATES, BOOSTS, TERM, PHRASES, SECOND, FIRST, LAST, POLAR, HASHED = (
    1 << bit for bit in range(10)
)
"""Flags of a word: see ``features.Word``. ``SECOND``: of a phrase. ``FIRST`` and ``LAST`` stand
around every text. ``POLAR``: it has a tone. ``HASHED``: its content word is a hashtag's."""

END_OF_TEXT = "~$"


class Columns:
    """What is known of a word, by row. A row is written once, read often, and may be given anew.

    ``own``, ``negated``: packed weights of its own features and of the word negated; ``count``: how
    many features are its own; ``number``: see ``Tables``; ``mark``: place in ``ENDINGS``.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._size = 0
        self._free: list[int] = []
        self.own = np.zeros(0, np.int64)
        self.negated = np.zeros(0, np.int64)
        self.number = np.zeros(0, np.int64)
        self.count = np.zeros(0, np.int64)
        self.tone = np.zeros(0, np.float64)
        self.flags = np.zeros(0, np.uint16)
        self.cues = np.zeros(0, np.uint8)
        self.mark = np.zeros(0, np.uint8)
        self.terms: list[str] = []
        self.folded: list[str] = []
        self.phrases: dict[int, tuple[tuple[tuple[str, ...], int], ...]] = {}

    def add(self, word: Word, flags: int, own: int, negated: int, number: int) -> bytes:
        """Write a row; returns its place as four bytes."""
        row = self._free.pop() if self._free else self._size
        if row == self._size:
            self._size += 1
            if row == len(self.own):
                self._grow()
        self.own[row] = own
        self.negated[row] = negated
        self.number[row] = number
        self.count[row] = word.count
        self.tone[row] = word.tone
        self.cues[row] = word.cues
        flags |= ENDS * word.ends | NEGATES * word.negates | BOOSTS * word.boosts
        flags |= TERM * bool(word.term) | PHRASES * bool(word.phrases) | POLAR * bool(word.tone)
        flags |= HASHED * (word.term not in {"", word.text})
        self.flags[row] = flags
        self.mark[row] = ENDINGS.index(word.mark)
        self.terms[row] = word.term
        self.folded[row] = word.folded
        if word.phrases:
            self.phrases[row] = word.phrases
        else:
            self.phrases.pop(row, None)
        return row.to_bytes(4, sys.byteorder)

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Give all rows anew that are not among ``rows`` (by place)."""
        self._free = np.flatnonzero(~rows).tolist()
        for row in self._free:
            self.terms[row] = self.folded[row] = ""

    @property
    def size(self) -> int:
        """Rows in use or free."""
        return self._size

    def _grow(self) -> None:
        more = max(len(self.own), 1 << 10)
        for name in ("own", "negated", "number", "count", "tone", "flags", "cues", "mark"):
            column = getattr(self, name)
            setattr(self, name, np.concatenate((column, np.zeros(more, column.dtype))))
        self.terms += [""] * more
        self.folded += [""] * more


class Room:
    """Bounds the memory of all tongues together: full, they forget what was not read lately."""

    def __init__(self) -> None:
        """Start empty."""
        self.columns = Columns()
        self.tongues: dict[str, Tongue] = {}
        self.taken = 0

    def tidy(self) -> None:
        """Between two readings: forget, if the room is full."""
        if self.taken >= MEMO_ENTRIES // 2:
            self.forget()

    def forget(self) -> None:
        """Drop the older half, and rows that no chunk needs any more."""
        self.taken = 0
        tongues = self.tongues.values()
        for tongue in tongues:
            tongue.old = dict(tongue)
            tongue.clear()
        kept = b"".join(
            [part for tongue in tongues for part in (*tongue.old.values(), *tongue.own)]
        )
        rows = np.zeros(self.columns.size, np.bool_)
        rows[np.frombuffer(kept, np.int32)] = True
        self.columns.keep(rows)
        for tongue in tongues:
            words = tongue.words
            places = np.frombuffer(b"".join(words.values()), np.int32)
            tongue.words = dict(compress(words.items(), rows[places].tolist()))


class Tongue(dict[str, bytes]):
    """One language: rows of the words of a chunk, four bytes each; a new chunk is worked out once.

    Memory has two halves: what is asked for is in the new one; when that is full it becomes the
    old one (``Room``).
    """

    def __init__(self, lang: str, weights: Weights, tables: Tables, room: Room) -> None:
        """Take what all languages share beside what is the language's own."""
        super().__init__()
        self.lang = tables.lang(lang)
        temperatures = weights.temperatures
        self.scale = weights.steps * temperatures.get(lang, temperatures.get(SHARED, 1.0))
        self.words: dict[str, bytes] = {}
        self.old: dict[str, bytes] = {}
        self._lexicon = weights.lexicons.get(lang, Lexicon())
        self._cues = cues_for(lang)
        self._seconds = {rest[0] for each in self._cues.phrases.values() for rest, _ in each}
        self._tables = tables
        self._room = room
        self.first = self._add(EDGE, FIRST)
        self.last = self._add(END_OF_TEXT, LAST)
        self._link = self._add(LINK, 0)
        self.own = (self.first, self.last, self._link)
        self.words[LINK] = self._link

    def word(self, token: str) -> bytes:
        """Row of one normal token."""
        row = self.words.get(token)
        if row is None:
            row = self.words[token] = self._add(token, 0)
            self._room.taken += 1 + len(token) // MEMO_CHUNK_CHARACTERS
        return row

    def _add(self, token: str, flags: int) -> bytes:
        word = Word(token, self._lexicon, self._cues)
        weigh, lang = self._tables.weigh, self.lang
        own = 0 if flags else weigh(word.names, lang)
        negated = weigh(("~" + token,), lang)
        number = self._tables.number(token)
        if flags:
            word.count = 0
        if word.folded in self._seconds:
            flags |= SECOND
        return self._room.columns.add(word, flags, own, negated, number)

    def __missing__(self, chunk: str) -> bytes:
        if chunk[0] == "@" and chunk[1:].isalnum():
            return b""
        if chunk.startswith(LINK) and "://" in chunk:
            return self._link
        rows = self.old.get(chunk)
        if rows is None:
            rows = b"".join(map(self.word, split_chunk(chunk)))
        # Links and mentions rarely come twice.
        if len(chunk) <= MEMO_CHUNK_CHARACTERS and chunk[0] != "@" and "://" not in chunk:
            self._room.taken += 1
            self[chunk] = rows
        return rows
