"""How big: severity 1 to 10, by projected voices in units of what this brand lives through."""

from math import exp, log1p, log2, log10, sqrt
from typing import Final, NamedTuple

from msgspec import Struct

DAYS: Final = 30
"""The unit is the square root of the voices of so many days: what a month makes by chance."""
LEAST_DAILY: Final = 0.5
GROWTH_MOST: Final = 2.0
KIND_MOST: Final = 4.0
FROM: Final = 0.35
STEEP: Final = 2.0
"""Severity rises above 1 from ``FROM`` on, as log10 of times the unit, and ever more slowly: ten
times as much is worth most of the scale, and there is always something worse."""
HARMLESS: Final = 0.4
KIND_SLOPE: Final = 1.2
KIND_MIDDLE: Final = 1.5
"""Part of the grade that what is harmless by its kind still has, since size alone is work, too; the
rest comes with K, half of it at ``KIND_MIDDLE``."""
UNSURE_AT_ONCE: Final = 1.1
UNSURE_LATER: Final = 0.8
SETTLED_S: Final = 3 * 3600
"""Standard deviation of the natural logarithm of what is to come: at the ring, and after so long.
A wave of which little is known yet can end anywhere. So it is with K, which rises with the wave by
as much as is unsure of its size."""
UPWARD: Final = 1.0
DOWNWARD: Final = 0.8
"""The range in standard deviations: what grew is told of early, and goes on more often than not."""


class Pace(NamedTuple):
    """How fast it goes.

    ``last_10_min`` and ``half_an_hour_before``: voices an hour, of the last ten minutes and of
    those half an hour before. ``beyond``: voices of the last eight hours above usual. ``daily``:
    usual voices of a day.
    """

    last_10_min: float
    half_an_hour_before: float
    beyond: float
    daily: float


class Severity(Struct, frozen=True, array_like=True):
    """``now``, 1 to 10, and the likely range of the highest of the next eight hours."""

    now: float = 1.0
    low: float = 1.0
    high: float = 1.0


def severity(pace: Pace, kind: float, age_s: int) -> Severity:
    """How bad it is going to be. ``kind`` is K; ``age_s``: time since it was noticed.

    >>> quiet = Pace(last_10_min=2, half_an_hour_before=2, beyond=0, daily=50)
    >>> severity(quiet, kind=-3.0, age_s=0).now
    1.0
    """
    unit = sqrt(DAYS * max(pace.daily, LEAST_DAILY))
    growth = log2((pace.last_10_min + 6.0) / (pace.half_an_hour_before + 6.0))
    growth = min(max(growth, -GROWTH_MOST), GROWTH_MOST)
    course = (
        0.77
        + 1.05 * log1p(pace.last_10_min / unit)
        - 0.14 * log1p(pace.beyond / unit)
        + 0.17 * growth
        + 0.11 * min(max(kind, -KIND_MOST), KIND_MOST)
    )
    settled = min(age_s / SETTLED_S, 1.0)
    unsure = UNSURE_AT_ONCE + settled * (UNSURE_LATER - UNSURE_AT_ONCE)
    now, low, high = (
        _grade(
            pace.beyond / unit,
            course + times * unsure,
            _attack(kind + times * unsure),
        )
        for times in (0.0, -DOWNWARD, UPWARD)
    )
    return Severity(now, low, high)


def _attack(kind: float) -> float:
    return HARMLESS + (1 - HARMLESS) / (1.0 + exp(-KIND_SLOPE * (kind - KIND_MIDDLE)))


def _grade(so_far: float, course: float, attack: float) -> float:
    to_come = exp(max(course, 0.0)) - 1.0
    size = 1.0 - exp(-STEEP * max(log10(1.0 + so_far + to_come) - FROM, 0.0))
    return round(1.0 + 9.0 * size * attack, 1)
