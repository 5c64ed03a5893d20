"""Reads whole topics from their beginning, without a group: everybody reads everything."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from kafka import TopicPartition


class NoTopicError(Exception):
    """A topic does not exist."""


class Read(NamedTuple):
    """One record; ``written_ms`` is the time that it bears: when Kafka took it, see the topic.

    ``value`` is empty where there is none: a tombstone, as compacted topics know them.
    """

    topic: str
    partition: int
    offset: int
    written_ms: int
    value: bytes

    @property
    def place(self) -> str:
        """Where it lies: ``topic[partition]@offset``."""
        return f"{self.topic}[{self.partition}]@{self.offset}"


class TopicReader:
    """All partitions of some topics, from the first record on.

    ``consumer``: from ``make_consumer``; the caller closes it. ``since_ms``: by topic, from which
    time on it is read, as far as Kafka can tell.

    Raises:
        NoTopicError: a topic does not exist.
    """

    def __init__(
        self,
        consumer: Any,  # noqa: ANN401 - kafka-python is untyped
        topics: Iterable[str],
        *,
        since_ms: dict[str, int] | None = None,
    ) -> None:
        self._consumer = consumer
        self._parts: list[TopicPartition] = []
        for topic in topics:
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                raise NoTopicError(f"there is no topic {topic}: make it with tocsin topics --apply")
            self._parts += [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(self._parts)
        consumer.seek_to_beginning(*self._parts)
        self._skip(since_ms or {})

    def poll(self, timeout_s: float) -> list[Read]:
        """Return what has come, waiting for it at most ``timeout_s``."""
        polled = self._consumer.poll(timeout_ms=round(timeout_s * 1000))
        return [
            Read(part.topic, part.partition, each.offset, each.timestamp, each.value or b"")
            for part, records in polled.items()
            for each in records
        ]

    def ends(self) -> dict[TopicPartition, int]:
        """Ask Kafka where the partitions end now."""
        found: dict[TopicPartition, int] = self._consumer.end_offsets(self._parts)
        return found

    def reached(self, ends: dict[TopicPartition, int]) -> bool:
        """Whether everything before ``ends`` was read."""
        return all(self._consumer.position(part) >= end for part, end in ends.items())

    def rewind(self, topic: str) -> None:
        """Begin again with one topic."""
        self._consumer.seek_to_beginning(*[part for part in self._parts if part.topic == topic])

    def _skip(self, since_ms: dict[str, int]) -> None:
        wanted = {part: since_ms[part.topic] for part in self._parts if part.topic in since_ms}
        if not wanted:
            return
        for part, found in self._consumer.offsets_for_times(wanted).items():
            if found is not None:
                self._consumer.seek(part, found.offset)
