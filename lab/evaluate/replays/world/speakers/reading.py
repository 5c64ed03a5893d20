"""Tone, words and stance as a model gives them, not as they were meant.

Two sources, both measured with Tocsin's own model and neither assumed:

- texts that are *about* something (an accusation, a call to boycott, a quarrel that only contains
  the name, sad news, …) get the scores of one of our own held-out sentences of that kind and
  language, tone, cue words and stance together, as they stand in ``scores.tsv``
  (``python benchmarks/replay_scores.py`` writes it). They were written to be hard, and the model is
  deaf to a part of them;
- ordinary talk is drawn from figures on labelled tweets
  (``python benchmarks/replays.py --confusion DATA``): of one tone, with the cue words found there,
  and with an attack that has nothing to do with the tone.
"""

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.world.mentions import (
    BOYCOTT,
    COMPLAINT,
    FIRST_PERSON,
    NEGATIVE,
    NEUTRAL,
    OUTRAGE,
    POSITIVE,
    Floats,
    Ints,
)
from pipeline.rollup.speakers.voices import ANY_LANGUAGE, EVERYDAY
from schemas.reading import CLASSES

ORDINARY: Final = ("grumble", "chat", "cheer")
"""Ordinary talk that is meant negative, neutral, positive: the first of all kinds of text, so that
the number of such a kind is its label."""
TEXTS: Final = (*ORDINARY, *CLASSES)
"""Kinds of text, by number; from the fourth on they are the classes of our own sentences."""

SPOKEN: Final = ("en", "fr", "de", "es", "pt", "it", "ar", "hi", "ja", "nl")
"""Languages by number; the model does not know the last two."""

AIRLINE: Final = ((0.731, 0.196, 0.074), (0.198, 0.587, 0.215), (0.068, 0.088, 0.844))
"""P(said | meant), negative, neutral, positive: 14,640 tweets to US airlines, never trained on."""

LANGUAGES: Final = ((0.829, 0.103, 0.067), (0.079, 0.798, 0.123), (0.073, 0.123, 0.804))
"""The same on XLM-T's validation sets in seven languages but English (324 tweets each)."""

P_NEGATIVE: Final = (0.71, 0.215, 0.13)
"""Mean of ``p_negative`` by what the model said, between the two sets."""

P_POSITIVE: Final = (0.1, 0.175, 0.71)
"""The same of ``p_positive``."""

ATTACK: Final = (0.15, 1.0)
"""Mean logit of attack on XLM-T and on airlines, in standard deviations above the everyday mean of
the language: tweets *to* a brand sound more like attacks. It is the same for each tone, to .1."""
ATTACK_SPREAD: Final = 1.05

_SURE: Final = 60.0
"""Pseudo-observations behind a row of the confusion: how far runs differ."""

_CUES: Final = (
    (OUTRAGE, (0.026, 0.003, 0.002)),
    (BOYCOTT, (0.006, 0.001, 0.001)),
    (COMPLAINT, (0.22, 0.05, 0.05)),
    (FIRST_PERSON, (0.45, 0.36, 0.36)),
)
"""P(cue | meant), between the two sets."""

_CONCENTRATION: Final = 6.0


class Scored(NamedTuple):
    """What the model says of each text. ``attack``: a logit."""

    label: Ints
    p_negative: Floats
    p_positive: Floats
    cues: Ints
    attack: Floats


class _Table(NamedTuple):
    """The scores of sentences, those of one kind and language (a cell) one after the other."""

    first: Ints
    """First row of each cell; one more at the end."""
    scored: Scored


