"""What is heard, from what a worker leaves on Kafka: buckets, and the offsets of its group."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from agents.coverage.memory import CoverageMemory, partition_of
from agents.coverage.opening import TAIL, Coverage, open_coverage
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from agents.kafka.follower import running
from schemas.bucket import Bucket
from schemas.codec import encode
from schemas.mention import ALL_BRANDS
from schemas.topics import APP_ID, BUCKETS, MENTIONS
from support.waiting import PATIENCE_S, until

PARTITIONS = 4
BRAND = "acme"
PART = partition_of(BRAND, PARTITIONS)


class Worker:
    """Writes ticks and commits offsets as the worker's group does."""

    def __init__(self, broker: EmbeddedBroker) -> None:
        self._broker = broker
        self._made = KafkaProducer(bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API)
        self.written = 0

    def tick(self, count: int = 1) -> None:
        for _ in range(count):
            at = datetime.now(UTC)
            bucket = Bucket(
                brand=ALL_BRANDS,
                start=at - timedelta(seconds=10),
                width_s=10,
                watermark=at,
                sources=("x",),
            )
            self._send(BUCKETS.name, encode(bucket))
        self.written += count

    def mention(self) -> None:
        self._send(MENTIONS.name, b"waits")

    def commit(self, topic: str, offset: int) -> None:
        consumer = KafkaConsumer(
            bootstrap_servers=self._broker.bootstrap,
            api_version=KAFKA_PYTHON_API,
            group_id=APP_ID,
            enable_auto_commit=False,
        )
        part = TopicPartition(topic, PART)
        consumer.assign([part])
        consumer.commit({part: OffsetAndMetadata(offset, "", -1)})
        consumer.close(autocommit=False)

    def _send(self, topic: str, value: bytes) -> None:
        self._made.send(topic, value, partition=PART).get(timeout=PATIENCE_S)

    def close(self) -> None:
        self._made.close()


@pytest.fixture
def worker(embedded_broker: EmbeddedBroker) -> Iterator[Worker]:
    with closing(Worker(embedded_broker)) as made:
        yield made


@pytest.fixture
def coverage(embedded_broker: EmbeddedBroker) -> Iterator[Callable[[], Coverage]]:
    """Yield what opens one after the test has written what is there before."""
    opened = []

    def begin() -> Coverage:
        memory = CoverageMemory([BRAND], PARTITIONS, blind_after_s=60)
        found, consumer = open_coverage(
            KafkaClients(embedded_broker.bootstrap),
            memory,
            spoiled=lambda: pytest.fail("a bucket was passed over"),
            crash=lambda error: pytest.fail(repr(error)),
        )
        found.follower.catch_up(time.monotonic)
        block = running(found.follower)
        block.__enter__()
        opened.append((block, consumer))
        return found

    yield begin
    for block, consumer in opened:
        block.__exit__(None, None, None)
        consumer.close(autocommit=False)


def state(coverage: Coverage) -> str:
    return coverage.statuses(datetime.now(UTC))[BRAND].state


def await_state(coverage: Coverage, wanted: str) -> None:
    until(lambda: state(coverage) == wanted, lambda: state(coverage))


def test_a_tick_counts_once_the_worker_has_committed_it(
    worker: Worker, coverage: Callable[[], Coverage]
) -> None:
    worker.tick(3)
    found = coverage()
    assert state(found) == "behind"
    worker.commit(BUCKETS.name, 3)
    await_state(found, "heard")


def test_mentions_that_nobody_takes_are_not_judged_and_none_at_all_are_not_heard(
    worker: Worker, coverage: Callable[[], Coverage]
) -> None:
    found = coverage()
    await_state(found, "unheard")
    worker.mention()
    await_state(found, "unjudged")
    worker.commit(MENTIONS.name, 1)
    await_state(found, "unheard")


def test_of_a_long_past_only_the_tail_is_read(
    worker: Worker, coverage: Callable[[], Coverage]
) -> None:
    worker.tick(TAIL + 40)
    found = coverage()
    assert found.memory.of(BRAND).newest is not None
    pending = found.memory._parts[PART].clocks[0].pending
    assert [pending[0].offset, pending[-1].offset] == [40, TAIL + 39]
