"""What Faust is given so that it is safe and not slow."""

import asyncio

from prometheus_client import CollectorRegistry

from pipeline.delivery import FETCH_WAIT_MS
from pipeline.metrics import Metrics
from pipeline.rollup import RollupRules
from pipeline.topology import FETCH_BYTES, Worker, WorkerOptions, utc_now
from schemas.brand import Brand
from support.rolling import FakeModel


def crash(error: BaseException):
    raise error


def test_a_fetch_is_not_held_back_for_partitions_that_have_nothing_new() -> None:
    async def consumer_of_a_worker():
        worker = Worker(
            WorkerOptions("127.0.0.1:9", 1, RollupRules()),
            brands={"acme": Brand(id="acme", names=("Acme",))},
            model=FakeModel(),
            metrics=Metrics(CollectorRegistry()),
            now=utc_now,
            crash=crash,
        )
        thread = worker.app._new_consumer()._new_consumer_thread()
        made = thread._create_worker_consumer(worker.app.transport)
        await made.stop()
        return made

    made = asyncio.run(consumer_of_a_worker())
    # The name under which aiokafka hands it to its fetcher: another one would change nothing.
    assert "_fetch_max_wait_ms" in type(made).__init__.__code__.co_names
    assert made._fetch_max_wait_ms == FETCH_WAIT_MS
    assert made._max_partition_fetch_bytes == FETCH_BYTES
