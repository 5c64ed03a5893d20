"""Every detector that Tocsin is compared with, by name."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from lab.evaluate.baselines.baseline import SeriesBaseline
from lab.evaluate.baselines.ears import Ears
from lab.evaluate.baselines.river_detectors import RIVER
from lab.evaluate.baselines.seasonal_hybrid_esd import SeasonalHybridEsd
from lab.evaluate.baselines.sigma import five_sigma_14_d, z_score_12_h

_MAKERS: Final[tuple[Callable[[], SeriesBaseline], ...]] = (
    z_score_12_h,
    five_sigma_14_d,
    partial(Ears, "C1"),
    partial(Ears, "C2"),
    partial(Ears, "C3"),
    SeasonalHybridEsd,
    *RIVER,
)

BASELINES: Final[Mapping[str, Callable[[], SeriesBaseline]]] = {
    make().name: make for make in _MAKERS
}
"""Name → maker of a fresh detector, in the order of tables."""
