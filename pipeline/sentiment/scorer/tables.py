"""Weights arranged for look-up by the thousand: names become numbers, pairs one hash table.

Two weights travel in one 64-bit integer, the negative side in the lower half, the positive in the
upper: one addition moves both, exactly, in any order.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.sentiment.features.forms import SIGNS, Ints, by_body, by_style, by_tone
from pipeline.sentiment.lexicon.word_lists import SHARED
from pipeline.sentiment.scorer import stance_weights
from pipeline.sentiment.scorer.stance_weights import Triple
from pipeline.sentiment.scorer.weights import Pair, WeightsError

Places = npt.NDArray[np.intp]

MAX_STEPS = 8_191
"""Largest weight, in steps: 2¹⁸ of them, sixteen for each token of the longest text, still fit."""

_HALF = 1 << 32
NUMBER_BITS = 20
"""Bits that the number of a word takes in the key of a pair."""

_STANDINS = SIGNS
"""Names that may stand for a word in a pair."""

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


class Column(NamedTuple):
    """Packed weights of one model: for numpy, and under the same names for one look-up at a time.

    ``paired``: by language and place in ``Pairs``; ``tones``, ``bodies``, ``styles``: by language
    and case.
    """

    paired: Ints
    tones: Ints
    bodies: Ints
    styles: Ints
    cells: "ColumnCells"


class ColumnCells(NamedTuple):
    """The arrays of a ``Column``, from which Python reads one cell fast."""

    paired: "array[int]"
    tones: "array[int]"
    bodies: "array[int]"
    styles: "array[int]"


class Tables:
    """All weights of one model of the tone, and those of one of stance, over the same names.

    Most features are weighed by name (``places``, ``weigh``). Two words in a row are weighed by
    their numbers (``number``), many pairs in one go (``find``), a text's form by its case
    (``forms``). Languages have numbers too: 0 is what all share, and what it has counts in every
    one. Stance has one language, the shared one.

    ``tone``, ``stance``: the two columns; ``signs``: numbers.
    """

    def __init__(
        self,
        weights: Mapping[str, Mapping[str, Pair]],
        stance: Mapping[str, int] | None = None,
        *,
        max_words: int = 1 << NUMBER_BITS,
    ) -> None:
        """Arrange weights by language and name of feature, and packed ones of stance by name.

        Raises:
            WeightsError: a weight exceeds ``MAX_STEPS``, or too many words are in pairs.
        """
        stance = stance or {}
        self._langs = {lang: at for at, lang in enumerate(dict.fromkeys((SHARED, *weights)))}
        self._names: dict[str, int] = {"": 0}
        self._words: dict[str, int] = {"": 0}
        every = [
            self._sorted(_packed(name, pair) for name, pair in weights.get(lang, {}).items())
            for lang in self._langs
        ]
        against = self._sorted(stance.items())
        if len(self._words) > max_words:
            raise WeightsError(f"{len(self._words):,} words in pairs are too many")
        self._single = [single for single, _ in every]
        keys = [own for _, (own, _) in (*every, against)]
        self._pairs = Pairs(np.unique(np.concatenate(keys)))
        self._weights: dict[int, array[int]] = {}
        self._against = self._filled([against[0]])
        self.signs = np.array([self.number(sign) for sign in SIGNS])
        self.sign_cells: list[int] = self.signs.tolist()
        self.tone = _column(
            _merged(self._pairs, [paired for _, paired in every]),
            [_weigher(weights, lang) for lang in self._langs],
        )
        self.stance = _column(
            _merged(self._pairs, [against[1]]),
            [lambda names: sum(stance[name] for name in names if name in stance)],
        )

    @property
    def langs(self) -> tuple[str, ...]:
        """Languages by number."""
        return tuple(self._langs)

    def lang(self, lang: str) -> int:
        """Number of a language."""
        return self._langs.get(lang, 0)

    def number(self, word: str) -> int:
        """Number of a word, an edge of the text or a sign; that of ``""`` where no pair has it."""
        return self._words.get(word, 0)

    def places(self, names: Iterable[str]) -> list[int]:
        """Places of those features by name that there are: all but two words in a row."""
        known = self._names.get
        return [at for name in names if (at := known(name))]

    def weigh(self, places: Iterable[int], lang: int) -> int:
        """Packed weight of features by their places."""
        weights = self._weights.get(lang) or self._dense(lang)
        return sum(map(weights.__getitem__, places))

    def weigh_stance(self, places: Iterable[int]) -> int:
        """The same of stance."""
        return sum(map(self._against.__getitem__, places))

    def find(self, first: Ints, second: Ints) -> Places:
        """Places of pairs in ``Column.paired`` by the numbers of their parts."""
        return self._pairs.find(first << NUMBER_BITS | second)

    def find_few(self, keys: Iterable[int]) -> list[int]:
        """Places of those pairs that there are: one number, ``NUMBER_BITS`` higher, the other."""
        return self._pairs.places(keys)

    @property
    def paired(self) -> int:
        """Places of pairs of each language in ``Column.paired``."""
        return len(self._pairs.keys)

    def _dense(self, lang: int) -> "array[int]":
        """Weights of all names in a language, which was not asked for before."""
        self._weights[lang] = self._filled([self._single[each] for each in sorted({0, lang})])
        return self._weights[lang]

    def _filled(self, singles: "list[Arrays]") -> "array[int]":
        every = np.zeros(len(self._names), np.int64)
        for keys, own in singles:
            every[keys] += own
        return array("q", every.tobytes())

    def _sorted(self, packed: Iterable[tuple[str, int]]) -> "tuple[Arrays, Arrays]":
        """Weights of single features by place, and of pairs by key."""
        single: dict[int, int] = {}
        pairs: dict[int, int] = {}
        for name, weight in packed:
            first, _, second = name.partition(" ")
            if second and (first in _STANDINS or not first.startswith("~")):
                pairs[self._numbered(first) << NUMBER_BITS | self._numbered(second)] = weight
            if not second or first.startswith("~"):
                single[self._names.setdefault(name, len(self._names))] = weight
        return _arrays(single), _arrays(pairs)

    def _numbered(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))


Arrays = tuple[Ints, Ints]
"""Distinct keys and their packed weights."""


def _arrays(weights: dict[int, int]) -> Arrays:
    return (
        np.fromiter(weights, np.int64, len(weights)),
        np.fromiter(weights.values(), np.int64, len(weights)),
    )


def _packed(name: str, pair: Pair) -> tuple[str, int]:
    if max(map(abs, pair)) > MAX_STEPS:
        raise WeightsError(f"{name!r} weighs {pair}, beyond {MAX_STEPS} steps")
    return name, pack(*pair)


def pack_stance(names: Mapping[str, Triple]) -> dict[str, int]:
    """Packed weights of stance by name of feature.

    Raises:
        WeightsError: a weight exceeds what a lane holds.
    """
    most = stance_weights.MAX_STEPS
    for name, triple in names.items():
        if max(map(abs, triple)) > most:
            raise WeightsError(f"{name!r} weighs {triple} for stance, beyond {most} steps")
    return {name: stance_weights.pack(triple) for name, triple in names.items()}


def _merged(pairs: Pairs, paired: list[Arrays]) -> "array[int]":
    """Weights of pairs by language, the shared ones in each, and by place."""
    weights = np.zeros((len(paired), len(pairs.keys)), np.int64)
    for lang, (keys, own) in enumerate(paired):
        weights[lang or slice(None), pairs.find(keys)] += own
    return array("q", weights.tobytes())


Weigher = Callable[[tuple[str, ...]], int]


def _column(paired: "array[int]", weighers: Sequence[Weigher]) -> Column:
    """``weighers``: what features by name weigh, by language."""
    forms = [
        np.concatenate([by(weigh) for weigh in weighers]) for by in (by_tone, by_body, by_style)
    ]
    tones, bodies, styles = (array("q", form.tobytes()) for form in forms)
    return Column(
        np.frombuffer(paired, np.int64),
        np.frombuffer(tones, np.int64),
        np.frombuffer(bodies, np.int64),
        np.frombuffer(styles, np.int64),
        ColumnCells(paired, tones, bodies, styles),
    )


def _weigher(weights: Mapping[str, Mapping[str, Pair]], lang: str) -> Weigher:
    """What features weigh in one language, straight from ``weights``."""
    tables = [weights[each] for each in {SHARED, lang} if each in weights]
    return lambda names: sum(
        pack(*table[name]) for table in tables for name in names if name in table
    )
