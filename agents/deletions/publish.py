"""Puts deletions on their topic: when this returns, Kafka has them."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from kafka.errors import KafkaError

from agents.kafka.clients import KafkaClients
from pipeline.phrase import Phrase
from schemas.codec import encode
from schemas.deletion import Deletion
from schemas.topics import DELETIONS

TIMEOUT_S: Final = 30.0
AT_ONCE: Final = 1_000


class NotForgottenError(RuntimeError):
    """Kafka did not take all of it; doing it again does no harm."""


def publish(deletions: Iterable[Deletion], kafka: KafkaClients) -> int:
    """Send deletions, keyed by what they are about; return how many.

    Raises:
        NotForgottenError: if Kafka does not take a thousand of them in time.
    """
    producer: Any = kafka.producer()
    waiting, sent = iter(deletions), 0
    try:
        while some := [
            producer.send(kafka.topic(DELETIONS), encode(one), key=one.subject.encode())
            for one in islice(waiting, AT_ONCE)
        ]:
            producer.flush(timeout=TIMEOUT_S)
            for future in some:
                future.get(timeout=0)
            sent += len(some)
    except KafkaError as error:
        raise NotForgottenError(
            Phrase(
                "Kafka did not take it: {name}: {why}. Is there a topic {what} (tocsin "
                "topics --apply)?",
                name=type(error).__name__,
                why=error,
                what=kafka.topic(DELETIONS),
            )
        ) from error
    finally:
        producer.close(timeout=1)
    return sent
