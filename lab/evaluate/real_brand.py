"""A real brand's mentions as they came over the years, in a made-up ordinary tone.

Only when its posts came is known. Who says what is drawn as for any quiet brand, so a burst has the
tone of the everyday: it should be noticed, and what rings has to be defended one by one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.contender import MakeContender
from lab.evaluate.replays.packing import Packer
from lab.evaluate.replays.told import ToldIncident
from lab.evaluate.replays.world.brand import draw_brand
from lab.evaluate.replays.world.chatter import Chatter
from lab.evaluate.replays.world.stream import Day
from lab.evaluate.replays.world.timing.arrivals import (
    DAY_ROWS,
    ROW_S,
    Arrivals,
    Series,
    read_series,
)
from lab.evaluate.replays.world.timing.rhythm import DAY_S, HOUR_S

RUN_IN_DAYS: Final = 21
CHAPTER_DAYS: Final = 120
BURST_TIMES: Final = 12.0
BURST_LEAST: Final = 40
BURST_PAST_H: Final = 28 * 24
BURST_APART_H: Final = 12
LEARNT_H: Final = 7 * 24


class Burst(NamedTuple):
    """First and last hour of a burst; epoch seconds, the end of the last hour."""

    start_s: float
    end_s: float


class Chapter(NamedTuple):
    """Days of a series that one process takes; it is run in before."""

    folder: Path
    name: str
    first_day: int
    days: int
    seed: int
    maker: MakeContender


class ChapterHeard(NamedTuple):
    """What was told of a chapter, from ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float
    told: tuple[ToldIncident, ...]


def bursts(series: Series) -> tuple[Burst, ...]:
    """Hours of at least 12 times the mean hour of the four weeks before, and 40 mentions.

    Less than half a day apart they are one.
    """
    hours = series.counts.reshape(-1, HOUR_S // ROW_S).sum(axis=1)
    total = np.concatenate(([0], np.cumsum(hours)))
    place = np.arange(LEARNT_H, len(hours))
    past = np.minimum(place, BURST_PAST_H)
    mean = (total[place] - total[place - past]) / past
    high = place[(hours[place] >= BURST_LEAST) & (hours[place] >= BURST_TIMES * mean)]
    found: list[Burst] = []
    for hour in high.tolist():
        start_s = series.first_s + hour * HOUR_S
        if found and start_s - found[-1].end_s < BURST_APART_H * HOUR_S:
            found[-1] = found[-1]._replace(end_s=start_s + HOUR_S)
        else:
            found.append(Burst(start_s, start_s + HOUR_S))
    return tuple(found)


def chapters(
    folder: Path, series: Series, maker: MakeContender, *, seed: int, most: int | None = None
) -> Iterator[Chapter]:
    """The years of a series in stretches of 120 days; ``most``: of those with most mentions."""
    days = len(series.counts) // DAY_ROWS
    every = range(RUN_IN_DAYS, days, CHAPTER_DAYS)
    busiest = sorted(
        every,
        key=lambda day: -int(series.counts[day * DAY_ROWS : (day + CHAPTER_DAYS) * DAY_ROWS].sum()),
    )
    for day in sorted(busiest[:most]):
        yield Chapter(folder, series.name, day, min(CHAPTER_DAYS, days - day), seed, maker)


def run_chapter(chapter: Chapter) -> ChapterHeard:
    """Let the contender hear a chapter."""
    series = named(chapter.folder, chapter.name)
    rng = np.random.default_rng([chapter.seed, chapter.first_day])
    profile = draw_brand(rng, "real-brand", series.per_hour)
    from_day = chapter.first_day - RUN_IN_DAYS
    chatter = Chatter(
        profile, rng, int(series.first_s) + from_day * DAY_S, Arrivals(series, from_day, 1.0)
    )
    packer, contender = Packer("real-brand"), chapter.maker(profile.configuration)
    for _ in range(RUN_IN_DAYS + chapter.days):
        for bucket in packer.pack(Day(chatter.day_s, chatter.next_day(), ())):
            contender.take(bucket)
    start_s = series.first_s + chapter.first_day * DAY_S
    return ChapterHeard(start_s, start_s + chapter.days * DAY_S, contender.told())


def named(folder: Path, name: str) -> Series:
    """One series of a folder."""
    return next(one for one in read_series(folder) if one.name == name)


def long_series(folder: Path) -> Series | None:
    """The series of years that is to be explained, if the folder has it."""
    return next((one for one in read_series(folder) if one.name.startswith("mentions-5min")), None)