@cache
def _table() -> _Table:
    raw = (files("lab.evaluate.replays") / "scores.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in raw.splitlines() if not line.startswith("##")]
    cells = np.array(
        [TEXTS.index(kind) * len(SPOKEN) + SPOKEN.index(lang) for lang, kind, *_ in rows]
    )
    order = np.argsort(cells, kind="stable")
    figures = np.array([[int(one) for one in row[2:]] for row in rows])[order]
    negative, positive = figures[:, 0] / 1000, figures[:, 1] / 1000
    neutral = 1 - negative - positive
    label = np.where(
        (negative >= neutral) & (negative >= positive),
        NEGATIVE,
        np.where(positive > neutral, POSITIVE, NEUTRAL),
    )
    first = np.searchsorted(cells[order], np.arange(len(TEXTS) * len(SPOKEN) + 1))
    return _Table(first, Scored(label, negative, positive, figures[:, 2], figures[:, 3] / 100))


@cache
def _everyday() -> Floats:
    """Mean and standard deviation of the everyday logit of attack, by number of language."""
    return np.array([EVERYDAY.get(lang, ANY_LANGUAGE) for lang in SPOKEN])


class ModelOfBrand(NamedTuple):
    """One brand's luck with the model.

    ``confusion``: P(said | meant) of ordinary talk. ``level``: its usual attack, in standard
    deviations above everyday texts. ``order``: which sentences of each kind are the first, for a
    subject is told in few words: at ``skew`` 1 all are as frequent, above it the first are. So the
    model errs on a *subject*, and then on most of it.
    """

    confusion: Floats
    level: float
    order: Ints
    skew: float = 1.0

    def scores(self, rng: np.random.Generator, kind: Ints, language: Ints) -> Scored:
        """What the model says of texts of these kinds (by number) and languages."""
        table = _table()
        cell = kind * len(SPOKEN) + language
        first, size = table.first[cell], np.diff(table.first)[cell]
        place = first + (size * rng.random(len(kind)) ** self.skew).astype(np.int64)
        row = self.order[np.minimum(place, len(self.order) - 1)]
        ordinary = self._ordinary(rng, kind, language)
        is_ordinary = kind < len(ORDINARY)
        return Scored(
            *(
                np.where(is_ordinary, mine, theirs[row])
                for mine, theirs in zip(ordinary, table.scored, strict=True)
            )
        )

    def _ordinary(self, rng: np.random.Generator, kind: Ints, language: Ints) -> Scored:
        rows = len(kind)
        meant = np.minimum(kind, POSITIVE)
        edges = np.cumsum(self.confusion, axis=1)[meant]
        said: Ints = (rng.random(rows)[:, None] > edges[:, :2]).sum(axis=1)
        p_negative = _probability(rng, P_NEGATIVE, said, NEGATIVE)
        p_positive = _probability(rng, P_POSITIVE, said, POSITIVE)
        p_positive = np.where(said == NEGATIVE, np.minimum(p_positive, 1 - p_negative), p_positive)
        p_negative = np.where(said == POSITIVE, np.minimum(p_negative, 1 - p_positive), p_negative)
        cues = np.zeros(rows, np.int64)
        for cue, shares in _CUES:
            cues |= np.where(rng.random(rows) < np.array(shares)[meant], cue, 0)
        mean, deviation = _everyday()[language].T
        attack = mean + deviation * (self.level + ATTACK_SPREAD * rng.normal(size=rows))
        return Scored(said, p_negative, p_positive, cues, attack)

    def of_a_subject(self, rng: np.random.Generator) -> "ModelOfBrand":
        """The same model before a subject of its own: a few sentences of each kind prevail."""
        return self._replace(order=_shuffled(rng), skew=2.0)


def _probability(rng: np.random.Generator, means: tuple[float, ...], said: Ints, of: int) -> Floats:
    """The probability that goes with what was said: the largest of three exactly for ``of``."""
    mean = np.array(means)[said]
    drawn = rng.beta(mean * _CONCENTRATION, (1 - mean) * _CONCENTRATION)
    low = np.where(said == of, 0.5, 0.0)
    high = np.where(said == of, 1.0, 0.33)
    bounded: Floats = np.clip(drawn, low, high)
    return bounded


def _shuffled(rng: np.random.Generator) -> Ints:
    """All rows of the table, each cell in an order of its own."""
    table = _table()
    cell = np.repeat(np.arange(len(table.first) - 1), np.diff(table.first))
    order: Ints = np.lexsort((rng.random(len(cell)), cell))
    return order


def draw_reader(rng: np.random.Generator) -> ModelOfBrand:
    """A model of this run: somewhere between what was measured on two sets, and a bit off.

    >>> draw_reader(np.random.default_rng(1)).confusion.shape
    (3, 3)
    """
    mix = rng.random()
    rows = mix * np.array(AIRLINE) + (1 - mix) * np.array(LANGUAGES)
    confusion = np.array([rng.dirichlet(_SURE * row / row.sum()) for row in rows])
    low, high = ATTACK
    return ModelOfBrand(confusion, float(mix * high + (1 - mix) * low), _shuffled(rng))
