"""What the wiring does with a record before any shard sees it, and after one has refused it."""

import asyncio
from types import SimpleNamespace

import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry

from agents.commands.worker import crash
from pipeline.metrics import Metrics
from pipeline.rollup.rules import RollupRules
from pipeline.topology import Worker, WorkerOptions, utc_now
from schemas.topics import BUCKETS, FEEDBACK, MENTIONS
from support.rolling import BRANDS, FakeModel


def worker(registry: CollectorRegistry, crash=crash) -> Worker:
    return Worker(
        WorkerOptions("127.0.0.1:1", 1, RollupRules()),
        brands=BRANDS,
        model=FakeModel(),
        metrics=Metrics(registry),
        now=utc_now,
        crash=crash,
    )


class Stream:
    def __init__(self, *messages) -> None:
        self._messages = messages

    async def events(self):
        for message in self._messages:
            yield SimpleNamespace(message=message)


def message(topic: str, offset: int, value: bytes | None):
    tp = TP(topic, 0)
    return SimpleNamespace(topic=topic, partition=0, offset=offset, value=value, tp=tp)


@pytest.mark.parametrize("topic", [MENTIONS.name, BUCKETS.name, FEEDBACK.name])
def test_a_record_without_a_value_is_counted_and_says_nothing(topic):
    registry, seen = CollectorRegistry(), []

    async def step(event) -> None:
        seen.append(event.message.value)

    async def run() -> None:
        agent = worker(registry)._guarded(step)
        stream = Stream(message(topic, 0, None), message(topic, 1, b"{}"))
        async for _ in agent(stream):
            pass

    asyncio.run(run())
    assert seen == [b"{}"]
    stage = {MENTIONS.name: "rollup", BUCKETS.name: "judge", FEEDBACK.name: "feedback"}[topic]
    labels = {"stage": stage, "reason": "tombstone"}
    assert registry.get_sample_value("tocsin_records_dropped_total", labels) == 1
