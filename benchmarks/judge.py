"""How soon the judge rings in a storm, how often in what is harmless, and what it costs.

    python benchmarks/judge.py [--seeds 10] [--first-seed 0] [--only NAME]

Buckets are drawn here, by seed, from shares of a mix of talk on top of a brand's chatter: neither
a recording nor Tocsin's simulation. Brand, size, rise and how often the sentiment is wrong (0 to
30 % of its labels) are drawn for each run. The shapes were written together with the judge, so
that the table shows what it can tell apart, not how it will do in the world.
"""

import argparse
import platform
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from math import exp, pi, sin
from statistics import median
from time import process_time
from typing import Final, NamedTuple

from pipeline.detection.judge import Judge
from schemas.brand import Brand
from schemas.bucket import Bucket

WIDTH_S: Final = 10
HOUR_S: Final = 3600
DAY_S: Final = 86_400
START_S: Final = 1_704_067_200
KNOWN_S: Final = 3 * DAY_S
CALM_S: Final = 1800
STORM_S: Final = 90 * 60
HARMLESS_S: Final = 3 * HOUR_S
FEW: Final = 40
IN_TIME_S: Final = 600


class Mix(NamedTuple):
    """Shares of mentions. ``link``, ``tag``, ``post``: share that carries the same one.

    ``authors``: how many take part. ``times``, ``rises_s``: how many times the usual, and how soon.
    """

    negative: float
    positive: float
    reposts: float = 0.3
    replies: float = 0.25
    new_authors: float = 0.6
    first_person: float = 0.25
    complaint: float = 0.05
    outrage: float = 0.01
    boycott: float = 0.002
    link: float = 0.0
    tag: float = 0.0
    post: float = 0.0
    authors: int = 200_000
    times: tuple[float, ...] = (10.0, 20.0, 36.0, 100.0)
    rises_s: tuple[int, ...] = (0, 120, 600)


BRANDS: Final = {
    "food": Mix(0.2, 0.3),
    "airline": Mix(0.13, 0.2, 0.0, 0.5, 0.15, 0.4, 0.12, 0.01, 0.0, authors=900),
    "bank": Mix(0.35, 0.15, 0.15, 0.5, 0.4, 0.45, 0.2, 0.03, authors=5_000),
    "game": Mix(0.25, 0.45, 0.45, 0.15, 0.5, 0.3, 0.05, 0.05, authors=20_000),
}
USUAL_PER_HOUR: Final = (5, 15, 40, 150, 400)
FLIPS: Final = (0.0, 0.1, 0.2, 0.3)

