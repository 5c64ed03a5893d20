"""When it began: the change point of a course of minutes, not the moment somebody noticed."""

from collections.abc import Sequence
from math import log, sqrt
from typing import Final, NamedTuple

from pipeline.detection.window.recent import MINUTE_S

SHORTEST_BEFORE: Final = 10
"""Minutes of before that a change needs to be told from a beginning of the data."""


class Onset(NamedTuple):
    """``at_s``: start of the first minute of the rise; ``before``: counts a minute before it."""

    at_s: int
    before: float


def find_onset(counts: Sequence[int], first_s: int) -> Onset:
    """Split a course of counts a minute where two Poisson rates explain it best.

    From the best split it goes back while the minutes before still lie above the rate before: a
    rise is a ramp, and the split lies in its middle. ``first_s`` is the start of ``counts[0]``.

    >>> find_onset([1] * 60 + [9] * 5, first_s=0)
    Onset(at_s=3600, before=1.0)
    """
    size = len(counts)
    total = sum(counts)
    best, best_k, before = float("-inf"), max(size - 1, 0), 0
    running = 0
    for k in range(1, size):
        running += counts[k - 1]
        if k < SHORTEST_BEFORE:
            continue
        after = total - running
        if after * k <= running * (size - k):
            continue
        gain = _score(running, k) + _score(after, size - k)
        if gain > best:
            best, best_k, before = gain, k, running
    rate = before / best_k if best_k else 0.0
    limit = rate + sqrt(rate) + 0.5
    k = best_k
    while k > 1 and (counts[k - 1] + counts[k - 2]) / 2 > limit:
        k -= 1
    while k < size - 1 and counts[k] == 0:
        k += 1
    usual = sum(counts[:k]) / k if k else 0.0
    return Onset(first_s + k * MINUTE_S, usual)


def _score(count: int, minutes: int) -> float:
    """Log-likelihood of a Poisson rate at its maximum, up to what does not depend on the split."""
    return count * log(count / minutes) if count else 0.0
