"""Where records were gone before they were read, a worker notices."""

import asyncio
from types import SimpleNamespace

import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry

from pipeline.metrics import Metrics
from pipeline.worker.lag import Lag

MENTIONS = TP("tocsin.mentions", 0)
OTHER = TP("tocsin-worker-rollup-changelog", 0)


def message(offset: int):
    return SimpleNamespace(tp=MENTIONS, topic=MENTIONS.topic, partition=0, offset=offset)


@pytest.mark.parametrize(("first_offset", "hole"), [(12, True), (5, False)])
def test_what_retention_took_while_no_worker_ran_is_noticed_once(first_offset, hole):
    """A worker that is to go on at 5 first reads ``first_offset``."""
    registry = CollectorRegistry()
    lag = Lag(Metrics(registry))
    lag.check_for_hole(message(first_offset), {MENTIONS: 5})
    assert lag.take_hole(MENTIONS) == hole
    assert not lag.take_hole(MENTIONS)
    labels = {"stage": "rollup", "reason": "expired"}
    missing = registry.get_sample_value("tocsin_records_dropped_total", labels) or 0
    assert missing == first_offset - 5


def test_what_retention_took_behind_the_newest_applied_record_is_noticed():
    lag = Lag(Metrics(CollectorRegistry()))
    lag.applied(message(7))
    lag.check_for_hole(message(8), {MENTIONS: 5})
    assert not lag.take_hole(MENTIONS)
    lag.applied(message(8))
    lag.check_for_hole(message(10), {MENTIONS: 5})
    assert lag.take_hole(MENTIONS)


class Consumer:
    """Knows two partitions, of which one is a changelog, at position 3 of 10."""

    def assignment(self) -> set[TP]:
        return {MENTIONS, OTHER}

    def highwater(self, _part: TP) -> int:
        return 10

    async def position(self, _part: TP) -> int:
        return 3


def test_what_waits_is_counted_from_what_was_applied_and_forgotten_with_the_partition():
    registry = CollectorRegistry()
    lag = Lag(Metrics(registry))
    stated = {"topic": MENTIONS.topic, "partition": "0"}
    asyncio.run(lag.observe(Consumer()))
    assert lag.waiting() == 7
    lag.applied(message(8))
    asyncio.run(lag.observe(Consumer()))
    assert lag.waiting() == 1
    assert registry.get_sample_value("tocsin_consumer_lag_records", stated) == 1
    lag.forget()
    assert lag.waiting() == 0
    assert registry.get_sample_value("tocsin_consumer_lag_records", stated) is None


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


def test_a_partition_where_something_waits_and_nothing_is_done_is_named_within_a_minute():
    registry, clock = CollectorRegistry(), Clock()
    lag, consumer = Lag(Metrics(registry), clock_s=clock), Consumer()
    labels = {"topic": MENTIONS.topic, "partition": "0"}

    def stalled_s():
        return registry.get_sample_value("tocsin_partition_stalled_seconds", labels)

    asyncio.run(lag.observe(consumer))
    clock.s += 44
    assert lag.stuck() == {}
    clock.s += 2
    assert lag.stuck() == {MENTIONS: 46.0}
    assert stalled_s() == 46  # also where nothing observes any more
    lag.applied(message(7))
    asyncio.run(lag.observe(consumer))
    assert (lag.stuck(), stalled_s()) == ({}, 0)
    clock.s += 100
    lag.applied(message(9))  # the last one: nothing waits
    asyncio.run(lag.observe(consumer))
    clock.s += 100
    assert (lag.stuck(), stalled_s()) == ({}, 0)
    lag.forget()
    assert stalled_s() is None
