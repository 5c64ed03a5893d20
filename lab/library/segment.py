"""A course of features cut into phases: where its means change, and no more often than they do."""

from collections.abc import Sequence
from math import inf, log
from typing import Final

MOST_PHASES: Final = 5
SHORTEST: Final = 3
"""Looks that a phase has at least."""

Point = Sequence[tuple[float, float]]
"""One look: each feature in tolerances, and how much it counts, 0 where it is not known."""


def segment(points: Sequence[Point]) -> list[int]:
    """First index of each phase of a course; up to ``MOST_PHASES``.

    The cut with the least weighted squared deviation from the phases' means, found by dynamic
    programming (R. Bellman, "On the approximation of curves by line segments using dynamic
    programming", 1961).
    A further phase must make that smaller by ln(number of looks) for each feature: the Bayesian
    information criterion at a deviation of one tolerance.

    >>> segment([[(0.0, 1.0)]] * 6 + [[(9.0, 1.0)]] * 6)
    [0, 6]
    >>> segment([[(0.0, 1.0)]] * 12)
    [0]
    """
    size = len(points)
    if size < 2 * SHORTEST:
        return [0]
    cost = _Costs(points).between
    price = log(size) * len(points[0])
    # best[k][j]: least cost of the first j points in k + 1 phases, and where the last one begins.
    best = [[(cost(0, j), 0) if j >= SHORTEST else (inf, 0) for j in range(size + 1)]]
    for _ in range(1, min(MOST_PHASES, size // SHORTEST)):
        before = best[-1]
        best.append(
            [
                min(
                    ((before[i][0] + cost(i, j), i) for i in range(SHORTEST, j - SHORTEST + 1)),
                    default=(inf, 0),
                )
                for j in range(size + 1)
            ]
        )
    phases = min(range(len(best)), key=lambda k: best[k][size][0] + k * price)
    starts, end = [], size
    for k in range(phases, -1, -1):
        end = best[k][end][1]
        starts.append(end)
    return starts[::-1]


class _Costs:
    """Weighted squared deviation from the mean of points ``i`` to ``j``, from running sums."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._sums = [[(0.0, 0.0, 0.0)] * len(points[0])]
        for point in points:
            self._sums.append(
                [
                    (w + weight, wx + weight * x, wxx + weight * x * x)
                    for (w, wx, wxx), (x, weight) in zip(self._sums[-1], point, strict=True)
                ]
            )

    def between(self, i: int, j: int) -> float:
        total = 0.0
        for (w0, wx0, wxx0), (w1, wx1, wxx1) in zip(self._sums[i], self._sums[j], strict=True):
            if w1 > w0:
                total += (wxx1 - wxx0) - (wx1 - wx0) ** 2 / (w1 - w0)
        return max(total, 0.0)
