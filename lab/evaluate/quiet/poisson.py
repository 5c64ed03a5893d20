"""The exact confidence interval of a Poisson rate, and Poisson numbers.

Garwood, "Fiducial Limits for the Poisson Distribution", Biometrika 28, 1936.
"""

from math import exp, lgamma, log, sqrt
from random import Random
from typing import Final

MANY: Final = 50
HALVINGS: Final = 60


def interval(events: int, confidence: float = 0.95) -> tuple[float, float]:
    """Smallest and largest mean under which ``events`` is not surprising.

    >>> [round(limit, 3) for limit in interval(3)], round(interval(0)[1], 3)
    ([0.619, 8.767], 3.689)
    """
    tail = (1 - confidence) / 2
    low = _mean_at(events - 1, 1 - tail) if events else 0.0
    return low, _mean_at(events, tail)


def draw(mean: float, dice: Random) -> int:
    """A Poisson number: by its arrivals where few, by the normal approximation where many.

    >>> draw(0.0, Random(1)), draw(1e6, Random(1))
    (0, 1001288)
    """
    if mean > MANY:
        return max(0, round(dice.gauss(mean, sqrt(mean))))
    count, waited = 0, dice.expovariate(1.0)
    while waited < mean:
        count += 1
        waited += dice.expovariate(1.0)
    return count


def _mean_at(events: int, probability: float) -> float:
    """The mean under which so many events, or fewer, have this probability; by bisection."""
    low, high = 0.0, 2.0 * events + 20.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _at_most(events, middle) > probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(events: int, mean: float) -> float:
    logs = (k * log(mean) - mean - lgamma(k + 1) for k in range(events + 1))
    return sum(exp(one) for one in logs)
