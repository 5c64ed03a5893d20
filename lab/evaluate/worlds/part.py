"""Worlds side by side, as a part of an evaluation; the worse of them is what may be quoted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from lab.evaluate.worlds.judging import LEVELS, QUARTER_S, Level, figures, judged, sizes
from lab.evaluate.worlds.truth import WatchedStretch
from schemas.replays import Share
from schemas.worlds import WorldFigures, WorldLevel, WorldsPart, WorstLevel

OWN: Final = "own replays"

_MOST: Final = ("quiet_per_quarter", "quiet_per_week", "after_visible_s")
_LEAST: Final = ("recall", "precision", "before_peak")


def worlds_part(worlds: Mapping[str, Sequence[WatchedStretch]]) -> WorldsPart:
    """Count each world, by name, and find the worst of each figure.

    Raises:
        ValueError: there is no world.
    """
    if not worlds:
        raise ValueError("no world was judged")
    every = tuple(world_figures(name, watched) for name, watched in worlds.items())
    return WorldsPart(
        worlds=every,
        worst=tuple(_worst(level, every) for level in LEVELS),
        large_in_crises=_extreme(min, (one.large_in_crises.share for one in every)),
        large_elsewhere=_extreme(max, (one.large_elsewhere.share for one in every)),
    )


def world_figures(name: str, watched: Sequence[WatchedStretch]) -> WorldFigures:
    """The figures of one world at each level."""
    large = sizes(watched)
    crises = sum(one.happened.crisis and not one.happened.minor for one in watched)
    quarters = sum(one.happened.quarter for one in watched)
    quiet_s = sum(one.quiet_s for one in judged(watched, "ring"))
    return WorldFigures(
        name=name,
        crises=crises,
        others=len(watched) - crises - quarters,
        quiet_quarters=quiet_s / QUARTER_S,
        levels=tuple(
            # The record is those figures under their names.
            msgspec.convert(
                {"level": level, **figures(judged(watched, level))._asdict()},
                WorldLevel,
                from_attributes=True,
            )
            for level in LEVELS
        ),
        large_in_crises=msgspec.convert(large.crises, Share, from_attributes=True),
        large_elsewhere=msgspec.convert(large.elsewhere, Share, from_attributes=True),
    )


def _worst(level: Level, worlds: Iterable[WorldFigures]) -> WorstLevel:
    rows = [row for one in worlds for row in one.levels if row.level == level]
    return WorstLevel(
        level=level,
        **{name: _extreme(min, (getattr(row, name).share for row in rows)) for name in _LEAST},
        **{name: _extreme(max, (getattr(row, name).value for row in rows)) for name in _MOST},
    )


def _extreme(
    choose: Callable[[list[float]], float], values: Iterable[float | None]
) -> float | None:
    there = [one for one in values if one is not None]
    return choose(there) if there else None
