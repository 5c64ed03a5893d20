"""How rare a value is, from the brand's own past: extreme values, by moments.

Every channel keeps its largest value of each of the last hours. The largest of a block of B hours
follows, whatever the channel, about a Gumbel distribution; its running mean and variance give the
location and the scale. (Gumbel, "Statistics of Extremes", 1958; Coles, "An Introduction to
Statistical Modeling of Extreme Values", 2001, chapter 3.)
"""

from collections.abc import Sequence
from math import log, sqrt

from pipeline.volume.design import (
    BLOCK_H,
    CALIBRATION_HALF_LIFE_H,
    PRIOR_DEVIATION,
    PRIOR_H,
    PRIOR_MEAN,
)
from pipeline.volume.packing import pack_floats, pack_shorts, unpack_floats, unpack_shorts
from pipeline.volume.windows import LIMIT, MILLI

SCALE_PER_DEVIATION = 0.7797
"""sqrt(6) / pi: scale of a Gumbel distribution over its standard deviation."""
EULER = 0.5772
LOWEST_DEVIATION = 0.05
NOTHING = -1e9


class Calibration:
    """Turns the values of many channels into log10 of return periods, counted in blocks.

    ``spans``: how many rows each channel's value is the sum of; the value over the span, in
    thousandths, is what is calibrated.
    """

    __slots__ = ("_gains", "_hours", "_means", "_peaks", "_shifts", "_spans", "_variances")

    def __init__(self, spans: Sequence[int]) -> None:
        self._spans = tuple(spans)
        self._peaks = [NOTHING] * len(spans)
        self._hours: list[list[int]] = []
        self._means = [PRIOR_MEAN] * len(spans)
        self._variances = [PRIOR_DEVIATION**2] * len(spans)
        self._fit()

    def _fit(self) -> None:
        widths = [
            SCALE_PER_DEVIATION * max(sqrt(variance), LOWEST_DEVIATION)
            for variance in self._variances
        ]
        self._shifts = [
            (mean / width - EULER) / log(10.0)
            for mean, width in zip(self._means, widths, strict=True)
        ]
        self._gains = [
            1.0 / (MILLI * span * width * log(10.0))
            for span, width in zip(self._spans, widths, strict=True)
        ]

    def rarities(self, values: Sequence[float]) -> list[float]:
        """Log10 of the return period of each channel's value, in blocks."""
        return [
            value * gain - shift
            for value, gain, shift in zip(values, self._gains, self._shifts, strict=True)
        ]

    def observe(self, values: Sequence[float]) -> None:
        """Take values into the current hour."""
        self._peaks = [
            peak if peak > value else value  # noqa: FURB136 - max costs four times as much
            for peak, value in zip(self._peaks, values, strict=True)
        ]

    def close_hour(self, hours: int) -> None:
        """End the hour. ``hours``: how many of them were closed before this one."""
        peaks = [
            min(max(round(peak / span), -LIMIT), LIMIT)
            for peak, span in zip(self._peaks, self._spans, strict=True)
        ]
        self._hours = [*self._hours[1 - BLOCK_H :], peaks]
        self._peaks = [NOTHING] * len(self._peaks)
        rate = max(1.0 - 0.5 ** (1.0 / CALIBRATION_HALF_LIFE_H), 1.0 / (PRIOR_H + hours + 1.0))
        for i, largest in enumerate(map(max, zip(*self._hours, strict=True))):
            off = largest / MILLI - self._means[i]
            self._means[i] += rate * off
            self._variances[i] = (1.0 - rate) * (self._variances[i] + rate * off * off)
        self._fit()

    def dump(self) -> list[str]:
        """State, JSON-safe."""
        return [
            pack_floats(self._peaks),
            pack_floats(self._means),
            pack_floats(self._variances),
            pack_shorts([peak for hour in self._hours for peak in hour]),
        ]

    def load(self, state: Sequence[str]) -> None:
        """Go on from what ``dump`` gave."""
        self._peaks, self._means, self._variances = map(unpack_floats, state[:3])
        peaks, size = unpack_shorts(state[3]), len(self._spans)
        self._hours = [peaks[i : i + size] for i in range(0, len(peaks), size)]
        self._fit()
