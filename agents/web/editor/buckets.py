"""Reads the buckets of one brand back from Kafka, for a preview."""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic
from typing import Final

from agents.kafka.clients import KafkaClients
from pipeline.partitions import partition_of
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError
from schemas.topics import BUCKETS

DAYS: Final = 35
"""A week to be judged, and four to learn from."""

RECORDS: Final = 500_000
"""Of the brand's partition, the newest: other brands lie on it, too, and all have to be read."""

LONGEST_S: Final = 50.0


class TooMuchError(RuntimeError):
    """There is more than can be read while somebody waits."""


def buckets_of(
    kafka: KafkaClients, brand: str, *, partitions: int, now_s: float
) -> Iterator[Bucket]:
    """Yield the buckets of ``brand`` that Kafka got lately, in the order in which it got them.

    As far as they are among the newest ``RECORDS`` of their partition.

    Raises:
        TooMuchError: it takes longer than ``LONGEST_S``, the use that is made of them included.
        NoTopicError: there are none.
        KafkaError: they cannot be read now.
    """
    reader = kafka.reader(
        "tocsin-page-preview",
        (BUCKETS.name,),
        partition=partition_of(brand, partitions),
        last={BUCKETS.name: RECORDS},
    )
    oldest_ms = (now_s - DAYS * 86_400) * 1000
    key, decode, until_s = brand.encode(), Decoder(Bucket).decode, monotonic() + LONGEST_S
    with closing(reader):
        for record in reader.there_now():
            if record.key == key and record.value and record.written_ms >= oldest_ms:
                try:
                    yield decode(record.value)
                except UnreadableError:
                    continue  # the judge passed it over, too
            if monotonic() > until_s:
                raise TooMuchError
