"""Where a label has room beside lines: none is struck through, and none lies on another."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

WIDE: Final = 7.5
"""Of one character in bold, at most on average: what is drawn here is not measured."""

_ABOVE: Final = 10.0
_BELOW: Final = 4.0
"""What a line of text needs above and below its baseline."""

_STEP: Final = 2.0

Point = tuple[float, float]


def width_of(said: str) -> float:
    """About how wide a label is.

    >>> width_of("négatif")
    52.5
    """
    return WIDE * len(said)


def heights(points: Sequence[Point], left: float, right: float) -> list[float]:
    """Where a line runs between two places: at each of its turns, and at its ends there.

    >>> heights([(0, 0), (10, 10), (20, 0)], 5, 15)
    [5.0, 10.0]
    """
    found: list[float] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        if x1 < left or x0 > right or x1 == x0:
            continue
        ends = (max(x0, left), min(x1, right))
        found += [y0 + (y1 - y0) * (x - x0) / (x1 - x0) for x in ends]
    found += [y for x, y in points[-1:] if left <= x <= right]
    return list(dict.fromkeys(found))


def baseline(
    wanted: float, lines: Iterable[Sequence[float]], texts: Iterable[float], top: float, low: float
) -> float:
    """Return the baseline that is nearest to ``wanted`` and free, between ``top`` and ``low``.

    ``lines``: heights of each line where the label would lie; ``texts``: baselines of labels there.
    Where lines fill all of it, one is crossed; another label is not.

    >>> baseline(50, [[40, 60]], [], 0, 100), baseline(50, [[40, 60]], [36], 0, 100)
    (36.0, 70.0)
    >>> baseline(50, [], [], 0, 100), baseline(50, [[0, 100]], [50], 0, 100)
    (50.0, 36.0)
    """
    spans = [(min(one), max(one)) for one in lines if one]
    written = list(texts)
    steps = range(round((low - top) / _STEP) + 1)
    tried = [wanted + sign * _STEP * step for step in steps for sign in (-1, 1)]
    within = [at for at in tried if top <= at - _ABOVE and at + _BELOW <= low]
    apart = [at for at in within if all(abs(at - one) >= _ABOVE + _BELOW for one in written)]
    clear = (
        at
        for at in apart
        if all(at + _BELOW <= first or at - _ABOVE >= last for first, last in spans)
    )
    return next(clear, next(iter(apart), wanted))
