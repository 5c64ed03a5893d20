"""The worker killed on a real Kafka: buckets as without it, and each answer told once."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from unit.judge.talk import CHATTER, HOUR_S, START_S, Kind, Part, day
from unit.judge.talk import buckets as talking

from agents.kafka.apache import ApacheKafka
from agents.kafka.clients import KafkaClients
from agents.kafka.topics import create_topics
from agents.settings import Settings
from pipeline.rollup.partition.shard import Shard
from pipeline.rollup.rules import RollupRules
from pipeline.state.header import partition_of
from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.feedback import Feedback
from schemas.incident import Completeness, Transition
from schemas.topics import (
    BUCKETS,
    FEEDBACK,
    INCIDENTS,
    JUDGE_TABLE,
    MENTIONS,
    ROLLUP_TABLE,
    changelog,
)
from support.broker_topics import delete_topics
from support.rolling import BRANDS, FakeModel, mention, raw
from support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.kafka

PARTITIONS = 2
RECORDS = 900
MANY = 20
"""So many records at least are in the step that is cut."""
SCRIPT = Path(__file__).parents[1] / "support" / "worker_process.py"
SIGKILLED = -9
TERMINATED = -15
CRASHED = 70

Key = tuple[str, object, int]
"""Brand, start and revision of a bucket."""


@pytest.fixture
def kafka(apache_kafka: ApacheKafka) -> ApacheKafka:
    """A broker with Tocsin's topics, all empty; Kafka drops the offsets of a deleted topic."""
    delete_topics(apache_kafka.bootstrap)
    create_topics(KafkaClients(apache_kafka.bootstrap), Settings(partitions=PARTITIONS))
    return apache_kafka


def make_records() -> list[tuple[str, int | None, bytes]]:
    """Key, partition and value of each record: two brands, heartbeats, duplicates, late posts."""
    chance = random.Random(7)
    records: list[tuple[str, int | None, bytes]] = []
    for number in range(RECORDS):
        second = number * 0.4
        brand = chance.choice(["nestle", "nestle", "kitkat"])
        mentions = [
            mention(
                f"{brand}-{number - (chance.random() < 0.1)}-{place}",
                second - chance.random() * 30,
                chance.choice(["bad", "good", "so so"]),
                handle=f"h{chance.randrange(50)}",
            )
            for place in range(chance.randrange(5))
        ]
        records.append((brand, None, raw(*mentions, to=second, brand=brand)))
        if number % 20 == 0:
            beat = raw(to=second, brand="*")
            records += [("*", partition, beat) for partition in range(PARTITIONS)]
    end = raw(to=RECORDS, brand="*")
    return [*records, *(("*", partition, end) for partition in range(PARTITIONS))]


def publish(kafka: ApacheKafka) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
    for key, partition, value in make_records():
        producer.send(MENTIONS.name, key=key.encode(), value=value, partition=partition)
    producer.close()


def read(kafka: ApacheKafka, topic: str) -> Iterator[tuple[int, int, bytes]]:
    """Partition, offset and value of all that the topic holds now."""
    consumer = KafkaConsumer(
        bootstrap_servers=kafka.bootstrap, group_id=None, auto_offset_reset="earliest"
    )
    parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer.assign(parts)
    ends = consumer.end_offsets(parts)
    try:
        while any(consumer.position(part) < ends[part] for part in parts):
            for part, records in consumer.poll(timeout_ms=500).items():
                for record in records:
                    yield part.partition, record.offset, record.value
    finally:
        consumer.close()


def read_keys(kafka: ApacheKafka, topic: str) -> Iterator[tuple[int, str]]:
    """Partition and key of all that a changelog holds."""
    for record in KafkaClients(kafka.bootstrap).read(topic):
        yield record.partition, json.loads(record.key)


def uninterrupted(kafka: ApacheKafka) -> dict[Key, Bucket]:
    """What one pure run over the same topic gives."""
    shards = {
        number: Shard(
            number,
            table={},
            brands=BRANDS,
            rules=RollupRules(),
            model=FakeModel(),
            partitions=PARTITIONS,
        )
        for number in range(PARTITIONS)
    }
    return {
        (bucket.brand, bucket.apart, bucket.start, bucket.revision): bucket
        for partition, offset, value in read(kafka, MENTIONS.name)
        for bucket in shards[partition].apply(offset, value).buckets
        if bucket.brand != "*"
    }


def buckets(kafka: ApacheKafka) -> dict[Key, list[Bucket]]:
    decoder = Decoder(Bucket)
    found: dict[Key, list[Bucket]] = {}
    for _, _, value in read(kafka, BUCKETS.name):
        bucket = decoder.decode(value)
        if bucket.brand != "*":
            found.setdefault(
                (bucket.brand, bucket.apart, bucket.start, bucket.revision), []
            ).append(bucket)
    return found


def start(kafka: ApacheKafka, fault: str = "none", nth: int = 0) -> subprocess.Popen[bytes]:
    command = [sys.executable, SCRIPT, kafka.bootstrap, PARTITIONS, fault, nth]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )


