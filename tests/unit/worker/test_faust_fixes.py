"""What Faust is given so that it is safe and not slow."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry

from agents.cli.worker import utc_now
from pipeline.metrics import Metrics
from pipeline.rollup import RollupRules
from pipeline.worker.app import FETCHED_BYTES, Worker, WorkerOptions, fetch_bytes
from pipeline.worker.faust_fixes import (
    FETCH_MAX_BYTES,
    FETCH_WAIT_MS,
    FULL_WAIT_S,
    ConsumerThread,
)
from schemas.brand import Brand
from support.rolling import FakeModel


def crash(error: BaseException):
    raise error


def with_thread(use: Callable):
    """What ``use`` returns of the consumer thread of a worker."""

    async def run():
        worker = Worker(
            WorkerOptions("127.0.0.1:9", 1, RollupRules()),
            brands={"acme": Brand(id="acme", names=("Acme",))},
            model=FakeModel(),
            metrics=Metrics(CollectorRegistry()),
            now=utc_now,
            crash=crash,
        )
        consumer = worker.app._new_consumer()
        return await use(worker, consumer, consumer._new_consumer_thread())

    return asyncio.run(run())


def test_a_fetch_is_bounded_and_not_held_back_for_partitions_that_have_nothing_new() -> None:
    async def consumer_of_a_worker(worker, _consumer, thread):
        made = thread._create_worker_consumer(worker.app.transport)
        await made.stop()
        return made

    made = with_thread(consumer_of_a_worker)
    # The name under which aiokafka hands it to its fetcher: another one would change nothing.
    assert {"_fetch_max_wait_ms", "_fetch_max_bytes"} <= {*type(made).__init__.__code__.co_names}
    assert made._fetch_max_wait_ms == FETCH_WAIT_MS
    assert made._fetch_max_bytes == FETCH_MAX_BYTES
    assert made._max_partition_fetch_bytes == fetch_bytes(1)


@pytest.mark.parametrize("partitions", [1, 8, 16, 32, 100, 160])
def test_a_worker_that_has_every_partition_holds_a_bounded_part_of_a_backlog(partitions) -> None:
    of_two_topics = 2 * partitions * fetch_bytes(partitions)
    assert of_two_topics <= FETCHED_BYTES


MENTIONS, BUCKETS = TP("tocsin.mentions", 0), TP("tocsin.buckets", 0)


class Fetched:
    """As much of aiokafka's consumer as Faust uses to take over what it has fetched."""

    _closed = False

    def __init__(self, waiting: dict[TP, list[int]]) -> None:
        self.waiting = waiting
        self.timeouts: list[float] = []
        self._fetcher = self
        self._subscriptions = SimpleNamespace(fetch_context=nullcontext)

    def assignment(self) -> set[TP]:
        return {MENTIONS, BUCKETS}

    async def fetched_records(self, partitions, timeout=0.0, max_records=None):  # noqa: ASYNC109
        self.timeouts.append(timeout)
        drained = {}
        for part in [part for part in self.waiting if part in partitions]:
            drained[part] = self.waiting[part][:max_records]
            self.waiting[part] = self.waiting[part][max_records:]
            max_records -= len(drained[part])
            if not max_records:
                break
        return {part: records for part, records in drained.items() if records}


def taken(fetched: Fetched, partitions: set[TP]) -> dict[TP, list[int]]:
    async def take(_worker, consumer, thread: ConsumerThread):
        consumer.flow_active = True
        return await thread._fetch_records(fetched, partitions, timeout=1.0, max_records=100)

    return with_thread(take)


def test_buckets_are_taken_over_beside_a_backlog_of_mentions() -> None:
    fetched = Fetched({MENTIONS: list(range(30_000)), BUCKETS: [1, 2, 3]})
    found = taken(fetched, {MENTIONS, BUCKETS})
    assert found[BUCKETS] == [1, 2, 3]
    assert len(found[MENTIONS]) == 100


def test_a_full_buffer_is_asked_about_again_soon() -> None:
    fetched = Fetched({})
    assert taken(fetched, {BUCKETS}) == {}
    assert max(fetched.timeouts) == FULL_WAIT_S


def test_a_fetch_without_partitions_takes_nothing_over() -> None:
    fetched = Fetched({MENTIONS: [1]})
    assert taken(fetched, set()) == {}
    assert fetched.waiting == {MENTIONS: [1]}


def test_a_record_is_handed_over_without_a_task() -> None:
    async def hand_over(_worker, consumer, _thread):
        tasks = asyncio.all_tasks()
        seen = []

        async def hand() -> None:
            seen.append(asyncio.all_tasks() - tasks)

        await consumer.wait_first(hand(), consumer.suspend_flow.wait())
        return seen

    assert with_thread(hand_over) == [set()]


def test_a_record_waits_for_room_in_its_stream() -> None:
    async def hand_over(_worker, consumer, _thread):
        room = asyncio.Event()

        async def hand() -> str:
            await room.wait()
            return "handed over"

        handing = asyncio.create_task(consumer.wait_first(hand(), consumer.suspend_flow.wait()))
        await asyncio.sleep(0.01)
        waited = not handing.done()
        room.set()
        return waited, (await handing).results

    assert with_thread(hand_over) == (True, ["handed over"])


def test_a_record_that_waits_is_given_up_where_the_flow_stops() -> None:
    async def hand_over(_worker, consumer, _thread):
        ends = []

        async def hand() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ends.append("given up")

        handing = asyncio.create_task(consumer.wait_first(hand(), consumer.suspend_flow.wait()))
        await asyncio.sleep(0.01)
        consumer.suspend_flow.set()
        await handing
        await asyncio.sleep(0.01)
        return ends

    assert with_thread(hand_over) == ["given up"]


def test_what_handing_over_raises_comes_out() -> None:
    async def hand_over(_worker, consumer, _thread):
        async def hand() -> None:
            raise OSError("no room")

        try:
            await consumer.wait_first(hand(), consumer.suspend_flow.wait())
        except OSError as error:
            return str(error)

    assert with_thread(hand_over) == "no room"
