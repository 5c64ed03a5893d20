"""The moving level of a series on the log scale, and how far it usually strays from it."""

from math import exp, log

from pipeline.detection.baseline.volume.design import HOUR_S, LEVEL_HALF_LIFE_H

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

    def learn(self, count: float, times: int = 1) -> list[float]:
        """Take complete rows of ``count`` mentions each; the residual of each on its arrival."""
        newest = log(count + self.offset)
        residuals = []
        if not self.rows and times:
            self.level = newest
            self.rows = 1
            times -= 1
            residuals.append(0.0)
        level, deviation = self.level, self.deviation
        for rows in range(self.rows + 1, self.rows + times + 1):
            residual = newest - level
            residuals.append(residual)
            rate = 1.0 / rows
            if rate < self._rate:  # noqa: PLR1730 - max costs four times as much; so below
                rate = self._rate
            size = abs(residual)
            reach = CLIP_STEP * deviation
            if size <= reach:
                level += rate * residual
            else:
                level += rate * reach if residual > 0.0 else -rate * reach
            most = CLIP_DEVIATION * deviation
            spread = DEVIATION_PER_ABSOLUTE * (size if size < most else most)  # noqa: FURB136
            deviation += rate * (spread - deviation)
            if deviation < FLOOR:  # noqa: PLR1730
                deviation = FLOOR
        self.level, self.deviation = level, deviation
        self.rows += times
        return residuals

    def grow(self, times: float, more: float) -> None:
        """Let ``times`` as many mentions be usual in a row, and ``more`` on top of them."""
        if self.rows:
            self.level = log(max(self.usual * times + more, 0.0) + self.offset)

    @property
    def usual(self) -> float:
        """Mentions in a usual row: the level, back on the scale of counts."""
        return max(0.0, exp(self.level) - self.offset) if self.rows else 0.0
