"""The judges of a worker's partitions, shared by the agents of buckets and of feedback."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from faust.types import Message

from pipeline.deletions.records import letter_without
from pipeline.deletions.to_forget import ToForget
from pipeline.detection.shard import JudgedRecord, JudgeShard
from pipeline.metrics import Metrics
from pipeline.tracing import OFF, Tracing
from pipeline.worker.forgetting import ForgettingStage
from pipeline.worker.sending import Sender
from pipeline.worker.stages import JUDGE, Cut

Apply = Callable[[JudgeShard, int, bytes], JudgedRecord]
"""Applies a record, by its offset and its bytes, to a shard."""


class Judges:
    """One shard of judges a partition, which decide one record at a time.

    ``new_shard``: makes the shard of a partition from its recovered table. ``gone``: what is to be
    forgotten, as the shards know it.
    """

    def __init__(
        self,
        new_shard: Callable[[int], JudgeShard],
        *,
        sender: Sender,
        metrics: Metrics,
        now: Callable[[], datetime],
        cut: Cut,
        tracing: Tracing = OFF,
        gone: ToForget | None = None,
    ) -> None:
        self._gone = ToForget() if gone is None else gone
        self._tracing = tracing
        self._new_shard = new_shard
        self._sender = sender
        self._metrics = metrics
        self._now = now
        self._cut = cut
        self._shards: dict[int, JudgeShard] = {}
        self._deciding = asyncio.Lock()

    async def decide(self, message: Message, apply: Apply, *, stage: str) -> None:
        """Apply a record, and send the steps it leads to once its state is with Kafka for good.

        Two topics are read side by side: after a crash in between, feedback and buckets could be
        applied in another order, and what was already said could then not be said again. One record
        at a time, so that the steps of an incident are sent in their order.
        """
        partition = message.partition
        async with self._deciding:
            self._metrics.received(stage)
            shard = await self._shard(partition)
            began_ns = self._tracing.now_ns()
            judged = apply(shard, message.offset, message.value)
            if judged.transitions:
                await self._sender.drained()
            await self._cut(f"{stage}_written")
            for transition in judged.transitions:
                span = await self._sender.transition(
                    transition,
                    partition,
                    shard.acknowledge,
                    came=message.headers,
                    began_ns=began_ns,
                )
                self._metrics.latency("incident", self._now() - transition.at, span.exemplar)
            await self._cut(f"{stage}_said")
            if judged.error is not None:
                raw = letter_without(message.value, self._gone)
                await self._sender.dead_letter(message, judged.error, raw, stage=stage)
                await self._sender.drained()  # the next record's state passes over this one

    def forget(self) -> None:
        """Partitions moved: shards are made anew from the recovered tables."""
        self._shards.clear()

    @property
    def forgetting(self) -> ForgettingStage:
        """What forgets, and when."""
        return ForgettingStage(JUDGE, self._shards, self._deciding)

    async def wake(self, partitions: Iterable[int]) -> None:
        """Take up the state of these partitions, though nothing may have come for them yet."""
        for partition in partitions:
            async with self._deciding:
                await self._shard(partition)

    async def _shard(self, partition: int) -> JudgeShard:
        shard = self._shards.get(partition)
        if shard is None:
            shard = self._shards[partition] = self._new_shard(partition)
            if shard.forgotten:
                self._metrics.forgotten(JUDGE, shard.forgotten)
            for transition in shard.recovered:
                await self._sender.transition(transition, partition, shard.acknowledge)
        return shard
