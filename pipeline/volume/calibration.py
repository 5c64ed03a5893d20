"""How rare a value is, from the brand's own past: extreme values, by moments.

Every channel keeps its largest value of each of the last hours. The largest of a block of B hours
follows, whatever the channel, about a Gumbel distribution; its running mean and variance give the
location and the scale. (Gumbel, "Statistics of Extremes", 1958; Coles, "An Introduction to
Statistical Modeling of Extreme Values", 2001, chapter 3.)
"""

from collections import deque
from collections.abc import Sequence
from itertools import chain, islice
from math import log, sqrt
from typing import TypeVar

from pipeline.volume.design import (
    CALIBRATION_HALF_LIFE_H,
    PRIOR_DEVIATION,
    PRIOR_H,
    PRIOR_MEAN,
)
from pipeline.volume.packing import pack_floats, pack_shorts, unpack_floats, unpack_shorts
from pipeline.volume.windows import LIMIT, MILLI, milli

T = TypeVar("T", int, float)

SCALE_PER_DEVIATION = 0.7797
"""sqrt(6) / pi: scale of a Gumbel distribution over its standard deviation."""
EULER = 0.5772
LOWEST_DEVIATION = 0.05
NOTHING = -LIMIT / MILLI


class Calibration:
    """Turns the values of many channels into log10 of return periods, counted in blocks."""

    __slots__ = ("_hours", "_locations", "_means", "_peaks", "_scales", "_variances", "blocks_h")

    def __init__(self, channels: int, blocks_h: Sequence[int]) -> None:
        self.blocks_h = tuple(blocks_h)
        self._peaks = [NOTHING] * channels
        self._hours: deque[list[int]] = deque(maxlen=max(blocks_h))
        self._means = [[PRIOR_MEAN] * channels for _ in blocks_h]
        self._variances = [[PRIOR_DEVIATION**2] * channels for _ in blocks_h]
        self._fit()

    def _fit(self) -> None:
        self._locations: list[list[float]] = []
        self._scales: list[list[float]] = []
        for means, variances in zip(self._means, self._variances, strict=True):
            widths = [
                SCALE_PER_DEVIATION * max(sqrt(variance), LOWEST_DEVIATION)
                for variance in variances
            ]
            self._locations.append(
                [mean - EULER * width for mean, width in zip(means, widths, strict=True)]
            )
            self._scales.append([1.0 / (width * log(10.0)) for width in widths])

    def rarities(self, values: Sequence[float]) -> list[list[float]]:
        """Log10 of the return period of each channel's value, in blocks, for each block length."""
        return [
            [
                (value - location) * scale
                for value, location, scale in zip(values, locations, scales, strict=True)
            ]
            for locations, scales in zip(self._locations, self._scales, strict=True)
        ]

    def observe(self, values: Sequence[float]) -> None:
        """Take values into the current hour."""
        self._peaks = list(map(max, self._peaks, values))

    def close_hour(self, hours: int) -> None:
        """End the hour. ``hours``: how many of them were closed before this one."""
        self._hours.append([milli(peak) for peak in self._peaks])
        self._peaks = [NOTHING] * len(self._peaks)
        rate = max(1.0 - 0.5 ** (1.0 / CALIBRATION_HALF_LIFE_H), 1.0 / (PRIOR_H + hours + 1.0))
        for block_h, means, variances in zip(
            self.blocks_h, self._means, self._variances, strict=True
        ):
            block = islice(self._hours, max(0, len(self._hours) - block_h), None)
            for i, largest in enumerate(map(max, zip(*block, strict=True))):
                off = largest / MILLI - means[i]
                means[i] += rate * off
                variances[i] = (1.0 - rate) * (variances[i] + rate * off * off)
        self._fit()

    def dump(self) -> list[str]:
        """State, JSON-safe."""
        moments = [
            value for lists in (self._means, self._variances) for row in lists for value in row
        ]
        return [
            pack_floats(self._peaks),
            pack_floats(moments),
            pack_shorts(chain(*self._hours)),
        ]

    def load(self, state: Sequence[str]) -> None:
        """Go on from what ``dump`` gave."""
        peaks, moments, hours = state
        size = len(self._peaks)
        self._peaks = unpack_floats(peaks)
        rows = _rows(unpack_floats(moments), size)
        half = len(self.blocks_h)
        self._means, self._variances = rows[:half], rows[half:]
        self._hours.clear()
        self._hours.extend(_rows(unpack_shorts(hours), size))
        self._fit()


def _rows(flat: list[T], size: int) -> list[list[T]]:
    return [flat[i : i + size] for i in range(0, len(flat), size)]
