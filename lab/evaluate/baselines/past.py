"""Mean and standard deviation of the last hours or days of a series."""

from collections import deque
from math import sqrt
from typing import Final

LOWEST_DEVIATION: Final = 1.0
"""Counts are whole: a deviation below one mention a row would make an alarm of any mention."""


class TrailingWindow:
    """The rows of the last ``window_s`` seconds before the current one, by running sums.

    >>> past = TrailingWindow(900)
    >>> for start_s, count in ((0, 100.0), (300, 2.0), (600, 4.0), (900, 9.0)):
    ...     past.push(start_s, count)
    >>> [round(moment, 3) for moment in past.moments(1200)], past.length_s(1200)
    ([5.0, 2.944], 900)
    """

    def __init__(self, window_s: int) -> None:
        self.window_s = window_s
        self._rows: deque[tuple[int, float]] = deque()
        self._sum = self._squares = 0.0

    def push(self, start_s: int, count: float) -> None:
        """Take a row."""
        self._rows.append((start_s, count))
        self._sum += count
        self._squares += count * count

    def moments(self, now_s: int) -> tuple[float, float]:
        """Mean and standard deviation of the rows that began within the window before ``now_s``.

        The deviation is at least ``LOWEST_DEVIATION``.
        """
        while self._rows and self._rows[0][0] < now_s - self.window_s:
            _, gone = self._rows.popleft()
            self._sum -= gone
            self._squares -= gone * gone
        if not self._rows:
            return 0.0, LOWEST_DEVIATION
        mean = self._sum / len(self._rows)
        variance = self._squares / len(self._rows) - mean * mean
        return mean, sqrt(max(variance, LOWEST_DEVIATION**2))

    def length_s(self, now_s: int) -> int:
        """How far the rows reach back from ``now_s``."""
        return now_s - self._rows[0][0] if self._rows else 0
