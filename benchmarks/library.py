"""What an episode of one's own does to the judgement of others, and of the next one like it.

    python benchmarks/library.py [--per-hour 60]

Each scenario of the simulator is measured on one seed, from its onset for half a day, and added to
the library as it is. Printed for each: in how many steps of the incidents of another seed, from an
hour after the onset on, it is the nearest; and over all other scenarios, what rings now and did not
before, and what rang before and does not now.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from lab.backtest.rolling import Rolling
from lab.library.measure import measure
from lab.library.observe import MeasureError, Observer
from lab.simulate import SCENARIOS, Simulation, make_plan
from pipeline.detection.judge import Judge
from pipeline.detection.patterns.library import Library, load_episodes
from pipeline.rollup import RollupRules
from pipeline.sentiment.load import load_ngram
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.incident import Transition

BRAND = Brand(id="acme", names=("Acme",), handles=("acme",), languages=("en", "fr"))
START = datetime(2024, 3, 4, tzinfo=UTC)
DAYS = 4.0
MEASURED = timedelta(hours=12)
EVENTLESS = {"quiet", "chatter"}
WIDTH_S = 10


class Played(NamedTuple):
    """One scenario by one seed, counted."""

    crisis: bool
    onset: datetime
    buckets: Sequence[Bucket]


def main() -> None:
    """Print a line a scenario."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--per-hour", type=float, default=60.0)
    options = parser.parse_args()
    names = [name for name in SCENARIOS if name not in EVENTLESS]
    first = {name: _play(name, 1, options.per_hour) for name in names}
    second = {name: _play(name, 2, options.per_hour) for name in names}
    shipped = Library.of(load_episodes())
    before = {name: _rang(_judge(played, shipped)) for name, played in second.items()}
    print("| added | phases | nearest an hour on | now rings | no longer rings |")
    print("|---|---|---|---|---|")
    for name in names:
        observer = Observer(*_stretch(first[name]))
        for bucket in first[name].buckets:
            observer.update(bucket)
        try:
            own = measure(
                observer.sights,
                name="own",
                kind="crisis" if first[name].crisis else "harmless",
                title="own",
                sources=["simulation"],
                note="",
            )
        except MeasureError as error:
            print(f"| {name} | {error} | | | |", flush=True)
            continue
        library = Library.of(load_episodes(), [own])
        told = {other: _judge(played, library) for other, played in second.items()}
        after = {other: _rang(transitions) for other, transitions in told.items()}
        later = [one for one in told[name] if one.at - one.onset > timedelta(hours=1)]
        nearest = sum(one.nearest[0].episode == "own" for one in later if one.nearest)
        gained = [other for other in names if after[other] and not before[other]]
        lost = [other for other in names if before[other] and not after[other]]
        print(
            f"| {name} | {len(own.phases)} | {nearest} of {len(later)} | "
            f"{', '.join(gained) or '–'} | {', '.join(lost) or '–'} |",
            flush=True,
        )
    rang = [name for name in names if before[name]]
    print(f"rang with the library as shipped: {', '.join(rang) or 'nothing'}")


def _play(name: str, seed: int, per_hour: float) -> Played:
    plan = make_plan(
        name,
        seed=seed,
        brand=BRAND,
        start=START,
        days=DAYS,
        mentions_per_hour=per_hour,
        crisis_scale=1.0,
        tempo=1.0,
        lead_days=None,
    )
    rules = RollupRules(width_s=WIDTH_S)
    rolling = Rolling(BRAND, rules, load_ngram())
    buckets: list[Bucket] = []
    for labelled in Simulation(plan):
        buckets += rolling.feed(labelled.mention)
    buckets += rolling.roll(plan.end + timedelta(minutes=1))
    return Played(plan.scenario.crisis, plan.onset, buckets)


def _stretch(played: Played) -> tuple[int, int]:
    return int(played.onset.timestamp()), int((played.onset + MEASURED).timestamp())


def _judge(played: Played, library: Library) -> list[Transition]:
    judge = Judge(BRAND, width_s=WIDTH_S, library=library)
    return [one for bucket in played.buckets for one in judge.update(bucket)]


def _rang(transitions: Sequence[Transition]) -> bool:
    return any(one.state == "open" for one in transitions)


if __name__ == "__main__":
    main()
