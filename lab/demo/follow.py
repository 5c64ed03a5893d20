"""Follows what the processes put out, from one partition of each topic."""

from collections.abc import Iterator, Sequence
from typing import Any

from agents.kafka.clients import KafkaClients
from schemas.codec import Decoder
from schemas.topics import Topic


class DemoFollower:
    """Reads topics from their beginning, without a group."""

    def __init__(self, kafka: KafkaClients, topics: Sequence[Topic]) -> None:
        self._reader = kafka.reader("tocsin-demo", tuple(topic.name for topic in topics))
        self._decoders: dict[str, Decoder[Any]] = {
            topic.name: Decoder(topic.record) for topic in topics
        }

    def poll(self, timeout_s: float) -> Iterator[Any]:
        """Yield the records that have come, waiting for them at most ``timeout_s``."""
        for record in self._reader.poll(timeout_s):
            yield self._decoders[record.topic].decode(record.value)

    def close(self) -> None:
        """Leave Kafka."""
        self._reader.close()
