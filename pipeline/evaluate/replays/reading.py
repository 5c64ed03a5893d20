"""Sentiment and words as a model gives them, not as they were meant.

The confusion of a run is drawn around what Tocsin's own model (v. of November 2026) was measured
to do on labelled tweets: ``python benchmarks/replays.py --confusion DATA`` measures it again.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.evaluate.replays.mentions import (
    BOYCOTT,
    COMPLAINT,
    FIRST_PERSON,
    NEGATIVE,
    OUTRAGE,
    Floats,
    Ints,
)

AIRLINE: Final = ((0.730, 0.193, 0.077), (0.200, 0.588, 0.211), (0.073, 0.088, 0.839))
"""P(said | meant), negative, neutral, positive: 14,640 tweets to US airlines, never trained on."""

LANGUAGES: Final = ((0.800, 0.127, 0.073), (0.119, 0.747, 0.134), (0.111, 0.135, 0.754))
"""The same on XLM-T's validation sets in seven languages but English (324 tweets each)."""

P_NEGATIVE: Final = (0.71, 0.215, 0.13)
"""Mean of ``p_negative`` by what the model said, between the two sets."""

_SURE: Final = 60.0
"""Pseudo-observations behind a row of the confusion: how far runs differ."""

_FALSE_CUES: Final = ((OUTRAGE, 0.003), (BOYCOTT, 0.002), (COMPLAINT, 0.05), (FIRST_PERSON, 0.03))
"""Cue words seen where none were meant (measured: .003, .001, .08 on airlines, 0-.03 on XLM-T)."""

_CONCENTRATION: Final = 6.0


class Reader(NamedTuple):
    """One run's model: its confusion, and the share of cue words that it knows."""

    confusion: Floats
    known_cues: float

    def labels(self, rng: np.random.Generator, meant: Ints) -> Ints:
        """What the model says of texts that were ``meant`` so."""
        edges = np.cumsum(self.confusion, axis=1)[meant]
        said: Ints = (rng.random(len(meant))[:, None] > edges[:, :2]).sum(axis=1)
        return said

    def p_negative(self, rng: np.random.Generator, said: Ints) -> Floats:
        """The probability of negative that goes with what was said."""
        mean = np.array(P_NEGATIVE)[said]
        drawn = rng.beta(mean * _CONCENTRATION, (1 - mean) * _CONCENTRATION)
        low = np.where(said == NEGATIVE, 0.34, 0.0)
        high = np.where(said == NEGATIVE, 1.0, 0.49)
        bounded: Floats = np.clip(drawn, low, high)
        return bounded

    def cues(self, rng: np.random.Generator, meant: Ints) -> npt.NDArray[np.uint8]:
        """Cue words that are noticed of those ``meant``, and a few that were not."""
        seen = np.zeros(len(meant), np.int64)
        for cue, false_rate in _FALSE_CUES:
            known = 0.8 if cue == FIRST_PERSON else self.known_cues
            there = ((meant & cue) > 0) & (rng.random(len(meant)) < known)
            seen |= np.where(there | (rng.random(len(meant)) < false_rate), cue, 0)
        return seen.astype(np.uint8)


def draw_reader(rng: np.random.Generator) -> Reader:
    """A model of this run: somewhere between the two that were measured, and a bit off.

    >>> draw_reader(np.random.default_rng(1)).confusion.shape
    (3, 3)
    """
    mix = rng.random()
    rows = mix * np.array(AIRLINE) + (1 - mix) * np.array(LANGUAGES)
    confusion = np.array([rng.dirichlet(_SURE * row / row.sum()) for row in rows])
    return Reader(confusion, known_cues=float(rng.uniform(0.35, 0.7)))
