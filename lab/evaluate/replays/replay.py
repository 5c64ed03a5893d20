"""Runs worlds: a past for every contender, then each episode on a copy of it."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.jobs import Run
from lab.evaluate.replays.contender import Contender, ContenderRing, MakeContender
from lab.evaluate.replays.packing import Packer
from lab.evaluate.replays.plan import World
from lab.evaluate.replays.results import EpisodeOutcome, QuietOutcome, Replayed, StretchHeard
from lab.evaluate.replays.world.brand import BrandProfile, draw_brand
from lab.evaluate.replays.world.episodes.episode import StagedEpisode, draw_episode
from lab.evaluate.replays.world.episodes.shapes import SHAPES
from lab.evaluate.replays.world.episodes.storms import lay_storm
from lab.evaluate.replays.world.mentions import Mentions
from lab.evaluate.replays.world.stream import BrandStream
from lab.evaluate.replays.world.timing.arrivals import draw_arrivals
from lab.evaluate.replays.world.timing.rhythm import DAY_S, HOUR_S

_FIRST_MONDAY_S: Final = 1_767_571_200
"""5 January 2026, 00:00 UTC."""

_AFTER_S: Final = 12 * HOUR_S
_PEAK_OF_DAY_H: Final = 15.0
_STORM_BEGINS: Final = (8.0, 14.0)
_BY_NAME: Final = {shape.name: (number, shape) for number, shape in enumerate(SHAPES)}


class _Run:
    """Contenders on their way along one stream."""

    def __init__(
        self, stream: BrandStream, packer: Packer, contenders: Sequence[Contender]
    ) -> None:
        self.stream = stream
        self.packer = packer
        self.contenders = contenders
        self.rings: list[list[ContenderRing]] = [[] for _ in contenders]
        self.from_s = stream.day_s

    def day(self, episode: Mentions | None = None) -> None:
        for bucket in self.packer.pack(self.stream.next_day(episode)):
            for contender, rings in zip(self.contenders, self.rings, strict=True):
                rings.extend(contender.take(bucket))

    def branch(self, rng: np.random.Generator) -> "_Run":
        """A copy with the same past, its own future, and nothing heard yet."""
        copy = _Run(deepcopy(self.stream), deepcopy(self.packer), deepcopy(self.contenders))
        copy.stream.reseed(rng)
        return copy

    def heard(self, until_s: float) -> tuple[StretchHeard, ...]:
        return tuple(
            StretchHeard(
                one.name,
                tuple(ring for ring in rings if ring.at_s <= until_s),
                tuple(told for told in one.told() if told.last_s >= self.from_s),
            )
            for one, rings in zip(self.contenders, self.rings, strict=True)
        )


def replay_world(world: World, makers: Sequence[MakeContender]) -> Replayed:
    """Everything that happens in one world. The same world and makers give the same answer."""
    size = round(world.size * 10)
    rng = np.random.default_rng([world.seed, size, world.quiet_days])
    profile = draw_brand(rng, world.name, world.size, grumbled=world.grumbled)
    begins_s = _FIRST_MONDAY_S + DAY_S * int(rng.integers(7))
    arrivals = None
    if world.arrivals:
        mine = np.random.default_rng([world.seed, size, 4])
        arrivals = draw_arrivals(mine, Path(world.arrivals), profile.per_hour)
    stream = BrandStream(profile, rng, begins_s, arrivals)
    contenders = [make(profile.configuration) for make in makers]
    past = _Run(stream, Packer(world.name), contenders)
    for _ in range(world.warm_days):
        past.day()
    episodes: list[tuple[np.random.Generator, StagedEpisode]] = []
    for name in world.shapes:
        number, shape = _BY_NAME[name]
        own = np.random.default_rng([world.seed, size, 1, number])
        start_s = starts_at(own, profile, past.stream.day_s, shape.begins)
        episodes.append((own, draw_episode(own, shape, profile, start_s)))
    for number, storm in enumerate(world.storms):
        own = np.random.default_rng([world.seed, size, 2, number])
        start_s = starts_at(own, profile, past.stream.day_s, _STORM_BEGINS)
        episodes.append((own, lay_storm(own, storm, profile, start_s)))
    outcomes = tuple(_befall(world, past, own, episode) for own, episode in episodes)
    made = len(world.shapes)
    quiet = [_keep_quiet(world, past)] if world.quiet_days else []
    return Replayed(outcomes[:made], tuple(quiet), outcomes[made:])


class Job(NamedTuple):
    """One world and who takes part."""

    world: World
    makers: tuple[MakeContender, ...]


def run_job(job: Job) -> Replayed:
    """``replay_world``, as a function of one thing that can travel to another process."""
    return replay_world(*job)


def starts_at(
    rng: np.random.Generator, profile: BrandProfile, day_s: int, begins: tuple[float, float]
) -> float:
    """A time of day by the audience's clock, on the first day that has it."""
    hour = rng.uniform(*begins) + profile.rhythm.peak_h - _PEAK_OF_DAY_H
    return day_s + float(hour % 24) * HOUR_S


def _befall(
    world: World, past: _Run, rng: np.random.Generator, episode: StagedEpisode
) -> EpisodeOutcome:
    run = past.branch(rng)
    day_s = run.stream.day_s
    until_s = episode.truth.end_s + _AFTER_S
    while run.stream.day_s < until_s:
        run.day(episode.mentions)
    return EpisodeOutcome(
        world.name, world.seed, world.size, run.stream.profile.per_hour, float(day_s),
        episode.truth, run.heard(until_s),
    )  # fmt: skip


def _keep_quiet(world: World, past: _Run) -> QuietOutcome:
    run = past.branch(np.random.default_rng([world.seed, round(world.size * 10), 3]))
    day_s = run.stream.day_s
    for _ in range(world.quiet_days):
        run.day()
    return QuietOutcome(
        world.name, world.seed, world.size, run.stream.profile.per_hour, float(day_s),
        world.quiet_days, run.heard(float("inf")),
    )  # fmt: skip


def replay(worlds: Sequence[World], makers: Sequence[MakeContender], *, run: Run = map) -> Replayed:
    """Run all worlds and put together what came out, in their order.

    The largest begin first, so that no process waits for one of them at the end.
    """
    order = sorted(range(len(worlds)), key=lambda one: -_work(worlds[one]))
    jobs = [Job(worlds[one], tuple(makers)) for one in order]
    found = dict(zip(order, run(run_job, jobs), strict=True))
    every = [found[one] for one in range(len(worlds))]
    return Replayed(
        tuple(outcome for one in every for outcome in one.episodes),
        tuple(outcome for one in every for outcome in one.quiet),
        tuple(outcome for one in every for outcome in one.storms),
    )


def _work(world: World) -> float:
    busy = min(world.size, 400.0) + 10
    return busy * (world.warm_days + world.quiet_days + 4 * len(world.shapes + world.storms))
