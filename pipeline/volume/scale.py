"""One offset's view of a series: its level, windows and calibration; severities of its members."""

from collections.abc import Sequence
from math import log
from typing import Any

from pipeline.volume.calibration import Calibration
from pipeline.volume.design import ROW_S, Design
from pipeline.volume.level import Level
from pipeline.volume.packing import pack_floats, pack_shorts, unpack_floats, unpack_shorts
from pipeline.volume.windows import Windows


class Scale:
    """The channels of one offset k, and a member for each of its banks and blocks.

    ``flashes``: lengths of the windows below a row, as parts of a row.
    """

    def __init__(self, offset: float, design: Design, row_s: int, flashes: Sequence[float]) -> None:
        spans = sorted({_rows(w, row_s) for bank in design.banks for w in bank})
        rough = sorted({_rows(w, row_s) for w in design.rough})
        self.level = Level(offset, row_s)
        self.windows = Windows(spans, rough)
        self._flashes = tuple(flashes)
        channels = len(spans) + len(rough) + len(flashes)
        self.calibration = Calibration(channels, design.blocks_h)
        extra = range(len(spans) + len(rough), channels)
        self._banks = [
            [spans.index(_rows(w, row_s)) for w in bank] + list(extra) for bank in design.banks
        ]
        self._rough = slice(len(spans), len(spans) + len(rough))

    def row(self, count: float) -> list[float]:
        """Take a complete row into the windows; the value of every channel at its end."""
        self.windows.push(self.level.residual(count))
        return self.windows.complete() + self.windows.roughness()

    def sliding(self, count: float, fraction: float) -> list[float]:
        """Values at ``fraction`` of a row; ``count``: mentions in the last row's length of time."""
        residual = self.level.residual(count)
        return self.windows.sliding(residual, fraction) + self.windows.roughness()

    def flashes(self, counts: Sequence[float]) -> list[float]:
        """Values of the windows below a row: log ratio to what is usual in so short a time."""
        usual, offset = self.level.usual, self.level.offset
        return [
            log((count + offset) / (usual * part + offset))
            for count, part in zip(counts, self._flashes, strict=True)
        ]

    def severity(self, values: Sequence[float]) -> float:
        """Mean severity of the members."""
        total = 0.0
        for rarities in self.calibration.rarities(values):
            rough = rarities[self._rough]
            floor = sum(rough) / len(rough)
            for bank in self._banks:
                total += max(floor, *[rarities[i] for i in bank])
        return total / (len(self._banks) * len(self.calibration.blocks_h))

    def dump(self) -> list[Any]:
        """State, JSON-safe."""
        level = [self.level.level, self.level.deviation, float(self.level.rows)]
        return [pack_floats(level), pack_shorts(self.windows.rows()), *self.calibration.dump()]

    def load(self, state: Sequence[Any]) -> None:
        """Go on from what ``dump`` gave."""
        self.level.level, self.level.deviation, rows = unpack_floats(state[0])
        self.level.rows = int(rows)
        self.windows.restore(unpack_shorts(state[1]))
        self.calibration.load(state[2:])


def _rows(window: int, row_s: int) -> int:
    return max(1, round(window * ROW_S / row_s))
