"""What it costs to count who and what drives the talk: time a mention, bytes a mention.

    tocsin ingest simulate --brands examples/demo/brands.yaml --out storm.jsonl
    python benchmarks/drivers.py storm.jsonl

FILE holds mentions in the neutral form, of one brand, in order of time. Sentiment is left out: its
scores are made up beforehand. Best of five runs, processor time.
"""

import argparse
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import mean
from time import process_time

import msgspec

from pipeline.detection.judge import Judge
from pipeline.rollup import BrandRollup, RollupRules
from pipeline.rollup.speakers.near_duplicates import fingerprint, fingerprints
from pipeline.sentiment.api import Score, Sentiment, TextSignals
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import encode
from schemas.mention import Mention, MentionBatch

RUNS = 5
IN_A_BATCH = 50


def best(what: Callable[[], object]) -> float:
    """Seconds of the fastest run."""
    times = []
    for _ in range(RUNS):
        began = process_time()
        what()
        times.append(process_time() - began)
    return min(times)


def rolled(batches: list[MentionBatch]) -> tuple[list[Bucket], int]:
    """The buckets, and the bytes that the journal took."""
    score = Score(Sentiment(0.2, 0.7, 0.1), TextSignals(0, ("forest", "brand")))
    rollup, buckets, size = BrandRollup("b", RollupRules()), [], 0
    for offset, batch in enumerate(batches):
        scores = rollup.scored(batch, lambda said: [score] * len(said))
        rollup.take(offset, batch, scores, "m")
        buckets += rollup.close({})
        size += len(encode(rollup.sealed()))
    return buckets, size


def judged(buckets: list[Bucket]) -> Judge:
    """A judge that has heard them."""
    judge = Judge(Brand(id="b", names=("B",)), width_s=10)
    for bucket in buckets:
        judge.update(bucket)
    return judge


def row(what: str, value: float, unit: str) -> None:
    """Print one figure."""
    print(f"{what:<32}{value:10,.2f} {unit}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="What counting the drivers costs.")
    parser.add_argument("file", type=Path)
    mentions = [
        msgspec.json.decode(line, type=Mention)
        for line in parser.parse_args().file.read_bytes().splitlines()
    ]
    batches = [
        MentionBatch(brand="b", source="s", seq=n, watermark=part[-1].created_at, mentions=part)
        for n in range(0, len(mentions), IN_A_BATCH)
        for part in (tuple(mentions[n : n + IN_A_BATCH]),)
    ]
    written = [mention.text for mention in mentions if mention.kind != "repost"]
    print(f"Python {platform.python_version()}, Tocsin {version('tocsin')}, {platform.machine()}")
    print(f"{len(mentions):,} mentions, {len(written):,} of them no reposts")
    loop_s = best(lambda: [len(text) for text in written])
    alone_s = best(lambda: [fingerprint(text) for text in written])
    parts = [written[first : first + IN_A_BATCH] for first in range(0, len(written), IN_A_BATCH)]
    together_s = best(lambda: [fingerprints(part) for part in parts])
    row("fingerprint of the wording, alone", alone_s / len(written) * 1e6, "µs a text")
    row(f"  {IN_A_BATCH} together", together_s / len(written) * 1e6, "µs a text")
    row("  (len of the same texts)", loop_s / len(written) * 1e6, "µs")
    row("  mean length", mean(map(len, written)), "characters")
    buckets, size = rolled(batches)
    roll_s = best(lambda: rolled(batches))
    row("roll-up, journal included", roll_s / len(mentions) * 1e6, "µs a mention")
    row("journal", size / len(mentions), "bytes a mention")
    row("bucket", mean(len(encode(one)) for one in buckets), "bytes")
    judge_s = best(lambda: judged(buckets))
    row("judge", judge_s / len(buckets) * 1e6, "µs a bucket")
    row("state of the judge at the end", len(judged(buckets).dump()), "bytes")


if __name__ == "__main__":
    main()
