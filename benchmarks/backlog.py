"""What a backlog costs a worker in memory: one that catches up on it, and one that comes back.

    python benchmarks/backlog.py [--brands 200] [--mentions 30000] [--times 4]

Needs a JDK and Maven: it runs on a real Apache Kafka. The mentions, an hour of them in batches of
25, wait in Kafka before the worker starts; then ``--times`` as many wait for it in the next hour.
Stated is the most memory that the worker ever took (VmHWM) until all of it was counted and judged,
and what it has then. At last it is ended and started again, with all of its state to read back.
"""

import argparse
import os
import platform
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from random import Random

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from worker_process import Process, brands_yaml, kafka, worker

from schemas.codec import encode
from schemas.mention import ALL_BRANDS, Author, Mention, MentionBatch
from schemas.topics import APP_ID, BUCKETS, MENTIONS

PARTITIONS = 8
BATCH = 25
WAIT_S = 900.0
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR_S = 3_600
PHRASES = (
    "the service was late again",
    "nobody answers",
    "my order came broken",
    "I like their new shop",
    "what a day",
    "refund please",
    "this is a scandal",
    "they knew it for years",
    "great people",
    "boycott",
)


def publish(bootstrap: str, brands: int, mentions: int, hour: int) -> int:
    """Have so many mentions of one hour wait, spread over all brands; return their bytes."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, linger_ms=20)
    chance, sent = Random(hour), 0
    begin = START + timedelta(hours=hour)
    batches = mentions // BATCH
    for number in range(batches):
        brand = f"brand{number % brands}"
        at = begin + timedelta(seconds=HOUR_S * number / batches)
        posts = tuple(
            Mention(
                id=f"{hour}-{number}-{place}",
                created_at=at,
                text=f"{brand} {' '.join(chance.choices(PHRASES, k=5))} {number} {place}",
                author=Author(id=str(chance.randrange(20_000)), handle=f"h{number}"),
            )
            for place in range(BATCH)
        )
        batch = MentionBatch(
            brand=brand, source="backlog", seq=number, watermark=at, mentions=posts
        )
        raw = encode(batch)
        sent += len(raw)
        producer.send(MENTIONS.name, key=brand.encode(), value=raw)
    end = MentionBatch(
        brand=ALL_BRANDS, source="backlog", seq=0, watermark=begin + timedelta(seconds=HOUR_S)
    )
    for partition in range(PARTITIONS):
        producer.send(
            MENTIONS.name, key=ALL_BRANDS.encode(), value=encode(end), partition=partition
        )
    producer.close()
    return sent


def wait_until_all_is_judged(bootstrap: str, *, within_s: float = WAIT_S) -> None:
    """Wait until a worker has committed all mentions and all buckets."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=APP_ID, enable_auto_commit=False)
    parts = [
        TopicPartition(topic.name, number)
        for topic in (MENTIONS, BUCKETS)
        for number in range(PARTITIONS)
    ]
    deadline_s = time.monotonic() + within_s
    while any(
        (consumer.committed(part) or 0) < end for part, end in consumer.end_offsets(parts).items()
    ):
        if time.monotonic() > deadline_s:
            raise SystemExit(f"the worker did not catch up within {within_s:.0f} s")
        time.sleep(0.5)
    consumer.close()


def row(what: str, process: Process) -> None:
    """Print one line."""
    print(
        f"{what:<44}{process.peak_bytes() / 1e6:>8.0f} MB{process.rss_bytes() / 1e6:>8.0f} MB"
        f"{process.cpu_s():>8.0f} s",
        flush=True,
    )


def main() -> None:
    """Print one row a backlog."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brands", type=int, default=200)
    parser.add_argument("--mentions", type=int, default=30_000)
    parser.add_argument("--times", type=int, default=4)
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, faust-streaming {version('faust-streaming')}, "
        f"aiokafka {version('aiokafka')}, {os.cpu_count()} cores; {options.brands} brands, "
        f"{PARTITIONS} partitions, one worker"
    )
    print(f"{'backlog':<44}{'at most':>11}{'then':>11}{'processor':>10}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        brands_file = folder / "brands.yaml"
        brands_file.write_text(brands_yaml(options.brands), encoding="utf-8")
        with kafka(folder / "kafka", PARTITIONS) as broker:
            for hour, mentions in enumerate((options.mentions, options.mentions * options.times)):
                sent = publish(broker.bootstrap, options.brands, mentions, hour)
                with worker(broker.bootstrap, PARTITIONS, brands_file) as process:
                    wait_until_all_is_judged(broker.bootstrap)
                    row(f"{mentions:,} mentions, {sent / 1e6:.0f} MB", process)
            publish(broker.bootstrap, options.brands, BATCH * options.brands, 2)
            with worker(broker.bootstrap, PARTITIONS, brands_file) as process:
                wait_until_all_is_judged(broker.bootstrap)
                row(f"{BATCH * options.brands:,} mentions, and all state to read back", process)


if __name__ == "__main__":
    main()
