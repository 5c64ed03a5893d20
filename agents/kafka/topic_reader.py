"""Reads whole topics from their beginning, without a group: everybody reads everything."""

import logging
from collections.abc import Iterable
from time import monotonic, sleep
from typing import Any, Final, NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaError

PAUSE_S: Final = 0.5

log = logging.getLogger(__name__)


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

    ``consumer``: from ``make_consumer``; the caller closes it. ``since_ms``: by topic, from which
    time on it is read, as far as Kafka can tell. ``last``: only so many records of each partition,
    the newest.

    Raises:
        NoTopicError: a topic does not exist.
    """

    def __init__(
        self,
        consumer: Any,  # noqa: ANN401 - kafka-python is untyped
        topics: Iterable[str],
        *,
        since_ms: dict[str, int] | None = None,
        last: int | None = None,
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
        if last is not None:
            begins = consumer.beginning_offsets(self._parts)
            for part, end in self.ends().items():
                consumer.seek(part, max(begins[part], end - last))

    @property
    def parts(self) -> list[TopicPartition]:
        """The partitions that it reads."""
        return list(self._parts)

    def poll(self, timeout_s: float) -> list[Read]:
        """Return what has come, waiting for it at most ``timeout_s``; nothing if Kafka is away."""
        polled = patient_poll(self._consumer, timeout_s)
        return [
            Read(part.topic, part.partition, each.offset, each.timestamp, each.value or b"")
            for part, records in polled.items()
            for each in records
        ]

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
