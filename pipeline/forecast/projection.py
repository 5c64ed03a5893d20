"""From the fits of the self-exciting model to mentions of the next hour and day, with an interval.

What exceeds the usual ebbs, under one fit, at ``(1 − d)(1 − branching)`` a minute. For the next
hour the level and the rate of each fit hold. How loud a flare is and how fast it ebbs say little of
tomorrow: for the day the level is that of the last hour, and the rate half-way, on the scale of
logarithms, to that of an ordinary storm. Either relaxes as a power law, as attention does
(R. Crane and D. Sornette, "Robust dynamic classes revealed by measuring the response function of
a social system", PNAS 105, 2008): ``(1 + rate·t / RELAX) ** −RELAX``, whose sum has a closed form.
A fit that grows (branching above 1) grows on for half an hour and relaxes from there: a short past
says nothing of how far a storm goes, only that it still rises.

The interval is that of all fits together, each a log-normal with its own median. Its spread is what
counting and begetting make (variance over mean = dispersion / (1 − branching), that of a branching
process), and what no count of the past knows: other news, the hour of the day. The latter, one
figure for each horizon, was set so that about four of five truths lay inside on the courses of
``benchmarks/projection.py``, which shows how well that holds.
"""

from collections.abc import Sequence
from math import erf, exp, log, log1p, sqrt
from typing import Final, NamedTuple

from pipeline.forecast.hawkes import Fit, Fits, fit
from schemas.incident import Horizon, Projection

HOUR_MIN: Final = 60
DAY_MIN: Final = 1440
LEAST_MENTIONS: Final = 20
LEAST_MIN: Final = 10
"""Fewer mentions in the last hour, or fewer minutes, and nothing is said."""
GROWS_MIN: Final = 30
SLOWEST: Final = 1 / 600
"""Slowest ebb, a minute: no attention lasts for ever."""
ORDINARY: Final = 1 / 200
"""Ebb of an ordinary storm, a minute: it halves in two to three hours."""
RELAX: Final = 3.0
UNKNOWN: Final = {HOUR_MIN: 0.38, DAY_MIN: 0.65}
"""Horizon → standard deviation, in natural logarithms, of what counts cannot tell."""
LEAST_OF_USUAL: Final = 0.25
LEAST_MARGIN: Final = 0.15
LOW: Final = 0.1
HIGH: Final = 0.9
LIKELY_LOW: Final = 0.25
LIKELY_HIGH: Final = 0.75
LEAST_WEIGHT: Final = 1e-9
"""A fit of less moves no figure, and most fits have less."""
HORIZONS_H: Final = (1, 2, 4, 8, 12, 24)


class _Part(NamedTuple):
    weight: float
    middle: float
    """Logarithm of the median."""
    spread: float


def project(counts: Sequence[int], *, usual_per_minute: float) -> Projection | None:
    """Mentions to come after ``counts`` of complete minutes, the newest last; None for too few.

    ``usual_per_minute``: what would come anyway, as a mean over the day. Between the hour and the
    day, level, ebb and spread go over from those of the one to those of the other, evenly on the
    logarithm of time; a longer horizon never brings fewer mentions than a shorter one.

    >>> storm = [1] * 120 + [12, 20, 31, 40, 44, 45, 40, 38, 41, 35, 30, 28, 30, 26, 25, 24]
    >>> seen = project(storm, usual_per_minute=1.0)
    >>> seen.next_hour_low < seen.next_hour < seen.next_hour_high < seen.next_day_high
    True
    >>> project([0, 1, 0], usual_per_minute=1.0) is None
    True
    """
    if len(counts) < LEAST_MIN or sum(counts[-HOUR_MIN:]) < LEAST_MENTIONS:
        return None
    fits = fit(counts, usual_per_minute)
    last = counts[-HOUR_MIN:]
    level = sum(last) / len(last) - usual_per_minute
    horizons: list[Horizon] = []
    for hours in HORIZONS_H:
        reached = _horizon(fits, hours, usual_per_minute, level)
        horizons.append(_no_less(reached, horizons[-1]) if horizons else reached)
    hour, day = horizons[0], horizons[-1]
    branching = sum(one.weight * one.branching for one in fits.fits)
    return Projection(
        next_hour=hour.mentions,
        next_hour_low=hour.low,
        next_hour_high=hour.high,
        next_day=day.mentions,
        next_day_low=day.low,
        next_day_high=day.high,
        branching=round(branching, 3),
        growing=sum(one.weight for one in fits.fits if one.branching > 1.0) > 0.5,  # noqa: PLR2004
        horizons=tuple(horizons),
    )


