"""Whether rarity means what it states: on arrivals of real brands, with a made-up tone.

    python benchmarks/rarity.py --twitterdev FOLDER --nab FOLDER [--days 400] [--seed 1]

Times of mentions are real (neither folder is part of this repository); what each says is drawn
without regard to its time: negative, attacking, passed on as in an ordinary mention. So whatever
rings is false. Printed are, by series, excursions of rarity above some values a quarter as Gumbel
states them and as observed (those within twelve hours of each other are one), and heads-ups a week
and rings a quarter at three budgets.
"""

import argparse
import csv
import gzip
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import exp
from pathlib import Path

from pipeline.detection.detector.detector import STEP_S, Detector, Look
from pipeline.detection.detector.extremes import BLOCK_S
from pipeline.detection.detector.levels import LevelState, Sight, bar_for
from pipeline.detection.detector.voices import FIELDS
from pipeline.rollup.speakers.voices import LEADING, LEADING_REPOSTS
from schemas.bucket import LeadingPost, Voices

DAY_S = 86_400
QUARTER_S = 365.25 / 4 * DAY_S
WEEK_S = 7 * DAY_S
LEVELS = (4.0, 5.0, 6.0, 7.0)
BUDGETS = ((0.5, 0.5), (1.0, 1.0), (4.0, 2.0))
"""False rings a quarter, heads-ups a week."""
NEGATIVE, POSITIVE, ACCUSING, ATTACKING, PASSED_ON, ADDRESSED = 0.2, 0.25, 0.02, 0.02, 0.3, 0.3
FIERCE = 0.14  # of those that attack
ATTACKS_FROM = 2.0
"""Deviations from which on a post attacks."""
FOLLOWED = 0.5
"""Chance of a repost to pass on what the one before it, or one further back, passed on."""


def real(folder: Path) -> list[float]:
    """Times of mentions of @TwitterDev."""
    (path,) = folder.glob("mention-times-*.txt.gz")
    with gzip.open(path, "rt") as lines:
        return [int(line) / 1000 for line in lines]


def counted(path: Path, chance: random.Random) -> list[float]:
    """Times out of counts of five minutes."""
    times: list[float] = []
    with path.open() as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC).timestamp()
            times += sorted(at + 300 * chance.random() for _ in range(int(row["value"])))
    return times


