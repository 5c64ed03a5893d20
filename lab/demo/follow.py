"""Follows what the worker puts out: buckets and incidents, from one partition of each topic."""

from collections.abc import Iterator

from kafka import KafkaConsumer, TopicPartition

from agents.kafka.embedded import KAFKA_PYTHON_API
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.incident import Transition
from schemas.topics import BUCKETS, INCIDENTS


class Follower:
    """Reads both topics from their beginning, without a group."""

    def __init__(self, bootstrap: str) -> None:
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            api_version=KAFKA_PYTHON_API,
        )
        self._consumer.assign([TopicPartition(topic.name, 0) for topic in (BUCKETS, INCIDENTS)])
        self._bucket = Decoder(Bucket)
        self._transition = Decoder(Transition)

    def poll(self, timeout_s: float) -> Iterator[Bucket | Transition]:
        """Yield what has come, waiting for it at most ``timeout_s``."""
        polled = self._consumer.poll(timeout_ms=int(timeout_s * 1000), max_records=2000)
        for part, records in polled.items():
            decoder = self._bucket if part.topic == BUCKETS.name else self._transition
            for record in records:
                yield decoder.decode(record.value)

    def close(self) -> None:
        """Leave Kafka."""
        self._consumer.close()
