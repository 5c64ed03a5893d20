"""Reads what a topic holds now, from its beginning to its end, and no further."""

from collections.abc import Iterator
from time import monotonic

from kafka import TopicPartition
from kafka.errors import KafkaError

from agents.brokers.clients import make_consumer

PATIENCE_S = 30.0


class TopicError(RuntimeError):
    """The topic cannot be read."""


def read_topic(bootstrap: str, topic: str) -> Iterator[bytes]:
    """Yield the value of every record that is there when reading begins, partition by partition.

    Raises:
        TopicError: there is no such topic, or Kafka falls silent for ``PATIENCE_S``.
    """
    try:
        yield from _read(bootstrap, topic)
    except KafkaError as error:
        raise TopicError(f"Kafka at {bootstrap}: {error!r}") from error


def _read(bootstrap: str, topic: str) -> Iterator[bytes]:
    consumer = make_consumer(bootstrap, "tocsin-history")
    try:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise TopicError(f"there is no topic {topic}: make it with tocsin topics")
        parts = [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(parts)
        ends = consumer.end_offsets(parts)
        heard_s = monotonic()
        while any(consumer.position(part) < ends[part] for part in parts):
            polled = consumer.poll(timeout_ms=500)
            for part, records in polled.items():
                heard_s = monotonic()
                yield from (record.value for record in records if record.offset < ends[part])
            if monotonic() - heard_s > PATIENCE_S:
                raise TopicError(f"{topic}: nothing came for {PATIENCE_S:.0f} s before its end")
    finally:
        consumer.close()
