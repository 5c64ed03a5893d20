"""Crisis replays for tuning the judge: any seeds, one shape alone, and what went wrong where.

    python benchmarks/replays.py [--size quick|normal|full] [--seeds FIRST:END] [--jobs N]
        [--only SHAPE] [--storms DIRECTORY] [--arrivals DATA] [--json FILE]
    python benchmarks/replays.py --confusion DATA

Only development shapes and seeds below 1000 are run here, before the judge and the rule of thumb;
``tocsin evaluate --replays`` reports the held-out half, beside other detectors. ``--confusion``
measures what the model does on labelled tweets (DATA/airline/Tweets.csv, DATA/sentiment/xlm-t),
from which the replays draw ordinary talk (benchmarks/replay_scores.py measures the rest).
``--arrivals DATA`` puts the counts of real brands (DATA/nab, DATA/twitterdev) under everything.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, pstdev
from time import process_time

import msgspec
from rich.console import Console

from lab.evaluate.contest import NAME, TUNED
from lab.evaluate.replay_part import replay_part
from lab.evaluate.replays import (
    HELD_OUT_FROM,
    Replayed,
    plan,
    read_storms,
    replay,
    shapes_of,
)
from lab.evaluate.replays.figures import verdicts
from lab.evaluate.replays.plan import AMOUNTS
from lab.evaluate.running import runner
from lab.evaluate.worlds.own import own_world
from lab.evaluate.worlds.part import OWN, worlds_part
from lab.report.evaluation.replay_table import replay_tables
from lab.report.evaluation.worlds_table import worlds_tables
from lab.report.voice import ReportVoice
from pipeline.rollup.speakers.voices import EVERYDAY
from pipeline.sentiment.load import load_ngram

LABELS = {"negative": 0, "neutral": 1, "positive": 2}


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
    """Print P(said | meant), P(cue | meant), and by what was said: certainty and attack."""
    model = load_ngram()
    for name, rows in labelled(data):
        said = [[0, 0, 0] for _ in LABELS]
        cues = [[0, 0, 0, 0] for _ in LABELS]
        certainty: list[list[float]] = [[] for _ in LABELS]
        praise: list[list[float]] = [[] for _ in LABELS]
        attack: list[list[float]] = [[] for _ in LABELS]
        for meant, text, lang in rows:
            score = model.score(text, lang)
            said[meant][score.sentiment.label] += 1
            certainty[score.sentiment.label].append(score.sentiment.p_negative)
            praise[score.sentiment.label].append(score.sentiment.p_positive)
            usual, deviation = EVERYDAY[lang]
            attack[score.sentiment.label].append((score.signals.attack_logit - usual) / deviation)
            for place in range(4):
                cues[meant][place] += bool(score.signals.cues >> place & 1)
        for meant, label in enumerate(LABELS):
            total = sum(said[meant])
            print(
                f"{name:22} {label:9} n={total:6}  said "
                + " ".join(f"{count / total:.3f}" for count in said[meant])
                + "  outrage boycott complaint first person "
                + " ".join(f"{count / total:.3f}" for count in cues[meant])
            )
        print(name, "mean p_negative", [round(sum(one) / len(one), 3) for one in certainty])
        print(name, "mean p_positive", [round(sum(one) / len(one), 3) for one in praise])
        print(
            name,
            "logit of attack by what was said, in deviations above everyday texts: mean, deviation",
            [(round(mean(one), 2), round(pstdev(one), 2)) for one in attack],
        )


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", choices=tuple(AMOUNTS), default="quick")
    parser.add_argument("--seeds", help="FIRST:END", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", help="one shape")
    parser.add_argument("--storms", type=Path)
    parser.add_argument("--arrivals", type=Path)
    parser.add_argument("--json", type=Path, help="write everything that was heard")
    parser.add_argument("--confusion", type=Path)
    asked = parser.parse_args()
    if asked.confusion:
        show_confusion(asked.confusion)
        return
    shapes = [one for one in shapes_of("development") if asked.only in (None, one.name)]
    if not shapes:
        every = [one.name for one in shapes_of("development")]
        sys.exit(f"no shape {asked.only!r}; there are {every}")
    first, end = map(int, asked.seeds.split(":")) if asked.seeds else (0, None)
    if (end or first) > HELD_OUT_FROM:
        sys.exit(f"seeds from {HELD_OUT_FROM} on are not for tuning")
    worlds = plan(
        shapes,
        extent=asked.size,
        first_seed=first,
        seeds=None if end is None else end - first,
        storms=read_storms(asked.storms) if asked.storms else (),
        arrivals=asked.arrivals,
    )
    if asked.only:
        worlds = tuple(world for world in worlds if not world.quiet_days)
    with runner(asked.jobs, Console(stderr=True)) as run:
        replayed = replay(worlds, TUNED, run=run)
    part = replay_part(replayed, shapes="development", first_seed=first)
    world = worlds_part({OWN: own_world(replayed, NAME)})
    Console().print(
        *replay_tables(part, ReportVoice()), *worlds_tables(world, ReportVoice()), sep="\n"
    )
    show_failures(replayed, part.contenders[0].contender)
    if asked.json:
        asked.json.write_bytes(msgspec.json.encode(replayed))
    if asked.jobs == 1:
        print(f"\n{process_time():.0f} s of processor time")


if __name__ == "__main__":
    main()
