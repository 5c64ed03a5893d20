"""Mentions in, batches out: linger, size and the watermark rule. Pure; the clock is handed in."""

from datetime import UTC, datetime
from typing import NamedTuple

from schemas.mention import ALL_BRANDS, Gap, Mention, MentionBatch

NO_PROMISE = datetime.fromtimestamp(0, UTC)
"""Watermark of a source that has not said yet how far it got."""


class Outgoing(NamedTuple):
    """A batch and where it goes: the partition of its brand (None), or one that is named."""

    batch: MentionBatch
    partition: int | None = None


class _Open:
    """The batch of one brand that is still being filled."""

    __slots__ = ("mentions", "opened_s", "size_bytes")

    def __init__(self, opened_s: float) -> None:
        self.opened_s = opened_s
        self.mentions: list[Mention] = []
        self.size_bytes = 0


class Batcher:
    """Gathers the mentions of one source into batches per brand.

    A batch is closed after ``linger_s``, at ``max_mentions``, or before it would exceed
    ``max_bytes``. Its watermark is the time that the source has reached (``reach``), but never
    later than a mention of the same brand that still waits here, and never earlier than what was
    promised before. ``seq`` counts from 0 per brand, and per partition for batches to all brands.

    ``now_s`` is a monotonic clock in seconds.

    >>> batcher = Batcher("x", partitions=2)
    >>> batcher.reach(datetime(2010, 3, 17, 9, tzinfo=UTC))
    >>> [(out.partition, out.batch.seq, len(out.batch.mentions)) for out in batcher.to_all()]
    [(0, 0, 0), (1, 0, 0)]
    """

    def __init__(
        self,
        source: str,
        *,
        partitions: int,
        linger_s: float = 0.1,
        max_mentions: int = 200,
        max_bytes: int = 500_000,
    ) -> None:
        self.source = source
        self.max_bytes = max_bytes
        self.reached = NO_PROMISE
        self._partitions = partitions
        self._linger_s = linger_s
        self._max_mentions = max_mentions
        # In order of opening: a brand is removed when its batch is closed.
        self._open: dict[str, _Open] = {}
        self._seq: dict[str | int, int] = {}
        self._promised: dict[str, datetime] = {}
        self._promised_to_all = NO_PROMISE

    def reach(self, watermark: datetime) -> None:
        """State that the source will hand in nothing older, as far as it can know."""
        self.reached = max(self.reached, watermark)

    def add(self, brand: str, mention: Mention, size_bytes: int, now_s: float) -> list[Outgoing]:
        """Take in one mention of ``size_bytes`` as JSON; return the batches that this closes."""
        closed: list[Outgoing] = []
        batch = self._open.get(brand)
        if batch and batch.size_bytes + size_bytes > self.max_bytes:
            closed.append(self._close(brand, waiting=mention))
            batch = None
        if batch is None:
            batch = self._open[brand] = _Open(now_s)
        batch.mentions.append(mention)
        batch.size_bytes += size_bytes
        if len(batch.mentions) >= self._max_mentions:
            closed.append(self._close(brand))
        return closed

    def due(self, now_s: float) -> list[Outgoing]:
        """Close and return the batches that have lingered long enough."""
        ripe = []
        for brand, batch in self._open.items():
            if now_s - batch.opened_s < self._linger_s:
                break
            ripe.append(brand)
        return [self._close(brand) for brand in ripe]

    def flush(self) -> list[Outgoing]:
        """Close and return every batch."""
        return [self._close(brand) for brand in list(self._open)]

    def to_all(self, gap: Gap | None = None) -> list[Outgoing]:
        """Close every batch, then make one empty batch for all brands of each partition."""
        closed = self.flush()
        self._promised_to_all = self.reached
        # Whatever was promised to one brand alone is covered now.
        self._promised.clear()
        return closed + self.statement(gap)

    def statement(self, gap: Gap | None) -> list[Outgoing]:
        """Make an empty batch for each partition that promises nothing new."""
        return [
            Outgoing(
                MentionBatch(
                    brand=ALL_BRANDS,
                    source=self.source,
                    seq=self._next_seq(partition),
                    watermark=self._promised_to_all,
                    gap=gap,
                ),
                partition,
            )
            for partition in range(self._partitions)
        ]

    def _close(self, brand: str, *, waiting: Mention | None = None) -> Outgoing:
        watermark = self.reached if waiting is None else min(self.reached, waiting.created_at)
        watermark = max(watermark, self._promised_to_all, self._promised.get(brand, NO_PROMISE))
        self._promised[brand] = watermark
        return Outgoing(
            MentionBatch(
                brand=brand,
                source=self.source,
                seq=self._next_seq(brand),
                watermark=watermark,
                mentions=tuple(self._open.pop(brand).mentions),
            )
        )

    def _next_seq(self, key: str | int) -> int:
        seq = self._seq.get(key, 0)
        self._seq[key] = seq + 1
        return seq
