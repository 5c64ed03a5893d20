"""How sure a figure is: Wilson's interval for shares, the exact one for counts, the bootstrap.

Sources: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927;
Garwood, "Fiducial limits for the Poisson distribution", Biometrika 1936, by bisection; Efron,
"Bootstrap methods", 1979, drawn over clusters.
"""

from collections.abc import Callable, Sequence
from math import exp, sqrt
from typing import Final

import numpy as np
from msgspec import Struct

_Z: Final = 1.959963984540054
_TAIL: Final = 0.025
_DRAWS: Final = 1000


class Interval(Struct, frozen=True):
    """A figure and the 95 % interval around it; all ``None`` where there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None


class Proportion(Struct, frozen=True):
    """``hits`` of ``of``, the share, and Wilson's 95 % interval."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None


def wilson(hits: int, of: int) -> Proportion:
    """Wilson's interval.

    >>> found = wilson(8, 10)
    >>> round(found.low, 3), round(found.high, 3)
    (0.49, 0.943)
    """
    if not of:
        return Proportion(hits, of, None, None, None)
    share = hits / of
    centre = share + _Z**2 / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    scale = 1 + _Z**2 / of
    low, high = (centre - spread) / scale, (centre + spread) / scale
    # At the ends the formula gives 0 and 1 but for rounding.
    return Proportion(hits, of, share, low if hits else 0.0, high if hits < of else 1.0)


def poisson_rate(count: int, exposure: float) -> Interval:
    """``count`` events in ``exposure`` units of time, as a rate per unit, by Garwood.

    >>> rate = poisson_rate(0, 10.0)
    >>> rate.value, round(rate.high, 3)
    (0.0, 0.369)
    """
    if exposure <= 0:
        return Interval(None, None, None)
    low = 0.0 if not count else _solve(lambda mean: 1 - _at_most(count - 1, mean), _TAIL, count)
    high = _solve(lambda mean: -_at_most(count, mean), -_TAIL, count)
    return Interval(count / exposure, low / exposure, high / exposure)


def _at_most(count: int, mean: float) -> float:
    term = total = exp(-mean)
    for one in range(1, count + 1):
        term *= mean / one
        total += term
    return total


def _solve(rising: Callable[[float], float], target: float, count: int) -> float:
    low, high = 0.0, 2.0 * count + 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def quantile(clusters: Sequence[Sequence[float]], share: float) -> Interval:
    """A quantile of all values with its bootstrap interval over whole clusters.

    Values of one cluster share a brand, and so their luck: they are drawn together.

    >>> quantile([[1.0], [2.0], [3.0]], 0.5).value
    2.0
    """
    filled = [np.asarray(cluster, np.float64) for cluster in clusters if len(cluster)]
    if not filled:
        return Interval(None, None, None)
    rng = np.random.default_rng(0)
    drawn = [
        np.quantile(np.concatenate([filled[one] for one in chosen]), share)
        for chosen in rng.integers(len(filled), size=(_DRAWS, len(filled)))
    ]
    low, high = np.quantile(drawn, (_TAIL, 1 - _TAIL))
    value = float(np.quantile(np.concatenate(filled), share))
    return Interval(value, float(low), float(high))
