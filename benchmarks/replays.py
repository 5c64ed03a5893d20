"""Crisis replays: what the judge rings on, how early, and how often for nothing.

    python benchmarks/replays.py [--set development|held-out] [--size quick|normal|full]
        [--seeds FIRST:END] [--jobs N] [--only SHAPE] [--storms DIRECTORY] [--json FILE]
    python benchmarks/replays.py --confusion DATA

Tuning belongs to the development set and to seeds below 1000; the figures that are reported come
from the held-out set and seeds from 1000 on. ``--confusion`` measures what the sentiment model does
on labelled tweets (DATA/airline/Tweets.csv, DATA/sentiment/xlm-t), from which the replays draw.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import msgspec

from pipeline.evaluate.contest import CONTENDERS
from pipeline.evaluate.replays import (
    HELD_OUT_FROM,
    Figures,
    Replayed,
    figures,
    plan,
    read_storms,
    replay,
    shapes_of,
)
from pipeline.evaluate.replays.figures import verdicts
from pipeline.evaluate.replays.intervals import Interval, Proportion
from pipeline.evaluate.replays.plan import AMOUNTS
from pipeline.evaluate.replays.results import Line
from pipeline.sentiment import load_model
from pipeline.sentiment.evaluation import label_of

LABELS = {"negative": 0, "neutral": 1, "positive": 2}


def share(one: Proportion) -> str:
    """A share with its interval."""
    if one.share is None:
        return "–"
    return f"{one.share:.2f} [{one.low:.2f}, {one.high:.2f}] ({one.hits}/{one.of})"


def minutes(value: float | None) -> str:
    """Seconds as minutes."""
    return "–" if value is None else f"{value / 60:.0f} min"


def interval(one: Interval) -> str:
    """Seconds with their interval, as minutes."""
    if one.value is None:
        return "–"
    return f"{one.value / 60:.0f} min [{one.low / 60:.0f}, {one.high / 60:.0f}]"


def rate(one: Interval) -> str:
    """A rate with its interval."""
    return "–" if one.value is None else f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]"


def show(found: Figures) -> None:
    """Print the figures of one contender."""
    paced = found.paced
    lines = (
        ("recall", share(found.recall)),
        ("precision", share(found.precision)),
        ("harmless episodes that rang", share(found.harmless_rung)),
        ("delay after onset, median", interval(found.delay_median_s)),
        ("delay after onset, 90 %", interval(found.delay_90_s)),
        ("delay after it could be seen, median", interval(found.after_visible_median_s)),
        ("lead before peak, median", interval(found.lead_median_s)),
        (
            f"false alarms a brand-quarter ({found.quiet_quarters:.0f} quarters)",
            rate(found.false_per_quarter),
        ),
        (
            "severity, median: crises / harmless",
            f"{found.severity_crisis_median} / {found.severity_harmless_median}",
        ),
        ("Nestlé's pace: found", share(paced.found)),
        ("Nestlé's pace: ≤ 15 min after onset", share(paced.within_15_min)),
        ("Nestlé's pace: ≤ 15 min after it could be seen", share(paced.within_15_min_of_visible)),
        ("Nestlé's pace: ≥ 60 min before peak", share(paced.an_hour_before_peak)),
        ("Nestlé's pace: delay, median", interval(paced.delay_median_s)),
        ("Nestlé's pace: lead, median", interval(paced.lead_median_s)),
    )
    print(f"\n== {found.contender}")
    for name, value in lines:
        print(f"{name:48} {value}")
    for table in filter(None, (found.by_shape, found.by_size, found.storms)):
        print(f"\n{'':26} {'rang':>8} {'wrong':>6} {'delay':>9} {'lead':>10} {'severity':>8}")
        for line in sorted(table, key=lambda one: (one.kind, one.name)):
            show_line(line)


def show_line(line: Line) -> None:
    """Print one row of a table."""
    rang = f"{line.rung.hits}/{line.rung.of}"
    severity = "–" if line.severity_median is None else f"{line.severity_median:g}"
    print(
        f"{line.kind:8} {line.name:24.24} {rang:>6} {line.false_rings:6} "
        f"{minutes(line.delay_median_s):>9} {minutes(line.lead_median_s):>10} {severity:>6}"
    )


def show_failures(replayed: Replayed, contender: str) -> None:
    """Print what went wrong, so that it can be run alone."""
    print(f"\nWhat {contender} missed (M) or rang on wrongly (W)")
    for one in verdicts((*replayed.episodes, *replayed.storms), contender):
        truth, outcome = one.outcome.truth, one.outcome
        at = [f"{(ring.at_s - truth.onset_s) / 3600:+.1f} h" for ring in one.wrong]
        missed = one.crisis and one.right is None
        if missed or at:
            print(
                f"{'M' if missed else ' '}{'W' if at else ' '} {truth.shape:24} "
                f"seed {outcome.seed} size {outcome.size:g} ({outcome.per_hour:.0f}/h), peak "
                f"{truth.peak_per_hour}/h; wrong: {', '.join(at) or '–'}"
            )
    for quiet in replayed.quiet:
        [rings] = [one.rings for one in quiet.heard if one.contender == contender]
        days = [f"{(ring.at_s - quiet.start_s) / 86_400:.1f}" for ring in rings]
        print(f"   quiet seed {quiet.seed} size {quiet.size:g}: rings on days {days[:20]}")


def labelled(data: Path) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
    """Labelled tweets: name of the set, (label, text, language)."""
    with (data / "airline" / "Tweets.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    yield "airline", [(LABELS[row["airline_sentiment"]], row["text"], "en") for row in rows]
    tongues = {"arabic": "ar", "french": "fr", "german": "de", "hindi": "hi", "italian": "it",
               "portuguese": "pt", "spanish": "es"}  # fmt: skip
    every = []
    for name, lang in tongues.items():
        place = data / "sentiment" / "xlm-t" / name
        labels = (place / "val_labels.txt").read_text().split()
        texts = (place / "val_text.txt").read_text().splitlines()
        every += [(int(label), text, lang) for label, text in zip(labels, texts, strict=True)]
    yield "xlm-t without English", every


def show_confusion(data: Path) -> None:
    """Print P(said | meant), P(cue | meant) and mean p_negative by what was said."""
    model = load_model()
    for name, rows in labelled(data):
        said = [[0, 0, 0] for _ in LABELS]
        cues = [[0, 0, 0, 0] for _ in LABELS]
        certainty: list[list[float]] = [[] for _ in LABELS]
        for meant, text, lang in rows:
            score = model.score(text, lang)
            said[meant][label_of(score)] += 1
            certainty[label_of(score)].append(score.p_negative)
            for place in range(4):
                cues[meant][place] += bool(score.cues >> place & 1)
        for meant, label in enumerate(LABELS):
            total = sum(said[meant])
            print(
                f"{name:22} {label:9} n={total:6}  said "
                + " ".join(f"{count / total:.3f}" for count in said[meant])
                + "  outrage boycott complaint first person "
                + " ".join(f"{count / total:.3f}" for count in cues[meant])
            )
        print(name, "mean p_negative", [round(sum(one) / len(one), 3) for one in certainty])


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--set", choices=("development", "held-out"), default="development")
    parser.add_argument("--size", choices=tuple(AMOUNTS), default="quick")
    parser.add_argument("--seeds", help="FIRST:END")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", help="one shape")
    parser.add_argument("--storms", type=Path)
    parser.add_argument("--json", type=Path, help="write everything that was heard")
    parser.add_argument("--confusion", type=Path)
    asked = parser.parse_args()
    if asked.confusion:
        show_confusion(asked.confusion)
        return
    split = "held_out" if asked.set == "held-out" else "development"
    shapes = [one for one in shapes_of(split) if asked.only in (None, one.name)]
    if not shapes:
        sys.exit(f"no shape {asked.only!r}; there are {[one.name for one in shapes_of(split)]}")
    first = HELD_OUT_FROM if split == "held_out" else 0
    seeds = None
    if asked.seeds:
        first, end = map(int, asked.seeds.split(":"))
        seeds = end - first
    worlds = plan(
        shapes,
        extent=asked.size,
        first_seed=first,
        seeds=seeds,
        storms=read_storms(asked.storms) if asked.storms else (),
    )
    if asked.only:
        worlds = tuple(world for world in worlds if not world.quiet_days)
    replayed = replay(
        worlds,
        CONTENDERS,
        jobs=asked.jobs,
        progress=lambda done, total: print(f"{done}/{total} worlds", file=sys.stderr),
    )
    names = [one.contender for one in replayed.episodes[0].heard]
    for name in names:
        show(figures(replayed, name))
    show_failures(replayed, names[0])
    if asked.json:
        asked.json.write_bytes(msgspec.json.encode(replayed))
    if asked.jobs == 1:
        print(f"\n{process_time():.0f} s of processor time")


if __name__ == "__main__":
    main()
