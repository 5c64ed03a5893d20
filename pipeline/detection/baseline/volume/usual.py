"""What is usual, as people would count it: a mean that a spike hardly moves."""

from pipeline.detection.baseline.volume.design import HOUR_S, LEVEL_HALF_LIFE_H

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

    def learn(self, count: float, times: int = 1) -> None:
        """Take complete rows of ``count`` mentions each."""
        mean = self.mean
        for rows in range(self.rows + 1, self.rows + times + 1):
            rate = 1.0 / rows
            if rate < self._rate:  # noqa: PLR1730 - max costs four times as much; so below
                rate = self._rate
            most = REACH * (mean + 1.0) if rows > 1 else count
            taken = count if count < most else most  # noqa: FURB136
            mean += rate * (taken - mean)
        self.mean = mean
        self.rows += times
