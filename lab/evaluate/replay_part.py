"""Crisis replays as a part of an evaluation: all contenders, on the same streams."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from lab.evaluate.contest import CONTENDERS
from lab.evaluate.jobs import Run
from lab.evaluate.replays import (
    HELD_OUT_FROM,
    Extent,
    MakeContender,
    Replayed,
    Storm,
    figures,
    plan,
    replay,
    shapes_of,
)
from lab.evaluate.replays.world.episodes.shape import Split
from schemas.replays import ReplayFigures, ReplayLine, ReplayPart

SEEDS_APART: Final = 100
"""So many seeds of episodes lie between two seeds of an evaluation; the largest extent fits in."""


def seed_of(shapes: Split, seed: int) -> int:
    """Seed of the first episodes; the held-out half never meets seeds that are for tuning.

    >>> seed_of("held_out", 1), seed_of("development", 1), seed_of("development", 12)
    (1100, 100, 200)
    """
    if shapes == "held_out":
        return HELD_OUT_FROM + seed * SEEDS_APART
    return seed * SEEDS_APART % HELD_OUT_FROM


def replay_all(
    *,
    shapes: Split,
    extent: Extent,
    seed: int,
    storms: Sequence[Storm] = (),
    arrivals: Path | None = None,
    run: Run = map,
    makers: Sequence[MakeContender] = CONTENDERS,
) -> Replayed:
    """Replay one half of the shapes before all contenders; ``makers`` begins with Tocsin's.

    ``seed``: 0 or more. ``storms``: real ones, laid over brands of their own. ``arrivals``: folder
    of real counts, which are put under everything.

    Raises:
        StormError: a storm that nobody could see over a brand.
        ArrivalsError: the folder's files are not of the form.
    """
    worlds = plan(
        shapes_of(shapes),
        extent=extent,
        first_seed=seed_of(shapes, seed),
        storms=storms,
        arrivals=arrivals,
    )
    return replay(worlds, makers, run=run)


def replay_part(replayed: Replayed, *, shapes: Split, first_seed: int) -> ReplayPart:
    """Count what was heard; ``shapes`` and ``first_seed`` are only noted.

    Raises:
        ValueError: no episode was replayed.
    """
    if not replayed.episodes:
        raise ValueError("no episode was replayed")
    names = [one.contender for one in replayed.episodes[0].heard]
    every = [figures(replayed, name) for name in names]
    crises = sum(one.truth.kind == "crisis" for one in replayed.episodes)
    return ReplayPart(
        shapes=shapes,
        first_seed=first_seed,
        brands=len({one.world for one in replayed.episodes}),
        crises=crises,
        harmless=len(replayed.episodes) - crises,
        quiet_quarters=every[0].quiet_quarters,
        # The records are those fields of the figures that have their names.
        contenders=msgspec.convert(every, tuple[ReplayFigures, ...], from_attributes=True),
        by_shape=_lines(every[0].by_shape),
        by_size=_lines(every[0].by_size),
    )


def _lines(lines: Sequence[object]) -> tuple[ReplayLine, ...]:
    return msgspec.convert(lines, tuple[ReplayLine, ...], from_attributes=True)