def _horizon(fits: Fits, hours: int, usual: float, level: float) -> Horizon:
    """Mentions within ``hours``; ``level``: of the last hour, a minute, beyond the usual."""
    length_min = hours * HOUR_MIN
    later = towards_day(length_min)
    levels = [one.rate + later * (level - one.rate) for one in fits.fits]
    parts = _parts(fits, length_min, usual, levels)
    return Horizon(
        hours=hours,
        mentions=_quantile(parts, 0.5),
        low=_quantile(parts, LOW),
        high=_quantile(parts, HIGH),
        likely_low=_quantile(parts, LIKELY_LOW),
        likely_high=_quantile(parts, LIKELY_HIGH),
    )


def _no_less(one: Horizon, shorter: Horizon) -> Horizon:
    """``one``, with no figure below that of a shorter horizon."""
    return Horizon(
        hours=one.hours,
        mentions=max(one.mentions, shorter.mentions),
        low=max(one.low, shorter.low),
        high=max(one.high, shorter.high),
        likely_low=max(one.likely_low, shorter.likely_low),
        likely_high=max(one.likely_high, shorter.likely_high),
    )


def towards_day(length_min: int) -> float:
    """How far a horizon is from the hour, 0, to the day, 1, on the logarithm of time.

    >>> towards_day(HOUR_MIN), towards_day(DAY_MIN), round(towards_day(5 * HOUR_MIN), 2)
    (0.0, 1.0, 0.51)
    """
    return log(length_min / HOUR_MIN) / log(DAY_MIN / HOUR_MIN)


def reach_min(one: Fit, length_min: int) -> float:
    """Sum over the next minutes of an excess that is 1 a minute now, under one fit.

    >>> steady = Fit(memory_min=12.0, branching=1.0, rate=1.0, weight=1.0)
    >>> reach_min(steady, 30), reach_min(steady, HOUR_MIN) < 60.0 < reach_min(steady, DAY_MIN)
    (30.0, True)
    """
    ebb = (1.0 - exp(-1.0 / one.memory_min)) * (1.0 - one.branching)
    growth = max(-ebb, 0.0)
    first = min(length_min, GROWS_MIN) if ebb <= 0.0 else 0
    grown = exp(growth * first)
    rises = (grown - 1.0) / growth if growth else float(first)
    rate = max(ebb, SLOWEST)
    if length_min > HOUR_MIN:
        rate *= (ORDINARY / rate) ** (towards_day(length_min) / 2)
    return rises + grown * _relaxed(rate, length_min - first)


def _relaxed(rate: float, length_min: int) -> float:
    relaxed: float = (1.0 + rate * length_min / RELAX) ** (1.0 - RELAX)
    return (1.0 - relaxed) * RELAX / (rate * (RELAX - 1.0))


def _parts(fits: Fits, length_min: int, usual: float, levels: Sequence[float]) -> list[_Part]:
    """One part of the mixture for each fit; ``levels``: mentions a minute beyond the usual."""
    parts = []
    come_anyway = usual * length_min
    unknown = UNKNOWN[HOUR_MIN] + towards_day(length_min) * (UNKNOWN[DAY_MIN] - UNKNOWN[HOUR_MIN])
    for one, level in zip(fits.fits, levels, strict=True):
        mean = come_anyway + level * reach_min(one, length_min)
        mean = max(mean, LEAST_OF_USUAL * come_anyway, 0.5)
        margin = max(1.0 - one.branching, LEAST_MARGIN)
        counting = log1p(fits.dispersion / margin / mean)
        parts.append(_Part(one.weight, log(mean), sqrt(counting + unknown**2)))
    return parts


def _quantile(parts: Sequence[_Part], share: float) -> int:
    """The count below which ``share`` of the mixture lies, by bisection."""
    low = min(part.middle - 6.0 * part.spread for part in parts)
    high = max(part.middle + 6.0 * part.spread for part in parts)
    telling = [part for part in parts if part.weight >= LEAST_WEIGHT]
    while high - low > 1e-4:  # noqa: PLR2004
        middle = (low + high) / 2
        below = sum(
            part.weight * (0.5 + 0.5 * erf((middle - part.middle) / part.spread / sqrt(2.0)))
            for part in telling
        )
        low, high = (middle, high) if below < share else (low, middle)
    return round(exp((low + high) / 2))
