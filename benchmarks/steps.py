"""Processor time of a worker's own part: steps of many records, without Kafka and without Faust.

    python benchmarks/steps.py DATA [--mentions 60000] [--turns 3] [--against CHECKOUT] [--profile]

DATA: as for ``worker.py``, and the same records. For each batch size, microseconds of processor
time a mention of

* ``score``   decode the batches of a step and score their texts in one call, nothing else
* ``roll up`` what a shard makes of its steps, ``score`` included: state written, buckets encoded
* ``judge``   what the judges make of the buckets

A step holds what the worker takes at once. ``--against`` measures another checkout in turn with
this one, and says whether buckets, steps of incidents and state are the same, once decoded.
``--profile`` prints where the time goes instead. Each turn is a process of its own.
"""

import argparse
import cProfile
import hashlib
import json
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from worker import CASES, batches, real_mentions

from agents.garbage import leave_what_is_loaded
from pipeline.detection.shard import JudgeShard
from pipeline.partitions import partition_of
from pipeline.rollup import RollupRules
from pipeline.rollup.partition.shard import Shard
from pipeline.sentiment.api import Scorer
from pipeline.sentiment.load import load_ngram
from schemas.brand import Brand
from schemas.codec import Decoder, encode
from schemas.mention import MentionBatch

HERE = Path(__file__).parents[1]
PARTITIONS = 4
RECORDS_A_STEP = 200
"""Of all partitions; what the worker takes over from what it has fetched."""
MENTIONS_A_STEP = 2_000
END = timedelta(minutes=1)
Raw = tuple[int, bytes]
"""Offset and bytes of a record."""


class Turn(NamedTuple):
    """Microseconds of processor time a mention, and what came out."""

    score: float
    roll_up: float
    judge: float
    digest: str


def partitioned(records: Sequence[MentionBatch]) -> list[list[Raw]]:
    """Records by partition, each with its offset, and at the end what closes the last bucket."""
    found: list[list[Raw]] = [[] for _ in range(PARTITIONS)]
    end = replace(records[-1], brand="*", mentions=(), watermark=records[-1].watermark + END)
    for record in records:
        there = found[partition_of(record.brand, PARTITIONS)]
        there.append((len(there), encode(record)))
    for there in found:
        there.append((len(there), encode(end)))
    return found


