"""The constants of the detector: windows, offsets, blocks, memories. One set for every series."""

from typing import Final, NamedTuple

ROW_S: Final = 300
"""Windows are made of rows of five minutes (or of one step, where steps are longer)."""

HOUR_S: Final = 3_600
DAY_S: Final = 86_400
WEEK_S: Final = 604_800


class Design(NamedTuple):
    """What the detector looks at.

    ``offsets``: k of ln(count + k), in mentions a row. ``banks``: windows in rows of five minutes;
    every bank makes members of its own. ``rough``: windows of the roughness channels, in rows.
    ``flashes_s``: windows below a row, in seconds. ``blocks_h``: the block whose largest hourly
    value is calibrated, in hours.
    """

    offsets: tuple[float, ...]
    banks: tuple[tuple[int, ...], ...]
    rough: tuple[int, ...]
    flashes_s: tuple[int, ...]
    blocks_h: tuple[int, ...]


DESIGN: Final = Design(
    offsets=(2.0, 8.0),
    banks=((1, 4, 16, 64), (2, 6, 24, 96), (1, 3, 12, 48), (2, 8, 32, 80)),
    rough=(24, 48, 96),
    flashes_s=(10, 60),
    blocks_h=(24, 48),
)

LEVEL_HALF_LIFE_H: Final = 24.0
CALIBRATION_HALF_LIFE_H: Final = 240.0
PRIOR_H: Final = 24.0
"""How many hours of a brand's own past the prior is worth."""
PRIOR_MEAN: Final = 0.75
PRIOR_DEVIATION: Final = 0.35
LEARNING_H: Final = 48
"""Hours of its own past that a brand needs before it may speak."""
QUIET_H: Final = 9
"""An episode is over when nothing was alarming for so long."""
RENEWAL: Final = 1.0
"""An episode rings again when it has become ten times rarer than when it last rang."""
