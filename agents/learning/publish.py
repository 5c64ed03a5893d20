"""Sends labels and versions to Kafka, one at a time, and waits until they are there."""

from collections.abc import Iterable

from kafka import KafkaProducer

from agents.kafka.clients import make_producer
from pipeline.learning.publishing import record_key
from schemas.codec import encode
from schemas.feedback import Feedback
from schemas.model import ModelVersion
from schemas.topics import FEEDBACK, MODELS

TIMEOUT_S = 30.0


class Sender:
    """Sends records; raises ``KafkaError`` when Kafka does not take one in time."""

    def __init__(self, bootstrap: str) -> None:
        self._producer: KafkaProducer = make_producer(bootstrap)

    def version(self, version: ModelVersion) -> None:
        """Publish a version."""
        sent = self._producer.send(MODELS.name, key=record_key(version), value=encode(version))
        sent.get(timeout=TIMEOUT_S)

    def labels(self, labels: Iterable[Feedback]) -> int:
        """Send labels; return how many."""
        sent = [
            self._producer.send(FEEDBACK.name, key=label.brand.encode(), value=encode(label))
            for label in labels
        ]
        for each in sent:
            each.get(timeout=TIMEOUT_S)
        return len(sent)

    def close(self) -> None:
        """Let the connection go."""
        self._producer.close(timeout=TIMEOUT_S)
