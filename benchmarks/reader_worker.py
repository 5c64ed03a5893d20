"""What careful reading takes of a worker on a real Kafka, where it may read the most it can.

    python benchmarks/reader_worker.py [--brands 45]

Needs a JDK, Maven and the optional extra ``reader``. Two workers get the same posts one after the
other: two quiet hours of every brand, then two in which all are loud at once, with more posts and
cascades than may be read. One worker has no reader, the other the share of a core that so many
brands need for their whole budget. What they differ by in processor time, over the loud hours, is
the share that reading took; that the encoder is loaded once is in it.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from msgspec.structs import replace
from worker_process import brands_yaml, kafka, worker

from pipeline.reading.rules import TEXTS_PER_S, ReadingRules, rules_for
from pipeline.sentiment.training.stance.sentences import filled, shipped
from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.mention import Author, Mention, MentionBatch
from schemas.topics import BUCKETS, MENTIONS

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PARTITIONS = 4
HOUR_S = 3600
QUIET_H, LOUD_H = 2, 2
QUIET_PER_H, LOUD_PER_H = 12, 900
ROOTS = 80
"""Posts that are passed on in the loud hours, some eleven times each."""

BATCH_S = 60
WAIT_S = 1_200


class Took(NamedTuple):
    """Of one worker: processor time, and texts read."""

    cpu_s: float
    texts: int


def posts(brand: str, chance: random.Random) -> Iterator[Mention]:
    """Posts of one brand, in order."""
    said = shipped("heldout")
    number = 0
    for hour in range(QUIET_H + LOUD_H):
        count = LOUD_PER_H if hour >= QUIET_H else QUIET_PER_H
        for at in sorted(chance.uniform(0, HOUR_S) for _ in range(count)):
            number += 1
            repost = count == LOUD_PER_H and number % 2 == 0
            one = chance.choice(said)
            yield Mention(
                id=f"{brand}-{number}",
                created_at=START + timedelta(hours=hour, seconds=at),
                text=f"{filled(one.text, one.lang, brand, chance)} {number}",
                lang=one.lang,
                author=Author(id=f"{brand}-{number}"),
                kind="repost" if repost else "original",
                ref_id=f"{brand}-root{chance.randrange(ROOTS)}" if repost else "",
            )


def records(brands: int) -> list[MentionBatch]:
    """All posts, a minute of a brand in each record, in order of time."""
    made = []
    for each in range(brands):
        brand = f"brand{each}"
        minutes: dict[int, list[Mention]] = {}
        for post in posts(brand, random.Random(brand)):
            minute = int((post.created_at - START).total_seconds() // BATCH_S)
            minutes.setdefault(minute, []).append(post)
        made += [
            MentionBatch(
                brand=brand,
                source="benchmark",
                seq=minute,
                watermark=START + timedelta(seconds=(minute + 1) * BATCH_S),
                mentions=tuple(found),
            )
            for minute, found in minutes.items()
        ]
    return sorted(made, key=lambda record: record.watermark)


def publish(bootstrap: str, made: list[MentionBatch]) -> int:
    """Put all on the mentions topic, and an end that closes the last bucket; how many posts."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, linger_ms=20)
    for record in made:
        producer.send(MENTIONS.name, key=record.brand.encode(), value=encode(record))
    end = replace(
        made[-1], brand="*", mentions=(), watermark=made[-1].watermark + timedelta(hours=1)
    )
    for partition in range(PARTITIONS):
        producer.send(MENTIONS.name, key=b"*", value=encode(end), partition=partition)
    producer.close()
    return sum(len(record.mentions) for record in made)


def took(bootstrap: str, brands_file: Path, total: int, share: float) -> Took:
    """Let a worker with this share of a core go through all posts."""
    os.environ["TOCSIN_READER_SHARE"] = str(share)
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest"
    )
    consumer.assign([TopicPartition(BUCKETS.name, number) for number in range(PARTITIONS)])
    decoder = Decoder(Bucket)
    counted = texts = 0
    deadline = time.monotonic() + WAIT_S
    with worker(bootstrap, PARTITIONS, brands_file) as process:
        while counted < total:
            if time.monotonic() > deadline:
                raise SystemExit(f"the worker did not finish within {WAIT_S} s")
            for found in consumer.poll(timeout_ms=500).values():
                for record in found:
                    bucket = decoder.decode(record.value)
                    counted += bucket.mentions
                    texts += bucket.reading.read if bucket.reading else 0
        cpu_s = process.cpu_s()
    consumer.close()
    return Took(cpu_s, texts)


def main() -> None:
    """Print what was allowed and what was taken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brands", type=int, default=45)
    options = parser.parse_args()
    share = ReadingRules().texts_per_h * options.brands / HOUR_S / TEXTS_PER_S
    made = records(options.brands)
    print(f"{options.brands} brands, all loud at once; {rules_for(share, options.brands)}")
    found: dict[float, Took] = {}
    with tempfile.TemporaryDirectory() as folder:
        brands_file = Path(folder) / "brands.yaml"
        brands_file.write_text(brands_yaml(options.brands), encoding="utf-8")
        for one in (0.0, share):
            with kafka(Path(folder) / f"kafka{one}", PARTITIONS) as broker:
                total = publish(broker.bootstrap, made)
                found[one] = took(broker.bootstrap, brands_file, total, one)
    without, with_reader = found[0.0], found[share]
    more_s = with_reader.cpu_s - without.cpu_s
    print(
        f"{total:,} posts; without the reader {without.cpu_s:.1f} s of processor time, with it "
        f"{with_reader.cpu_s:.1f} s, {with_reader.texts:,} texts read "
        f"({with_reader.texts / max(more_s, 0.1):.0f} a second)\n"
        f"share of a core in the loud hours: {more_s / HOUR_S / LOUD_H:.2%}, allowed {share:.2%}"
    )


if __name__ == "__main__":
    main()
