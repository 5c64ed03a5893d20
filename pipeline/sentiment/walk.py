"""Features of many texts, weighed in one walk over all their words.

What ``features.context`` says of one text, word by word, is said here in columns: a test holds the
two together. A new feature of a single word needs no change here.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.sentiment.features import (
    EDGE,
    FLIP,
    FLIPPED_FROM,
    LENGTH_STEPS,
    MAX_SHOUTS,
    MINUS,
    NEGATED_WORDS,
    PLUS,
    SUM_STEPS,
    shape_names,
    shape_of,
    tone_names,
)
from pipeline.sentiment.tables import Ints, Tables
from pipeline.sentiment.tokens import LINK
from pipeline.sentiment.words import (
    BOOSTS,
    ENDS,
    FIRST,
    LAST,
    NEGATES,
    PHRASES,
    SECOND,
    TERM,
    Columns,
)

Places = npt.NDArray[np.intp]
Rows = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Sums = tuple[Ints, Ints]
"""Packed weight of some features, and their number."""

MEMO_SHAPES = 50_000
"""Shapes remembered. Real texts have a few thousand."""

_SIGNS = (PLUS, MINUS, EDGE)
"""By number: a sign, or that there was none yet."""

_NO_SIGN = 2
_SUMS, _LENGTHS = np.array(SUM_STEPS), np.array(LENGTH_STEPS)
_CAPITALS = ((ord("A"), ord("Z")), (ord("À"), ord("Þ")))


class Read(NamedTuple):
    """Per text: packed weight of all features, how many they are, cues, and content words."""

    weight: Ints
    features: Ints
    cues: list[int]
    terms: list[list[str]]


class Spoken(NamedTuple):
    """Words of all texts without the punctuation that only ends something.

    ``left``: how many words a negator before it still reaches, this one included.
    """

    rows: Rows
    flags: Flags
    number: Ints
    tone: Floats
    left: Ints
    text: Places
    lang: Ints


class Walk:
    """Reads texts whose words stand in ``columns``."""

    def __init__(self, tables: Tables, columns: Columns) -> None:
        """Take the weights, and the words, which may become more."""
        self._tables = tables
        self._columns = columns
        self._signs = np.array([tables.number(sign) for sign in _SIGNS])
        self._tones: dict[int, tuple[int, int]] = {}
        self._shapes: dict[int, tuple[int, int]] = {}

    def read(self, lines: list[bytes], texts: list[str], langs: list[int]) -> Read:
        """Read some texts.

        ``lines``: rows of a text's words between those of its ``FIRST`` and ``LAST``; ``langs``:
        numbers of their languages.
        """
        columns = self._columns
        rows = np.frombuffer(b"".join(lines), np.int32)
        flags = columns.flags[rows]
        within = _where((flags & ENDS) == 0)
        said = flags[within]
        begin = _where(said & FIRST)
        size = np.concatenate((begin[1:], (len(said),))) - begin
        text = np.repeat(np.arange(len(texts)), size)
        place = rows[within]
        spoken = Spoken(
            place,
            said,
            columns.number[place],
            columns.tone[place],
            _left(flags, within, said),
            text,
            np.array(langs)[text],
        )
        weight, count = self._own(spoken)
        weight += self._following(spoken, begin)
        count += size - 1
        last = np.full(len(texts), _NO_SIGN)
        tones = np.zeros((2, len(texts)))
        for where, (weights, counts) in (
            self._negated(spoken),
            *self._polar(spoken, last, tones),
        ):
            if len(where):
                np.add.at(weight, where, weights)
                np.add.at(count, where, counts)
        shape = self._shape_sums(
            texts,
            langs,
            tones=tones,
            length=size - 2,
            last=last,
            mark=columns.mark[place[begin + size - 2]],
        )
        return Read(
            weight + shape[0],
            count + shape[1],
            self._cues(rows, flags, len(texts)),
            self._terms(spoken, begin),
        )

    def _own(self, spoken: Spoken) -> Sums:
        """What every distinct word of a text has by itself."""
        columns = self._columns
        key = np.sort(spoken.text * columns.size + spoken.rows)
        text, row = np.divmod(key[_changes(key)], columns.size)
        first = _where(_changes(text))
        return np.add.reduceat(columns.own[row], first), np.add.reduceat(columns.count[row], first)

    def _following(self, spoken: Spoken, begin: Places) -> Ints:
        """Every two words in a row, the edges of the text among them."""
        number = spoken.number
        pairs = np.zeros(len(number), np.int64)
        pairs[:-1] = self._tables.weigh_pairs(number[:-1], number[1:], spoken.lang[:-1])
        return np.add.reduceat(pairs, begin)

    def _negated(self, spoken: Spoken) -> tuple[Places, Sums]:
        """Words that a negator reaches."""
        at = _where(spoken.left)
        return spoken.text[at], (self._columns.negated[spoken.rows[at]], np.ones_like(at))

    def _polar(
        self, spoken: Spoken, last: Ints, tones: Floats
    ) -> tuple[tuple[Places, Sums], tuple[Places, Sums]]:
        """Words with a tone, and plain words right after them.

        Notes each text's ``last`` sign, and its sums of positive and of negative ``tones``.
        """
        tables, number = self._tables, spoken.number
        at = _where(spoken.tone)
        text, lang = spoken.text[at], spoken.lang[at]
        flipped = spoken.left[at] >= FLIPPED_FROM
        tone = np.where(flipped, spoken.tone[at] * FLIP, spoken.tone[at])
        sign = (tone < 0).astype(np.int64)
        tones[0] = np.bincount(text, np.maximum(tone, 0), len(last))
        tones[1] = np.bincount(text, np.maximum(-tone, 0), len(last))
        last[text] = sign  # of several in a text, the last one stays
        earlier = np.empty_like(sign)
        earlier[1:] = sign[:-1]
        earlier[_changes(text)] = _NO_SIGN
        boosted = (spoken.flags[at - 1] & BOOSTS) != 0
        weights, counts = self._tone_sums(
            (((lang * 3 + earlier) * 2 + sign) * 2 + boosted) * 2 + flipped
        )
        weights += tables.weigh_pairs(number[at - 1], self._signs[sign], lang)
        plain = (spoken.tone[at + 1] == 0) & ((spoken.flags[at + 1] & LAST) == 0)
        after = at[plain] + 1
        beside = tables.weigh_pairs(self._signs[sign[plain]], number[after], lang[plain])
        return (text, (weights, counts + 1)), (text[plain], (beside, np.ones_like(after)))

    def _tone_sums(self, keys: Ints) -> Sums:
        """``features.tone_names``, weighed: by language, last sign, sign, booster and flip."""
        sums = []
        for key in keys.tolist():
            known = self._tones.get(key)
            if known is None:
                rest, flipped = divmod(key, 2)
                rest, boosted = divmod(rest, 2)
                rest, sign = divmod(rest, 2)
                lang, earlier = divmod(rest, 3)
                known = self._tones[key] = self._sum(
                    tone_names(
                        _SIGNS[earlier], _SIGNS[sign], boosted=bool(boosted), flipped=bool(flipped)
                    ),
                    lang,
                )
            sums.append(known)
        return _columns(sums)

    def _shape_sums(
        self,
        texts: list[str],
        langs: list[int],
        *,
        tones: Floats,
        length: Ints,
        last: Ints,
        mark: Flags,
    ) -> Sums:
        """``features.shape_names``, weighed. Texts with the same key have the same shape."""
        positive, negative = tones
        opening = [(text[:1] == "@") * 2 + (LINK in text) for text in texts]
        key = np.array(langs)
        for value, values in (
            (_SUMS.searchsorted(positive), len(_SUMS) + 1),
            (_SUMS.searchsorted(negative), len(_SUMS) + 1),
            (_LENGTHS.searchsorted(length), len(_LENGTHS) + 1),
            (last, len(_SIGNS)),
            (mark, 1 << 8),
            (np.minimum(_shouts(texts), MAX_SHOUTS), MAX_SHOUTS + 1),
            (np.array(opening), 4),
        ):
            key = key * values + value
        sums = []
        for at, each in enumerate(key.tolist()):
            known = self._shapes.get(each)
            if known is None:
                shape = shape_of(
                    texts[at],
                    float(positive[at]),
                    float(negative[at]),
                    length=int(length[at]),
                    last=_SIGNS[last[at]],
                    mark=self._columns.marks[mark[at]],
                )
                if len(self._shapes) >= MEMO_SHAPES:
                    self._shapes.clear()
                known = self._shapes[each] = self._sum(shape_names(shape), langs[at])
            sums.append(known)
        return _columns(sums)

    def _sum(self, names: list[str], lang: int) -> tuple[int, int]:
        return self._tables.weigh(names, lang), len(names)

    def _cues(self, rows: Rows, flags: Flags, texts: int) -> list[int]:
        """Cues of words and of phrases (``features.phrase_cues``)."""
        columns = self._columns
        found = [0] * texts
        cues = columns.cues[rows]
        text = np.cumsum((flags & FIRST) != 0) - 1
        at = _where(cues)
        for where, cue in zip(text[at].tolist(), cues[at].tolist(), strict=True):
            found[where] |= cue
        phrased = _where((flags[:-1] & PHRASES != 0) & (flags[1:] & SECOND != 0))
        for place in phrased.tolist():
            for rest, cue in columns.phrases[int(rows[place])]:
                following = rows[place + 1 : place + 1 + len(rest)].tolist()
                if tuple([columns.folded[row] for row in following]) == rest:
                    found[text[place]] |= cue
        return found

    def _terms(self, spoken: Spoken, begin: Places) -> list[list[str]]:
        at = _where(spoken.flags & TERM)
        bounds = [*at.searchsorted(begin).tolist(), len(at)]
        terms = list(map(self._columns.terms.__getitem__, spoken.rows[at].tolist()))
        return [terms[bounds[text] : bounds[text + 1]] for text in range(len(begin))]


def _left(flags: Flags, within: Places, said: Flags) -> Ints:
    """How many words a negator still reaches, by spoken word (see ``Spoken``)."""
    left = np.zeros(len(within), np.int64)
    negators = _where(said & NEGATES)
    if not len(negators):
        return left
    stretch = np.cumsum((flags & (ENDS | FIRST | LAST)) != 0)[within]
    for step in range(NEGATED_WORDS, 0, -1):  # the nearest negator last: it overrules
        by = negators[negators + step < len(left)]
        by = by[stretch[by + step] == stretch[by]]
        left[by + step] = NEGATED_WORDS + 1 - step
    return left


def _shouts(texts: list[str]) -> Ints:
    """How many runs of at least three capitals (``features.shape_of``) each text has."""
    codes = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    capital = np.zeros(len(codes), np.bool_)
    for first, last in _CAPITALS:
        capital |= codes - np.uint32(first) <= last - first  # what is below wraps far above
    run = capital[:-2] & capital[1:-1] & capital[2:]
    run[1:] &= ~capital[:-3]
    size = np.array([len(text) + 1 for text in texts])
    return np.bincount(np.cumsum(size).searchsorted(_where(run), "right"), minlength=len(texts))


def _where(flags: npt.NDArray[np.generic]) -> Places:
    """Places of what is not 0 (``np.flatnonzero`` without its detours)."""
    return flags.nonzero()[0]


def _changes(values: Ints) -> Booleans:
    """Where a value differs from the one before; the first one does."""
    changed = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed


def _columns(sums: list[tuple[int, int]]) -> Sums:
    both = np.array(sums, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]
