"""One text, read and weighed word by word.

The same sums as those of ``walk``, which goes column by column: a column costs nearly as much for
twenty words as for a thousand. A test holds the two together.
"""

from array import array
from itertools import count, pairwise
from typing import NamedTuple

from pipeline.sentiment.features.extraction import FLIP, FLIPPED_FROM, NEGATED_WORDS, shape_of
from pipeline.sentiment.features.forms import (
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
from pipeline.sentiment.scorer.batch_scorer import MAX_TERMS
from pipeline.sentiment.scorer.tables import NUMBER_BITS, Cells, Tables
from pipeline.sentiment.scorer.word_columns import (
    BOOSTS,
    CUED,
    ENDS,
    NEGATES,
    PHRASES,
    POLAR,
    SECOND,
    Columns,
)

_NO_PLAIN_WORD = ENDS | NEGATES | POLAR | CUED


class Negated(dict[int, int]):
    """Few words weigh anything negated: the others 0."""

    def __missing__(self, row: int) -> int:
        return 0


class Look(NamedTuple):
    """What weighs: by row a word's own features, and the word negated; and the column."""

    own: "array[int]"
    negated: "array[int] | Negated"
    column: Cells


def look_at(columns: Columns, tables: Tables) -> Look:
    """What the model itself says that words weigh."""
    cells = columns.cells
    return Look(cells.own, cells.negated, tables.tone.cells)


def look_at_stance(columns: Columns, tables: Tables) -> Look:
    """What the model of stance says that words weigh."""
    cells = columns.cells
    return Look(cells.stance, cells.stance_negated, tables.stance.cells)


class Heard(NamedTuple):
    """What ``walk.Spoken`` and ``walk.Told`` say of one text.

    ``rows``: its words with its edges, without the punctuation that only ends something;
    ``distinct``: those without the edges; ``before_signs``: rows before a polar word, with the sign
    that stands for it; ``after_signs``: signs with the plain word after.
    """

    rows: list[int]
    distinct: set[int]
    negated: list[int]
    before_signs: list[tuple[int, int]]
    after_signs: list[tuple[int, int]]
    tones: list[int]
    body: int
    look: int
    features: int
    cues: int
    terms: tuple[str, ...]


def read(  # noqa: C901, PLR0915 - one loop on purpose: a call for each word would cost most
    columns: Columns, line: bytes, text: str
) -> Heard:
    """Read one text. ``line``: rows of its words between those of its ``FIRST`` and ``LAST``."""
    cells = columns.cells
    flags_of = cells.flags.__getitem__
    first, *rows, end = array("i", line)
    cues = left = flags_before = 0
    positive = negative = 0.0
    before, last = first, NO_SIGN
    spoken = [first]
    negated: list[int] = []
    tones: list[int] = []
    before_signs: list[tuple[int, int]] = []
    after_signs: list[tuple[int, int]] = []
    for at, row, flags in zip(count(1), rows, map(flags_of, rows), strict=False):
        if left or flags & _NO_PLAIN_WORD or flags_before & POLAR:
            if flags & CUED:
                cues |= cells.cues[row]
                if flags & PHRASES and at < len(rows) and flags_of(rows[at]) & SECOND:
                    cues |= columns.phrase(row, rows[at:])
            if flags & ENDS:
                left = 0
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
                tones.append(((last * 2 + sign) * 2 + (flags_before & BOOSTS > 0)) * 2 + flipped)
                before_signs.append((before, sign))
                last = sign
            elif flags_before & POLAR:
                after_signs.append((last, row))
            if left:
                negated.append(row)
                left -= 1
            if flags & NEGATES:
                left = NEGATED_WORDS
        spoken.append(row)
        before, flags_before = row, flags
    length = len(spoken) - 1
    distinct = set(spoken)
    distinct.discard(first)
    shape = shape_of(
        text,
        positive,
        negative,
        length=length,
        last=SIGNS[last],
        mark=ENDINGS[cells.mark[before]],
    )
    body, look = body_of(shape), look_of(shape)
    features = sum(map(cells.features.__getitem__, distinct)) + length + 1
    features += len(negated) + len(before_signs) + len(after_signs)
    features += sum(map(TONE_COUNTS.__getitem__, tones)) + BODY_COUNTS[body] + LOOK_COUNTS[look]
    terms = dict.fromkeys(map(columns.terms.__getitem__, rows))
    terms.pop("", None)
    spoken.append(end)
    return Heard(
        spoken,
        distinct,
        negated,
        before_signs,
        after_signs,
        tones,
        body,
        look,
        features,
        cues,
        tuple(terms)[:MAX_TERMS],
    )


def pairs_of(heard: Heard, number: "array[int]", tables: Tables) -> list[int]:
    """Places of a text's pairs that there are; ``number``: of each row in ``tables``."""
    numbers, signs = [number[row] for row in heard.rows], tables.sign_cells
    # A word that is in no pair has the number 0.
    keys = [one << NUMBER_BITS | two for one, two in pairwise(numbers) if one and two]
    if heard.tones:
        keys += [number[row] << NUMBER_BITS | signs[sign] for row, sign in heard.before_signs]
        keys += [signs[sign] << NUMBER_BITS | number[row] for sign, row in heard.after_signs]
    return tables.find_few(keys)


def weigh(heard: Heard, look: Look, pairs: list[int], lang: int) -> int:
    """Packed weight of all features of a text.

    ``pairs``: as of ``pairs_of``; ``lang``: number of its language in the column.
    """
    own, negated, (paired, tones, bodies, looks) = look
    weight = sum([own[row] for row in heard.distinct])
    if heard.negated:
        weight += sum([negated[row] for row in heard.negated])
    if not lang:
        weight += sum([paired[at] for at in pairs]) + sum([tones[at] for at in heard.tones])
        return weight + bodies[heard.body] + looks[heard.look]
    start = len(paired) // (len(tones) // len(TONE_NAMES)) * lang
    weight += sum([paired[start + at] for at in pairs])
    start = lang * len(TONE_NAMES)
    weight += sum([tones[start + at] for at in heard.tones])
    return (
        weight
        + bodies[lang * len(BODY_NAMES) + heard.body]
        + looks[lang * len(LOOK_NAMES) + heard.look]
    )
