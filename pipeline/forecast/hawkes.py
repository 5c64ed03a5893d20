"""A self-exciting model of counts a minute, fitted by likelihood on a grid.

Every mention above the usual begets ``branching`` further ones, after a delay that is exponential
with mean ``memory_min``: a Hawkes process (A. G. Hawkes, Biometrika 58, 1971) in discrete time,

    rate(t) = usual + branching · x(t),    x(t+1) = d · x(t) + (1 − d) · (count(t) − usual),

with ``d = exp(−1 / memory_min)``. Real delays have the heavy tail of a power law (Q. Zhao et al.,
"SEISMIC", KDD 2015); weighing fits of many memories by their likelihood stands in for the sum of
exponentials that approximates one (S. J. Hardiman et al., European Physical Journal B 86, 2013).
"""

from collections.abc import Sequence
from math import exp
from typing import Final, NamedTuple

import numpy as np

MEMORIES_MIN: Final = (4.0, 12.0, 36.0, 108.0, 324.0)
BRANCHINGS: Final = (0.4, 0.6, 0.75, 0.85, 0.92, 0.96, 1.0, 1.04, 1.1)
FORGET_MIN: Final = 90.0
"""A minute so long ago counts less, by a factor e, than the newest: how it goes on changes."""
SOBER: Final = 0.85
SOBERNESS: Final = 4.0
"""Before anything is seen, branching beyond ``SOBER`` is rarer by so many e-folds for each 1."""
FLOOR: Final = 0.25
"""The rate never falls below this part of the usual."""


class Fit(NamedTuple):
    """One point of the grid. ``rate``: mentions beyond the usual in the next minute.

    ``weight``: of all fits, sum 1.
    """

    memory_min: float
    branching: float
    rate: float
    weight: float


class Fits(NamedTuple):
    """All points, and ``dispersion``: variance of a minute's count over its mean, at least 1."""

    fits: tuple[Fit, ...]
    dispersion: float


def fit(counts: Sequence[int], usual: float) -> Fits:
    """Weigh every point of the grid by the likelihood of ``counts``, the newest minute last.

    Counts are overdispersed, so that likelihoods are tempered by the dispersion of the best fit
    (quasi-likelihood: R. W. M. Wedderburn, Biometrika 61, 1974).

    >>> best = max(fit([2] * 60 + [20] * 30, 2.0).fits, key=lambda one: one.weight)
    >>> best.branching > 0.9
    True
    """
    seen = np.asarray(counts, dtype=np.float64)
    recency = np.exp(np.arange(1 - len(seen), 1) / FORGET_MIN)
    tried: list[tuple[float, float, float, float, float]] = []
    for memory_min in MEMORIES_MIN:
        course = _course(counts, usual, memory_min)
        excited = np.outer(BRANCHINGS, course[:-1])
        rates = np.maximum(usual + excited, max(FLOOR * usual, 1e-3))
        likelihoods = (seen * np.log(rates) - rates) @ recency
        chis = ((seen - rates) ** 2 / rates) @ recency
        tried += [
            (float(likelihood), float(chi), memory_min, branching, course[-1])
            for likelihood, chi, branching in zip(likelihoods, chis, BRANCHINGS, strict=True)
        ]
    best = max(tried)
    dispersion = max(best[1] / float(recency.sum()), 1.0)
    weights = [
        exp((one[0] - best[0]) / dispersion - SOBERNESS * max(one[3] - SOBER, 0.0)) for one in tried
    ]
    total = sum(weights)
    return Fits(
        tuple(
            Fit(memory_min, branching, branching * x, weight / total)
            for (_, _, memory_min, branching, x), weight in zip(tried, weights, strict=True)
        ),
        dispersion,
    )


def _course(counts: Sequence[int], usual: float, memory_min: float) -> list[float]:
    """``x`` before every minute, and after the last."""
    keep = exp(-1.0 / memory_min)
    x = 0.0
    course = [x]
    for count in counts:
        x = keep * x + (1.0 - keep) * (count - usual)
        course.append(x)
    return course