STORMS: Final = {
    "video, one link": Mix(0.97, 0.01, 0.0, 0.1, 0.85, 0.1, 0.03, 0.7, 0.2, link=1, tag=1),
    "video, no words": Mix(0.9, 0.03, 0.0, 0.1, 0.95, 0.1, 0.05, 0.15, 0.02, link=1),
    "video, half": Mix(0.7, 0.05, 0.4, 0.15, 0.7, 0.1, 0.05, 0.47, 0.2, link=0.5, tag=0.3),
    "one post passed on": Mix(0.75, 0.08, 0.9, 0.05, 0.85, 0.1, 0.05, 0.3, 0.05, post=0.9),
    "boycott call": Mix(0.7, 0.1, 0.5, 0.15, 0.75, 0.2, 0.05, 0.25, 0.5, tag=0.9),
    "replies pile on": Mix(0.75, 0.08, 0.1, 0.8, 0.8, 0.15, 0.05, 0.4, 0.1),
    "product harms": Mix(0.75, 0.05, 0.5, 0.2, 0.75, 0.25, 0.3, 0.2, 0.05, link=0.5),
    "leaked paper": Mix(0.65, 0.05, 0.5, 0.1, 0.75, 0.03, 0.02, 0.2, 0.04, link=0.8),
    "offending spot": Mix(0.65, 0.15, 0.3, 0.3, 0.7, 0.15, 0.03, 0.3, 0.08, tag=0.3),
}
_ANY: Final = (3.0, 10.0, 36.0, 100.0)
HARMLESS: Final = {
    "praise": Mix(0.05, 0.75, 0.5, 0.2, 0.85, 0.2, 0.01, 0.005, link=0.4, times=_ANY),
    "giveaway": Mix(0.03, 0.6, 0.7, 0.1, 0.9, 0.2, 0.01, 0.003, link=0.8, tag=0.9, times=_ANY),
    "launch": Mix(0.15, 0.5, 0.4, 0.2, 0.65, 0.2, 0.03, 0.01, link=0.4, times=_ANY),
    "celebrity": Mix(0.1, 0.5, 0.85, 0.1, 0.9, 0.1, 0.01, 0.01, post=0.9, times=_ANY),
    "television": Mix(0.25, 0.3, 0.3, 0.1, 0.85, 0.15, 0.02, 0.02, tag=0.5, times=_ANY),
    "news": Mix(0.2, 0.1, 0.4, 0.1, 0.7, 0.04, 0.02, 0.01, link=0.6, times=_ANY),
    "spam flood": Mix(0.05, 0.2, 0.0, 0.0, 0.3, 0.02, 0.0, 0.0, link=0.9, authors=25, times=_ANY),
    "bot swarm": Mix(0.1, 0.2, 0.1, 0.0, 0.97, 0.02, 0.0, 0.005, link=0.95, tag=0.9, times=_ANY),
    "hostile bots": Mix(0.9, 0.02, 0.1, 0.1, 0.9, 0.03, 0.0, 0.5, link=0.9, authors=25),
    "few haters": Mix(0.8, 0.05, 0.1, 0.3, 0.2, 0.1, 0.1, 0.4, authors=12, times=(3.0, 10.0)),
    "complaints": Mix(0.7, 0.05, 0.05, 0.6, 0.5, 0.55, 0.35, 0.05, times=(2.0, 5.0, 10.0)),
    "outage": Mix(0.65, 0.05, 0.1, 0.5, 0.6, 0.5, 0.3, 0.04, tag=0.1, times=(5.0, 10.0, 30.0)),
    "bad day": Mix(0.4, 0.15, 0.2, 0.35, 0.5, 0.35, 0.15, 0.03, times=(2.0, 3.0)),
    "busy hours": Mix(0.22, 0.28, times=(2.0, 3.0), rises_s=(1800, 3600)),
    "cashtag spam": Mix(0.05, 0.1, 0.1, 0.0, 0.3, 0.02, 0.0, 0.0, tag=0.5, authors=60, times=_ANY),
    "data begins": Mix(0.6, 0.15, 0.1, 0.6, 0.8, 0.45, 0.3, 0.06, authors=9_000),
    "nothing": Mix(0.2, 0.3, times=(0.0,)),
}


class Run(NamedTuple):
    """One drawn course: the brand and what comes on top of its chatter, in mentions an hour."""

    brand: str
    usual: int
    extra: float
    rise_s: int
    flips: float
    seed: int


class Result(NamedTuple):
    """Seconds from the onset to the ring, or None; and why it was dismissed, if it was."""

    rung_s: int | None
    dismissed: str


def drawn(chance: random.Random, count: int, share: float) -> int:
    """How many of ``count`` have what ``share`` of all have."""
    if count <= FEW:
        return sum(chance.random() < share for _ in range(count))
    deviation = (count * share * (1 - share)) ** 0.5
    return min(max(round(chance.gauss(count * share, deviation)), 0), count)


def poisson(chance: random.Random, mean: float) -> int:
    """A Poisson number; the normal approximation where many."""
    if mean > FEW:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    limit, count, product = exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


