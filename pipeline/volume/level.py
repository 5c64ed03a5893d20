"""The moving level of a series on the log scale, and how far it usually strays from it."""

from math import exp, log

from pipeline.volume.design import HOUR_S, LEVEL_HALF_LIFE_H

CLIP_STEP = 2.0
CLIP_DEVIATION = 4.0
DEVIATION_PER_ABSOLUTE = 1.25
"""Standard deviation of a normal variable over its mean absolute value, about."""
FLOOR = 0.05


class Level:
    """Robust exponentially weighted mean of ln(count + offset), half-life one day.

    A spike moves it by no more than two usual deviations a row. While it is young it is the plain
    mean of all rows.
    """

    __slots__ = ("_rate", "deviation", "level", "offset", "rows")

    def __init__(self, offset: float, row_s: int) -> None:
        self.offset = offset
        self._rate = 1.0 - 0.5 ** (row_s / HOUR_S / LEVEL_HALF_LIFE_H)
        self.level = 0.0
        self.deviation = FLOOR
        self.rows = 0

    def residual(self, count: float) -> float:
        """How far ``count`` mentions in a row are from the level, in natural logarithms."""
        return log(count + self.offset) - self.level if self.rows else 0.0

    def learn(self, count: float) -> None:
        """Take one complete row into the level."""
        if not self.rows:
            self.level = log(count + self.offset)
            self.rows = 1
            return
        x = log(count + self.offset) - self.level
        self.rows += 1
        rate = max(self._rate, 1.0 / self.rows)
        reach = CLIP_STEP * self.deviation
        self.level += rate * min(max(x, -reach), reach)
        spread = DEVIATION_PER_ABSOLUTE * min(abs(x), CLIP_DEVIATION * self.deviation)
        self.deviation = max(FLOOR, self.deviation + rate * (spread - self.deviation))

    @property
    def usual(self) -> float:
        """Mentions in a usual row: the level, back on the scale of counts."""
        return max(0.0, exp(self.level) - self.offset) if self.rows else 0.0
