"""What past counts are worth to a brand whose crisis begins in its first minutes of being heard.

    python benchmarks/history.py [--seeds 3] [--per-hour 60]

Every scenario of the simulator is played by several seeds. The brand is listened to from twenty
minutes before the onset; of the seven days before that there are hourly counts, or nothing.
Printed: how many rang within six hours of the onset, how soon, and how many harmless ones rang,
with and without the counts.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

from lab.backtest import Backtest
from lab.simulate import SCENARIOS, Simulation, make_plan
from pipeline.detection.past import PastCounts, history_buckets
from pipeline.rollup import RollupRules
from pipeline.sentiment.load import load_ngram
from schemas.brand import Brand
from schemas.mention import Mention

BRAND = Brand(id="acme", names=("Acme",), handles=("acme",), languages=("en", "fr"))
START = datetime(2024, 3, 4, tzinfo=UTC)
LEAD_DAYS = 8.0
HISTORY_H = 7 * 24
HEARD_BEFORE = timedelta(minutes=20)
HEARD_AFTER = timedelta(hours=6)
EVENTLESS = {"quiet", "chatter"}
HOUR_S = 3600


def main() -> None:
    """Print a line a scenario, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--per-hour", type=float, default=60.0)
    options = parser.parse_args()
    print("| scenario | crisis | rang with counts | minutes | rang without | minutes |")
    print("|---|---|---|---|---|---|")
    sums: Counter[tuple[bool, bool]] = Counter()
    played: Counter[bool] = Counter()
    for name, scenario in SCENARIOS.items():
        if name in EVENTLESS:
            continue
        runs = [_run(name, seed, options.per_hour) for seed in range(options.seeds)]
        played[scenario.crisis] += len(runs)
        cells = []
        for place, told in enumerate((True, False)):
            rang = [run[place] for run in runs if run[place] is not None]
            sums[scenario.crisis, told] += len(rang)
            cells += [f"{len(rang)} of {len(runs)}", f"{median(rang):.0f}" if rang else "–"]
        print(
            f"| {name} | {'yes' if scenario.crisis else 'no'} | {' | '.join(cells)} |", flush=True
        )
    for crisis in (True, False):
        print(
            f"{'crises' if crisis else 'harmless'}: {sums[crisis, True]} of {played[crisis]} rang "
            f"with counts, {sums[crisis, False]} without"
        )


def _run(name: str, seed: int, per_hour: float) -> tuple[float | None, float | None]:
    """Minutes from the onset to the ring, with past counts and without; None for silence."""
    plan = make_plan(
        name,
        seed=seed,
        brand=BRAND,
        start=START,
        days=LEAD_DAYS + 1,
        mentions_per_hour=per_hour,
        crisis_scale=1.0,
        tempo=1.0,
        lead_days=LEAD_DAYS,
    )
    heard_from = plan.onset - HEARD_BEFORE
    counts: Counter[int] = Counter()
    heard = []
    for labelled in Simulation(plan):
        mention = labelled.mention
        if mention.created_at >= plan.onset + HEARD_AFTER:
            break
        if mention.created_at >= heard_from:
            heard.append(mention)
        else:
            counts[int(mention.created_at.timestamp()) // HOUR_S * HOUR_S] += 1
    last_s = int(heard_from.timestamp()) // HOUR_S * HOUR_S
    starts = range(last_s - HISTORY_H * HOUR_S, last_s, HOUR_S)
    past = PastCounts(HOUR_S, tuple((start_s, float(counts[start_s])) for start_s in starts))
    return _rang(heard, plan.onset, past), _rang(heard, plan.onset, None)


def _rang(heard: Sequence[Mention], onset: datetime, past: PastCounts | None) -> float | None:
    history = {BRAND.id: list(history_buckets(BRAND.id, past))} if past else {}
    backtest = Backtest({BRAND.id: BRAND}, rules=RollupRules(), model=load_ngram(), history=history)
    for mention in heard:
        backtest.feed(mention, [BRAND.id])
    backtest.finish()
    rung = [one.at for one in backtest.tallies[0].transitions if one.state == "open"]
    return (rung[0] - onset).total_seconds() / 60 if rung else None


if __name__ == "__main__":
    main()