class Tally:
    """A bucket in the making."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.totals: Counter[str] = Counter()
        self.tops: dict[str, Counter[str]] = {}

    def add(self, mix: Mix, count: int, flips: float, name: str) -> None:
        """Draw ``count`` mentions of ``mix``; ``flips`` of their labels are any label."""
        chance, totals = self.chance, self.totals
        negative = drawn(chance, count, (1 - flips) * mix.negative + flips / 3)
        positive = (1 - flips) * mix.positive + flips / 3
        neither = 1 - (1 - flips) * mix.negative - flips / 3
        totals["mentions"] += count
        totals["negative"] += negative
        totals["positive"] += drawn(chance, count - negative, min(positive / neither, 1.0))
        totals["reposts"] += (reposts := drawn(chance, count, mix.reposts))
        totals["replies"] += drawn(
            chance, count - reposts, min(mix.replies / (1.0001 - mix.reposts), 1)
        )
        for field in ("new_authors", "first_person", "complaint", "outrage", "boycott"):
            totals[field] += drawn(chance, count, getattr(mix, field))
        self._top("links", name, drawn(chance, count, mix.link), count)
        self._top("hashtags", name, drawn(chance, count, mix.tag), count)
        self._top("reposted", name, drawn(chance, reposts, mix.post), 3 * reposts)
        authors = self.tops.setdefault("loudest", Counter())
        for _ in range(count):
            authors[f"{name}{chance.randrange(mix.authors)}"] += 1

    def _top(self, category: str, same: str, count: int, others: int) -> None:
        found = self.tops.setdefault(category, Counter())
        if count:
            found[f"example.org/{same}"] += count
        for _ in range(drawn(self.chance, max(others - count, 0), 0.15)):
            found[f"example.org/{self.chance.randrange(400)}"] += 1

    def bucket(self, start_s: int) -> Bucket:
        """The bucket that begins at ``start_s``."""
        at = datetime.fromtimestamp(start_s, tz=UTC)
        totals = self.totals
        rest = totals["mentions"] - totals["negative"] - totals["positive"]
        return Bucket(
            brand="brand",
            start=at,
            width_s=WIDTH_S,
            watermark=at,
            weighted=float(totals["mentions"]),
            neutral=rest,
            originals=totals["mentions"] - totals["reposts"] - totals["replies"],
            authors=len(self.tops["loudest"]),
            languages=(("en", totals["mentions"]),),
            **totals,
            **{
                name: tuple(
                    sorted(found.items(), key=lambda item: (-item[1], item[0]))[
                        : 5 if name == "loudest" else 10
                    ]
                )
                for name, found in self.tops.items()
            },
        )


def buckets(run: Run, extra: Mix | None, from_s: int, until_s: int) -> Iterator[Bucket]:
    """Buckets of ``[from_s, until_s)``, seconds since the start; the extra begins at its onset."""
    chance = random.Random(f"{run} {extra} {from_s}")
    chatter = BRANDS[run.brand]
    for at_s in range(from_s, until_s, WIDTH_S):
        rhythm = 1 + 0.5 * sin(2 * pi * (at_s / DAY_S - 0.4))
        usual = poisson(chance, run.usual * rhythm * WIDTH_S / HOUR_S)
        since = at_s - from_s - CALM_S
        more = 0
        if extra is not None and since >= 0:
            height = min(since / run.rise_s, 1.0) if run.rise_s else 1.0
            height *= 0.5 ** (max(since - STORM_S, 0) / HOUR_S)
            more = poisson(chance, height * run.extra * WIDTH_S / HOUR_S)
        if usual or more:
            tally = Tally(chance)
            tally.add(chatter, usual, run.flips, "chatter")
            if extra is not None:
                tally.add(extra, more, run.flips, "extra")
            yield tally.bucket(START_S + at_s)


def judge_of(run: Run) -> Judge:
    """A judge who knows the brand of ``run`` for three days."""
    return Judge.load(known(run.brand, run.usual, run.flips), BRAND, width_s=WIDTH_S)


BRAND: Final = Brand(id="brand", names=("Brand",))


@cache
def known(brand: str, usual: int, flips: float) -> bytes:
    """State of a judge after three days of chatter."""
    judge = Judge(BRAND, width_s=WIDTH_S)
    run = Run(brand, usual, 0.0, 0, flips, 0)
    for bucket in buckets(run, None, 0, KNOWN_S):
        judge.update(bucket)
    return judge.dump()


def draw(name: str, mix: Mix, seed: int) -> Run:
    """Brand, size, rise and faults of sentiment of one run."""
    chance = random.Random(f"{name} {seed}")
    brand = chance.choice(list(BRANDS))
    usual = chance.choice(USUAL_PER_HOUR)
    times = chance.choice(mix.times)
    return Run(
        brand=brand,
        usual=usual,
        # A storm has enough posts to be one, however quiet its brand; none breaks all bounds.
        extra=min(max(times * usual, 100.0 if times else 0.0), 20_000.0),
        rise_s=chance.choice(mix.rises_s),
        flips=chance.choice(FLIPS),
        seed=seed,
    )


def judged(name: str, mix: Mix, run: Run, length_s: int) -> Result:
    """Let the judge hear it."""
    begins = name == "data begins"
    judge = Judge(BRAND, width_s=WIDTH_S) if begins else judge_of(run)
    dismissed = ""
    until_s = KNOWN_S + CALM_S + (DAY_S if begins else length_s)
    for bucket in buckets(run, mix, KNOWN_S, until_s):
        if begins and bucket.start.timestamp() < START_S + KNOWN_S + CALM_S:
            continue
        for step in judge.update(bucket):
            if step.state == "open":
                return Result(int(step.at.timestamp()) - START_S - KNOWN_S - CALM_S, dismissed)
            dismissed = step.reason
    return Result(None, dismissed)


def table(shapes: dict[str, Mix], seeds: range, length_s: int) -> list[Result]:
    """Print a row a shape; all results."""
    every: list[Result] = []
    for name, mix in shapes.items():
        found = [judged(name, mix, draw(name, mix, seed), length_s) for seed in seeds]
        rung = [result.rung_s for result in found if result.rung_s is not None]
        early = sum(rung_s < 0 for rung_s in rung)
        after = f"{median(rung) / 60:8.1f}{max(rung) / 60:8.1f}" if rung else f"{'–':>8}{'–':>8}"
        why = Counter(result.dismissed for result in found if result.dismissed)
        said = ", ".join(f"{reason} {count}" for reason, count in sorted(why.items()))
        print(f"{name:<20}{len(rung):>5} of {len(found):<4}{after}{early:>7}  {said}", flush=True)
        every += found
    return every


def cost() -> None:
    """Print what a judge costs by how much is said, its share of a core and its state."""
    print("\ncost of judging, the volume's part included; all 10,000 brands so busy")
    print(f"{'mentions/h':>10}{'µs a bucket':>13}{'of one core':>13}{'state, kB':>11}")
    for usual, days in ((1, 5), (20, 5), (360, 2), (3600, 1)):
        run = Run("food", usual, 0.0, 0, 0.1, 0)
        heard = list(buckets(run, None, 0, days * DAY_S))
        judge = Judge(BRAND, width_s=WIDTH_S)
        began = process_time()
        for bucket in heard:
            judge.update(bucket)
        spent_s = process_time() - began
        share = 10_000 * spent_s / (days * DAY_S)
        print(
            f"{usual:>10}{spent_s / len(heard) * 1e6:>13.0f}{share:>13.1%}"
            f"{len(judge.dump()) / 1000:>11.1f}",
            flush=True,
        )


def main() -> None:
    """Print the tables and the cost."""
    parser = argparse.ArgumentParser(description="How soon the judge rings, and how often.")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--only", default="", help="part of the name of a shape")
    asked = parser.parse_args()
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    began = process_time()
    print(f"Python {platform.python_version()}, Tocsin {version('tocsin')}, {platform.machine()}")
    header = f"{'':<20}{'rang':>9}{'':5}{'median':>6}{'last':>8}{'early':>7}  dismissed as"
    for title, shapes, length_s in (
        ("storms, minutes after the onset", STORMS, STORM_S),
        ("harmless", HARMLESS, HARMLESS_S),
    ):
        chosen = {name: mix for name, mix in shapes.items() if asked.only in name}
        if not chosen:
            continue
        print(f"\n{title}\n{header}")
        found = table(chosen, seeds, length_s)
        rung = [result.rung_s for result in found if result.rung_s is not None]
        in_time = sum(0 <= rung_s <= IN_TIME_S for rung_s in rung)
        print(f"all: {len(rung) / len(found):.1%} rang, {in_time / len(found):.1%} within 10 min")
    cost()
    print(f"\n{process_time() - began:.0f} s of processor time")


if __name__ == "__main__":
    main()
