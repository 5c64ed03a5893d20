"""Hands past counts to the worker: as buckets of their own, where its own buckets lie."""

from collections.abc import Iterable

from kafka import KafkaProducer
from kafka.errors import KafkaError

from schemas.bucket import Bucket
from schemas.codec import encode
from schemas.topics import BUCKETS


class NotDeliveredError(RuntimeError):
    """Kafka did not take all of it; doing it again sends it again, and copies do no harm."""


def publish(buckets: Iterable[Bucket], producer: KafkaProducer, *, timeout_s: float) -> int:
    """Send buckets in order, keyed by brand; how many Kafka has when this returns.

    The worker writes a brand's buckets to the partition of the brand's key, as does the producer.

    Raises:
        NotDeliveredError: if Kafka does not take them within ``timeout_s`` seconds.
    """
    try:
        sent = [
            producer.send(BUCKETS.name, encode(bucket), key=bucket.brand.encode())
            for bucket in buckets
        ]
        producer.flush(timeout=timeout_s)
        for future in sent:
            future.get(timeout=0)
    except KafkaError as error:
        raise NotDeliveredError(
            f"Kafka did not take it: {type(error).__name__}: {error}"
        ) from error
    return len(sent)