def said(times: Sequence[float], chance: random.Random) -> Iterator[tuple[int, Voices]]:
    """Voices by step: what is said has nothing to do with when."""
    roots: list[tuple[float, int]] = []
    kinds: dict[int, tuple[bool, float]] = {}
    place = post = 0
    while place < len(times):
        start_s = int(times[place] // STEP_S) * STEP_S
        sums = dict.fromkeys(FIELDS[1:], 0)
        while place < len(times) and times[place] < start_s + STEP_S:
            if chance.random() < PASSED_ON:
                if roots and chance.random() < FOLLOWED:
                    root = chance.choice(roots)[1]
                else:
                    post += 1
                    root = post
                    kinds[root] = chance.random() < NEGATIVE, chance.gauss(0, 1)
                roots.append((times[place], root))
                negative, attack = kinds[root]
                sums["reposts"] += 600
                sums["reposts_negative"] += 600 * negative
                sums["reposts_attacking"] += 600 * (attack > ATTACKS_FROM)
                sums["hostile"] += 450 * negative + 400 * (attack > ATTACKS_FROM)
            else:
                negative = chance.random() < NEGATIVE
                attacks = chance.random() < ATTACKING
                sums["texts"] += 1000
                sums["negative"] += 1000 * negative
                sums["positive"] += 1000 * (not negative and chance.random() < POSITIVE)
                sums["p_positive"] += 250
                sums["accusing"] += 1000 * (chance.random() < ACCUSING)
                sums["attacking"] += 1000 * attacks
                sums["fierce"] += 1000 * (attacks and chance.random() < FIERCE)
                sums["addressed"] += 1000 * (chance.random() < ADDRESSED)
                sums["hostile"] += 750 * negative + 450 * attacks
            place += 1
        roots = [one for one in roots if one[0] > start_s + STEP_S - 3600]
        counts: dict[int, int] = {}
        for _, root in roots:
            counts[root] = counts.get(root, 0) + 1
        first = sorted(counts.items(), key=lambda one: -one[1])[:LEADING]
        yield (
            start_s,
            Voices(
                **sums,
                cascade=max(counts.values(), default=0),
                critical_cascade=max((n for r, n in counts.items() if kinds[r][0]), default=0),
                leading=tuple(
                    LeadingPost(post=r, reposts=n, attack=max(round(kinds[r][1] * 1000), 0))
                    for r, n in first
                    if n >= LEADING_REPOSTS
                ),
            ),
        )


def looks_of(times: Sequence[float], chance: random.Random) -> list[Look]:
    """What the detector sees after its first day."""
    detector = Detector()
    looks: list[Look] = []
    for start_s, voices in said(times, chance):
        looks += detector.take(start_s, voices)
    return [one for one in looks if one.at_s > times[0] + DAY_S]


def excursions(looks: Sequence[Look], level: float) -> int:
    """How often rarity came to ``level``."""
    found, last_s = 0, -BLOCK_S
    for look in looks:
        if look.rarity.talk >= level:
            found += look.at_s - last_s >= BLOCK_S
            last_s = look.at_s
    return found


def told(looks: Sequence[Look], budget: tuple[float, float]) -> tuple[int, int]:
    """Heads-ups, and incidents that rang, at a budget."""
    watch, bar = LevelState(), bar_for(*budget)
    heads_ups = rings = 0
    rang = False
    for one in looks:
        sight = Sight(
            one.rarity.total,
            one.kind,
            one.rarity.cascade,
            one.seed,
            one.voices,
            one.usual_voices,
        )
        step = watch.look(sight, one.at_s, STEP_S, bar)
        if step.why is not None and step.level == "ring" and not rang:
            rings += 1
            rang = True
        heads_ups += step.why in ("rare", "passed_on", "seed") and step.level == "heads_up"
        rang = rang and not step.over
    return heads_ups, rings


def main() -> None:
    """Print a block a series."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--twitterdev", type=Path)
    parser.add_argument("--nab", type=Path)
    parser.add_argument("--days", type=float, default=400.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    series: dict[str, list[float]] = {}
    if options.twitterdev:
        times = real(options.twitterdev)
        series["twitterdev"] = [t for t in times if t < times[0] + options.days * DAY_S]
    if options.nab:
        for path in sorted(options.nab.glob("*.csv")):
            series[path.stem] = counted(path, chance)
    blocks = QUARTER_S / BLOCK_S
    stated = [blocks * (1 - exp(-exp(-level))) for level in LEVELS]
    print(
        "stated a quarter: "
        + "  ".join(f"{v:.2f} above {at}" for at, v in zip(LEVELS, stated, strict=True))
    )
    for name, times in series.items():
        looks = looks_of(times, chance)
        span_s = times[-1] - times[0] - DAY_S
        seen = [excursions(looks, level) / span_s * QUARTER_S for level in LEVELS]
        print(
            f"{name}: {span_s / QUARTER_S:.1f} quarters, {len(times) / span_s * 3600:.1f} an hour"
        )
        print(
            "  observed:       "
            + "  ".join(f"{v:.2f} above {at}" for at, v in zip(LEVELS, seen, strict=True))
        )
        for budget in BUDGETS:
            heads_ups, rings = told(looks, budget)
            print(
                f"  budget {budget[0]} rings a quarter, {budget[1]} heads-ups a week: "
                f"{rings / span_s * QUARTER_S:.2f}, {heads_ups / span_s * WEEK_S:.2f}"
            )


if __name__ == "__main__":
    main()
