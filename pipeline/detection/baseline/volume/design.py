"""The constants of the detector: windows, offsets, block, memories. One set for every series."""

from typing import Final

ROW_S: Final = 300
"""Windows are made of rows of five minutes (or of one step, where steps are longer)."""
HOUR_S: Final = 3_600
WEEK_S: Final = 604_800

OFFSETS: Final = (0.25, 1.0)
"""k of ln(count + k), in mentions a row. Large ones blind the detector on small brands."""
SPANS: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96)
"""Windows of the level, in rows of five minutes: five minutes to eight hours."""
ROUGH_SPAN: Final = 48
"""Window of the roughness, in rows: the mean step from row to row shows a change of regime."""
FLASHES_S: Final = (10, 60)
"""Windows below a row, where steps are shorter than a row."""

LOOKS: Final = 4.0
"""How many of the channels look as if independently: what the rarest of them is divided by.

Measured on quiet series as the ratio of false alarms observed to those stated; the worst case, that
of brands with few mentions. ``tocsin evaluate --quiet`` shows what is left.
"""

LEVEL_HALF_LIFE_H: Final = 24.0
BLOCK_H: Final = 48
"""The largest hourly value of so many hours is what is calibrated."""
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