def steps_of(raws: Sequence[Raw], per_batch: int) -> Iterator[Sequence[Raw]]:
    """What a worker with a backlog takes at once."""
    size = max(min(RECORDS_A_STEP // PARTITIONS, MENTIONS_A_STEP // per_batch), 1)
    return (raws[first : first + size] for first in range(0, len(raws), size))


def scored(model: Scorer, steps: Sequence[Sequence[Raw]]) -> None:
    """Decode and score, and nothing else."""
    decoder = Decoder(MentionBatch)
    for step in steps:
        mentions = [one for _, raw in step for one in decoder.decode(raw).mentions]
        if mentions:
            model.score_many([(one.text, one.lang) for one in mentions])


class Parts(NamedTuple):
    """What is measured: the shards of all partitions, and what has come out."""

    brands: dict[str, Brand]
    tables: list[dict[str, bytes]]
    judged: list[dict[str, bytes]]
    buckets: list[list[bytes]]
    transitions: list[bytes]

    @classmethod
    def new(cls, brands: int) -> "Parts":
        """Nothing yet."""
        known = {f"brand{n}": Brand(id=f"brand{n}", names=(f"Brand{n}",)) for n in range(brands)}
        every = range(PARTITIONS)
        return cls(known, [{} for _ in every], [{} for _ in every], [[] for _ in every], [])

    def roll_up(self, model: Scorer, parts: Sequence[Sequence[Sequence[Raw]]]) -> None:
        """Apply the steps of each partition."""
        for partition, steps in enumerate(parts):
            shard = Shard(
                partition,
                table=self.tables[partition],
                brands=self.brands,
                rules=RollupRules(),
                model=model,
                partitions=PARTITIONS,
            )
            for step in steps:
                records = [shard.read(offset, raw) for offset, raw in step]
                for outcome in shard.apply_all(records):
                    for bucket in outcome.buckets:
                        self.buckets[partition].append(encode(bucket))
                        shard.acknowledge(bucket)

    def judge(self) -> None:
        """Judge the buckets, one record at a time as the worker does."""
        for partition, raws in enumerate(self.buckets):
            shard = JudgeShard(
                partition,
                table=self.judged[partition],
                brands=self.brands,
                width_s=RollupRules().width_s,
                partitions=PARTITIONS,
            )
            for offset, raw in enumerate(raws):
                for transition in shard.apply(offset, raw).transitions:
                    self.transitions.append(encode(transition))
                    shard.acknowledge(transition)

    def digest(self) -> str:
        """Of buckets, steps of incidents and both states, decoded: the order of fields is free."""
        decoded = [
            [msgspec.json.decode(raw) for each in self.buckets for raw in each],
            [msgspec.json.decode(raw) for raw in self.transitions],
            [
                {key: msgspec.json.decode(raw) for key, raw in table.items()}
                for table in (*self.tables, *self.judged)
            ],
        ]
        return hashlib.sha256(json.dumps(decoded, sort_keys=True).encode()).hexdigest()[:16]


def turn(data: Path, total: int, per_batch: int, *, profile: bool = False) -> Turn:
    """One turn of this checkout."""
    brands, per_second = next((b, s) for size, b, s in CASES.values() if size == per_batch)
    records = list(batches(real_mentions(data), total, per_batch, brands, per_second))
    parts = [list(steps_of(raws, per_batch)) for raws in partitioned(records)]
    models = [load_ngram(), load_ngram()]  # what one has read the other has not
    for model in models:
        model.score("so that loading is not measured", "en")
    made = Parts.new(brands)
    leave_what_is_loaded()
    if profile:
        with cProfile.Profile() as profiler:
            made.roll_up(models[1], parts)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(40)

    def cost_us(work: Callable[[], None]) -> float:
        begun_s = time.process_time()
        work()
        return (time.process_time() - begun_s) / total * 1e6

    return Turn(
        0.0 if profile else cost_us(lambda: [scored(models[0], steps) for steps in parts]),
        0.0 if profile else cost_us(lambda: made.roll_up(models[1], parts)),
        cost_us(made.judge),
        made.digest(),
    )


def apart(checkout: Path, options: argparse.Namespace, per_batch: int) -> Turn:
    """One turn of a checkout, in a process of its own."""
    command = [sys.executable, __file__, str(options.data), "--mentions", str(options.mentions)]
    done = subprocess.run(
        [*command, "--turn", str(per_batch)],
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Turn)


def main() -> None:
    """Print a row a batch size and checkout."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--mentions", type=int, default=60_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--turn", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.turn:
        sys.stdout.buffer.write(encode(turn(options.data, options.mentions, options.turn)))
        return
    checkouts = {"now": HERE}
    if options.against:
        checkouts["before"] = options.against
    print(f"{'µs a mention (medians)':<38}{'':<10}{'score':>10}{'roll up':>10}{'judge':>10}")
    for name, (per_batch, _, _) in CASES.items():
        if options.profile:
            turn(options.data, options.mentions, per_batch, profile=True)
            continue
        turns: dict[str, list[Turn]] = {each: [] for each in checkouts}
        for _ in range(options.turns):
            for each, checkout in checkouts.items():
                turns[each].append(apart(checkout, options, per_batch))
        for name_of, made in turns.items():
            columns = list(zip(*made, strict=True))
            figures = "".join(f"{median(each):>10.1f}" for each in columns[:3])
            print(f"{name:<38}{name_of:<10}{figures}", flush=True)
        if len({one.digest for made in turns.values() for one in made}) > 1:
            print("OUTPUT DIFFERS")


if __name__ == "__main__":
    main()
