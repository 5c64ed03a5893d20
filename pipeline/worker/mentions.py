"""The agent of ``tocsin.mentions``: scores and rolls up, and sends buckets."""

from collections.abc import Callable, Mapping
from datetime import datetime

from faust.types import Message

from pipeline.learning.weak import WeakLabels
from pipeline.metrics import Metrics
from pipeline.rollup.shard import RolledUp, Shard
from pipeline.worker.lag import Lag
from pipeline.worker.reader_thread import ReaderThread
from pipeline.worker.sending import Sender
from pipeline.worker.stages import ROLLUP, Cut
from schemas.brand import Brand
from schemas.mention import ALL_BRANDS, MentionBatch


class MentionsAgent:
    """Applies batches of mentions to the shard of their partition.

    ``new_shard``: makes the shard of a partition from its recovered table. ``weak``: which posts
    label themselves. ``reader``: reads some posts carefully; None for none.
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
    ) -> None:
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

    async def apply(self, message: Message) -> None:
        """Apply one batch, and send the buckets that it closes and what of it is rejected."""
        partition = message.partition
        self._metrics.received(ROLLUP)
        shard = await self._shard(partition)
        if self._lag.take_hole(message.tp):
            shard.lose(message.offset)
        outcome = await self._rolled_up(shard, message)
        await self._cut("state_written")
        for bucket in outcome.buckets:
            await self._sender.bucket(bucket, partition, shard.acknowledge)
            self._metrics.believed(bucket.sources, quarantined=bucket.quarantined)
            if bucket.brand != ALL_BRANDS:
                self._metrics.latency("bucket", self._now() - bucket.watermark)
        for rejected in outcome.rejected:
            place = "" if rejected.place is None else f"#{rejected.place}"
            await self._sender.dead_letter(
                message, rejected.error, rejected.raw, stage=ROLLUP, place=place
            )
        await self._cut("output_sent")
        if outcome.batch is not None:
            self._count(outcome.batch, outcome.dropped)
            await self.label_weakly(outcome.batch, partition)

    async def label_weakly(self, batch: MentionBatch, partition: int) -> None:
        """Send the labels that posts of ``batch`` gave themselves."""
        if batch.brand == ALL_BRANDS:
            return
        for label in self._weak.of(batch, self._brands[batch.brand].own_accounts):
            await self._sender.weak_label(label, partition)

    def forget(self) -> None:
        """Partitions moved: shards are made anew from the recovered tables."""
        self._shards.clear()

    async def _shard(self, partition: int) -> Shard:
        shard = self._shards.get(partition)
        if shard is None:
            shard = self._shards[partition] = self._new_shard(partition)
            for bucket in shard.recovered:
                await self._sender.bucket(bucket, partition, shard.acknowledge)
        return shard

    async def _rolled_up(self, shard: Shard, message: Message) -> RolledUp:
        came_s = arrived_s(message)
        if self._reader is None:
            return shard.apply(message.offset, message.value, arrived_s=came_s)
        applying = shard.applying(message.offset, message.value, arrived_s=came_s)
        return await self._reader.answered(applying)

    def _count(self, batch: MentionBatch, dropped: Mapping[str, int]) -> None:
        self._metrics.mentions(ROLLUP, len(batch.mentions))
        for reason, count in dropped.items():
            self._metrics.dropped(ROLLUP, reason, count)
        self._metrics.watermark_age(batch.source, self._now() - batch.watermark)


def arrived_s(message: Message) -> float:
    """When Kafka says that a record came, UNIX time; 0 where it does not (clients before 0.10)."""
    return max(message.timestamp or 0.0, 0.0)
