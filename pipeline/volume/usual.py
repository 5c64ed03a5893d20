"""What is usual, as people would count it: a mean that a spike hardly moves."""

from pipeline.volume.design import HOUR_S, LEVEL_HALF_LIFE_H

REACH = 3.0


class Usual:
    """Exponentially weighted mean of the counts of rows, half-life one day.

    A row counts for no more than three times the mean and three mentions. The level on the log
    scale would be too low for a brand that is mostly silent: its typical row is empty.
    """

    __slots__ = ("_rate", "mean", "rows")

    def __init__(self, pace_s: int) -> None:
        self._rate = 1.0 - 0.5 ** (pace_s / HOUR_S / LEVEL_HALF_LIFE_H)
        self.mean = 0.0
        self.rows = 0

    def learn(self, count: float) -> None:
        """Take one complete row."""
        self.rows += 1
        if self.rows > 1:
            count = min(count, REACH * (self.mean + 1.0))
        self.mean += max(self._rate, 1.0 / self.rows) * (count - self.mean)
