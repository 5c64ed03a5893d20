"""A worker that is fed what once killed it at every restart lives, and counts what comes after."""

import json
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from agents.kafka.embedded import KAFKA_PYTHON_API
from pipeline.partitions import partition_of
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.dead_letter import DeadLetter
from schemas.topics import BUCKETS, DEAD_LETTERS, FEEDBACK, MENTIONS, changelog
from support.processes import PARTITIONS, collect, tocsin
from support.rolling import mention, raw
from support.waiting import PATIENCE_S, until

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

BEYOND = "9999-12-31T23:59:59-14:00"
HOME = partition_of("nestle", PARTITIONS)
AWAY = (HOME + 1) % PARTITIONS
GOOD = 10


@pytest.fixture
def brands(tmp_path: Path) -> tuple[str, str]:
    path = tmp_path / "brands.yaml"
    path.write_text("brands:\n  - {id: nestle, names: [Nestle]}\n", encoding="utf-8")
    return "--brands", str(path)


def good(number: int) -> bytes:
    return raw(mention(f"m{number}", 10 * number), to=10 * number)


def spoilt(**fields) -> bytes:
    batch = json.loads(good(0))
    for name, value in fields.items():
        if name in batch:
            batch[name] = value
        else:
            at = batch["mentions"][0]
            (at["author"] if name in ("handle", "followers") else at)[name] = value
    return json.dumps(batch).encode()


def bucket(**fields) -> bytes:
    plain = {"schema": 1, "brand": "nestle", "start": "2010-03-17T08:00:00Z", "width_s": 10}
    return json.dumps(plain | {"watermark": "2010-03-17T08:00:10Z", **fields}).encode()


BAD = [
    (MENTIONS.name, HOME, spoilt(weight=1e308), "invalid"),
    (MENTIONS.name, HOME, spoilt(weight=2e12), "invalid"),
    (MENTIONS.name, HOME, spoilt(watermark=BEYOND), "invalid"),
    (MENTIONS.name, AWAY, spoilt(watermark=BEYOND, brand="*"), "invalid"),
    (MENTIONS.name, HOME, spoilt(created_at=BEYOND), "invalid"),
    (MENTIONS.name, HOME, spoilt(handle="x" * 400_000), "invalid"),
    (MENTIONS.name, HOME, spoilt(lang="x" * 600_000), "invalid"),
    (MENTIONS.name, HOME, spoilt(followers=10**399), "invalid"),
    (MENTIONS.name, AWAY, good(3), "wrong_partition"),
    (BUCKETS.name, HOME, bucket(width_s=10**25, sources=["history"]), "invalid"),
    (BUCKETS.name, AWAY, bucket(mentions=1), "wrong_partition"),
    (FEEDBACK.name, HOME, b"\xff", "malformed_json"),
]


def send(broker, records) -> None:
    producer = KafkaProducer(
        bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API, max_request_size=2_000_000
    )
    for topic, partition, value in records:
        producer.send(topic, key=b"nestle", value=value, partition=partition)
    producer.close()


class Anything:
    """Reads what this test planted among the worker's buckets, too."""

    def decode(self, value: bytes | None) -> dict:
        return json.loads(value) if value else {}


def held(broker, topic: str) -> int:
    """How many records a topic holds."""
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API)
    parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    try:
        return sum(consumer.end_offsets(parts).values())
    finally:
        consumer.close()


def test_it_lives_buries_them_with_their_reasons_and_counts_what_comes_after(
    embedded_broker, brands
):
    tombstones = [(topic, HOME, None) for topic in (MENTIONS.name, BUCKETS.name, FEEDBACK.name)]
    ordinary = [(MENTIONS.name, HOME, good(number)) for number in range(GOOD)]
    end = [(MENTIONS.name, HOME, raw(to=1_000, brand="nestle"))]
    with tocsin(embedded_broker, "worker", *brands) as worker:
        send(embedded_broker, [*tombstones, *(bad[:3] for bad in BAD), *ordinary, *end])
        letters = collect(
            embedded_broker,
            DEAD_LETTERS.name,
            Decoder(DeadLetter),
            lambda found: len(found) >= len(BAD),
        )
        found = collect(
            embedded_broker,
            BUCKETS.name,
            Anything(),
            lambda found: sum(one["mentions"] for one in of_worker(found)) >= GOOD,
        )
        assert worker.poll() is None
    assert sorted(one.reason for one in letters) == sorted(reason for *_, reason in BAD)
    assert sum(one["mentions"] for one in of_worker(found)) == GOOD


def of_worker(found: list[dict]) -> list[dict]:
    return [one for one in found if one.get("model")]


def test_another_width_of_a_bucket_ends_it_before_it_publishes_anything(
    embedded_broker, brands, monkeypatch
):
    ordinary = [(MENTIONS.name, HOME, good(number)) for number in range(GOOD)]
    with tocsin(embedded_broker, "worker", *brands):
        send(embedded_broker, ordinary)
        first = collect(
            embedded_broker, BUCKETS.name, Decoder(Bucket), lambda found: len(found) >= GOOD - 2
        )
        until(lambda: held(embedded_broker, changelog("judge").name))  # it comes after the roll-up
    monkeypatch.setenv("TOCSIN_BUCKET_S", "20")
    send(embedded_broker, [(MENTIONS.name, HOME, good(GOOD + number)) for number in range(GOOD)])
    with tocsin(embedded_broker, "worker", *brands) as worker:
        output, _ = worker.communicate(timeout=PATIENCE_S)
    assert worker.returncode == 70
    sentence = " ".join(output.split())  # a log that is no terminal's is folded, too
    differs = "was written with buckets of 10 s (TOCSIN_BUCKET_S), this worker has 20"
    assert sentence.count(differs) == 2  # of both tables, as both have to go
    assert "tocsin-worker-rollup-changelog[" in sentence
    assert "tocsin-worker-judge-changelog[" in sentence
    assert "Traceback" not in output
    assert held(embedded_broker, BUCKETS.name) == len(first)
