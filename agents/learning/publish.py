"""Sends labels and versions to Kafka, one at a time, and waits until they are there."""

from collections.abc import Iterable

from agents.kafka.clients import KafkaClients
from pipeline.learning.publishing import record_key
from schemas.codec import encode
from schemas.feedback import Feedback
from schemas.model import ModelVersion
from schemas.topics import FEEDBACK, MODELS

TIMEOUT_S = 30.0


class LearningSender:
    """Sends records; raises ``KafkaError`` when Kafka does not take one in time."""

    def __init__(self, kafka: KafkaClients) -> None:
        self._models, self._feedback = kafka.topic(MODELS), kafka.topic(FEEDBACK)
        self._producer = kafka.producer()

    def version(self, version: ModelVersion) -> None:
        """Publish a version."""
        sent = self._producer.send(self._models, key=record_key(version), value=encode(version))
        sent.get(timeout=TIMEOUT_S)

    def labels(self, labels: Iterable[Feedback]) -> int:
        """Send labels; return how many."""
        sent = [
            self._producer.send(self._feedback, key=label.brand.encode(), value=encode(label))
            for label in labels
        ]
        for each in sent:
            each.get(timeout=TIMEOUT_S)
        return len(sent)

    def close(self) -> None:
        """Let the connection go."""
        self._producer.close(timeout=TIMEOUT_S)
