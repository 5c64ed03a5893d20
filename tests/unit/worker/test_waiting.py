"""The records that wait in a stream are taken together, and acknowledged together."""

import asyncio

from faust.types import TP
from prometheus_client import CollectorRegistry

from agents.cli.worker import crash
from pipeline.metrics import Metrics
from pipeline.worker.guard import guarded, one_by_one
from pipeline.worker.lag import Lag
from pipeline.worker.waiting import Waiting
from schemas.topics import MENTIONS
from support.streams import record, stream_of, worker_app

PART = TP(MENTIONS.name, 0)


def records(app, count: int):
    return [record(app, MENTIONS.name, offset, b"{}") for offset in range(count)]


def acknowledged(app) -> list[int]:
    return sorted(app.consumer._acked[PART])


def run_agent(apply, steps: int, count: int = 5):
    """Run an agent of ``apply`` until it has done so many steps; its app and its lag."""

    async def run():
        app = worker_app()
        metrics = Metrics(CollectorRegistry())
        lag = Lag(metrics)
        agent = guarded(
            apply,
            resumed_at=dict,
            lag=lag,
            metrics=metrics,
            crash=crash,
            on_progress=lambda: None,
        )
        done = 0
        async for _ in agent(stream_of(app, records(app, count))):
            done += 1
            if done == steps:
                return app, lag
        raise AssertionError

    return asyncio.run(run())


def test_what_an_agent_takes_is_acknowledged_when_it_is_done():
    seen = []

    async def apply(messages) -> None:
        for message in messages:
            seen.append(message.offset)
            if len(seen) == 3:
                return

    app, lag = run_agent(apply, steps=1)
    assert seen == [0, 1, 2]
    # Faust acknowledges the first one itself, as it goes on.
    assert {1, 2} <= set(acknowledged(app)) <= {0, 1, 2}
    assert lag._applied[PART] == 2


def test_nothing_is_acknowledged_while_it_is_being_done():
    async def run():
        app = worker_app()
        stream = stream_of(app, records(app, 3))
        waiting = Waiting(stream)
        taken = [event.message for event in waiting]
        assert set(app.consumer.unacked) == set(taken)
        assert acknowledged(app) == []
        await waiting.acknowledge()
        assert acknowledged(app) == [0, 1, 2]
        assert not app.consumer.unacked

    asyncio.run(run())


def test_a_record_of_before_a_rebalance_is_passed_over_and_not_acknowledged():
    async def run():
        app = worker_app()
        messages = records(app, 3)
        messages[1].generation_id -= 1
        waiting = Waiting(stream_of(app, messages))
        assert [event.message.offset for event in waiting] == [0, 2]
        await waiting.acknowledge()
        assert acknowledged(app) == [0, 2]

    asyncio.run(run())


def test_while_partitions_are_shared_out_nothing_is_taken():
    async def run():
        app = worker_app()
        stream = stream_of(app, records(app, 3))
        app.flow_control.suspend()
        assert list(Waiting(stream)) == []
        assert acknowledged(app) == []

    asyncio.run(run())


def test_an_agent_of_one_record_leaves_the_others():
    seen = []

    async def apply(message) -> None:
        seen.append(message.offset)

    run_agent(one_by_one(apply), steps=2)
    assert seen == [0, 1]
