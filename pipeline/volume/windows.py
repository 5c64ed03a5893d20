"""Sliding windows over the residuals of complete rows, many lengths at once, in integers."""

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

MILLI = 1_000
LIMIT = 32_767
"""Residuals are kept as thousandths in 16 bits: sums are exact and the state is small."""
SLACK = 100
"""How many rows pile up before the oldest ones are cut off, all at once."""


def milli(value: float) -> int:
    """Nearest thousandth that fits in 16 bits.

    >>> milli(0.6931), milli(-99.0)
    (693, -32767)
    """
    return min(max(round(value * MILLI), -LIMIT), LIMIT)


class Windows:
    """Sums over the last w residuals, for several w, and over the last steps from row to row.

    ``spans``: those w, in rows, two or more. ``rough``: how many steps. All in thousandths; a row
    that was never seen counts as a usual one.
    """

    __slots__ = (
        "_history",
        "_kept",
        "_leaving",
        "_leaving_of",
        "_rough",
        "_spans",
        "_steps",
        "_sums",
    )

    _history: list[int]
    _leaving: tuple[int, ...]
    _steps: int
    _sums: list[int]

    def __init__(self, spans: Sequence[int], rough: int) -> None:
        self._spans = tuple(spans)
        self._rough = rough
        self._kept = max(*spans, rough + 1)
        self._leaving_of = itemgetter(*[-span for span in spans])
        self.restore([0] * self._kept)

    def push(self, residual: float) -> list[float]:
        """Take the residual of a complete row; the sum of each window, then that of the steps."""
        newest = milli(residual)
        history, rough = self._history, self._rough
        self._steps += abs(newest - history[-1]) - abs(history[-rough] - history[-rough - 1])
        self._sums = [
            total + newest - gone for total, gone in zip(self._sums, self._leaving, strict=True)
        ]
        history.append(newest)
        if len(history) > self._kept + SLACK:
            del history[: -self._kept]
        self._leaving = self._leaving_of(history)
        return [*self._sums, self._steps]

    def sliding(self, residual: float, fraction: float) -> list[float]:
        """The same at ``fraction`` of a row after the newest one; nothing is taken.

        ``residual`` is that of the last row's length of time. What lies before it is interpolated
        between complete rows; with ``fraction`` 1 it is what ``push`` would say, but for rounding
        and the steps.
        """
        base = residual * MILLI - (1.0 - fraction) * self._history[-1]
        values: list[float] = [
            base + total - fraction * gone
            for total, gone in zip(self._sums, self._leaving, strict=True)
        ]
        values.append(self._steps)
        return values

    def rows(self) -> list[int]:
        """The residuals that are kept, oldest first."""
        return self._history[-self._kept :]

    def restore(self, rows: Sequence[int]) -> None:
        """Start again from what ``rows`` gave."""
        self._history = list(rows)
        self._sums = [sum(rows[-span:]) for span in self._spans]
        self._steps = sum(abs(b - a) for a, b in pairwise(rows[-self._rough - 1 :]))
        self._leaving = self._leaving_of(self._history)
