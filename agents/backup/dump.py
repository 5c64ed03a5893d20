"""From Kafka into a backup."""

from collections.abc import Iterator
from contextlib import closing
from typing import Final

import msgspec

from agents.backup.file import BackupRecord
from agents.kafka.clients import KafkaClients
from schemas.topics import DELETIONS, FEEDBACK, INCIDENTS, MODELS, NOTIFICATIONS, Topic

TOPICS: Final[tuple[Topic, ...]] = (DELETIONS, FEEDBACK, MODELS, INCIDENTS, NOTIFICATIONS)
"""What cannot be rebuilt. Mentions live for a week, buckets are made of them, and a worker's state
is made of both; dead letters are for people to look at. Deletions come first, so that what was to
be forgotten is not shown again."""


class _Whose(msgspec.Struct):
    brand: str = ""
    scope: str = ""


def records(kafka: KafkaClients, *, brand: str | None = None) -> Iterator[BackupRecord]:
    """Yield all that is on Kafka now, topic by topic, each partition in its order.

    ``brand``: only what is about this one, and all deletions, which name no brand.

    Raises:
        NoTopicError: a topic is missing.
        KafkaError: Kafka is away, or falls silent.
    """
    for topic in TOPICS:
        with closing(kafka.reader("tocsin-backup", [topic.name])) as reader:
            for record in reader.there_now():
                if brand is None or topic is DELETIONS or is_about(record.value, brand):
                    yield BackupRecord(
                        topic=topic.name,
                        partition=record.partition,
                        offset=record.offset,
                        timestamp_ms=record.written_ms,
                        key=record.key or None,
                        value=record.value or None,
                        headers=record.headers,
                    )


def is_about(value: bytes, brand: str) -> bool:
    """Whether a record is about a brand; what cannot be read, and a tombstone, are about none.

    >>> is_about(b'{"schema":1,"brand":"acme"}', "acme"), is_about(b'{"scope":"*"}', "acme")
    (True, False)
    """
    try:
        whose = msgspec.json.decode(value, type=_Whose)
    except msgspec.DecodeError:
        return False
    return brand in (whose.brand, whose.scope)
