"""Features of one text, counted and weighed word by word.

The sums are those of ``batch_scorer``, which goes column by column: a numpy call costs nearly as
much for twenty words as for a thousand. A test holds the two together.
"""

from array import array
from itertools import count, pairwise
from typing import NamedTuple

from pipeline.sentiment.features.extraction import FLIP, FLIPPED_FROM, NEGATED_WORDS, shape_of
from pipeline.sentiment.features.forms import (
    BODY_COUNTS,
    BODY_NAMES,
    ENDINGS,
    NO_SIGN,
    SIGNS,
    STYLE_COUNTS,
    STYLE_NAMES,
    TONE_COUNTS,
    TONE_NAMES,
    body_of,
    style_of,
)
from pipeline.sentiment.scorer.batch_scorer import MAX_TERMS
from pipeline.sentiment.scorer.tables import NUMBER_BITS, ColumnCells, Tables
from pipeline.sentiment.scorer.word_columns import (
    BOOSTS,
    CUED,
    ENDS,
    NEGATES,
    PHRASES,
    POLAR,
    SECOND,
    WordColumns,
)

_NO_PLAIN_WORD = ENDS | NEGATES | POLAR | CUED


class Negated(dict[int, int]):
    """Weights of negated words by row; 0 for the many that weigh nothing negated."""

    def __missing__(self, row: int) -> int:
        return 0


class WeightView(NamedTuple):
    """The weights of one model: packed ones of words by row, and those of everything else.

    ``own``: of a word's own features; ``negated``: of the word after a negator; ``column``: of
    pairs of words and of a text's form.
    """

    own: "array[int]"
    negated: "array[int] | Negated"
    column: ColumnCells


def tone_view(columns: WordColumns, tables: Tables) -> WeightView:
    """Weights for sentiment."""
    cells = columns.cells
    return WeightView(cells.own, cells.negated, tables.tone.cells)


def stance_view(columns: WordColumns, tables: Tables) -> WeightView:
    """Weights for stance."""
    cells = columns.cells
    return WeightView(cells.stance, cells.stance_negated, tables.stance.cells)


class ParsedText(NamedTuple):
    """One text as ``TokenBatch`` and ``CuesAndTerms`` of ``batch_scorer`` have many.

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
    style: int
    features: int
    cues: int
    terms: tuple[str, ...]


def read(  # noqa: C901, PLR0915 - one loop on purpose: a call for each word would cost most
    columns: WordColumns, line: bytes, text: str
) -> ParsedText:
    """Read one text. ``line``: rows of its words between those of its ``FIRST`` and ``LAST``."""
    cells = columns.cells
    flags_of = cells.flags.__getitem__
    first, *rows, end = array("i", line)
    cues = left = flags_before = 0
    positive = negative = 0.0
    before, last = first, NO_SIGN
    kept = [first]
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
        kept.append(row)
        before, flags_before = row, flags
    length = len(kept) - 1
    distinct = set(kept)
    distinct.discard(first)
    shape = shape_of(
        text,
        positive,
        negative,
        length=length,
        last=SIGNS[last],
        mark=ENDINGS[cells.mark[before]],
    )
    body, style = body_of(shape), style_of(shape)
    features = sum(map(cells.features.__getitem__, distinct)) + length + 1
    features += len(negated) + len(before_signs) + len(after_signs)
    features += sum(map(TONE_COUNTS.__getitem__, tones)) + BODY_COUNTS[body] + STYLE_COUNTS[style]
    terms = dict.fromkeys(map(columns.terms.__getitem__, rows))
    terms.pop("", None)
    kept.append(end)
    return ParsedText(
        kept,
        distinct,
        negated,
        before_signs,
        after_signs,
        tones,
        body,
        style,
        features,
        cues,
        tuple(terms)[:MAX_TERMS],
    )


def pairs_of(parsed: ParsedText, number: "array[int]", tables: Tables) -> list[int]:
    """Places of a text's pairs that there are; ``number``: of each row in ``tables``."""
    numbers, signs = [number[row] for row in parsed.rows], tables.sign_cells
    # A word that is in no pair has the number 0.
    keys = [one << NUMBER_BITS | two for one, two in pairwise(numbers) if one and two]
    if parsed.tones:
        keys += [number[row] << NUMBER_BITS | signs[sign] for row, sign in parsed.before_signs]
        keys += [signs[sign] << NUMBER_BITS | number[row] for sign, row in parsed.after_signs]
    return tables.find_few(keys)


def weigh(parsed: ParsedText, view: WeightView, pairs: list[int], lang: int) -> int:
    """Packed weight of all features of a text.

    ``pairs``: as of ``pairs_of``; ``lang``: number of its language in the column.
    """
    own, negated, (paired, tones, bodies, styles) = view
    weight = sum([own[row] for row in parsed.distinct])
    if parsed.negated:
        weight += sum([negated[row] for row in parsed.negated])
    if not lang:
        weight += sum([paired[at] for at in pairs]) + sum([tones[at] for at in parsed.tones])
        return weight + bodies[parsed.body] + styles[parsed.style]
    start = len(paired) // (len(tones) // len(TONE_NAMES)) * lang
    weight += sum([paired[start + at] for at in pairs])
    start = lang * len(TONE_NAMES)
    weight += sum([tones[start + at] for at in parsed.tones])
    return (
        weight
        + bodies[lang * len(BODY_NAMES) + parsed.body]
        + styles[lang * len(STYLE_NAMES) + parsed.style]
    )
