"""Producers and consumers as the house makes them. They do not wait for Kafka to answer."""

from typing import Any, Literal

from kafka import KafkaConsumer, KafkaProducer

API_VERSION = (2, 1)
"""Spoken with every broker: Kafka 2.1 to 4 know it, and so does the embedded broker, whose
version handshake kafka-python 3 cannot read."""

_FOREVER_MS = 10 * 365 * 86_400_000

Compression = Literal["gzip", "snappy", "lz4", "zstd"]


def make_producer(bootstrap: str, *, compression: Compression | None = None) -> KafkaProducer:
    """An idempotent producer, which keeps the order and never gives a record up."""
    return KafkaProducer(
        bootstrap_servers=bootstrap.split(","),
        api_version=API_VERSION,
        acks="all",
        enable_idempotence=True,
        delivery_timeout_ms=_FOREVER_MS,
        compression_type=compression,
        batch_size=256_000,
        linger_ms=10,  # our batches have lingered already; this joins what leaves together
        max_block_ms=1_000,
        request_timeout_ms=10_000,
        reconnect_backoff_max_ms=2_000,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )


def make_consumer(
    bootstrap: str,
    client_id: str,
    *,
    group: str | None = None,
    api_version: tuple[int, ...] = API_VERSION,
) -> Any:  # noqa: ANN401 - kafka-python is untyped
    """A consumer that begins at the oldest record and commits nothing by itself.

    ``group``: members share the partitions; without one, everybody reads what it assigns itself.
    """
    return KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        group_id=group,
        client_id=client_id,
        api_version=api_version,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
        metadata_max_age_ms=30_000,
        reconnect_backoff_max_ms=2_000,
        metrics_enabled=False,
    )
