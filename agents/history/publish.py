"""Hands past counts to the worker: as buckets of their own, where its own buckets lie."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from kafka.errors import KafkaError

from pipeline.phrase import Phrase
from schemas.bucket import Bucket
from schemas.codec import encode

AT_ONCE: Final = 5_000
"""So many rows are on their way at a time."""


class NotDeliveredError(RuntimeError):
    """Kafka did not take all of it; doing it again sends it again, and copies do no harm."""


def publish(buckets: Iterable[Bucket], producer: Any, topic: str, *, timeout_s: float) -> int:  # noqa: ANN401 - kafka-python is untyped
    """Send buckets to ``topic`` in order, keyed by brand; return how many Kafka has then.

    The worker writes a brand's buckets to the partition of the brand's key, as does the producer.

    Raises:
        NotDeliveredError: if Kafka does not take ``AT_ONCE`` of them within ``timeout_s`` seconds.
    """
    sent = 0
    try:
        for part in _parts(buckets):
            futures = [
                producer.send(topic, encode(bucket), key=bucket.brand.encode()) for bucket in part
            ]
            producer.flush(timeout=timeout_s)
            for future in futures:
                future.get(timeout=0)
            sent += len(futures)
    except KafkaError as error:
        raise NotDeliveredError(
            Phrase(
                "Kafka took {sent:,} rows, then: {name}: {why}. Is there a topic {topic} "
                "(tocsin topics)? Run it again: what is there already does no harm.",
                sent=sent,
                name=type(error).__name__,
                why=error,
                topic=topic,
            )
        ) from error
    return sent


def _parts(buckets: Iterable[Bucket]) -> Iterator[list[Bucket]]:
    waiting = iter(buckets)
    while part := list(islice(waiting, AT_ONCE)):
        yield part
