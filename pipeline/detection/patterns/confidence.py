"""Confidence: how sure the judge is that it is a crisis, and what was taken off for what reason.

It is computed here and nowhere else; whoever tells of it tells this figure.
"""

from math import exp2
from typing import Final, NamedTuple

from schemas.incident import Discount, TakenOff

PROMPT_S: Final = 120
HALF_TOLD_S: Final = 1800
LIVE_S: Final = 86_400


class Confidence(NamedTuple):
    """A probability, and what was taken off from what the evidence alone would make it."""

    value: float
    taken_off: tuple[TakenOff, ...] = ()


def confidence(
    evidence: float, excess: float, coverage: float, *, impaired: bool, learning: bool
) -> Confidence:
    """How sure it is that it is a crisis, 0 to 1: the odds, discounted for what is not known.

    ``excess``: mentions beyond the usual that it rests on. ``impaired``: a source is blind or
    samples. ``learning``: the brand's own baseline is young; never above one half then. The value
    and what was taken off add up to what the odds say.

    >>> sure = confidence(2.0, 1000, 0.9, impaired=False, learning=False)
    >>> sure.value, [(one.code, one.share) for one in sure.taken_off]
    (0.913, [('few', 0.029), ('unseen', 0.048)])
    """
    sure = round(1 / (1 + 10 ** -max(min(evidence, 6.0), -6.0)), 3)
    taken_off: list[TakenOff] = []

    def lower(code: Discount, to: float) -> None:
        nonlocal sure
        to = round(to, 3)
        if to < sure:
            taken_off.append(TakenOff(code=code, share=round(sure - to, 3)))
            sure = to

    lower("few", sure * excess / (excess + 30.0))
    lower("unseen", sure * (0.5 + 0.5 * coverage))
    if impaired:
        lower("impaired", 0.8 * sure)
    if learning:
        lower("learning", 0.5)
    return Confidence(sure, tuple(taken_off))


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
