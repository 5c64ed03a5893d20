"""One text, read and weighed word by word.

The same sums as those of ``walk``, which goes column by column: a column costs nearly as much for
twenty words as for a thousand. A test holds the two together.
"""

from array import array
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from pipeline.sentiment.columns import (
    BOOSTS,
    CUED,
    ENDS,
    NEGATES,
    PHRASES,
    POLAR,
    SECOND,
    Columns,
)
from pipeline.sentiment.features import FLIP, FLIPPED_FROM, NEGATED_WORDS, shape_of
from pipeline.sentiment.forms import (
    BODY_COUNTS,
    BODY_NAMES,
    ENDINGS,
    LOOK_COUNTS,
    LOOK_NAMES,
    NO_SIGN,
    SIGNS,
    TONE_COUNTS,
    TONE_NAMES,
    body_of,
    look_of,
)
from pipeline.sentiment.tables import Tables
from pipeline.sentiment.walk import MAX_TERMS

_NO_PLAIN_WORD = ENDS | NEGATES | POLAR | CUED


class Look(NamedTuple):
    """What weighs: by row a word's own features, the word negated, its number; and the tables."""

    own: Callable[[int], int]
    negated: Callable[[int], int]
    number: Callable[[int], int]
    tables: Tables


def look_at(columns: Columns, tables: Tables) -> Look:
    """What the model itself says that words weigh."""
    cells = columns.cells
    return Look(cells.own.__getitem__, cells.negated.__getitem__, cells.number.__getitem__, tables)


class Read(NamedTuple):
    """What ``walk.Spoken``, ``walk.weigh`` and ``walk.Told`` say of one text."""

    weight: int
    features: int
    cues: int
    terms: tuple[str, ...]


def read(  # noqa: C901, PLR0915 - one loop on purpose: a call for each word would cost most
    columns: Columns, look: Look, line: bytes, text: str, lang: int
) -> Read:
    """Read and weigh one text.

    ``line``: rows of its words between those of its ``FIRST`` and ``LAST``; ``lang``: number of
    its language in the tables.
    """
    cells = columns.cells
    own, negated, number_of, tables = look
    tones, bodies, looks, signs = tables.cells
    flags_of = cells.flags.__getitem__
    first, *rows, end = array("i", line)
    cues = left = flags_before = stops = features = weight = 0
    positive = negative = 0.0
    before, last = number_of(first), NO_SIGN
    final = first
    pairs: list[tuple[int, int]] = []
    for at, row, flags, number in zip(
        count(1), rows, map(flags_of, rows), map(number_of, rows), strict=False
    ):
        if left or flags & _NO_PLAIN_WORD or flags_before & POLAR:
            if flags & CUED:
                cues |= cells.cues[row]
                if flags & PHRASES and at < len(rows) and flags_of(rows[at]) & SECOND:
                    cues |= columns.phrase(row, rows[at:])
            if flags & ENDS:
                left = 0
                stops += 1
                continue
            if flags & POLAR:
                tone = cells.tone[row]
                flipped = left >= FLIPPED_FROM
                if flipped:
                    tone *= FLIP
                sign = tone < 0
                if sign:
                    negative -= tone
                else:
                    positive += tone
                case = ((last * 2 + sign) * 2 + (flags_before & BOOSTS > 0)) * 2 + flipped
                weight += tones[lang * len(TONE_NAMES) + case]
                features += 1 + TONE_COUNTS[case]
                pairs.append((before, signs[sign]))
                last = sign
            elif flags_before & POLAR:
                features += 1
                pairs.append((signs[last], number))
            if left:
                weight += negated(row)
                features += 1
                left -= 1
            if flags & NEGATES:
                left = NEGATED_WORDS
        pairs.append((before, number))
        before, flags_before, final = number, flags, row
    pairs.append((before, number_of(end)))
    weight += tables.weigh_few(pairs, lang)
    length = len(rows) - stops
    distinct = set(rows)
    weight += sum(map(own, distinct))
    features += sum(map(cells.features.__getitem__, distinct)) + length + 1
    shape = shape_of(
        text,
        positive,
        negative,
        length=length,
        last=SIGNS[last],
        mark=ENDINGS[cells.mark[final]],
    )
    body, seen = body_of(shape), look_of(shape)
    weight += bodies[lang * len(BODY_NAMES) + body] + looks[lang * len(LOOK_NAMES) + seen]
    features += BODY_COUNTS[body] + LOOK_COUNTS[seen]
    terms = dict.fromkeys(map(columns.terms.__getitem__, rows))
    terms.pop("", None)
    return Read(weight, features, cues, tuple(terms)[:MAX_TERMS])
