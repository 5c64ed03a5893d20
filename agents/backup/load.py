"""From a backup onto Kafka, which may have another number of partitions: keys decide."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, closing
from time import monotonic
from typing import Any, Final

from kafka import OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError

from agents.backup.dump import TOPICS
from agents.backup.file import BackupRecord
from agents.kafka.access import WORKER_GROUP
from agents.kafka.clients import KafkaClients
from pipeline.phrase import Phrase
from schemas.topics import FEEDBACK

AT_A_TIME: Final = 1_000
"""Records under way; what was sent is waited for before more is."""

TIMEOUT_S: Final = 60.0


class NotEmptyError(RuntimeError):
    """There is something already where the backup is to go."""


class RestoreError(RuntimeError):
    """Kafka did not take all of it; the message says how to go on."""


def refuse_unless_empty(kafka: KafkaClients) -> None:
    """Raise ``NotEmptyError`` where a topic holds a record, ``NoTopicError`` where one is gone."""
    names = [topic.name for topic in TOPICS]
    with closing(kafka.reader("tocsin-restore", names)) as reader:
        full = {
            part.topic for part, end in reader.ends(TIMEOUT_S).items() if end > reader.begin(part)
        }
    if full:
        raise NotEmptyError(
            Phrase(
                "{names}: there are records already. Restore into empty topics (of another "
                "TOCSIN_TOPIC_PREFIX, for example), or say --onto-existing",
                names=", ".join(sorted(full)),
            )
        )


def restore(
    kafka: KafkaClients,
    records: Iterable[BackupRecord],
    *,
    own_times: Callable[[KafkaClients], AbstractContextManager[object]],
) -> Mapping[str, int]:
    """Write records with their keys, headers and times, and return how many by topic.

    Where they lie is decided by their keys, as for every other record. Those of a key stay in their
    order. ``own_times``: within it, Kafka leaves records their times. What people had said is not
    said to workers again: their group goes on behind it.

    Raises:
        RestoreError: Kafka does not take one, or workers still run.
    """
    counts = Counter[str]()
    said: dict[int, int] = {}
    try:
        with own_times(kafka), closing(kafka.producer()) as producer:
            sent: list[tuple[BackupRecord, Any]] = []
            for record in records:
                sent.append((record, _send(producer, kafka.prefix, record)))
                counts[record.topic] += 1
                if len(sent) >= AT_A_TIME:
                    _settle(sent, said)
            _settle(sent, said)
        if said:
            _go_on_behind(kafka, said)
    except KafkaError as error:
        raise RestoreError(
            Phrase(
                "Kafka did not take all of it: {why}. Once that is mended, restore again "
                "with --onto-existing: whoever reads these topics knows a record that comes "
                "twice",
                why=repr(error),
            )
        ) from error
    return counts


def _send(producer: Any, prefix: str, record: BackupRecord) -> Any:  # noqa: ANN401 - kafka-python is untyped
    """Hand a record to the producer, which may have to hear of the topic first."""
    name = f"{prefix}{record.topic}"
    deadline_s = monotonic() + TIMEOUT_S
    while True:
        try:
            partition = None
            if record.key is None:
                partition = record.partition % len(producer.partitions_for(name))
            return producer.send(
                name,
                key=record.key,
                value=record.value,
                headers=list(record.headers),
                partition=partition,
                timestamp_ms=max(record.timestamp_ms, 0),
            )
        except KafkaTimeoutError:
            if monotonic() > deadline_s:
                raise


def _settle(sent: list[tuple[BackupRecord, Any]], said: dict[int, int]) -> None:
    """Wait for what is under way; note up to where feedback is that was said before."""
    for record, future in sent:
        there = future.get(timeout=TIMEOUT_S)
        if record.topic == FEEDBACK.name:
            said[there.partition] = max(said.get(there.partition, 0), there.offset + 1)
    sent.clear()


def _go_on_behind(kafka: KafkaClients, said: Mapping[int, int]) -> None:
    """Have the workers' group go on behind what was restored: it was said and answered before."""
    with closing(kafka.consumer("tocsin-restore", group=WORKER_GROUP)) as consumer:
        parts = {TopicPartition(kafka.topic(FEEDBACK), number): to for number, to in said.items()}
        consumer.assign(list(parts))
        consumer.commit({part: OffsetAndMetadata(to, "", -1) for part, to in parts.items()})
