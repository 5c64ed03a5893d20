"""What a worker fetches of a backlog on a real Kafka is bounded, however much waits there."""

import asyncio
import random
from typing import Any

import pytest
from faust.types import TP
from kafka import KafkaProducer
from prometheus_client import CollectorRegistry

from agents.cli.worker import utc_now
from agents.kafka.apache import ApacheKafka
from pipeline.metrics import Metrics
from pipeline.rollup import RollupRules
from pipeline.worker.app import Worker, WorkerOptions, fetch_bytes
from pipeline.worker.faust_fixes import FETCH_MAX_BYTES
from schemas.brand import Brand
from support.broker_topics import make_topics
from support.rolling import FakeModel
from support.waiting import PATIENCE_S

pytestmark = pytest.mark.kafka

TOPIC = "test.fetching"
PARTITIONS = 16
RECORD_BYTES = 20_000
RECORDS_EACH = 100
"""Twice what is fetched of a partition at a time."""


@pytest.fixture
def backlog(apache_kafka: ApacheKafka) -> str:
    """Addresses of a broker that holds 32 MB in the partitions of ``TOPIC``."""
    make_topics(apache_kafka.bootstrap, [TOPIC], PARTITIONS)
    value = random.Random(1).randbytes(RECORD_BYTES)
    producer = KafkaProducer(bootstrap_servers=apache_kafka.bootstrap)
    for partition in range(PARTITIONS):
        for _ in range(RECORDS_EACH):
            producer.send(TOPIC, value=value, partition=partition)
    producer.close()
    return apache_kafka.bootstrap


def test_a_worker_fetches_a_bounded_part_of_a_backlog(backlog: str) -> None:
    answers, held = asyncio.run(_fetched(backlog))
    assert len(held) == PARTITIONS
    a_batch = 2 * RECORD_BYTES  # Kafka hands over whole batches
    assert max(held.values()) <= fetch_bytes(PARTITIONS) + a_batch
    assert max(answers) <= FETCH_MAX_BYTES + a_batch
    assert sum(answers) >= sum(held.values()) > FETCH_MAX_BYTES  # it was asked several times


async def _fetched(bootstrap: str) -> tuple[list[int], dict[TP, int]]:
    """Bytes of each answer, and those that are held of each partition once it has some of all."""
    worker = Worker(
        WorkerOptions(bootstrap, PARTITIONS, RollupRules()),
        brands={"acme": Brand(id="acme", names=("Acme",))},
        model=FakeModel(),
        metrics=Metrics(CollectorRegistry()),
        now=utc_now,
        crash=_raise,
    )
    thread = worker.app._new_consumer()._new_consumer_thread()
    consumer = thread._create_worker_consumer(worker.app.transport)
    answers: list[int] = []
    send = consumer._client.send

    async def counting(node: Any, request: Any, **options: Any) -> Any:
        answer = await send(node, request, **options)
        if "Fetch" in type(answer).__name__ and "Offset" not in type(answer).__name__:
            answers.append(
                sum(len(part[-1] or b"") for _, parts in answer.topics for part in parts)
            )
        return answer

    consumer._client.send = counting
    await consumer.start()
    try:
        consumer.assign([TP(TOPIC, number) for number in range(PARTITIONS)])
        fetched = consumer._fetcher._records
        async with asyncio.timeout(PATIENCE_S):
            while len(fetched) < PARTITIONS:  # noqa: ASYNC110 - aiokafka tells nobody
                await asyncio.sleep(0.05)
        return answers, {
            part: result._partition_records._records.size_in_bytes()
            for part, result in fetched.items()
        }
    finally:
        await consumer.stop()


def _raise(error: BaseException) -> None:
    raise error
