"""How far projections of the next hour and the next day are off, beside two simple rules.

    python benchmarks/projection.py [--cascades 150] [--first-seed 0] [--nab DIR] [--storms DIR]

Three kinds of courses. *Simulated*: posts that beget posts one by one, with heavy-tailed audiences,
power-law delays, a rhythm of the day, interest that wears off and late news that starts it anew;
written for this script, so that it shares nothing with the model but the idea of begetting.
*NAB*: the Twitter series of the Numenta Anomaly Benchmark (DIR holds its CSV files), five-minute
counts spread over their minutes. *Storms*: counts by day of real storms (CSV files ``date,count``),
laid over the minutes of their days with a rhythm, on chatter of 30 an hour.

Each course is looked at where its last hour first exceeds three times the usual, and 15 min,
30 min, 1, 2, 4, 8 and 16 h later while it is still above one and a half times the usual.
*Persistence*: the last hour goes on. *Decay*: what exceeds the usual halves every three hours.

``error``: median absolute percentage error. ``inside``: how often the truth lay in the 80 %
interval. ``width``: median of its upper over its lower end.
"""

import argparse
import csv
import heapq
import platform
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from math import cos, exp, log, pi
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final, NamedTuple

from pipeline.forecast import project

HOUR: Final = 60
DAY: Final = 1440
BEFORE: Final = DAY
KEPT: Final = 6 * HOUR
AFTER: Final = (0, 15, 30, 60, 120, 240, 480, 960)
TIMES: Final = 3.0
STILL: Final = 1.5
LEAST: Final = 20
HALF_LIFE: Final = 3 * HOUR
MOST_POSTS: Final = 60_000


class Course(NamedTuple):
    """Counts a minute, the usual per minute, and the first minute that may be looked at."""

    name: str
    counts: Sequence[int]
    usual: float
    first: int


class Row(NamedTuple):
    """One horizon at one look: what came, and what was said."""

    actual: int
    said: float
    low: float
    high: float
    persistence: float
    decay: float


def poisson(chance: random.Random, mean: float) -> int:
    """A Poisson number; the normal approximation where many."""
    if mean > 50:  # noqa: PLR2004
        return max(0, round(chance.gauss(mean, mean**0.5)))
    limit, count, product = exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def rhythm(minute: float, shift: float) -> float:
    """Share of people awake: mean one."""
    return 1.0 + 0.55 * cos(2 * pi * (minute / DAY - shift))


def cascade(seed: int) -> Course:
    """Three days with a cascade that begins on the second."""
    chance = random.Random(seed)
    length = BEFORE + 3 * DAY
    usual = chance.choice((5, 20, 60, 200)) / HOUR
    shift = chance.random()
    counts = [poisson(chance, usual * rhythm(t, shift)) for t in range(length)]
    start = BEFORE + chance.random() * DAY / 2
    interest = chance.uniform(2, 20) * HOUR
    fertility = chance.uniform(0.6, 1.05)
    tail = chance.uniform(0.25, 0.7)
    events: list[tuple[float, float]] = []
    news = [(start, chance.uniform(2.5, 6.0))]
    while chance.random() < 0.45:  # noqa: PLR2004
        news.append((news[-1][0] + chance.expovariate(1 / (8 * HOUR)), chance.uniform(2.0, 6.0)))
    for at, size in news:
        for _ in range(round(exp(size))):
            heapq.heappush(events, (at + chance.expovariate(1 / 30), at))
    posts = 0
    while events and posts < MOST_POSTS:
        at, told = heapq.heappop(events)
        if at >= length:
            continue
        posts += 1
        counts[int(at)] += 1
        audience = exp(chance.gauss(-0.72, 1.2))
        children = fertility * audience * exp(-(at - told) / interest) * rhythm(at, shift) ** 0.5
        for _ in range(min(poisson(chance, min(children, 200.0)), 200)):
            delay = 4.0 * chance.random() ** (-1.0 / tail) - 4.0 + chance.random() * 4.0
            heapq.heappush(events, (at + delay, told))
    return Course(f"cascade {seed}", counts, usual, int(start))


def nab(folder: Path) -> Iterator[Course]:
    """Every stretch of a series that rises above the usual, once a day."""
    for path in sorted(folder.glob("Twitter_volume_*.csv")):
        rows = [int(row["value"]) for row in csv.DictReader(path.open(encoding="utf-8"))]
        chance = random.Random(path.name)
        counts: list[int] = []
        for value in rows:
            five = [0] * 5
            for _ in range(value):
                five[chance.randrange(5)] += 1
            counts += five
        hours = [sum(counts[t : t + HOUR]) for t in range(0, len(counts), HOUR)]
        at = 3 * 24
        while at < len(hours) - 24:
            calm = sorted(hours[at - 72 : at])[:65]
            usual = sum(calm) / len(calm) / HOUR
            if hours[at] >= max(TIMES * usual * HOUR, LEAST):
                first = at * HOUR - HOUR
                yield Course(path.stem, counts, max(usual, 0.01), first)
                at += 24
            at += 1


