"""Follows what the worker puts out: buckets and incidents, from one partition of each topic."""

from collections.abc import Iterator

from agents.kafka.clients import KafkaClients
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.incident import Transition
from schemas.topics import BUCKETS, INCIDENTS


class Follower:
    """Reads both topics from their beginning, without a group."""

    def __init__(self, kafka: KafkaClients) -> None:
        self._reader = kafka.reader("tocsin-demo", (BUCKETS.name, INCIDENTS.name))
        self._bucket = Decoder(Bucket)
        self._transition = Decoder(Transition)

    def poll(self, timeout_s: float) -> Iterator[Bucket | Transition]:
        """Yield what has come, waiting for it at most ``timeout_s``."""
        for record in self._reader.poll(timeout_s):
            decoder = self._bucket if record.topic == BUCKETS.name else self._transition
            yield decoder.decode(record.value)

    def close(self) -> None:
        """Leave Kafka."""
        self._reader.close()
