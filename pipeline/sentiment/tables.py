"""Weights arranged for look-up by the thousand: names become numbers, pairs one hash table.

Two weights travel in one 64-bit integer, the negative side in the lower half, the positive in the
upper: one addition moves both, exactly, in any order.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.sentiment.forms import SIGNS, Ints, by_body, by_look, by_tone
from pipeline.sentiment.weights import SHARED, Pair, WeightsError

Places = npt.NDArray[np.intp]

MAX_STEPS = 8_191
"""Largest weight, in steps: 2¹⁸ of them, sixteen for each token of the longest text, still fit."""

_HALF = 1 << 32
_NUMBER_BITS = 20
_STANDINS = SIGNS
"""What may stand where a word could, in two words in a row."""

_WORD = (1 << 64) - 1
_SPREAD = 0x9E3779B97F4A7C15
"""2⁶⁴ divided by the golden ratio: Fibonacci hashing (Knuth, TAOCP 3, 6.4)."""


def pack(negative: int, positive: int) -> int:
    """Pack the two weights of a feature.

    >>> int(unpack(np.array([pack(-3, 200) + pack(1, -7)]))[0][0])
    -2
    """
    return negative + positive * _HALF


def halves(packed: int) -> tuple[int, int]:
    """Negative and positive side of one packed sum.

    >>> halves(pack(-3, 200) + pack(1, -7))
    (-2, 193)
    """
    negative = (packed + _HALF // 2) % _HALF - _HALF // 2
    return negative, (packed - negative) // _HALF


def unpack(packed: Ints) -> tuple[Ints, Ints]:
    """Negative and positive sides of packed sums."""
    negative = packed.astype(np.int32).astype(np.int64)
    return negative, (packed - negative) >> 32


class Pairs:
    """Places of keys, in a hash table made for many look-ups at once.

    ``keys``: in order of their places; one more place than there are stands for any other key.
    """

    def __init__(self, keys: Ints) -> None:
        """Take distinct keys."""
        self._bits = max((2 * len(keys)).bit_length(), 1)
        slots = self._slots(keys)
        order = np.argsort(slots, kind="stable")
        # One entry more than there are: where an empty slot at the very end points to.
        self.cells = array("q", np.append(keys[order], -1).tobytes())
        self.keys = np.frombuffer(self.cells, np.int64)
        first = np.searchsorted(slots[order], np.arange((1 << self._bits) + 1))
        self._cells = array("i", first.astype(np.int32).tobytes())
        self._first = np.frombuffer(self._cells, np.int32)
        self._crowded = np.diff(first) > 1

    def find(self, keys: Ints) -> Places:
        """Place of each key; one beyond the last where there is none."""
        slots = self._slots(keys)
        at = self._first.take(slots)
        same = self.keys.take(at) == keys
        found = np.where(same, at, len(self.keys) - 1)
        left = (self._crowded.take(slots) & ~same).nonzero()[0]
        at, end = at.take(left) + 1, self._first.take(slots.take(left) + 1)
        while len(left):
            same = self.keys.take(at) == keys.take(left)
            found[left[same]] = at[same]
            at += 1
            more = at < end
            left, at, end = left[more], at[more], end[more]
        return found

    def places(self, keys: Iterable[int]) -> list[int]:
        """Places of those keys that there are, in order."""
        first, cells, shift = self._cells, self.cells, 64 - self._bits
        found: list[int] = []
        for key in keys:
            slot = (key * _SPREAD & _WORD) >> shift
            at, end = first[slot], first[slot + 1]
            while at < end:
                if cells[at] == key:
                    found.append(at)
                    break
                at += 1
        return found

    def _slots(self, keys: Ints) -> Places:
        return (keys.view(np.uint64) * np.uint64(_SPREAD) >> np.uint64(64 - self._bits)).view(
            np.int64
        )


class Cells(NamedTuple):
    """``Tables.tones``, ``bodies``, ``looks`` and ``signs``, for one look at a time."""

    tones: "array[int]"
    bodies: "array[int]"
    looks: "array[int]"
    signs: list[int]


class Tables:
    """All weights of one model.

    Most features are weighed by name (``weigh``). Two words in a row are weighed by their numbers
    (``number``), many pairs in one go (``weigh_pairs``), a text's form by its case (``forms``).
    Languages have numbers too: 0 is what all share, and what it has counts in every one.

    ``tones``, ``bodies``, ``looks``: packed weights by language and case; ``signs``: numbers.
    """

    def __init__(
        self, weights: Mapping[str, Mapping[str, Pair]], *, max_words: int = 1 << _NUMBER_BITS
    ) -> None:
        """Arrange weights by language and name of feature.

        Raises:
            WeightsError: a weight exceeds ``MAX_STEPS``, or too many words are in pairs.
        """
        self._langs = {lang: at for at, lang in enumerate(dict.fromkeys((SHARED, *weights)))}
        self._names: dict[str, int] = {"": 0}
        self._words: dict[str, int] = {"": 0}
        self._single: list[Arrays] = []
        paired: list[Arrays] = []
        for lang in self._langs:
            single: dict[int, int] = {}
            pairs: dict[int, int] = {}
            for name, pair in weights.get(lang, {}).items():
                if max(map(abs, pair)) > MAX_STEPS:
                    raise WeightsError(f"{lang} {name!r} weighs {pair}, beyond {MAX_STEPS} steps")
                first, _, second = name.partition(" ")
                if second and (first in _STANDINS or not first.startswith("~")):
                    one, two = self._numbered(first), self._numbered(second)
                    pairs[one << _NUMBER_BITS | two] = pack(*pair)
                if not second or first.startswith("~"):
                    single[self._names.setdefault(name, len(self._names))] = pack(*pair)
            self._single.append(_arrays(single))
            paired.append(_arrays(pairs))
        if len(self._words) > max_words:
            raise WeightsError(f"{len(self._words):,} words in pairs are too many")
        self._pairs, self._pair_cells = _merged(paired)
        self._paired = np.frombuffer(self._pair_cells, np.int64)
        self._weights: dict[int, array[int]] = {}
        self.signs = np.array([self.number(sign) for sign in SIGNS])
        weighers = [_weigher(weights, lang) for lang in self._langs]
        self.tones, self.bodies, self.looks = (
            np.concatenate([by(weigh) for weigh in weighers]) for by in (by_tone, by_body, by_look)
        )
        self.cells = Cells(
            array("q", self.tones.tobytes()),
            array("q", self.bodies.tobytes()),
            array("q", self.looks.tobytes()),
            self.signs.tolist(),
        )

    def lang(self, lang: str) -> int:
        """Number of a language."""
        return self._langs.get(lang, 0)

    def number(self, word: str) -> int:
        """Number of a word, an edge of the text or a sign; that of ``""`` where no pair has it."""
        return self._words.get(word, 0)

    def weigh(self, names: Iterable[str], lang: int) -> int:
        """Packed weight of features by name: all but those of two words in a row."""
        known, weights = self._names, self._weights.get(lang) or self._dense(lang)
        return sum([weights[known.get(name, 0)] for name in names])

    def weight(self, name: str, lang: int) -> int:
        """Packed weight of one such feature."""
        at = self._names.get(name)
        return 0 if at is None else (self._weights.get(lang) or self._dense(lang))[at]

    def weigh_pairs(self, first: Ints, second: Ints, lang: Ints) -> Ints:
        """Packed weights of pairs: ``first`` and ``second`` parts by number, ``lang`` of each."""
        at = self._pairs.find(first << _NUMBER_BITS | second)
        return self._paired.take(at + lang * len(self._pairs.keys))

    def weigh_few(self, pairs: Iterable[tuple[int, int]], lang: int) -> int:
        """Packed weight of some pairs together."""
        keys = [one << _NUMBER_BITS | two for one, two in pairs if one and two]
        weights = self._pair_cells
        start = lang * len(self._pairs.cells)
        return sum([weights[start + at] for at in self._pairs.places(keys)])

    def _dense(self, lang: int) -> "array[int]":
        """Weights of all names in a language, which was not asked for before."""
        every = np.zeros(len(self._names), np.int64)
        for each in {0, lang}:
            keys, own = self._single[each]
            every[keys] += own
        self._weights[lang] = array("q", every.tobytes())
        return self._weights[lang]

    def _numbered(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))


Arrays = tuple[Ints, Ints]
"""Distinct keys and their packed weights."""


def _arrays(weights: dict[int, int]) -> Arrays:
    return (
        np.fromiter(weights, np.int64, len(weights)),
        np.fromiter(weights.values(), np.int64, len(weights)),
    )


def _merged(paired: list[Arrays]) -> tuple[Pairs, "array[int]"]:
    """Places of all keys; weights by language, the shared ones in each, and by place."""
    pairs = Pairs(np.unique(np.concatenate([keys for keys, _ in paired])))
    weights = np.zeros((len(paired), len(pairs.keys)), np.int64)
    for lang, (keys, own) in enumerate(paired):
        weights[lang or slice(None), pairs.find(keys)] += own
    return pairs, array("q", weights.tobytes())


def _weigher(
    weights: Mapping[str, Mapping[str, Pair]], lang: str
) -> Callable[[tuple[str, ...]], int]:
    """``Tables.weigh`` in one language, straight from ``weights``."""
    tables = [weights[each] for each in {SHARED, lang} if each in weights]
    return lambda names: sum(
        pack(*table[name]) for table in tables for name in names if name in table
    )
