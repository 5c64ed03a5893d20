"""How rare a value is, from the brand's own past: extreme values, by moments.

Every channel keeps its largest value of each of the last hours. The largest of a block of B hours
follows, whatever the channel, about a Gumbel distribution; its running mean and variance give the
location and the scale. (Gumbel, "Statistics of Extremes", 1958; Coles, "An Introduction to
Statistical Modeling of Extreme Values", 2001, chapter 3.)
"""

from array import array
from collections.abc import Sequence
from functools import cache
from math import log, sqrt

from pipeline.detection.baseline.volume.design import (
    BLOCK_H,
    CALIBRATION_HALF_LIFE_H,
    PRIOR_DEVIATION,
    PRIOR_H,
    PRIOR_MEAN,
)
from pipeline.detection.baseline.volume.packing import (
    pack_floats,
    pack_shorts,
    unpack_floats,
    unpack_shorts,
)
from pipeline.detection.baseline.volume.windows import LIMIT, MILLI, WHOLE

SCALE_PER_DEVIATION = 0.7797
"""sqrt(6) / pi: scale of a Gumbel distribution over its standard deviation."""
EULER = 0.5772
LOWEST_DEVIATION = 0.05
NOTHING = -1e9
WAITING_AT_MOST = 4
LN_10 = log(10.0)
UNFITTED = array("d")
RATE = 1.0 - 0.5 ** (1.0 / CALIBRATION_HALF_LIFE_H)


@cache
def _channels(spans: tuple[int, ...]) -> "tuple[tuple[float, ...], array[float]]":
    """Spans as floats, and what every channel's largest value is before any; alike for all brands.

    Nobody writes into the array.
    """
    return tuple(map(float, spans)), array("d", [NOTHING]) * len(spans)


class Calibration:
    """Turns the values of many channels into log10 of return periods, counted in blocks.

    ``spans``: how many rows each channel's value is the sum of; the value over the span, in
    thousandths, is what is calibrated.
    """

    __slots__ = (
        "_block",
        "_gains",
        "_largest",
        "_means",
        "_nothing",
        "_peaks",
        "_shifts",
        "_spans",
        "_variances",
        "_waiting",
    )

    # Machine numbers where a brand that says little keeps them: there are many such brands.
    _block: "array[int]"
    _gains: "array[float]"
    _largest: "array[float]"
    _means: "array[float]"
    _nothing: "array[float]"
    _peaks: "array[float]"
    _shifts: "array[float]"
    _variances: "array[float]"
    _waiting: "list[array[float]]"

    def __init__(self, spans: Sequence[int]) -> None:
        self._spans, self._nothing = _channels(tuple(spans))
        self._peaks = self._largest = self._nothing
        self._block = array("h")
        self._waiting = []
        self._means = array("d", [PRIOR_MEAN]) * len(spans)
        self._variances = array("d", [PRIOR_DEVIATION**2]) * len(spans)
        self._gains = self._shifts = UNFITTED

    def rarest(self, values: Sequence[float]) -> float:
        """Log10 of the return period of the rarest of the channels' values, in blocks."""
        if not self._gains:
            self._fit()
        rarest = NOTHING
        for value, gain, shift in zip(values, self._gains, self._shifts, strict=True):
            rarity = value * gain - shift
            if rarity > rarest:  # noqa: PLR1730 - max costs four times as much
                rarest = rarity
        return rarest

    def _fit(self) -> None:
        widths = [
            SCALE_PER_DEVIATION * max(sqrt(variance), LOWEST_DEVIATION)
            for variance in self._variances
        ]
        shifts = [
            (mean / width - EULER) / LN_10 for mean, width in zip(self._means, widths, strict=True)
        ]
        gains = [
            1.0 / (MILLI * span * width * LN_10)
            for span, width in zip(self._spans, widths, strict=True)
        ]
        self._shifts, self._gains = array("d", shifts), array("d", gains)

    def observe(self, values: Sequence[float]) -> None:
        """Take values into the current hour."""
        self._waiting.append(array("d", values))
        if len(self._waiting) > WAITING_AT_MOST:
            self._settle()

    def _settle(self) -> None:
        """Take the largest of what waits into the peaks: all at once costs far less."""
        if self._waiting:
            self._peaks = array("d", map(max, self._peaks, *self._waiting))
            self._waiting.clear()

    def close_hour(self, hours: int) -> None:
        """End the hour. ``hours``: how many of them were closed before this one."""
        self._settle()
        self._close_block(
            [
                peak / span + WHOLE - WHOLE
                for peak, span in zip(self._peaks, self._spans, strict=True)
            ]
        )
        self._peaks = self._nothing
        rate = max(RATE, 1.0 / (PRIOR_H + hours + 1.0))
        keep = 1.0 - rate
        offs = [
            largest / MILLI - mean for largest, mean in zip(self._largest, self._means, strict=True)
        ]
        means = [mean + rate * off for mean, off in zip(self._means, offs, strict=True)]
        variances = [
            keep * (variance + rate * off * off)
            for variance, off in zip(self._variances, offs, strict=True)
        ]
        self._means, self._variances = array("d", means), array("d", variances)
        self._gains = self._shifts = UNFITTED  # fitted anew when somebody asks

    def _close_block(self, peaks: list[float]) -> None:
        """Take an hour into the block; a channel is searched anew where its largest leaves."""
        if max(peaks) > LIMIT or min(peaks) < -LIMIT:
            peaks = [min(max(peak, -LIMIT), LIMIT) for peak in peaks]
        size, block, largest = len(peaks), self._block, self._largest[:]
        block.extend(map(int, peaks))  # whole thousandths, as in the windows
        gone: Sequence[float] = self._nothing
        if len(block) > BLOCK_H * size:
            gone = block[:size]
            del block[:size]
        for i, (peak, leaving, most) in enumerate(zip(peaks, gone, largest, strict=True)):
            if peak >= most:
                largest[i] = peak
            elif leaving == most:
                largest[i] = max(block[i::size])
        self._largest = largest

    def dump(self) -> list[str]:
        """State, JSON-safe."""
        self._settle()
        return [
            pack_floats(self._peaks),
            pack_floats(self._means),
            pack_floats(self._variances),
            pack_shorts(self._block),
        ]

    def load(self, state: Sequence[str]) -> None:
        """Go on from what ``dump`` gave."""
        self._waiting.clear()
        self._peaks, self._means, self._variances = (
            array("d", unpack_floats(packed)) for packed in state[:3]
        )
        self._block, size = array("h", unpack_shorts(state[3])), len(self._spans)
        self._largest = self._nothing
        if self._block:
            self._largest = array("d", (max(self._block[i::size]) for i in range(size)))
        self._gains = self._shifts = UNFITTED
