"""Reads what a topic holds now, from its beginning to its end, and no further."""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic

from kafka import TopicPartition
from kafka.errors import KafkaError

from agents.kafka.clients import make_consumer
from agents.kafka.topic_reader import NoTopicError, TopicReader

PATIENCE_S = 30.0


class TopicError(RuntimeError):
    """The topic cannot be read."""


def read_topic(bootstrap: str, topic: str) -> Iterator[bytes]:
    """Yield the value of every record that is there when reading begins, partition by partition.

    Raises:
        TopicError: there is no such topic, or Kafka falls silent for ``PATIENCE_S``.
    """
    try:
        with closing(make_consumer(bootstrap, "tocsin-history")) as consumer:
            yield from _read(TopicReader(consumer, [topic]), topic)
    except NoTopicError as error:
        raise TopicError(str(error)) from error
    except KafkaError as error:
        raise TopicError(f"Kafka at {bootstrap}: {error!r}") from error


def _read(reader: TopicReader, topic: str) -> Iterator[bytes]:
    ends, heard_s = reader.ends(), monotonic()
    while not reader.reached(ends):
        for record in reader.poll(0.5):
            heard_s = monotonic()
            if record.offset < ends[TopicPartition(topic, record.partition)]:
                yield record.value
        if monotonic() - heard_s > PATIENCE_S:
            raise TopicError(f"{topic}: nothing came for {PATIENCE_S:.0f} s before its end")
