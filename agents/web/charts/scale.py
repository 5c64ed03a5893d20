"""From times and figures to places in a drawing, and where the lines of its grid go."""

from collections.abc import Iterable, Sequence
from math import ceil, sqrt
from typing import Final, NamedTuple

_STEPS_S: Final = (
    60,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    10_800,
    21_600,
    43_200,
    86_400,
    172_800,
    604_800,
)
_ROUND: Final = (1, 2, 4, 5, 10)
_APART: Final = 17.0
"""Least distance between two labels on the scale of figures, in units of the drawing."""


class Size(NamedTuple):
    """One of the two sizes in which each chart is drawn; the name is its class."""

    name: str
    width: int
    left: int
    labels: int
    """How many labels of time there is room for."""


LARGE: Final = Size("large", 760, 52, 8)
SMALL: Final = Size("small", 340, 44, 4)
RIGHT: Final = 12


class Times(NamedTuple):
    """From seconds to ``x``."""

    start_s: float
    end_s: float
    left: float
    right: float

    def x(self, at_s: float) -> float:
        """Where a moment lies; what is outside is moved to the border."""
        inside = min(max(at_s, self.start_s), self.end_s)
        share = (inside - self.start_s) / max(self.end_s - self.start_s, 1)
        return self.left + share * (self.right - self.left)

    def ticks(self, most: int) -> list[int]:
        """At most ``most`` round moments.

        >>> Times(0, 7200, 0, 100).ticks(4)
        [0, 3600, 7200]
        """
        step = next(
            (one for one in _STEPS_S if (self.end_s - self.start_s) / one <= most - 1), _STEPS_S[-1]
        )
        return list(range(ceil(self.start_s / step) * step, int(self.end_s) + 1, step))


class CountScale(NamedTuple):
    """From figures to ``y``, by their root: counts spread evenly, and the usual stays visible."""

    highest: float
    top: float
    bottom: float

    def y(self, value: float) -> float:
        """Where a figure lies."""
        share = sqrt(min(max(value, 0.0), self.highest) / self.highest)
        return self.bottom - share * (self.bottom - self.top)

    def ticks(self) -> list[float]:
        """Round figures that lie apart, 0 and the highest among them.

        >>> CountScale(1000, 0, 100).ticks()
        [0.0, 50.0, 200.0, 500.0, 1000]
        """
        found = [self.highest]
        for value in sorted(_round_ones(self.highest), reverse=True):
            y = self.y(value)
            if y - self.y(found[-1]) >= _APART and self.bottom - y >= _APART:
                found.append(value)
        return [0.0, *reversed(found)]


class ShareScale(NamedTuple):
    """From shares of 0 to 1 to ``y``."""

    top: float
    bottom: float

    def y(self, share: float) -> float:
        """Where a share lies."""
        return self.bottom - min(max(share, 0.0), 1.0) * (self.bottom - self.top)


def rounded_up(value: float) -> float:
    """The next round figure, at least 4.

    >>> rounded_up(1882), rounded_up(0)
    (2000.0, 4.0)
    """
    return min(one for one in _round_ones(20 * max(value, 4.0)) if one >= max(value, 4.0))


def path(points: Iterable[tuple[float, float]]) -> str:
    """A line through points.

    >>> path([(0, 1), (2.25, 3)])
    'M0 1L2.2 3'
    """
    return "".join(f"{'L' if at else 'M'}{_n(x)} {_n(y)}" for at, (x, y) in enumerate(points))


def area(upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]]) -> str:
    """What lies between two lines."""
    return path([*upper, *reversed(lower)]) + "Z" if upper else ""


def n(value: float) -> str:
    """A figure of geometry, as short as it can be seen."""
    return _n(value)


def step_for(span_s: float, most: int) -> int:
    """The shortest round step of which ``span_s`` has at most ``most``.

    >>> step_for(86_400, 100), step_for(3600, 100)
    (900, 60)
    """
    return next((one for one in _STEPS_S if span_s / one <= most), _STEPS_S[-1])


def _round_ones(highest: float) -> list[float]:
    found, unit = [], 1.0
    while unit <= highest:
        found += [unit * one for one in _ROUND if unit * one <= highest]
        unit *= 10
    return sorted(set(found))


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
