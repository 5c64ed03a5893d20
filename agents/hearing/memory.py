"""The newest of each partition and brand, as a thread reads it; bounded, and safe for others."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from kafka.partitioner.default import murmur2
from msgspec import Struct, field

from agents.hearing.verdict import Sighting, Tick
from schemas.bucket import Bucket
from schemas.mention import ALL_BRANDS

PENDING: Final = 500
"""Ticks of a partition that the judge has not taken; more are an hour and a half."""


class _Part(Struct):
    judged: Tick | None = None
    pending: deque[Tick] = field(default_factory=lambda: deque(maxlen=PENDING))
    judged_to: int = 0
    waiting: bool = False
    blind: dict[str, datetime] = field(default_factory=dict)
    """Silent sources, and since when they are."""

    @property
    def newest(self) -> Tick | None:
        return self.pending[-1] if self.pending else self.judged


class _Spoken(Struct, frozen=True):
    """What a brand's own newest bucket says of its sources."""

    watermark: datetime
    sources: frozenset[str]
    blind: tuple[str, ...]


class HearingMemory:
    """Takes buckets in the order of their partition, and where the worker's group has got to.

    ``brands``: the only ones that are remembered. ``blind_after_s``: how far a source falls behind
    before the roll-up names it, so that it is known since when it is silent.
    """

    def __init__(self, brands: Iterable[str], partitions: int, *, blind_after_s: int) -> None:
        self._brands = {brand: partition_of(brand, partitions) for brand in brands}
        self._blind_after = timedelta(seconds=blind_after_s)
        self._parts: dict[int, _Part] = {}
        self._spoken: dict[str, _Spoken] = {}
        self._lock = Lock()

    @property
    def brands(self) -> tuple[str, ...]:
        """The brands that are remembered."""
        return tuple(self._brands)

    def take(self, partition: int, offset: int, written_ms: int, bucket: Bucket) -> None:
        """Add one bucket. What a table of the past says (history) is heard by nobody."""
        if bucket.is_history:
            return
        silent = (*bucket.blind, *getattr(bucket, "quarantined", ()))
        with self._lock:
            if bucket.brand == ALL_BRANDS:
                part = self._parts.setdefault(partition, _Part())
                written = datetime.fromtimestamp(max(written_ms, 0) / 1000, UTC)
                # Nothing can be complete beyond the moment at which that was written.
                until = min(bucket.watermark, written)
                part.pending.append(Tick(offset, until, written, bucket.width_s, bucket.sources))
                since = bucket.watermark - self._blind_after
                part.blind = {source: part.blind.get(source, since) for source in silent}
                _settle(part)
            elif bucket.brand in self._brands:
                known = frozenset((*bucket.sources, *silent))
                self._spoken[bucket.brand] = _Spoken(bucket.watermark, known, silent)

    def reached(self, partition: int, *, judged_to: int, waiting: bool) -> None:
        """The judge has taken the buckets before ``judged_to``; whether mentions wait."""
        with self._lock:
            part = self._parts.setdefault(partition, _Part())
            part.judged_to, part.waiting = judged_to, waiting
            _settle(part)

    def of(self, brand: str) -> Sighting:
        """What is known of a brand. Raises ``KeyError`` for one that is not remembered."""
        number = self._brands[brand]
        with self._lock:
            part, spoken = self._parts.get(number), self._spoken.get(brand)
            if part is None:
                return Sighting()
            newest = part.newest
            silent = tuple(part.blind)
            if spoken is not None:
                # Which sources are the brand's own only its own buckets say; a tick is newer.
                later = newest is None or spoken.watermark >= newest.watermark
                silent = spoken.blind if later else tuple(spoken.sources & part.blind.keys())
            since = [part.blind[source] for source in silent if source in part.blind]
            return Sighting(
                part.judged, newest, part.waiting, tuple(sorted(silent)), min(since, default=None)
            )


def partition_of(brand: str, partitions: int) -> int:
    """Where Kafka's own partitioner puts a brand.

    >>> partition_of("acme", 8)
    4
    """
    return int(murmur2(brand.encode()) & 0x7FFFFFFF) % partitions


def _settle(part: _Part) -> None:
    while part.pending and part.pending[0].offset < part.judged_to:
        part.judged = part.pending.popleft()
