"""The shapes of episodes: half to tune on, half to be judged on."""

from typing import Final

from lab.evaluate.replays.world.episodes.shape import Shape, Split
from lab.evaluate.replays.world.episodes.shapes.crises_development import CRISES_DEVELOPMENT
from lab.evaluate.replays.world.episodes.shapes.crises_held_out import CRISES_HELD_OUT
from lab.evaluate.replays.world.episodes.shapes.harmless_development import HARMLESS_DEVELOPMENT
from lab.evaluate.replays.world.episodes.shapes.harmless_held_out import HARMLESS_HELD_OUT
from lab.evaluate.replays.world.episodes.shapes.life import LIFE_DEVELOPMENT, LIFE_HELD_OUT
from lab.evaluate.replays.world.episodes.shapes.slow_development import SLOW_DEVELOPMENT

SHAPES: Final = (
    *CRISES_DEVELOPMENT,
    *HARMLESS_DEVELOPMENT,
    *CRISES_HELD_OUT,
    *HARMLESS_HELD_OUT,
    *SLOW_DEVELOPMENT,
    *LIFE_DEVELOPMENT,
    *LIFE_HELD_OUT,
)

__all__ = ["SHAPES", "shapes_of"]


def shapes_of(split: Split) -> tuple[Shape, ...]:
    """Shapes to tune on, or shapes to be judged on.

    >>> {shape.kind for shape in shapes_of("development")} == {"crisis", "harmless"}
    True
    """
    return tuple(shape for shape in SHAPES if shape.split == split)
