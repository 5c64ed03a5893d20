"""Sliding windows over the residuals of complete rows, many lengths at once, in whole numbers."""

from array import array
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from operator import itemgetter, sub

MILLI = 1_000.0
LIMIT = 32_767.0
"""Residuals are kept as whole thousandths of 16 bits: sums are exact and the state is small."""
WHOLE = 1.5 * 2.0**52
"""Added to a double of less than 2**51 and taken off again, it leaves the nearest whole number.

Halves go to the even one, as with ``round``, which costs three times as much.
"""
SLACK = 24
"""How many rows pile up before the oldest ones are cut off, all at once."""


def milli(value: float) -> float:
    """Nearest whole thousandth that fits in 16 bits.

    >>> milli(0.6931), milli(-99.0)
    (693.0, -32767.0)
    """
    nearest = value * MILLI + WHOLE - WHOLE
    if -LIMIT <= nearest <= LIMIT:
        return nearest
    return LIMIT if nearest > 0 else -LIMIT


Ends = Callable[[Sequence[int]], tuple[int, ...]]


@cache
def _ends(spans: tuple[int, ...]) -> tuple[Ends, Ends]:
    """Take the oldest row of each window, and the running total before it; alike for all brands."""
    leaving = itemgetter(*[-span for span in spans])
    outside = itemgetter(*[-span - 1 for span in spans])
    return leaving, outside


class Windows:
    """Sums over the last w residuals, for several w, and over the last steps from row to row.

    ``spans``: those w, in rows, two or more. ``rough``: how many steps. All in thousandths; a row
    that was never seen counts as a usual one.

    What is kept are running totals: a window of any length is the difference of two of them.
    """

    __slots__ = (
        "_between",
        "_history",
        "_kept",
        "_leaving",
        "_limit",
        "_outside",
        "_rising",
        "_rough",
        "_spans",
        "_totals",
        "_variation",
    )

    # Machine numbers of 16 and 32 bits: a brand has many of these, and there are many brands. The
    # running totals begin anew whenever old rows are cut off, so that they fit.
    _between: "tuple[array[int], array[int]] | None"
    _history: "array[int]"
    _rising: int
    _totals: "array[int]"
    _variation: "array[int]"

    def __init__(self, spans: Sequence[int], rough: int) -> None:
        self._spans = tuple(spans)
        self._rough = rough
        self._kept = max(*spans, rough + 1)
        self._limit = self._kept + SLACK
        self._leaving, self._outside = _ends(self._spans)
        self.restore([0] * self._kept)

    def push(self, residual: float) -> list[float]:
        """Take the residual of a complete row; the sum of each window, then that of the steps."""
        newest = int(milli(residual))
        history, totals, steps = self._history, self._totals, self._variation
        change = newest - history[-1]
        self._rising = self._rising + 1 if change >= 0 else 0
        self._between = None
        total = totals[-1] + newest
        history.append(newest)
        totals.append(total)
        steps.append(steps[-1] + abs(change))
        values: list[float] = [total - outside for outside in self._outside(totals)]
        values.append(steps[-1] - steps[-1 - self._rough])
        if len(history) > self._limit:
            self._trim()
        return values

    def push_all(self, residuals: Sequence[float]) -> list[float]:
        """Take several rows; the largest value of each channel that ``push`` would have given.

        Where residuals only rise, as they do in silence, so do the windows over them: the last
        value is the largest.
        """
        rows, rough = len(residuals), self._rough
        newest = [int(milli(residual)) for residual in residuals]
        changes = list(map(sub, newest, [self._history[-1], *newest]))
        self._rising = self._rising + rows if min(changes) >= 0 else 0
        self._between = None
        totals, steps = self._totals, self._variation
        totals.extend(accumulate(newest, initial=totals.pop()))
        steps.extend(accumulate(map(abs, changes), initial=steps.pop()))
        self._history.extend(newest)
        values: list[float] = [
            totals[-1] - totals[-1 - span]
            if self._rising >= span + rows
            else max(map(sub, totals[-rows:], totals[-rows - span : -span]))
            for span in self._spans
        ]
        values.append(max(map(sub, steps[-rows:], steps[-rows - rough : -rough])))
        if len(self._history) > self._limit:
            self._trim()
        return values

    def sliding(self, residual: float, fraction: float) -> list[float]:
        """The same at ``fraction`` of a row after the newest one; nothing is taken.

        ``residual`` is that of the last row's length of time. What lies before it is interpolated
        between complete rows; with ``fraction`` 1 it is what ``push`` would say, but for rounding
        and the steps.
        """
        if self._between is None:
            newest = self._totals[-1]
            sums = array("i", [newest - outside for outside in self._outside(self._totals)])
            self._between = sums, array("h", self._leaving(self._history))
        base = residual * MILLI - (1.0 - fraction) * self._history[-1]
        values: list[float] = [
            base + total - fraction * gone for total, gone in zip(*self._between, strict=True)
        ]
        values.append(self._variation[-1] - self._variation[-1 - self._rough])
        return values

    def rows(self) -> list[int]:
        """The residuals that are kept, oldest first."""
        return list(self._history[-self._kept :])

    def restore(self, rows: Sequence[int]) -> None:
        """Start again from what ``rows`` gave."""
        self._between = None
        self._rising = 0
        self._keep(array("h", rows))

    def _trim(self) -> None:
        self._keep(self._history[-self._kept :])

    def _keep(self, history: "array[int]") -> None:
        """Begin the running totals with these rows."""
        changes = map(sub, history[1:], history)
        self._history = history
        self._totals = array("i", accumulate(history, initial=0))
        self._variation = array("i", accumulate(map(abs, changes), initial=0))
