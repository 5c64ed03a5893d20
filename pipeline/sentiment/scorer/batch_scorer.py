"""Features of many texts, counted and weighed together: each step is one numpy call for all words.

It gives what ``features.extraction.context`` gives for one text, word by word: a test holds the two
together. A new feature of a single word needs no change here. ``single_scorer`` does the same for
one text, which is faster where there are few.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.sentiment.features.extraction import (
    FLIP,
    FLIPPED_FROM,
    LENGTH_STEPS,
    MAX_SHOUTS,
    NEGATED_WORDS,
    SUM_STEPS,
)
from pipeline.sentiment.features.forms import (
    BODY_COUNTS,
    BODY_NAMES,
    ENDINGS,
    LENGTHS,
    NO_SIGN,
    SHOUTS,
    STYLE_COUNTS,
    STYLE_NAMES,
    SUMS,
    TONE_COUNTS,
    TONE_NAMES,
    Ints,
)
from pipeline.sentiment.features.tokens import LINK
from pipeline.sentiment.scorer.tables import Column, Places, Tables
from pipeline.sentiment.scorer.word_columns import (
    BOOSTS,
    ENDS,
    FIRST,
    HASHED,
    LAST,
    NEGATES,
    PHRASES,
    POLAR,
    SECOND,
    TERM,
    WordColumns,
)

Flags = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

MAX_TERMS = 8
"""Content words that a score names, at most."""

_SUMS, _LENGTHS = np.array(SUM_STEPS), np.array(LENGTH_STEPS)
_TONES, _BODIES, _STYLES = np.array(TONE_COUNTS), np.array(BODY_COUNTS), np.array(STYLE_COUNTS)
_REACH = np.arange(NEGATED_WORDS, 0, -1).reshape(-1, 1)
_CAPITALS = bytes(65 <= code <= 90 or 192 <= code <= 222 for code in range(256))  # noqa: PLR2004
"""Of Latin-1: the letters of ``features`` that shout."""

_ADDRESS = ord("@")


class TokenBatch(NamedTuple):
    """The words of some texts in a row, without the punctuation that only ends something.

    ``rows``: of all words, ``begin`` being the place of each text's first; ``again``: places of
    words that their text had before; ``negated``: places that a negator reaches; ``polar``: places
    of words with a tone, its ``sign``, and the case it is (``tone``); ``plain``: places of words
    without one right after ``sign_before``; ``body``, ``style``: cases of each text's shape;
    ``features``: how many each text has.
    """

    rows: Places
    begin: Places
    size: Places
    again: Places
    negated: Places
    polar: Places
    sign: Ints
    tone: Ints
    plain: Places
    sign_before: Ints
    body: Ints
    style: Ints
    features: Ints


class CuesAndTerms(NamedTuple):
    """By text: cues, and distinct content words in order, at most ``MAX_TERMS``."""

    cues: list[int]
    terms: list[tuple[str, ...]]


class TokenWeights(NamedTuple):
    """Packed weights of the words of a batch.

    ``own``: of each word's own features; ``negated``: of each negated word, in addition.
    """

    own: Ints
    negated: Ints


def tone_weights(columns: WordColumns, batch: TokenBatch) -> TokenWeights:
    """Weights of words for sentiment."""
    rows = batch.rows
    return TokenWeights(columns.own.take(rows), columns.negated.take(rows.take(batch.negated)))


def stance_weights(columns: WordColumns, batch: TokenBatch) -> TokenWeights:
    """Weights of words for stance."""
    rows = batch.rows
    return TokenWeights(
        columns.stance.take(rows), columns.stance_negated.take(rows.take(batch.negated))
    )


def read(columns: WordColumns, line: bytes, texts: list[str]) -> tuple[TokenBatch, CuesAndTerms]:
    """Read some texts.

    ``line``: rows of all their words, each text between those of its ``FIRST`` and ``LAST``.
    """
    rows = np.frombuffer(line, np.int32).astype(np.intp)
    flags = columns.flags.take(rows)
    within = _where((flags & ENDS) == 0)
    said, place = flags.take(within), rows.take(within)
    begin = _where(said & FIRST)
    size = _sizes(begin, len(said))
    text = np.repeat(np.arange(len(texts)), size)
    again = _again(text, place, columns.size)
    left = _left(flags, within, said)
    negated = _where(left)

    polar = _where(said & POLAR)
    where = text.take(polar)
    flipped = left.take(polar) >= FLIPPED_FROM
    tone = columns.tone.take(place.take(polar))
    tone = np.where(flipped, tone * FLIP, tone)
    sign = (tone < 0).astype(np.int64)
    last = np.full(len(texts), NO_SIGN, np.int64)
    last[where] = sign  # of several in a text, the last one stays
    earlier = np.empty_like(sign)
    earlier[1:] = sign[:-1]
    earlier[_changes(where)] = NO_SIGN
    boosted = (said.take(polar - 1) & BOOSTS) != 0
    case = ((earlier * 2 + sign) * 2 + boosted) * 2 + flipped
    after = polar + 1
    plain = (said.take(after) & (POLAR | LAST)) == 0
    after = after[plain]

    body = _SUMS.searchsorted(np.bincount(where, np.maximum(tone, 0), len(texts))) * SUMS
    body += _SUMS.searchsorted(np.bincount(where, np.maximum(-tone, 0), len(texts)))
    body = body * LENGTHS + _LENGTHS.searchsorted(size - 2)
    mark = columns.mark.take(place.take(begin + size - 2))
    style = _styles(texts, last * len(ENDINGS) + mark)

    count = columns.features.take(place).astype(np.int64)
    count[again] = 0
    count[negated] += 1
    count[polar] += _TONES.take(case) + 1
    count[after] += 1
    features = np.add.reduceat(count, begin) + _BODIES.take(body) + _STYLES.take(style) + size - 1
    batch = TokenBatch(
        place,
        begin,
        size,
        again,
        negated,
        polar,
        sign,
        case,
        after,
        sign[plain],
        body,
        style,
        features,
    )
    said[again] = 0
    return batch, CuesAndTerms(_cues(columns, rows, flags), _terms(columns, place, said, begin))


def pairs_of(batch: TokenBatch, number: Ints, tables: Tables) -> Places:
    """Places of the pairs of some texts; ``number``: of each word in ``tables``.

    Every two words in a row, the edges of the text among them; a word and the sign that stands for
    the next; a sign and the plain word after it.
    """
    polar, plain, signs = batch.polar, batch.plain, tables.signs
    return tables.find(
        np.concatenate((number[:-1], number.take(polar - 1), signs.take(batch.sign_before))),
        np.concatenate((number[1:], signs.take(batch.sign), number.take(plain))),
    )


def weigh(
    batch: TokenBatch, token_weights: TokenWeights, pairs: Places, column: Column, lang: Ints | None
) -> Ints:
    """Packed weight of all features of each text.

    ``pairs``: as of ``pairs_of``; ``lang``: number of each text's language in the ``column``, None
    where it has one alone. ``token_weights.own`` is written over.
    """
    polar, plain = batch.polar, batch.plain
    tone, body, style = batch.tone, batch.body, batch.style
    if lang is not None:
        langs = np.repeat(lang, batch.size)
        polar_lang = langs.take(polar)
        places = len(column.paired) // (len(column.tones) // len(TONE_NAMES))
        pairs = pairs + np.concatenate((langs[:-1], polar_lang, langs.take(plain))) * places
        tone = tone + polar_lang * len(TONE_NAMES)
        body, style = body + lang * len(BODY_NAMES), style + lang * len(STYLE_NAMES)
    weight = token_weights.own
    weight[batch.again] = 0
    weight[batch.negated] += token_weights.negated
    paired = column.paired.take(pairs)
    words, signed = len(weight) - 1, len(weight) - 1 + len(polar)
    weight[:-1] += paired[:words]
    weight[polar] += paired[words:signed] + column.tones.take(tone)
    weight[plain] += paired[signed:]
    total: Ints = np.add.reduceat(weight, batch.begin)
    total += column.bodies.take(body)
    total += column.styles.take(style)
    return total


def _again(text: Places, rows: Places, size: int) -> Places:
    """Places of words that their text had before."""
    bits = len(rows).bit_length()
    key = (text * size + rows) << bits
    key += np.arange(len(rows))
    key.sort()
    word = key >> bits
    again: Places = key[1:][word[1:] == word[:-1]] & ((1 << bits) - 1)
    return again


def _left(flags: Flags, within: Places, said: Flags) -> Ints:
    """How many words a negator before it still reaches, itself included, by word."""
    left = np.zeros(len(within), np.int64)
    negators = _where(said & NEGATES)
    if len(negators):
        stops = _where(flags & (ENDS | FIRST | LAST))
        stop = stops.take(stops.searchsorted(within.take(negators)))
        # The nearest negator last: it overrules.
        reached = negators + _REACH
        near = reached < within.searchsorted(stop)
        left[reached[near]] = np.broadcast_to(NEGATED_WORDS + 1 - _REACH, near.shape)[near]
    return left


def _styles(texts: list[str], style: Ints) -> Ints:
    """Cases of ``STYLE_NAMES``, begun by last sign and mark."""
    size = np.array([len(text) + 1 for text in texts])
    end = size.cumsum()
    codes = ("\n".join(texts) + "\n").encode("latin-1", "replace")
    capital = np.frombuffer(codes.translate(_CAPITALS), np.bool_)
    # Runs of at least three capitals, where they begin.
    run = capital[:-2] & capital[1:-1] & capital[2:]
    run[1:] &= ~capital[:-3]
    shouts = np.bincount(end.searchsorted(_where(run), "right"), minlength=len(texts))
    addressed = np.frombuffer(codes, np.uint8).take(end - size) == _ADDRESS
    linked = np.array([LINK in text for text in texts])
    style = style * SHOUTS + np.minimum(shouts, MAX_SHOUTS)
    style *= 4
    style += addressed * 2 + linked
    return style


def _cues(columns: WordColumns, rows: Places, flags: Flags) -> list[int]:
    """Cues of words and of phrases (``features.phrase_cues``)."""
    begin = _where(flags & FIRST)
    found: list[int] = np.bitwise_or.reduceat(columns.cues.take(rows), begin).tolist()
    phrased = _where(((flags[:-1] & PHRASES) != 0) & ((flags[1:] & SECOND) != 0))
    for first, second, place in zip(
        rows.take(phrased).tolist(),
        rows.take(phrased + 1).tolist(),
        phrased.tolist(),
        strict=True,
    ):
        if columns.begins(first, second):
            following = rows[place + 1 : place + 1 + columns.longest].tolist()
            found[int(begin.searchsorted(place, "right")) - 1] |= columns.phrase(first, following)
    return found


def _terms(columns: WordColumns, rows: Places, said: Flags, begin: Places) -> list[tuple[str, ...]]:
    """Content words, ``said`` telling those that their text did not have before."""
    at = _where(said & TERM)
    terms = tuple(map(columns.terms.__getitem__, rows.take(at).tolist()))
    first = at.searchsorted(begin)
    size = _sizes(first, len(at))
    bounds = zip(first.tolist(), (first + np.minimum(size, MAX_TERMS)).tolist(), strict=True)
    found = [terms[begins:ends] for begins, ends in bounds]
    # A word and its hashtag are two words, but one content word.
    hashed = first.searchsorted(_where(said.take(at) & HASHED), "right") - 1
    for text in set(hashed.tolist()):
        begins = int(first[text])
        every = dict.fromkeys(terms[begins : begins + int(size[text])])
        found[text] = tuple(every)[:MAX_TERMS]
    return found


def _where(flags: npt.NDArray[np.generic]) -> Places:
    """Places of what is not 0 (``np.flatnonzero`` without its detours)."""
    return flags.nonzero()[0]


def _sizes(begin: Places, end: int) -> Places:
    size = np.empty_like(begin)
    np.subtract(begin[1:], begin[:-1], out=size[:-1])
    size[-1:] = end - begin[-1:]
    return size


def _changes(values: Ints) -> Booleans:
    """Where a value differs from the one before; the first one does."""
    changed = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed
