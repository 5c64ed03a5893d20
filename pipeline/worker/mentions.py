"""The agent of ``tocsin.mentions``: scores and rolls up, and sends buckets."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from faust.types import Message
from msgspec.structs import replace

from pipeline.deletions.records import letter_without
from pipeline.deletions.to_forget import ToForget
from pipeline.learning.weak import WeakLabels
from pipeline.metrics import Metrics
from pipeline.reading.asking import ReadAnswers
from pipeline.rollup.partition.shard import Shard
from pipeline.rollup.partition.step import Burials, MentionRecord, RolledUp
from pipeline.tracing import OFF, Batches, Tracing
from pipeline.worker.forgetting import ForgettingStage
from pipeline.worker.lag import Lag
from pipeline.worker.reader_thread import ReaderThread
from pipeline.worker.sending import Sender
from pipeline.worker.stages import ROLLUP, Cut
from schemas.brand import Brand
from schemas.mention import ALL_BRANDS, MentionBatch
from schemas.network import network_of

MENTIONS_A_STEP: Final = 2_000
"""A step that has so many takes no further record: it holds the event loop for some 0.1 s."""

RECORD_IN_MENTIONS: Final = 5
"""What a record costs at least, in mentions: a heartbeat looks at every brand."""


class _Step(NamedTuple):
    """Records of one partition that are applied together. ``lost``: some before them were gone."""

    shard: Shard
    messages: list[Message]
    records: list[MentionRecord]
    lost: bool


class MentionsAgent:
    """Applies batches of mentions to the shards of their partitions, those that wait together.

    ``new_shard``: makes the shard of a partition from its recovered table. ``weak``: which posts
    label themselves. ``reader``: reads some posts carefully; None for none.
    ``batches``: what is traced of a bucket; None where nothing is. ``gone``: what is to be
    forgotten, as the shards know it.
    """

    def __init__(
        self,
        new_shard: Callable[[int], Shard],
        *,
        brands: Mapping[str, Brand],
        weak: WeakLabels,
        reader: ReaderThread | None,
        sender: Sender,
        lag: Lag,
        metrics: Metrics,
        now: Callable[[], datetime],
        cut: Cut,
        tracing: Tracing = OFF,
        batches: Batches | None = None,
        gone: ToForget | None = None,
    ) -> None:
        self._gone = ToForget() if gone is None else gone
        self._tracing = tracing
        self._batches = batches
        self._new_shard = new_shard
        self._brands = brands
        self._weak = weak
        self._reader = reader
        self._sender = sender
        self._lag = lag
        self._metrics = metrics
        self._now = now
        self._cut = cut
        self._shards: dict[int, Shard] = {}
        self._stepping = asyncio.Lock()

    async def apply(self, messages: Iterator[Message]) -> None:
        """Apply the batches that wait, and send the buckets that they close."""
        async with self._stepping:
            steps = await self._steps(messages)
        for step in steps:
            async with self._stepping:
                if step.lost:
                    step.shard.lose(step.messages[0].offset)
                began_ns = self._tracing.now_ns()
                outcomes = await self._rolled_up(step)
            await self._cut("state_written")
            for message, outcome in zip(step.messages, outcomes, strict=True):
                if self._batches is not None and outcome.batch is not None:
                    self._batches.came(outcome.batch, message.headers)
                if outcome.buckets:
                    await self._send(step.shard, message, outcome, began_ns)
            await self._cut("output_sent")
            self._count(outcomes)
            for message, outcome in zip(step.messages, outcomes, strict=True):
                if outcome.batch is not None:
                    await self.label_weakly(outcome.batch, message.partition)

    async def _steps(self, messages: Iterator[Message]) -> list[_Step]:
        """Take what waits, up to a bound; one step a partition, and one more after each hole."""
        steps: list[_Step] = []
        newest: dict[int, _Step] = {}
        size = 0
        for message in messages:
            partition, lost = message.partition, self._lag.take_hole(message.tp)
            if lost or partition not in newest:
                newest[partition] = _Step(await self._shard(partition), [], [], lost)
                steps.append(newest[partition])
            step = newest[partition]
            came_s = arrived_s(message)
            record = step.shard.read(message.offset, message.value, arrived_s=came_s)
            step.messages.append(message)
            step.records.append(record)
            size += max(record.mentions, RECORD_IN_MENTIONS)
            if size >= MENTIONS_A_STEP:
                break
        self._metrics.received(ROLLUP, sum(len(step.messages) for step in steps))
        return steps

    async def _send(
        self, shard: Shard, message: Message, outcome: RolledUp, began_ns: int | None
    ) -> None:
        for bucket in outcome.buckets:
            span = await self._sender.bucket(
                bucket,
                message.partition,
                shard.acknowledge,
                batches=self._batches.of(bucket) if self._batches is not None else (),
                began_ns=began_ns,
            )
            if bucket.revision:
                self._metrics.revised()
                continue
            self._metrics.believed(bucket.sources, quarantined=bucket.quarantined)
            if bucket.brand != ALL_BRANDS:
                late = self._now() - bucket.watermark
                self._metrics.latency("bucket", late, span.exemplar)

    async def label_weakly(self, batch: MentionBatch, partition: int) -> None:
        """Send the labels that posts of ``batch`` gave themselves."""
        if batch.brand == ALL_BRANDS:
            return
        if len(self._gone):
            kept = [one for one in batch.mentions if not self._gone.touches(one)]
            batch = replace(batch, mentions=tuple(kept))
        for label in self._weak.of(batch, self._brands[batch.brand].own_accounts):
            await self._sender.weak_label(label, partition)

    def forget(self) -> None:
        """Partitions moved: shards are made anew from the recovered tables."""
        self._shards.clear()

    @property
    def forgetting(self) -> ForgettingStage:
        """What forgets, and when."""
        return ForgettingStage(ROLLUP, self._shards, self._stepping)

    async def wake(self, partitions: Iterable[int]) -> None:
        """Take up the state of these partitions, though nothing may have come for them yet."""
        for partition in partitions:
            async with self._stepping:
                await self._shard(partition)

    async def _shard(self, partition: int) -> Shard:
        shard = self._shards.get(partition)
        if shard is None:
            shard = self._shards[partition] = self._new_shard(partition)
            if shard.forgotten:
                self._metrics.forgotten(ROLLUP, shard.forgotten)
            for bucket in shard.recovered:
                await self._sender.bucket(bucket, partition, shard.acknowledge)
        return shard

    async def _rolled_up(self, step: _Step) -> list[RolledUp]:
        """Apply a step, giving it what it asks for on its way."""
        applying = step.shard.applying(step.records)
        answers: ReadAnswers | None = None
        while True:
            try:
                asked = applying.send(answers)
            except StopIteration as end:
                outcomes: list[RolledUp] = end.value
                return outcomes
            answers = None
            if isinstance(asked, Burials):
                await self._bury(step, asked)
            elif self._reader is not None:
                answers = await self._reader.read(asked)

    async def _bury(self, step: _Step, burials: Burials) -> None:
        """Send what was rejected, and wait until Kafka has it."""
        messages = {message.offset: message for message in step.messages}
        for record, rejected in burials.rejected:
            for one in rejected:
                await self._sender.dead_letter(
                    messages[record.offset],
                    one.error,
                    letter_without(one.raw, self._gone),
                    stage=ROLLUP,
                    place="" if one.place is None else f"#{one.place}",
                )
        await self._sender.drained()

    def _count(self, outcomes: Sequence[RolledUp]) -> None:
        """State once a step what its records came to: labels cost more than counting."""
        brought: dict[str, int] = {}
        newest: dict[str, datetime] = {}
        for outcome in outcomes:
            batch = outcome.batch
            if batch is None:
                continue
            network = network_of(batch.source)
            brought[network] = brought.get(network, 0) + len(batch.mentions)
            if outcome.delayed:
                self._metrics.delayed(outcome.delayed)
            for reason, count in outcome.dropped.items():
                self._metrics.dropped(ROLLUP, reason, count)
            known = newest.get(batch.source)
            if known is None or batch.watermark > known:
                newest[batch.source] = batch.watermark
        self._metrics.mentions(ROLLUP, sum(brought.values()))
        for network, mentions in brought.items():
            self._metrics.brought(network, mentions)
        now = self._now()
        for source, watermark in newest.items():
            self._metrics.watermark_age(source, now - watermark)


def arrived_s(message: Message) -> float:
    """When Kafka says that a record came, UNIX time; 0 where it does not (clients before 0.10)."""
    return max(message.timestamp or 0.0, 0.0)
