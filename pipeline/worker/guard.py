"""What surrounds every agent: no error of it may pass for success."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from itertools import chain

from faust.types import TP, EventT, Message, StreamT

from pipeline.metrics import Metrics
from pipeline.worker.faust_fixes import Crash
from pipeline.worker.lag import Lag
from pipeline.worker.stages import stage_of
from pipeline.worker.waiting import Waiting

Apply = Callable[[Iterator[Message]], Awaitable[None]]
"""Applies as many of the records that wait as it takes, and sends what they lead to."""


def guarded(
    apply: Apply,
    *,
    resumed_at: Callable[[], Mapping[TP, int]],
    lag: Lag,
    metrics: Metrics,
    crash: Crash,
    on_progress: Callable[[], None],
) -> Callable[[StreamT], AsyncIterator[None]]:
    """Make an agent of ``apply`` that ends the process on any error.

    Faust acknowledges a record whose agent raised, and so loses it. What a record is to blame for
    is not raised: the shards reject it. An error here is one of Kafka or of a table, and is mended
    by reading again. A record without a value, as compaction leaves them, is counted and skipped.
    What ``apply`` has taken is acknowledged when it returns.

    ``resumed_at``: the offset at which each partition went on, once that is known.
    """

    def checked(events: Iterable[EventT], taken: list[Message]) -> Iterator[Message]:
        for event in events:
            message = event.message
            taken.append(message)
            lag.check_for_hole(message, resumed_at())
            if message.value is None:
                metrics.dropped(stage_of(message.topic), "tombstone")
            else:
                yield message

    async def agent(stream: StreamT) -> AsyncIterator[None]:
        async for event in stream.events():
            waiting = Waiting(stream)
            taken: list[Message] = []
            try:
                await apply(checked(chain((event,), waiting), taken))
            except Exception as error:  # noqa: BLE001 - crash is the policy, see above
                crash(error)
            for message in taken:
                lag.applied(message)
            await waiting.acknowledge()
            on_progress()
            await asyncio.sleep(0)  # a stream that is never empty would not let others run
            yield

    return agent


def one_by_one(apply: Callable[[Message], Awaitable[None]]) -> Apply:
    """Take one record at a time."""

    async def apply_next(messages: Iterator[Message]) -> None:
        for message in messages:
            await apply(message)
            return

    return apply_next
