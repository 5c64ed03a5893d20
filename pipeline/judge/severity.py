"""Severity 1–10 and confidence: how bad, and how sure."""

from collections.abc import Mapping
from math import exp2, log10
from typing import Final, NamedTuple

from pipeline.judge.features import Feature

PROMPT_S: Final = 120
HALF_TOLD_S: Final = 1800
LIVE_S: Final = 86_400


class Size(NamedTuple):
    """Mentions of the last hour, the usual ones, and the fewest that may ring."""

    last_hour: float
    usual_per_hour: float
    minimum: int


def severity(size: Size, now: Mapping[str, Feature]) -> int:
    """How bad it is, 1 to 10: ``1 + 4·size + 1·speed + 2·negativity + 2·spread``, rounded.

    Each part lies in 0..1. *Size*: log10 of the last hour against the usual one (or the fewest
    mentions that may ring, if more); a hundredfold is full. *Speed*: the doubling within ten
    minutes; a quadrupling is full. *Negativity*: negative share beyond the usual; fifty points are
    full. *Spread*: the mean of new authors, reposts and languages beyond the usual.

    >>> severity(Size(last_hour=60, usual_per_hour=50, minimum=20), {})
    1
    """
    times = size.last_hour / max(size.usual_per_hour, size.minimum, 1.0)
    largeness = _part(log10(max(times, 1.0)) / 2)
    speed = _part(_x(now, "acceleration") / 2)
    negative = now.get("negative_shift")
    negativity = _part((negative.value - (negative.normal or 0.0)) / 0.5) if negative else 0.0
    spread = (
        _part(_x(now, "new_author_share") / 1.5)
        + _part(_x(now, "repost_share") / 1.5)
        + _part(_x(now, "language_spread") / 0.3)
    ) / 3
    return min(10, max(1, round(1 + 4 * largeness + speed + 2 * negativity + 2 * spread)))


def confidence(
    evidence: float, excess: float, coverage: float, *, impaired: bool, learning: bool
) -> float:
    """How sure the judgement is, 0 to 1: the odds, discounted for what is not known.

    ``excess``: mentions beyond the usual that it rests on. ``impaired``: a source is blind or
    samples. ``learning``: the brand's own normal is young; never above one half then.

    >>> confidence(2.0, 1000, 1.0, impaired=False, learning=False)
    0.961
    """
    odds = 1 / (1 + 10 ** -max(min(abs(evidence), 6.0), 0.0))
    sure = odds * excess / (excess + 30.0) * (0.5 + 0.5 * coverage)
    if impaired:
        sure *= 0.8
    return round(min(sure, 0.5) if learning else sure, 3)


def behind(confidence: float, behind_s: float) -> float:
    """Confidence in a judgement that came ``behind_s`` seconds after the time that it is about.

    What is told may be over or far worse by now. Up to ``PROMPT_S`` nothing is taken off; then what
    is taken off grows to one half, the first quarter within half an hour. More than a day is no
    lag that the figure could speak of, but a replay or a long outage.

    >>> [behind(0.8, s) for s in (30, 1920, 7 * 3600, 3 * 86_400)]
    [0.8, 0.6, 0.4, 0.8]
    """
    if not PROMPT_S < behind_s <= LIVE_S:
        return confidence
    fresh = exp2((PROMPT_S - behind_s) / HALF_TOLD_S)
    return round(confidence * (0.5 + 0.5 * fresh), 3)


def _x(now: Mapping[str, Feature], code: str) -> float:
    feature = now.get(code)
    return feature.x if feature else 0.0


def _part(value: float) -> float:
    return min(max(value, 0.0), 1.0)
