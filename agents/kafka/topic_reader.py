"""Reads whole topics from their beginning, without a group: everybody reads everything.

This is the one loop that reads to where a topic ends now, and the one that follows from there.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import monotonic, sleep
from typing import Any, Final, NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError

from pipeline.phrase import Phrase

PAUSE_S: Final = 0.5
PATIENCE_S: Final = 30.0
"""How long nothing may come before the end of a topic that is read as it is now."""

_POLL_S: Final = 0.5

log = logging.getLogger(__name__)


class NoTopicError(Exception):
    """A topic does not exist."""


class Read(NamedTuple):
    """One record; ``written_ms`` is the time that it bears: when Kafka took it, see the topic.

    ``topic``: as ``schemas.topics`` names it, without the prefix that it has on the cluster.
    ``value`` is empty where there is none: a tombstone, as compacted topics know them.
    """

    topic: str
    partition: int
    offset: int
    written_ms: int
    value: bytes
    key: bytes = b""
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def place(self) -> str:
        """Where it lies: ``topic[partition]@offset``."""
        return f"{self.topic}[{self.partition}]@{self.offset}"


def patient_poll(consumer: Any, timeout_s: float) -> dict[TopicPartition, list[Any]]:  # noqa: ANN401 - kafka-python is untyped
    """Return what a consumer has, and nothing where Kafka is away for now.

    kafka-python tries most things again by itself, but a connection that breaks while it looks for
    its group's coordinator comes out of ``poll``. Whoever must know that Kafka is away asks
    ``agents.kafka.reach``. Errors that trying again cannot heal are raised.
    """
    began_s = monotonic()
    try:
        polled: dict[TopicPartition, list[Any]] = consumer.poll(timeout_ms=round(timeout_s * 1000))
    except KafkaError as error:
        if not error.retriable:
            raise
        log.debug("Kafka is away for now: %r", error)
        sleep(max(0.0, min(timeout_s, PAUSE_S) - (monotonic() - began_s)))
        return {}
    return polled


class TopicReader:
    """All partitions of some topics, from the first record on.

    ``consumer``: see ``KafkaClients.reader``, which makes it; ``close`` closes it. ``partition``:
    only this one of each topic. ``prefix``: how the names of the topics begin on the cluster.
    ``since_ms``: by topic, from which time on it is read, as far as Kafka can tell. ``last``: by
    topic, only so many records of each partition, the newest.

    Raises:
        NoTopicError: a topic does not exist.
    """

    def __init__(
        self,
        consumer: Any,  # noqa: ANN401 - kafka-python is untyped
        topics: Iterable[str],
        *,
        partition: int | None = None,
        prefix: str = "",
        since_ms: Mapping[str, int] | None = None,
        last: Mapping[str, int] | None = None,
    ) -> None:
        self._consumer = consumer
        self._prefix = prefix
        self._parts: list[TopicPartition] = []
        for topic in (f"{prefix}{name}" for name in topics):
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                raise NoTopicError(
                    Phrase(
                        "there is no topic {topic}: make it with tocsin topics --apply", topic=topic
                    )
                )
            chosen = sorted(numbers) if partition is None else [partition]
            self._parts += [TopicPartition(topic, number) for number in chosen]
        consumer.assign(self._parts)
        consumer.seek_to_beginning(*self._parts)
        self._skip(since_ms or {})
        self._only_last(last or {})

    @property
    def parts(self) -> list[TopicPartition]:
        """The partitions that it reads."""
        return list(self._parts)

    def poll(self, timeout_s: float) -> list[Read]:
        """Return what has come, waiting for it at most ``timeout_s``; nothing if Kafka is away."""
        polled = patient_poll(self._consumer, timeout_s)
        return [self._read(part, each) for part, records in polled.items() for each in records]

    def ends(self, timeout_s: float | None = None) -> dict[TopicPartition, int]:
        """Ask Kafka where the partitions end now.

        Raises:
            KafkaError: it does not answer within ``timeout_s``.
        """
        timeout_ms = None if timeout_s is None else round(timeout_s * 1000)
        found: dict[TopicPartition, int] = self._consumer.end_offsets(
            self._parts, timeout_ms=timeout_ms
        )
        return found

    def begin(self, part: TopicPartition) -> int:
        """Ask Kafka where a partition begins: behind what it has deleted."""
        found: int = self._consumer.beginning_offsets([part])[part]
        return found

    def reached(self, ends: dict[TopicPartition, int]) -> bool:
        """Whether everything before ``ends`` was read."""
        return all(self._consumer.position(part) >= end for part, end in ends.items())

    def there_now(
        self,
        *,
        patience_s: float = PATIENCE_S,
        clock_s: Callable[[], float] = monotonic,
    ) -> Iterator[Read]:
        """Yield all that is there when reading begins, and nothing that comes later.

        Raises:
            KafkaTimeoutError: nothing comes for ``patience_s`` before the end.
        """
        ends, heard_s = self.ends(patience_s), clock_s()
        while not self.reached(ends):
            for part, records in patient_poll(self._consumer, _POLL_S).items():
                heard_s = clock_s()
                yield from (self._read(part, each) for each in records if each.offset < ends[part])
            if clock_s() - heard_s > patience_s:
                topics = ", ".join(sorted({part.topic for part in self._parts}))
                raise KafkaTimeoutError(
                    Phrase(
                        "{topics}: nothing came for {patience_s:.0f} s before its end",
                        topics=topics,
                        patience_s=patience_s,
                    )
                )

    def close(self) -> None:
        """Let the connection go."""
        self._consumer.close(autocommit=False)

    def rewind(self, topic: str) -> None:
        """Begin again with one topic."""
        name = f"{self._prefix}{topic}"
        self._consumer.seek_to_beginning(*[part for part in self._parts if part.topic == name])

    def _read(self, part: TopicPartition, record: Any) -> Read:  # noqa: ANN401 - kafka-python is untyped
        return Read(
            part.topic.removeprefix(self._prefix),
            part.partition,
            record.offset,
            record.timestamp,
            record.value or b"",
            record.key or b"",
            tuple(record.headers or ()),
        )

    def _only_last(self, last: Mapping[str, int]) -> None:
        most = {f"{self._prefix}{topic}": count for topic, count in last.items()}
        parts = [part for part in self._parts if part.topic in most]
        if not parts:
            return
        begins = self._consumer.beginning_offsets(parts)
        for part, end in self._consumer.end_offsets(parts).items():
            self._consumer.seek(part, max(begins[part], end - most[part.topic]))

    def _skip(self, since_ms: Mapping[str, int]) -> None:
        wanted_ms = {f"{self._prefix}{topic}": at_ms for topic, at_ms in since_ms.items()}
        wanted = {part: wanted_ms[part.topic] for part in self._parts if part.topic in wanted_ms}
        if not wanted:
            return
        for part, found in self._consumer.offsets_for_times(wanted).items():
            if found is not None:
                self._consumer.seek(part, found.offset)
