"""What surrounds every agent: no error of it may pass for success."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from faust.types import TP, Message, StreamT

from pipeline.metrics import Metrics
from pipeline.worker.faust_fixes import Crash
from pipeline.worker.lag import Lag
from pipeline.worker.stages import stage_of

Apply = Callable[[Message], Awaitable[None]]
"""Applies one record and sends what it leads to."""


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

    ``resumed_at``: the offset at which each partition went on, once that is known.
    """

    async def agent(stream: StreamT) -> AsyncIterator[None]:
        async for event in stream.events():
            message = event.message
            lag.check_for_hole(message, resumed_at())
            try:
                if message.value is None:
                    metrics.dropped(stage_of(message.topic), "tombstone")
                else:
                    await apply(message)
            except Exception as error:  # noqa: BLE001 - crash is the policy, see above
                crash(error)
            lag.applied(message)
            on_progress()
            await asyncio.sleep(0)  # a stream that is never empty would not let others run
            yield

    return agent
