"""Weights arranged for look-up by the thousand: names become numbers, pairs one sorted array.

Two weights travel in one 64-bit integer, the negative side in the lower half, the positive in the
upper: one addition moves both, exactly, in any order.
"""

from array import array
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pipeline.sentiment.features import EDGE, MINUS, PLUS
from pipeline.sentiment.weights import SHARED, Weights, WeightsError

Ints = npt.NDArray[np.int64]

MAX_STEPS = 8_191
"""Largest weight, in steps: 2¹⁸ of them, sixteen for each token of the longest text, still fit."""

_HALF = 1 << 32
_NUMBER_BITS = 20
_LANG_BITS = 2 * _NUMBER_BITS
_SLOT_BITS = 18
_STANDINS = (EDGE, PLUS, MINUS)
"""What may stand where a word could, in two words in a row."""

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2⁶⁴ divided by the golden ratio: Fibonacci hashing (Knuth, TAOCP 3, 6.4)."""


def pack(negative: int, positive: int) -> int:
    """Pack the two weights of a feature.

    >>> int(unpack(np.array([pack(-3, 200) + pack(1, -7)]))[0][0])
    -2
    """
    return negative + positive * _HALF


def unpack(packed: Ints) -> tuple[Ints, Ints]:
    """Negative and positive sides of packed sums."""
    negative = packed.astype(np.int32).astype(np.int64)
    return negative, (packed - negative) >> 32


class Pairs:
    """Packed weights by key, in a hash table made for many look-ups at once."""

    def __init__(self, keys: Ints, weights: Ints) -> None:
        """Take the weights of distinct keys."""
        slots = _slots(keys)
        order = np.argsort(slots, kind="stable")
        # One entry more than there are: where an empty slot at the very end points to.
        self._keys = np.append(keys[order], -1)
        self._weights = np.append(weights[order], 0)
        self._first = np.searchsorted(slots[order], np.arange((1 << _SLOT_BITS) + 1))

    def find(self, keys: Ints) -> Ints:
        """Weight of each key, 0 where it has none."""
        slots = _slots(keys)
        at = self._first[slots]
        same = self._keys[at] == keys
        found: Ints = self._weights[at] * same
        left = (~same).nonzero()[0]
        end = self._first[slots[left] + 1]
        at = at[left] + 1
        while len(left := left[more := at < end]):
            at, end = at[more], end[more]
            same = self._keys[at] == keys[left]
            found[left[same]] = self._weights[at[same]]
            at += 1
        return found


class Tables:
    """All weights of one model.

    Most features are weighed by name (``weigh``). Two words in a row are weighed by their numbers
    (``number``), many pairs in one go (``weigh_pairs``). Languages have numbers too: 0 is what all
    share.
    """

    def __init__(self, weights: Weights) -> None:
        """Arrange ``weights``.

        Raises:
            WeightsError: a weight exceeds ``MAX_STEPS``, or too many words are in pairs.
        """
        self._numbers = numbers = {"": 0}
        self._langs = {SHARED: 0}
        self._single: dict[int, Arrays] = {0: _arrays({})}
        paired: dict[int, int] = {}
        for lang, pairs in weights.pairs.items():
            at = self._langs.setdefault(lang, len(self._langs))
            # Own keys begin with a number of their own; that of texts in no language has none.
            own = (at + 1) << _LANG_BITS if at else 0
            single: dict[int, int] = {}
            for name, pair in pairs.items():
                if max(map(abs, pair)) > MAX_STEPS:
                    raise WeightsError(f"{lang} {name!r} weighs {pair}, beyond {MAX_STEPS} steps")
                first, _, second = name.partition(" ")
                if second and (first in _STANDINS or not first.startswith("~")):
                    one = numbers.setdefault(first, len(numbers))
                    two = numbers.setdefault(second, len(numbers))
                    paired[own | one << _NUMBER_BITS | two] = pack(*pair)
                if not second or first.startswith("~"):
                    single[numbers.setdefault(name, len(numbers))] = pack(*pair)
            self._single[at] = _arrays(single)
        if len(numbers) > 1 << _NUMBER_BITS:
            raise WeightsError(f"{len(numbers):,} names and words in pairs are too many")
        self._found = Pairs(*_arrays(paired))
        self._weights: dict[int, array[int]] = {}

    def lang(self, lang: str) -> int:
        """Number of a language."""
        at = self._langs.get(lang, 0)
        if at not in self._weights:
            weights = np.zeros(len(self._numbers), np.int64)
            for each in {0, at}:
                keys, own = self._single[each]
                weights[keys] += own
            self._weights[at] = array("q", weights.tobytes())
        return at

    def number(self, word: str) -> int:
        """Number of a word, an edge of the text or a sign; that of ``""`` where no pair has it."""
        return self._numbers.get(word, 0)

    def weigh(self, names: Iterable[str], lang: int) -> int:
        """Packed weight of features by name: all but those of two words in a row."""
        numbers, weights = self._numbers, self._weights[lang]
        return sum([weights[numbers.get(name, 0)] for name in names])

    def weigh_pairs(self, first: Ints, second: Ints, lang: Ints) -> Ints:
        """Packed weights of pairs: ``first`` and ``second`` parts by number, ``lang`` of each."""
        shared = first << _NUMBER_BITS | second
        found = self._found.find(np.concatenate((shared, shared | (lang + 1) << _LANG_BITS)))
        return found[: len(shared)] + found[len(shared) :]


Arrays = tuple[Ints, Ints]
"""Distinct keys and their packed weights."""


def _arrays(weights: dict[int, int]) -> Arrays:
    return np.array(list(weights), np.int64), np.array(list(weights.values()), np.int64)


def _slots(keys: Ints) -> npt.NDArray[np.int64]:
    spread = keys.view(np.uint64) * _SPREAD >> np.uint64(64 - _SLOT_BITS)
    return spread.view(np.int64)
