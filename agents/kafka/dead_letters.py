"""Records of tocsin.incidents that could not be read, kept in tocsin.dead-letters."""

from typing import Any

from agents.kafka.clients import KafkaClients
from schemas.codec import encode
from schemas.dead_letter import DeadLetter
from schemas.topics import DEAD_LETTERS

TIMEOUT_S = 30.0


class DeadLetters:
    """Sends dead letters; connects when the first one comes, which may be never."""

    def __init__(self, kafka: KafkaClients) -> None:
        self._kafka = kafka
        self._producer: Any = None

    def send(self, letter: DeadLetter) -> None:
        """Return when Kafka has it; raises ``KafkaError`` when it does not take it in time."""
        if self._producer is None:
            self._producer = self._kafka.producer()
        sent = self._producer.send(
            self._kafka.topic(DEAD_LETTERS), key=letter.origin.encode(), value=encode(letter)
        )
        sent.get(timeout=TIMEOUT_S)

    def close(self) -> None:
        """Let the connection go."""
        if self._producer is not None:
            self._producer.close(timeout=TIMEOUT_S)
