"""One offset's view of a series: its level, windows and calibration, and how severe it finds it."""

from collections.abc import Sequence
from math import log

from pipeline.detection.baseline.volume.calibration import Calibration
from pipeline.detection.baseline.volume.design import ROUGH_SPAN, ROW_S, SPANS
from pipeline.detection.baseline.volume.level import Level
from pipeline.detection.baseline.volume.packing import (
    pack_floats,
    pack_shorts,
    unpack_floats,
    unpack_shorts,
)
from pipeline.detection.baseline.volume.windows import MILLI, Windows


class Scale:
    """The channels of one offset: windows of rows, roughness, flashes.

    ``pace_s``: length of a row for all that is counted in rows. ``flashes``: lengths of the windows
    below a row, as parts of a row.
    """

    __slots__ = ("_flashes", "calibration", "level", "windows")

    def __init__(self, offset: float, pace_s: int, flashes: Sequence[float]) -> None:
        spans = sorted({_rows(span, pace_s) for span in SPANS})
        rough = _rows(ROUGH_SPAN, pace_s)
        self._flashes = tuple(flashes)
        self.level = Level(offset, pace_s)
        self.windows = Windows(spans, rough)
        self.calibration = Calibration([*spans, rough, *[1 for _ in flashes]])

    def row(self, count: float, flashes: Sequence[float], *, learn: bool) -> float:
        """Take a complete row; how rare it is, as log10 of a return period in blocks.

        ``flashes``: mentions in the windows below a row, up to its end. ``learn``: whether the row
        tells what is usual.
        """
        values = self.windows.push(self.level.residual(count))
        if flashes:
            values += self.flashes(flashes)
        rarity = self.calibration.rarest(values)
        if learn:
            self.calibration.observe(values)
            self.level.learn(count)
        return rarity

    def sliding(
        self, count: float, fraction: float, flashes: Sequence[float], *, learn: bool
    ) -> float:
        """How rare the time up to ``fraction`` of a row is; ``count``: in the last row's length."""
        values = self.windows.sliding(self.level.residual(count), fraction)
        if flashes:
            values += self.flashes(flashes)
        if learn:
            self.calibration.observe(values)
        return self.calibration.rarest(values)

    def flashes(self, counts: Sequence[float]) -> list[float]:
        """Values of the windows below a row: log ratio to what is usual in so short a time."""
        usual, offset = self.level.usual, self.level.offset
        return [
            MILLI * log((count + offset) / (usual * part + offset))
            for count, part in zip(counts, self._flashes, strict=True)
        ]

    def silence(self, rows: int) -> None:
        """Take and learn complete rows without a mention, of one hour, as one by one.

        The level only falls in silence, so the flashes only rise: those of the last row count.
        """
        residuals = self.level.learn(0.0, rows - 1)
        flashes = self.flashes([0.0] * len(self._flashes))
        residuals += self.level.learn(0.0)
        self.calibration.observe([*self.windows.push_all(residuals), *flashes])

    def dump(self) -> list[str]:
        """State, JSON-safe."""
        level = [self.level.level, self.level.deviation, float(self.level.rows)]
        return [pack_floats(level), pack_shorts(self.windows.rows()), *self.calibration.dump()]

    def load(self, state: Sequence[str]) -> None:
        """Go on from what ``dump`` gave."""
        self.level.level, self.level.deviation, rows = unpack_floats(state[0])
        self.level.rows = int(rows)
        self.windows.restore(unpack_shorts(state[1]))
        self.calibration.load(state[2:])


def _rows(span: int, pace_s: int) -> int:
    return max(1, round(span * ROW_S / pace_s))