def finish(kafka: ApacheKafka, expected: dict[Key, Bucket], fault: str = "none") -> None:
    """Let a worker end the job; hold every bucket against the uninterrupted run."""
    worker = start(kafka, fault)
    try:
        until(lambda: len(buckets(kafka)) >= len(expected), every_s=0.5)
    finally:
        worker.terminate()
        _, errors = worker.communicate(timeout=PATIENCE_S)
    # Where nothing was left to do it may be asked to end before it listens.
    assert worker.returncode in {0, TERMINATED}, errors.decode()
    found = buckets(kafka)
    assert found.keys() == expected.keys()
    for key, copies in found.items():
        assert all(copy == expected[key] for copy in copies)
    # Another worker reads state where it belongs, whatever was applied together with it.
    for table in (ROLLUP_TABLE, JUDGE_TABLE):
        kept = list(read_keys(kafka, changelog(table).name))
        assert kept or table == JUDGE_TABLE  # the judge may not have come to it yet
        assert all(partition_of(key) == partition for partition, key in kept)


@pytest.mark.parametrize(
    ("fault", "nth", "exit_code"),
    [
        ("state_written", 300, SIGKILLED),
        ("half_written", 300, SIGKILLED),
        ("output_sent", 300, SIGKILLED),
        ("changelog_fails", 300, CRASHED),
    ],
)
def test_each_cut_leaves_every_bucket_as_it_would_have_been(kafka, fault, nth, exit_code):
    publish(kafka)
    worker = start(kafka, fault, nth)
    said, errors = worker.communicate(timeout=PATIENCE_S)
    assert worker.returncode == exit_code, errors.decode()
    assert int(said.partition(b" records")[0].split()[-1]) >= MANY
    finish(kafka, uninterrupted(kafka))


def test_kill_9_at_random_points_leaves_every_bucket_as_it_would_have_been(kafka):
    publish(kafka)
    chance = random.Random(2010)
    for _ in range(4):
        # Some die while they start or recover, some within the job, some after a few records.
        worker = start(kafka, "state_written", chance.randrange(20, 400))
        time.sleep(chance.uniform(1.5, 4.0))
        worker.kill()
        _, errors = worker.communicate(timeout=PATIENCE_S)
        assert worker.returncode == SIGKILLED, errors.decode()
    finish(kafka, uninterrupted(kafka))


def test_nothing_is_fetched_and_thrown_away_while_the_worker_starts(kafka):
    publish(kafka)
    worker = start(kafka, "state_written", 1)  # something to recover, and nothing committed
    _, errors = worker.communicate(timeout=PATIENCE_S)
    assert worker.returncode == SIGKILLED, errors.decode()
    finish(kafka, uninterrupted(kafka), "slow_start")


# Feedback

BEGINS_S = 30 * HOUR_S
STORM = Kind(negative=0.75, positive=0.05, outrage=0.4, boycott=0.1, new=0.85, first=0.1)


def put(kafka: ApacheKafka, topic: str, values: list[bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
    for value in values:
        producer.send(topic, key=b"nestle", value=value)
    producer.close()


def told(kafka: ApacheKafka) -> list[Transition]:
    """All that was said, without what depends on when a copy was sent."""
    decode = Decoder(Transition).decode
    return [
        msgspec.structs.replace(decode(value), completeness=Completeness(), confidence=0.0)
        for _, _, value in read(kafka, INCIDENTS.name)
    ]


def wait_for(kafka: ApacheKafka, holds: Callable[[list[Transition]], bool]) -> list[Transition]:
    until(lambda: holds(told(kafka)), every_s=0.3)
    return told(kafka)


def test_feedback_is_told_once_whatever_is_killed_around_it(kafka):
    def storm(at_s: float) -> float:
        return 3000.0 if at_s >= BEGINS_S else 0.0

    talk = [Part(CHATTER, day(20)), Part(STORM, storm, "storm")]
    heard = talking(talk, length_s=BEGINS_S + HOUR_S, seed=3, brand="nestle")
    log = [encode(bucket) for bucket in heard]
    at = datetime.fromtimestamp(START_S + BEGINS_S, tz=UTC)

    put(kafka, BUCKETS.name, log[:-150])
    worker = start(kafka)
    try:
        found = wait_for(kafka, lambda said: any(one.state == "open" for one in said))
    finally:
        worker.kill()
        worker.communicate(timeout=PATIENCE_S)
    incident = next(one.incident for one in found if one.state == "open")

    def said(number: int, kind: str, **more: object) -> bytes:
        values = {"id": f"f{number}", "brand": "nestle", "by": "Ana", "incident": incident}
        return encode(Feedback(kind=kind, at=at, **values, **more))

    speaking = [
        ("feedback_written", said(1, "ack")),
        ("feedback_said", said(2, "snooze", until=at + timedelta(days=1))),
    ]
    for fault, feedback in speaking:
        put(kafka, FEEDBACK.name, [feedback])
        worker = start(kafka, fault, 1)
        _, errors = worker.communicate(timeout=PATIENCE_S)
        assert worker.returncode == SIGKILLED, errors.decode()
    put(kafka, BUCKETS.name, log[-150:])
    put(kafka, FEEDBACK.name, [said(1, "ack"), said(3, "false_alarm")])
    worker = start(kafka)
    try:
        found = wait_for(kafka, lambda said: any(one.reason == "false_alarm" for one in said))
    finally:
        worker.terminate()
        _, errors = worker.communicate(timeout=PATIENCE_S)
    assert worker.returncode == 0, errors.decode()

    steps = {one.seq: one for one in found if one.incident == incident}
    assert sorted(steps) == list(range(len(steps)))
    assert all(one == steps[one.seq] for one in found if one.incident == incident)
    answered = [(one.feedback, one.reason) for _, one in sorted(steps.items()) if one.by]
    assert answered == [("f1", "acknowledged"), ("f2", "snoozed"), ("f3", "false_alarm")]
