"""Keeps what is known of what is heard current from Kafka.

That is the tail of ``tocsin.buckets``, all of ``tocsin.sources``, and the worker's offsets.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaError

from agents.coverage.memory import CoverageMemory
from agents.coverage.source_memory import SourceMemory
from agents.coverage.troubles import with_sources
from agents.coverage.verdict import Status, status_of
from agents.kafka.clients import KafkaClients
from agents.kafka.follower import ENDS_S, LOOK_S, Follower
from agents.kafka.topic_reader import Read, TopicReader
from agents.monitoring.health import Cause
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError
from schemas.source_status import SourceStatus
from schemas.topics import APP_ID, BUCKETS, MENTIONS, SOURCES

TAIL = 500
"""Buckets of a partition that are read at the start: some minutes of a few brands."""

STALE_AFTER_S = 30.0

log = logging.getLogger(__name__)


class Coverage:
    """What is heard, kept current by a thread of its own; the caller starts and halts ``follower``.

    ``committed`` offsets of the worker's group tell what was judged: a tick that is written proves
    only that it was counted. The consumer bears the group's name to ask for them, and never joins.
    ``also`` is called with every bucket after ``memory``.
    """

    def __init__(
        self,
        consumer: Any,  # noqa: ANN401 - kafka-python is untyped
        memory: CoverageMemory,
        *,
        prefix: str = "",
        spoiled: Callable[[], object],
        crash: Callable[[BaseException], object],
        also: Callable[[Bucket], object] = lambda _: None,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.memory = memory
        self.sources = SourceMemory()
        self._consumer = consumer
        self._prefix = prefix
        self._also = also
        self._clock_s = clock_s
        self._asked_s = float("-inf")
        self._known_s = clock_s()
        self._decode = Decoder(Bucket).decode
        self._decode_status = Decoder(SourceStatus).decode
        reader = TopicReader(
            consumer, (BUCKETS.name, SOURCES.name), prefix=prefix, last={BUCKETS.name: TAIL}
        )
        self._numbers = sorted({part.partition for part in reader.parts})
        self.follower = Follower(
            "buckets",
            reader,
            self._take,
            spoiled=spoiled,
            crash=crash,
            polled=self._ask,
            clock_s=clock_s,
        )

    def unread_for_s(self) -> float:
        """For how many seconds it has not known how things stand; 0 while it does."""
        ago_s = max(self.follower.read_to_end_ago_s(), self._clock_s() - self._known_s)
        return ago_s if ago_s > STALE_AFTER_S else 0.0

    def cause(self) -> Cause | None:
        """Why it cannot tell what is heard; None while it can."""
        if unread_s := self.unread_for_s():
            return Cause("topics_behind", f"what is heard is not known since {unread_s:.0f} s")
        return None

    def statuses(self, now: datetime) -> dict[str, Status]:
        """How things stand with each brand at ``now``."""
        if unread_s := self.unread_for_s():
            return dict.fromkeys(self.memory.brands, unread(now, unread_s))
        return {
            brand: with_sources(
                status_of(self.memory.of(brand), now), self.sources.of(brand, now), now
            )
            for brand in self.memory.brands
        }

    def _take(self, record: Read) -> None:
        if not record.value:
            return  # a tombstone, as compacted topics know them
        try:
            if record.topic == SOURCES.name:
                self.sources.take(record.written_ms, self._decode_status(record.value))
                return
            bucket = self._decode(record.value)
        except UnreadableError as error:
            # The judge reads the same bucket, and buries it; a status is said again in a moment.
            log.debug("%s: %s", record.place, error)
            return
        self.memory.take(record.partition, record.offset, record.written_ms, bucket)
        self._also(bucket)

    def _ask(self) -> None:
        now_s = self._clock_s()
        if now_s - self._asked_s < LOOK_S:
            return
        self._asked_s = now_s
        mentions = [
            TopicPartition(f"{self._prefix}{MENTIONS.name}", number) for number in self._numbers
        ]
        limit_ms = round(ENDS_S * 1000)
        try:
            ends = self._consumer.end_offsets(mentions, timeout_ms=limit_ms)
            for part in mentions:
                taken = self._consumer.committed(part, timeout_ms=limit_ms) or 0
                buckets = TopicPartition(f"{self._prefix}{BUCKETS.name}", part.partition)
                judged = self._consumer.committed(buckets, timeout_ms=limit_ms) or 0
                self.memory.reached(
                    part.partition, judged_to=judged, waiting=taken < ends.get(part, 0)
                )
        except KafkaError as error:
            # unread_for_s grows, and is told.
            log.debug("the worker's offsets are not known: %r", error)
            return
        self._known_s = now_s


def unread(now: datetime, unread_s: float) -> Status:
    """The status of everything, where Kafka was last read so many seconds ago."""
    return Status("unread", since=now - timedelta(seconds=unread_s))


def open_coverage(
    kafka: KafkaClients,
    memory: CoverageMemory,
    *,
    spoiled: Callable[[], object],
    crash: Callable[[BaseException], object],
    also: Callable[[Bucket], object] = lambda _: None,
) -> tuple[Coverage, Any]:
    """Return what follows what is heard, not yet started, and the consumer to close after it.

    ``spoiled`` is called for a bucket that ``memory`` failed over, ``also`` with every other one.

    Raises:
        NoTopicError: there are no buckets.
        KafkaError: Kafka is away.
    """
    consumer = kafka.consumer("tocsin-coverage", group=APP_ID)
    coverage = Coverage(
        consumer, memory, prefix=kafka.prefix, spoiled=spoiled, crash=crash, also=also
    )
    return coverage, consumer
