"""Mentions per second of one worker on the full way, beside two bare loops of the same run.

    python benchmarks/worker.py DATA [--mentions 60000]

DATA: a folder with ``airline/Tweets.csv`` and ``replay/stocknet-12-brands.jsonl.gz`` (real tweets;
they are not part of this repository). Needs a JDK and Maven: it runs on a real Apache Kafka.

For each batch size the same records go through

* ``full``   the worker as it is: score, roll up, journal, buckets topic, judge, journal
* ``faust``  an agent on the same topic that does nothing but count
* ``score``  no Kafka at all: decode the batch, score every text

The batch sizes are those that the publisher makes (linger 100 ms, at most 200 mentions) of one
brand's 250 and 2,500 mentions/s, and of 250/s over ten brands. Every text is made distinct by
a number, so that no text is scored from memory twice. Rates come from the times at which the
broker got the first and the last bucket, so a start-up is not counted. ``wait`` is the longest that
a bucket waited for its judgement while mentions were left to count: from the time at which the
broker got it to that at which it got the judge's state with it. Nothing is read carefully, unless
``TOCSIN_READER_SHARE`` is set: ``reader_worker.py`` measures that.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import count, cycle
from pathlib import Path
from typing import NamedTuple

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from msgspec.structs import replace
from worker_process import brands_yaml, kafka, worker

from agents.ingest.formats import open_mentions
from pipeline.sentiment.load import load_ngram
from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.mention import Mention, MentionBatch
from schemas.topics import BUCKETS, JUDGE_TABLE, MENTIONS, changelog

EXAMPLES = Path(__file__).parents[1] / "examples"
PARTITIONS = 4
JUDGED = changelog(JUDGE_TABLE).name
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WAIT_S = 240
CASES = {
    "2 per batch (250/s over ten brands)": (2, 10, 250),
    "25 per batch (250/s, one brand)": (25, 1, 250),
    "200 per batch (2,500/s or faster)": (200, 1, 2500),
}


def real_mentions(data: Path) -> list[Mention]:
    """Every tweet of the two files."""
    files = {
        "airline": data / "airline" / "Tweets.csv",
        "stocknet": data / "replay" / "stocknet-12-brands.jsonl.gz",
    }
    return [
        item
        for name, path in files.items()
        for item in open_mentions(
            [path], input_format=None, mapping=EXAMPLES / name / "mapping.yaml"
        )
        if isinstance(item, Mention)
    ]


def batches(
    mentions: Sequence[Mention], total: int, per_batch: int, brands: int, per_second: int
) -> Iterator[MentionBatch]:
    """The tweets anew, evenly spaced, in batches of one brand each."""
    numbers = count()
    source = cycle(mentions)
    for first in range(0, total, per_batch):
        made = []
        for _ in range(min(per_batch, total - first)):
            number = next(numbers)
            mention = next(source)
            made.append(
                replace(
                    mention,
                    id=str(number),
                    brand="",
                    text=f"{mention.text} {number}",
                    created_at=START + timedelta(seconds=number / per_second),
                )
            )
        yield MentionBatch(
            brand=f"brand{first // per_batch % brands}",
            source="benchmark",
            seq=first // per_batch,
            watermark=made[-1].created_at,
            mentions=tuple(made),
        )


def publish(bootstrap: str, records: Sequence[MentionBatch]) -> None:
    """Put all records on the mentions topic, and an end that closes the last bucket."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, linger_ms=20)
    for record in records:
        producer.send(MENTIONS.name, key=record.brand.encode(), value=encode(record))
    end = replace(
        records[-1], brand="*", mentions=(), watermark=records[-1].watermark + timedelta(60)
    )
    for partition in range(PARTITIONS):
        producer.send(MENTIONS.name, key=b"*", value=encode(end), partition=partition)
    producer.close()


class Full(NamedTuple):
    """Mentions per second, and the longest that a bucket waited for its judgement."""

    rate: float
    wait_s: float


