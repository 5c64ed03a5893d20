"""One offset's view of a series: its level, windows and calibration, and how severe it finds it."""

from collections.abc import Sequence
from math import log

from pipeline.volume.calibration import Calibration
from pipeline.volume.design import ROUGH_SPAN, ROW_S, SPANS
from pipeline.volume.level import Level
from pipeline.volume.packing import pack_floats, pack_shorts, unpack_floats, unpack_shorts
from pipeline.volume.windows import MILLI, Windows


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

    def row(self, count: float, flashes: Sequence[float]) -> list[float]:
        """Take a complete row into the windows; the values of all channels at its end."""
        values = self.windows.push(self.level.residual(count))
        return [*values, *self.flashes(flashes)]

    def sliding(self, count: float, fraction: float, flashes: Sequence[float]) -> list[float]:
        """Values at ``fraction`` of a row.

        ``count``: mentions in the last row's length of time; ``flashes``: in windows below it.
        """
        values = self.windows.sliding(self.level.residual(count), fraction)
        return values + self.flashes(flashes)

    def flashes(self, counts: Sequence[float]) -> list[float]:
        """Values of the windows below a row: log ratio to what is usual in so short a time."""
        if not counts:
            return []
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
