"""What people answered to an alert, on its way to the judge by tocsin.feedback."""

from threading import Lock
from typing import Any, Final

from kafka.errors import KafkaError, KafkaTimeoutError

from agents.kafka.clients import KafkaClients
from pipeline.phrase import Phrase
from schemas.codec import encode
from schemas.feedback import Feedback
from schemas.topics import FEEDBACK

TIMEOUT_S: Final = 30.0


class AnswerError(RuntimeError):
    """Kafka did not take it: why, and what to do."""


class AnswerSender:
    """Sends answers; connects when the first one comes. Several threads may use it.

    ``partitions``: what the setting says the topic has; with another number a brand's answers would
    not meet the brand's judge.
    """

    def __init__(
        self, kafka: KafkaClients, partitions: int, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._kafka = kafka
        self._partitions = partitions
        self._timeout_s = timeout_s
        self._producer: Any = None
        self._connecting = Lock()

    def send(self, said: Feedback) -> None:
        """Return when Kafka has it.

        Raises:
            AnswerError: it does not take it in time, or the topic is not as it must be.
        """
        topic = self._kafka.topic(FEEDBACK)
        try:
            with self._connecting:
                if self._producer is None:
                    self._producer = self._kafka.producer()
            found = len(self._producer.partitions_for(topic))
            if found != self._partitions:
                raise AnswerError(
                    Phrase(
                        "topic {topic} has {found} partitions, the setting says {partitions}: set "
                        "TOCSIN_PARTITIONS={found} for every process",
                        topic=topic,
                        found=found,
                        partitions=self._partitions,
                    )
                )
            sent = self._producer.send(topic, key=said.brand.encode(), value=encode(said))
            sent.get(timeout=self._timeout_s)
        except KafkaTimeoutError as error:
            raise AnswerError(
                Phrase(
                    "Kafka at {bootstrap} took nothing for {topic}: is the topic there (tocsin "
                    "topics)? It may still arrive; saying it again does no harm.",
                    bootstrap=self._kafka.bootstrap,
                    topic=topic,
                )
            ) from error
        except KafkaError as error:
            raise AnswerError(Phrase("Kafka refused it: {why}", why=repr(error))) from error

    def close(self) -> None:
        """Let the connection go."""
        if self._producer is not None:
            self._producer.close(timeout=1)
