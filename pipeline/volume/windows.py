"""Sliding windows over the residuals of complete rows, many lengths at once, in integers."""

from collections.abc import Sequence
from itertools import pairwise

MILLI = 1_000
LIMIT = 32_767
"""Residuals are kept as thousandths in 16 bits: sums are exact and the state is small."""


def milli(value: float) -> int:
    """Nearest thousandth that fits in 16 bits.

    >>> milli(0.6931), milli(-99.0)
    (693, -32767)
    """
    return min(max(round(value * MILLI), -LIMIT), LIMIT)


class Windows:
    """Means of the last w residuals, and of their steps, for several w.

    A row that was never seen counts as a usual one (residual 0).
    """

    __slots__ = ("_head", "_levels", "_moves", "_ring", "_slopes", "_sums", "rough", "spans")

    def __init__(self, spans: Sequence[int], rough: Sequence[int]) -> None:
        self.spans = tuple(spans)
        self.rough = tuple(rough)
        self._ring = [0] * (max(*spans, *rough) + 2)
        self._head = 0
        self._sums = [0] * len(spans)
        self._moves = [0] * len(rough)
        self._slide()

    def push(self, residual: float) -> None:
        """Take the residual of a complete row."""
        ring, size = self._ring, len(self._ring)
        x = milli(residual)
        head = self._head
        newest = ring[head - 1]
        ring[head] = x
        step = abs(x - newest)
        for i, span in enumerate(self.rough):
            gone = ring[head - span] - ring[head - span - 1]
            self._moves[i] += step - abs(gone)
        for i, span in enumerate(self.spans):
            self._sums[i] += x - ring[head - span]
        self._head = (head + 1) % size
        self._slide()

    def _slide(self) -> None:
        ring, head = self._ring, self._head
        newest = ring[head - 1]
        self._levels = [total - newest for total in self._sums]
        self._slopes = [newest - ring[head - span] for span in self.spans]

    def complete(self) -> list[float]:
        """Mean residual of each window that ends with the newest complete row."""
        return [total / (MILLI * span) for total, span in zip(self._sums, self.spans, strict=True)]

    def sliding(self, residual: float, fraction: float) -> list[float]:
        """Mean residual of each window that ends ``fraction`` of a row after the newest one.

        ``residual`` is that of the last row's length of time. What lies before it is interpolated
        between complete rows; with ``fraction`` 1 it is exactly what ``complete`` would say if
        this residual were pushed.
        """
        x = residual * MILLI
        return [
            (x + level + fraction * slope) / (MILLI * span)
            for level, slope, span in zip(self._levels, self._slopes, self.spans, strict=True)
        ]

    def roughness(self) -> list[float]:
        """Mean absolute step from row to row over each of the roughness windows."""
        return [total / (MILLI * span) for total, span in zip(self._moves, self.rough, strict=True)]

    def rows(self) -> list[int]:
        """The residuals that are kept, oldest first, in thousandths."""
        return self._ring[self._head :] + self._ring[: self._head]

    def restore(self, rows: Sequence[int]) -> None:
        """Start again from what ``rows`` gave."""
        self._ring = list(rows)
        self._head = 0
        self._sums = [sum(rows[-span:]) for span in self.spans]
        steps = [abs(newer - older) for older, newer in pairwise(rows)]
        self._moves = [sum(steps[-span:]) for span in self.rough]
        self._slide()
