"""Replays of seeded brands with crises and harmless episodes laid over them, and their figures.

Nothing here knows the detector, its library or its constants: it is given buckets, as they come
from the roll-up, and only its rings are looked at.
"""

from lab.evaluate.replays.contender import (
    Contender,
    ContenderRing,
    CountBaseline,
    Counting,
    CountRow,
    MakeContender,
    RowContender,
    RowDetector,
)
from lab.evaluate.replays.figures import figures
from lab.evaluate.replays.plan import HELD_OUT_FROM, Extent, World, plan
from lab.evaluate.replays.reference import RuleOfThumb
from lab.evaluate.replays.replay import replay
from lab.evaluate.replays.results import ContenderFigures, Replayed
from lab.evaluate.replays.world.episodes.shapes import SHAPES, shapes_of
from lab.evaluate.replays.world.episodes.storms import Storm, StormError, read_storms

__all__ = [
    "HELD_OUT_FROM",
    "SHAPES",
    "Contender",
    "ContenderFigures",
    "ContenderRing",
    "CountBaseline",
    "CountRow",
    "Counting",
    "Extent",
    "MakeContender",
    "Replayed",
    "RowContender",
    "RowDetector",
    "RuleOfThumb",
    "Storm",
    "StormError",
    "World",
    "figures",
    "plan",
    "read_storms",
    "replay",
    "shapes_of",
]
