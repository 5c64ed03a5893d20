"""The generalised extreme Studentized deviate test on median and MAD, for upper outliers.

Rosner, "Percentage Points for a Generalized ESD Many-Outlier Procedure", Technometrics 25, 1983:
take the value that is farthest out, compare it with a critical value, remove it, go on up to a
largest number of outliers; all that were taken up to the last that exceeded its critical value are
outliers. With median and median absolute deviation it is the hybrid form of Vallis, Hochenbaum &
Kejariwal, "A Novel Technique for Long-Term Anomaly Detection in the Cloud", HotCloud 2014.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from math import sqrt
from statistics import NormalDist

MAD_TO_DEVIATION = 1.4826
"""The median absolute deviation of a normal distribution times this is its standard deviation."""


def student_t_quantile(p: float, freedom: int) -> float:
    """Quantile of Student's t by its expansion around the normal one (good from 10 degrees on).

    Source: Abramowitz & Stegun, "Handbook of Mathematical Functions", 26.7.5.

    >>> round(student_t_quantile(0.975, 30), 3)
    2.042
    """
    z = NormalDist().inv_cdf(p)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** power for power, term in enumerate(terms, 1))


@cache
def critical_values(n: int, most: int, alpha: float) -> tuple[float, ...]:
    """What the 1st to ``most``-th farthest of ``n`` values must exceed, one-sided at ``alpha``.

    >>> [round(value, 3) for value in critical_values(54, 3, 0.025)]
    [3.159, 3.151, 3.144]
    """
    values = []
    for taken in range(1, most + 1):
        left = n - taken
        t = student_t_quantile(1 - alpha / (left + 1), left - 1)
        values.append(t * left / sqrt((left - 1 + t * t) * (left + 1)))
    return tuple(values)


def is_upper_outlier(
    ordered: Sequence[float], value: float, *, alpha: float, largest_share: float
) -> bool:
    """Whether ``value``, one of the ``ordered`` (ascending) values, is an upper outlier.

    ``largest_share``: of the values, that can be outliers at all. Where more than half of what is
    left is one same value, there is no deviation to speak of, and nothing is an outlier.

    >>> values = [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 40]
    >>> [is_upper_outlier(values, one, alpha=0.05, largest_share=0.2) for one in (6, 40)]
    [False, True]
    """
    most = int(len(ordered) * largest_share)
    rank = len(ordered) - bisect_right(ordered, value) + 1
    if rank > most:
        return False
    critical = critical_values(len(ordered), most, alpha)
    for taken in range(rank, most + 1):
        kept = len(ordered) - taken + 1
        middle = _median(ordered, kept)
        deviation = MAD_TO_DEVIATION * _median_distance(ordered, kept, middle)
        if not deviation:
            return False
        if (ordered[kept - 1] - middle) / deviation > critical[taken - 1]:
            return True
    return False


def _median(ordered: Sequence[float], kept: int) -> float:
    """Median of the first ``kept`` values."""
    return (ordered[(kept - 1) // 2] + ordered[kept // 2]) / 2


def _median_distance(ordered: Sequence[float], kept: int, middle: float) -> float:
    """Median distance of the first ``kept`` values from ``middle``, without sorting distances."""
    low, high = (kept + 1) // 2, kept // 2 + 1
    nearest = _distance(ordered, kept, middle, low)
    return nearest if low == high else (nearest + _distance(ordered, kept, middle, high)) / 2


def _distance(ordered: Sequence[float], kept: int, middle: float, rank: int) -> float:
    """The ``rank``-th smallest distance: so many of the nearest values lie side by side."""
    first = bisect_left(
        range(kept - rank), 2 * middle, key=lambda i: ordered[i] + ordered[i + rank]
    )
    return max(middle - ordered[first], ordered[first + rank - 1] - middle)
