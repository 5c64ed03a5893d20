"""Records of tocsin.incidents that could not be read, kept in tocsin.dead-letters."""

from kafka import KafkaProducer

from agents.kafka.clients import make_producer
from schemas.codec import encode
from schemas.dead_letter import DeadLetter
from schemas.topics import DEAD_LETTERS

TIMEOUT_S = 30.0


class DeadLetters:
    """Sends dead letters; connects when the first one comes, which may be never."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._producer: KafkaProducer | None = None

    def send(self, letter: DeadLetter) -> None:
        """Return when Kafka has it; raises ``KafkaError`` when it does not take it in time."""
        if self._producer is None:
            self._producer = make_producer(self._bootstrap)
        sent = self._producer.send(
            DEAD_LETTERS.name, key=letter.origin.encode(), value=encode(letter)
        )
        sent.get(timeout=TIMEOUT_S)

    def close(self) -> None:
        """Let the connection go."""
        if self._producer is not None:
            self._producer.close(timeout=TIMEOUT_S)
