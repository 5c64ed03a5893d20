"""Confidence: how sure the judge is."""

from math import exp2
from typing import Final

PROMPT_S: Final = 120
HALF_TOLD_S: Final = 1800
LIVE_S: Final = 86_400


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
