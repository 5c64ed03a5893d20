"""How bad an incident is going to be: 1 to 10, and the five bands that people know it by.

Severity is a projection: independent voices beyond the usual, those of now and those expected in
the next eight hours, in units of what the brand lives through, and less where the kind of the wave
is harmless. This file is all there is to change about it: the bands, the weights and the formula.
"""

from enum import IntEnum
from math import exp, log1p, log2, log10, sqrt
from typing import Final, NamedTuple

from msgspec import Struct


class SeverityBand(IntEnum):
    """A severity as a word; the value of each is the least severity that it stands for.

    Wording, colour, advice and the question whether people must hear of a change hang on it.

    >>> SeverityBand.of(8).name
    'SEVERE'
    """

    MINOR = 1
    MODERATE = 3
    SERIOUS = 5
    SEVERE = 7
    EXTREME = 9

    @classmethod
    def of(cls, severity: float) -> "SeverityBand":
        """Return the band of a severity; what is below 1 is minor, too."""
        return max((band for band in cls if band <= severity), default=cls.MINOR)


class SeverityWeights(NamedTuple):
    """The numbers of the formula; fitted on three seeds of world A (docs/adr/0018-detection.md).

    The unit of voices is the square root of the voices of ``unit_days`` days: what a month makes by
    chance. A brand of less than ``least_daily`` voices a day counts as one that has so many.

    ``intercept``, ``speed``, ``so_far``, ``growth`` and ``kind`` give the logarithm of the voices
    to come: of the voices an hour now, of those beyond usual so far (both in units), of the
    doublings within half an hour (within ``growth_most``), and of K (within ``kind_most``).

    Severity rises above 1 from ``rises_from`` on, as log10 of units, and ever more slowly
    (``steepness``): ten times as much is worth most of the scale, and there is always something
    worse. What is harmless by its kind keeps the part ``harmless`` of it, since size alone is work,
    too; the rest comes with K, half of it at ``kind_middle``.

    ``unsure_at_once`` and ``unsure_later`` are the standard deviation of the natural logarithm of
    what is to come, at the beginning and after ``settled_s`` seconds: a wave of which little is
    known can end anywhere. K rises with the wave by as much. The range that is told reaches from
    ``downward`` below to ``upward`` above, in standard deviations: what grew is told of early, and
    goes on more often than not.
    """

    unit_days: int = 30
    least_daily: float = 0.5
    intercept: float = 0.77
    speed: float = 1.05
    so_far: float = -0.14
    growth: float = 0.17
    growth_most: float = 2.0
    kind: float = 0.11
    kind_most: float = 4.0
    rises_from: float = 0.35
    steepness: float = 2.0
    harmless: float = 0.4
    kind_slope: float = 1.2
    kind_middle: float = 1.9
    unsure_at_once: float = 1.1
    unsure_later: float = 0.8
    settled_s: int = 3 * 3600
    downward: float = 0.8
    upward: float = 1.0


WEIGHTS: Final = SeverityWeights()


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


def severity(
    pace: Pace, kind: float, age_s: int, *, weights: SeverityWeights = WEIGHTS
) -> Severity:
    """How bad it is going to be. ``kind`` is K; ``age_s``: seconds since it was noticed.

    >>> quiet = Pace(last_10_min=2, half_an_hour_before=2, beyond=0, daily=50)
    >>> severity(quiet, kind=-3.0, age_s=0).now
    1.0
    """
    unit = sqrt(weights.unit_days * max(pace.daily, weights.least_daily))
    growth = log2((pace.last_10_min + 6.0) / (pace.half_an_hour_before + 6.0))
    growth = min(max(growth, -weights.growth_most), weights.growth_most)
    course = (
        weights.intercept
        + weights.speed * log1p(pace.last_10_min / unit)
        + weights.so_far * log1p(pace.beyond / unit)
        + weights.growth * growth
        + weights.kind * min(max(kind, -weights.kind_most), weights.kind_most)
    )
    settled = min(age_s / weights.settled_s, 1.0)
    unsure = weights.unsure_at_once + settled * (weights.unsure_later - weights.unsure_at_once)
    now, low, high = (
        _grade(pace.beyond / unit, course + times * unsure, kind + times * unsure, weights)
        for times in (0.0, -weights.downward, weights.upward)
    )
    return Severity(now, low, high)


def _grade(so_far: float, course: float, kind: float, weights: SeverityWeights) -> float:
    """Severity of voices so far (in units), of the logarithm of those to come, and of K."""
    to_come = exp(max(course, 0.0)) - 1.0
    above = max(log10(1.0 + so_far + to_come) - weights.rises_from, 0.0)
    size = 1.0 - exp(-weights.steepness * above)
    hostile = 1.0 / (1.0 + exp(-weights.kind_slope * (kind - weights.kind_middle)))
    return round(1.0 + 9.0 * size * (weights.harmless + (1 - weights.harmless) * hostile), 1)
