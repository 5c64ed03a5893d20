"""Which brands, which episodes on them, how many: the work, before any of it is done."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from lab.evaluate.replays.world.brand import SIZES, TINY
from lab.evaluate.replays.world.episodes.shape import Shape
from lab.evaluate.replays.world.episodes.shapes import SHAPES
from lab.evaluate.replays.world.episodes.storms import Storm

Extent = Literal["quick", "normal", "full"]

HELD_OUT_FROM: Final = 1000
"""Seeds below are for tuning; the reported figures come from seeds from here on."""

STORM_SIZES: Final = (2.0, 6.0, 15.0)
"""Storms of a few hundred mentions a day are those of smaller brands."""

QUARTER_DAYS: Final = 90


class World(Struct, frozen=True):
    """A brand with a past of ``warm_days``, and the episodes that befall copies of it.

    ``grumbled``: see ``draw_brand``. ``arrivals``: folder of real counts, see ``arrivals``.
    """

    seed: int
    size: float
    warm_days: int
    shapes: tuple[str, ...] = ()
    storms: tuple[Storm, ...] = ()
    quiet_days: int = 0
    grumbled: bool = False
    arrivals: str = ""

    @property
    def name(self) -> str:
        """Name of the brand."""
        return f"brand-{self.seed}-{self.size:g}{'-grumbled' * self.grumbled}"


class Amount(Struct, frozen=True):
    """How much an extent is: seeds of episodes, days of past, sizes of quiet quarters, rounds."""

    seeds: int
    warm_days: int
    quiet_sizes: tuple[float, ...]
    quiet_rounds: int


AMOUNTS: Final[dict[Extent, Amount]] = {
    "quick": Amount(seeds=1, warm_days=8, quiet_sizes=SIZES[:2], quiet_rounds=1),
    "normal": Amount(seeds=5, warm_days=10, quiet_sizes=SIZES[:4], quiet_rounds=1),
    "full": Amount(seeds=20, warm_days=21, quiet_sizes=SIZES, quiet_rounds=5),
}


def plan(
    shapes: Iterable[Shape],
    *,
    extent: Extent,
    first_seed: int,
    seeds: int | None = None,
    storms: Sequence[Storm] = (),
    arrivals: Path | None = None,
) -> tuple[World, ...]:
    """The worlds of a run: each shape once a seed, on the next size of brand each time.

    >>> [world.shapes for world in plan(SHAPES[:1], extent="quick", first_seed=0, seeds=1)][0]
    ('activist_video',)
    """
    amount = AMOUNTS[extent]
    chosen = tuple(shapes)
    count = amount.seeds if seeds is None else seeds
    worlds = []
    for seed in range(first_seed, first_seed + count):
        befalls: dict[tuple[float, bool], list[str]] = {}
        for shape in chosen:
            befalls.setdefault((_size(shape, seed), shape.grumbled), []).append(shape.name)
        worlds += [
            World(seed, size, amount.warm_days, tuple(names), grumbled=grumbled)
            for (size, grumbled), names in sorted(befalls.items())
        ]
        if storms:
            size = STORM_SIZES[seed % len(STORM_SIZES)]
            worlds.append(World(seed, size, amount.warm_days, storms=tuple(storms)))
    for number in range(amount.quiet_rounds):
        worlds += [
            World(first_seed + number, size, amount.warm_days, quiet_days=QUARTER_DAYS)
            for size in amount.quiet_sizes
        ]
    under = str(arrivals.resolve()) if arrivals is not None else ""
    return tuple(replace(world, arrivals=under) for world in worlds)


def _size(shape: Shape, seed: int) -> float:
    if shape.most_per_hour < SIZES[0]:
        return TINY
    fitting = [size for size in SIZES if shape.least_per_hour <= size <= shape.most_per_hour]
    number = next(n for n, one in enumerate(SHAPES) if one.name == shape.name)
    return fitting[(number + seed) % len(fitting)]