def full_rate(bootstrap: str, brands_file: Path, total: int) -> Full:
    """Start a worker; what it does between its first and its last bucket."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest"
    )
    consumer.assign(
        [TopicPartition(topic, n) for topic in (BUCKETS.name, JUDGED) for n in range(PARTITIONS)]
    )
    decoder = Decoder(Bucket)
    seen: list[tuple[int, int]] = []
    written: dict[tuple[int, int], int] = {}
    judged: dict[tuple[int, int], int] = {}
    deadline = time.monotonic() + WAIT_S
    with worker(bootstrap, PARTITIONS, brands_file):
        while sum(mentions for _, mentions in seen) < total:
            if time.monotonic() > deadline:
                raise SystemExit(f"the worker did not finish within {WAIT_S} s")
            for part, records in consumer.poll(timeout_ms=500).items():
                for record in records:
                    if part.topic == BUCKETS.name:
                        bucket = decoder.decode(record.value)
                        seen.append((record.timestamp, bucket.mentions))
                        if bucket.mentions:
                            written[part.partition, record.offset] = record.timestamp
                    elif b"|" in record.key.rpartition(b"brand")[2]:  # a slot: one record judged
                        offset = msgspec.json.decode(record.value)[0]
                        judged.setdefault((part.partition, offset), record.timestamp)
    consumer.close()
    seen.sort()
    counted = sum(mentions for _, mentions in seen) - seen[0][1]
    end = seen[-1][0]
    newest = dict(sorted(judged))
    waits = [
        min(judged.get(one, end), end) - at
        for one, at in written.items()
        # One in seventeen is not written by itself but with the whole state.
        if one in judged or one[1] > newest.get(one[0], -1)
    ]
    return Full(counted / max((end - seen[0][0]) / 1000, 0.001), max(waits) / 1000)


COUNTING_AGENT = """
import sys, time
import faust, faust.app.base
from schemas.topics import MENTIONS

class BootStrategy(faust.app.base.BootStrategy):
    enable_web = False

class App(faust.App):
    BootStrategy = BootStrategy

app = App("bare-" + sys.argv[2], broker="kafka://" + sys.argv[1], store="memory://",
          topic_allow_declare=False, topic_disable_leader=True,
          consumer_auto_offset_reset="earliest", worker_redirect_stdouts=False)
total = int(sys.argv[3])
seen = first = 0

@app.agent(app.topic(MENTIONS.name, key_type=bytes, key_serializer="raw",
                     value_type=bytes, value_serializer="raw"))
async def count(stream):
    global seen, first
    async for event in stream.events():
        first = first or time.perf_counter()
        seen += 1
        if seen == total:
            print("took", time.perf_counter() - first, flush=True)

faust.Worker(app, loglevel="ERROR").execute_from_commandline()
"""


def faust_rate(bootstrap: str, records: int, total: int, group: str) -> float:
    """Mentions per second of an agent that only counts records."""
    counter = subprocess.Popen(
        [sys.executable, "-c", COUNTING_AGENT, bootstrap, group, str(records)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        took = next(line for line in counter.stdout or () if "took" in line)
        return total / float(took.split()[-1])
    finally:
        counter.terminate()
        counter.wait(30)


def score_rate(records: Sequence[MentionBatch], total: int) -> float:
    """Mentions per second of decoding and scoring alone."""
    model = load_ngram()
    decoder = Decoder(MentionBatch)
    raws = [encode(record) for record in records]
    begun = time.perf_counter()
    for raw in raws:
        model.score_many([(each.text, each.lang) for each in decoder.decode(raw).mentions])
    return total / (time.perf_counter() - begun)


def main() -> None:
    """Print one row a batch size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--mentions", type=int, default=60_000)
    options = parser.parse_args()
    os.environ.setdefault("TOCSIN_READER_SHARE", "0")
    mentions = real_mentions(options.data)
    print(
        f"Python {platform.python_version()}, faust-streaming {version('faust-streaming')}, "
        f"aiokafka {version('aiokafka')}, {os.cpu_count()} cores, broker on the same machine; "
        f"{options.mentions:,} mentions from {len(mentions):,} real tweets"
    )
    columns = f"{'full':>10}{'faust':>10}{'score':>10}{'full ÷ score':>14}{'wait':>9}"
    print(f"{'mentions/s':<38}{columns}")
    with tempfile.TemporaryDirectory() as folder:
        brands_file = Path(folder) / "brands.yaml"
        brands_file.write_text(brands_yaml(10), encoding="utf-8")
        for number, (name, (per_batch, brands, per_second)) in enumerate(CASES.items()):
            records = list(batches(mentions, options.mentions, per_batch, brands, per_second))
            with kafka(Path(folder) / f"kafka{number}", PARTITIONS) as broker:
                publish(broker.bootstrap, records)
                full = full_rate(broker.bootstrap, brands_file, options.mentions)
                bare = faust_rate(
                    broker.bootstrap, len(records), options.mentions, f"group{number}"
                )
            scored = score_rate(records, options.mentions)
            print(
                f"{name:<38}{full.rate:>10,.0f}{bare:>10,.0f}{scored:>10,.0f}"
                f"{full.rate / scored:>14.2f}{full.wait_s:>7.1f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
