"""The newest of each partition and brand, as a thread reads it; bounded, and safe for others."""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from kafka.partitioner.default import murmur2
from msgspec import Struct, field

from agents.coverage.verdict import BrandOnKafka, PartitionClock
from schemas.bucket import Bucket
from schemas.mention import ALL_BRANDS

PENDING: Final = 500
"""Ticks of a clock that the judge has not taken; more are an hour and a half."""

CLOCKS: Final = 4
"""Of a partition: one of its live sources, one of replays, and what was before."""


_SAYS_NOTHING_AFTER: Final = timedelta(days=1)


class _Clock(Struct):
    newest: PartitionClock
    judged: PartitionClock | None = None
    pending: deque[PartitionClock] = field(default_factory=lambda: deque(maxlen=PENDING))
    sources: frozenset[str] = frozenset()
    """All that the newest tick names, be they silent or not."""
    blind: dict[str, datetime] = field(default_factory=dict)
    """Those that are silent or not believed, and since when they are."""


class _Part(Struct):
    clocks: list[_Clock] = field(default_factory=list)
    judged_to: int = 0
    waiting: bool = False

    def clock_of(self, sources: frozenset[str]) -> _Clock | None:
        """The clock that goes on with a tick of these sources, the latest written if several do."""
        own = [one for one in self.clocks if one.sources == sources or one.sources & sources]
        return max(own, key=lambda one: one.newest.written, default=None)

    def clock_for(self, spoken: "_Spoken | None") -> _Clock | None:
        """The clock by which time passes for a brand, as the judge sees it (ADR 16).

        Where it is not known who speaks of the brand, it is the clock that has come furthest.
        """
        own = self.clock_of(spoken.sources) if spoken else None
        return own or max(self.clocks, key=lambda one: one.newest.watermark, default=None)

    def add(self, tick: PartitionClock, sources: frozenset[str]) -> _Clock:
        """Put a tick where it belongs; beyond ``CLOCKS`` the one that stands longest is dropped."""
        clock = self.clock_of(sources)
        if clock is None:
            if len(self.clocks) >= CLOCKS:
                self.clocks.remove(min(self.clocks, key=lambda one: one.newest.written))
            clock = _Clock(tick)
            self.clocks.append(clock)
        clock.newest, clock.sources = tick, sources
        clock.pending.append(tick)
        return clock

    def settle(self) -> None:
        """Note which ticks the judge has taken."""
        for clock in self.clocks:
            while clock.pending and clock.pending[0].offset < self.judged_to:
                clock.judged = clock.pending.popleft()


class _Spoken(Struct, frozen=True):
    """What a brand's own newest bucket says of its sources."""

    watermark: datetime
    sources: frozenset[str]
    blind: tuple[str, ...]


class CoverageMemory:
    """Takes buckets in the order of their partition, and where the worker's group has got to.

    ``brands``: the only ones that are remembered. ``blind_after_s``: how far a source falls behind
    before the roll-up names it, so that it is known since when it is silent.
    """

    def __init__(self, brands: Iterable[str], partitions: int, *, blind_after_s: int) -> None:
        self._brands = {brand: partition_of(brand, partitions) for brand in brands}
        self._blind_after = timedelta(seconds=blind_after_s)
        self._parts: dict[int, _Part] = {}
        self._spoken: dict[str, dict[str, _Spoken]] = {}
        """Of each brand what all together say, and what each network that is apart says."""
        self._lock = Lock()

    @property
    def brands(self) -> tuple[str, ...]:
        """The brands that are remembered."""
        return tuple(self._brands)

    def take(self, partition: int, offset: int, written_ms: int, bucket: Bucket) -> None:
        """Add one bucket. What a table of the past says (history) is heard by nobody."""
        if bucket.is_history:
            return
        silent = (*bucket.blind, *bucket.quarantined)
        named = frozenset((*bucket.sources, *silent))
        with self._lock:
            if bucket.brand == ALL_BRANDS:
                part = self._parts.setdefault(partition, _Part())
                written = datetime.fromtimestamp(max(written_ms, 0) / 1000, UTC)
                # Nothing can be complete beyond the moment at which that was written.
                until = min(bucket.watermark, written)
                tick = PartitionClock(offset, until, written, bucket.width_s, bucket.sources)
                clock = part.add(tick, named)
                since = bucket.watermark - self._blind_after
                clock.blind = {source: clock.blind.get(source, since) for source in silent}
                part.settle()
            elif bucket.brand in self._brands and not self._is_older(bucket):
                of_brand = self._spoken.setdefault(bucket.brand, {})
                of_brand[bucket.apart] = _Spoken(bucket.watermark, named, silent)

    def _is_older(self, bucket: Bucket) -> bool:
        """Whether it is a revision of a bucket that others have followed."""
        known = self._spoken.get(bucket.brand, {}).get(bucket.apart)
        return bucket.revision > 0 and known is not None and known.watermark > bucket.watermark

    def reached(self, partition: int, *, judged_to: int, waiting: bool) -> None:
        """The judge has taken the buckets before ``judged_to``; whether mentions wait."""
        with self._lock:
            part = self._parts.setdefault(partition, _Part())
            part.judged_to, part.waiting = judged_to, waiting
            part.settle()

    def of(self, brand: str) -> BrandOnKafka:
        """What is known of a brand. Raises ``KeyError`` for one that is not remembered."""
        number = self._brands[brand]
        with self._lock:
            part, spoken = self._parts.get(number), _together(self._spoken.get(brand, {}))
            if part is None:
                return BrandOnKafka()
            clock = part.clock_for(spoken)
            blind = clock.blind if clock else {}
            silent = tuple(blind)
            if spoken is not None:
                # Which sources are the brand's own only its own buckets say; a tick is newer.
                later = clock is None or spoken.watermark >= clock.newest.watermark
                silent = spoken.blind if later else tuple(spoken.sources & blind.keys())
            since = [blind[source] for source in silent if source in blind]
            return BrandOnKafka(
                clock.judged if clock else None,
                clock.newest if clock else None,
                part.waiting,
                tuple(sorted(silent)),
                min(since, default=None),
            )


def _together(spoken: Mapping[str, _Spoken]) -> _Spoken | None:
    """What the newest buckets of a brand say of its sources; of a day before says nothing now."""
    if not spoken:
        return None
    until = max(one.watermark for one in spoken.values())
    now = [one for one in spoken.values() if one.watermark >= until - _SAYS_NOTHING_AFTER]
    return _Spoken(
        until,
        frozenset().union(*(one.sources for one in now)),
        tuple(sorted({source for one in now for source in one.blind})),
    )


def partition_of(brand: str, partitions: int) -> int:
    """Where Kafka's own partitioner puts a brand.

    >>> partition_of("acme", 8)
    4
    """
    return int(murmur2(brand.encode()) & 0x7FFFFFFF) % partitions