def storms(folder: Path) -> Iterator[Course]:
    """Storms counted by day, each laid in time several times."""
    for path in sorted(folder.glob("twitter_activity_*.csv")):
        rows = list(csv.DictReader(path.open(encoding="utf-8")))
        first = datetime.fromisoformat(rows[0]["date"])
        days = {(datetime.fromisoformat(r["date"]) - first).days: int(r["count"]) for r in rows}
        daily = [0, 0, *(days.get(day, 0) for day in range(max(days) + 1)), 0, 0]
        for seed in range(4):
            chance = random.Random(f"{path.name} {seed}")
            shift, usual = chance.random(), 30 / HOUR
            counts = [poisson(chance, usual * rhythm(t, shift)) for t in range(len(daily) * DAY)]
            for day, total in enumerate(daily):
                weights = []
                mood = 1.0
                for t in range(DAY):
                    side = (t / DAY) - 0.5
                    near = daily[min(max(day + (1 if side > 0 else -1), 0), len(daily) - 1)]
                    bend = abs(side) * log((near + 5) / (total + 5))
                    if t % 20 == 0:
                        mood = exp(chance.gauss(0, 0.25))
                    weights.append(exp(bend) * rhythm(t, shift) * mood)
                whole = sum(weights)
                for t, weight in enumerate(weights):
                    counts[day * DAY + t] += poisson(chance, total * weight / whole)
            at = 2 * DAY
            while at < len(counts) - DAY - 1:
                if sum(counts[at : at + HOUR]) >= TIMES * usual * HOUR:
                    yield Course(path.stem, counts, usual, at)
                    at += 2 * DAY
                at += HOUR


def looks(course: Course) -> Iterator[int]:
    """The minutes at which a projection is asked for."""
    counts, usual = course.counts, course.usual * HOUR
    at = max(course.first, HOUR)
    while at < len(counts) - DAY and sum(counts[at - HOUR : at]) < max(TIMES * usual, LEAST):
        at += 5
    for after in AFTER:
        now = at + after
        if now + DAY > len(counts):
            return
        if after == 0 or sum(counts[now - HOUR : now]) >= STILL * usual:
            yield now


def rows_of(course: Course) -> Iterator[tuple[str, Row | None]]:
    """Both horizons at every look; None where the model says nothing."""
    counts, usual = course.counts, course.usual
    for now in looks(course):
        said = project(counts[max(now - KEPT, 0) : now], usual_per_minute=usual)
        hour = sum(counts[now - HOUR : now])
        for name, length in (("hour", HOUR), ("day", DAY)):
            if said is None:
                yield name, None
                continue
            decayed = (1 - 0.5 ** (length / HALF_LIFE)) / (1 - 0.5 ** (1 / HALF_LIFE))
            yield (
                name,
                Row(
                    actual=sum(counts[now : now + length]),
                    said=getattr(said, f"next_{name}"),
                    low=getattr(said, f"next_{name}_low"),
                    high=getattr(said, f"next_{name}_high"),
                    persistence=hour * length / HOUR,
                    decay=usual * length + max(hour / HOUR - usual, 0.0) * decayed,
                ),
            )


def off(said: float, actual: int) -> float:
    """Absolute error as a share of what came."""
    return abs(said - actual) / max(actual, 1)


def report(title: str, courses: Sequence[Course]) -> None:
    """Print both horizons of some courses."""
    found = [pair for course in courses for pair in rows_of(course)]
    silent = sum(row is None for _, row in found) // 2
    print(f"\n{title}: {len(courses)} courses, {len(found) // 2} looks, {silent} without an answer")
    print(f"{'':<8}{'error':>8}{'persistence':>13}{'decay':>8}{'inside':>9}{'width':>8}")
    for name in ("hour", "day"):
        rows = [row for one, row in found if one == name and row is not None]
        if not rows:
            continue
        errors = [
            f"{median(off(getattr(row, rule), row.actual) for row in rows):.0%}"
            for rule in ("said", "persistence", "decay")
        ]
        inside = sum(row.low <= row.actual <= row.high for row in rows) / len(rows)
        width = median(row.high / max(row.low, 1.0) for row in rows)
        print(
            f"{name:<8}{errors[0]:>8}{errors[1]:>13}{errors[2]:>8}{inside:>9.0%}{width:>8.1f}",
            flush=True,
        )


def main() -> None:
    """Print a table for each kind of course."""
    parser = argparse.ArgumentParser(description="How far projections are off.")
    parser.add_argument("--cascades", type=int, default=150)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--nab", type=Path, help="folder with Twitter_volume_*.csv")
    parser.add_argument("--storms", type=Path, help="folder with twitter_activity_*.csv")
    asked = parser.parse_args()
    began = process_time()
    print(f"Python {platform.python_version()}, Tocsin {version('tocsin')}, {platform.machine()}")
    seeds = range(asked.first_seed, asked.first_seed + asked.cascades)
    report("simulated cascades", [cascade(seed) for seed in seeds])
    if asked.nab:
        report("NAB Twitter series", list(nab(asked.nab)))
    if asked.storms:
        report("storms laid in time", list(storms(asked.storms)))
    print(f"\n{process_time() - began:.0f} s of processor time")


if __name__ == "__main__":
    main()
