"""A backup of one Kafka, restored onto another that has other partitions."""

import time
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from agents.backup.dump import TOPICS, records
from agents.backup.file import BackupRecord
from agents.backup.load import NotEmptyError, refuse_unless_empty, restore
from agents.cli import backup
from agents.cli import restore as restoring
from agents.coverage.memory import partition_of
from agents.kafka.access import WORKER_GROUP
from agents.kafka.apache import ApacheKafka
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from agents.kafka.topic_reader import Read
from agents.kafka.topics import create_topics, inspect_topics
from agents.settings import Settings
from schemas.topics import DELETIONS, FEEDBACK, INCIDENTS, MODELS

BRANDS = [f"brand-{number}" for number in range(12)]
LONG_AGO_MS = 1_700_000_000_000


def fill(kafka: KafkaClients) -> None:
    """Write three records of each brand to each topic, and one without a key."""
    written = [
        BackupRecord(
            topic=topic.name,
            partition=0,
            offset=0,
            timestamp_ms=LONG_AGO_MS + turn,
            key=brand.encode(),
            value=f'{{"brand":"{brand}","turn":{turn}}}'.encode(),
            headers=(("turn", str(turn).encode()),),
        )
        for topic in TOPICS
        for turn in range(3)
        for brand in BRANDS
    ]
    keyless = BackupRecord(
        topic=INCIDENTS.name, partition=1, offset=0, timestamp_ms=1, value=b"no key"
    )
    restore(kafka, [*written, keyless], own_times=lambda _: nullcontext())


def there(kafka: KafkaClients, topic: str) -> list[Read]:
    return list(kafka.read(topic))


def by_key(found: list[Read]) -> dict[bytes, list[tuple[bytes, object]]]:
    of: dict[bytes, list[tuple[bytes, object]]] = {}
    for each in sorted(found, key=lambda one: (one.partition, one.offset)):
        of.setdefault(each.key, []).append((each.value, each.headers))
    return of


def test_keys_decide_where_records_lie_and_those_of_a_key_stay_in_order(
    embedded_broker: EmbeddedBroker,
) -> None:
    old = KafkaClients(embedded_broker.bootstrap)
    fill(old)
    kept = list(records(old))
    with EmbeddedBroker(partitions=3) as other:
        new = KafkaClients(other.bootstrap)
        refuse_unless_empty(new)
        counts = restore(new, kept, own_times=lambda _: nullcontext())
        assert sum(counts.values()) == len(kept) == len(TOPICS) * 36 + 1
        for topic in TOPICS:
            before, after = there(old, topic.name), there(new, topic.name)
            assert by_key(after) == by_key(before)
            assert {each.written_ms for each in after if each.key} == {
                LONG_AGO_MS + turn for turn in range(3)
            }
            assert {(each.key.decode(), each.partition) for each in after if each.key} == {
                (brand, partition_of(brand, 3)) for brand in BRANDS
            }
        with pytest.raises(NotEmptyError, match="--onto-existing"):
            refuse_unless_empty(new)


def test_what_people_had_said_is_not_said_to_the_workers_again(
    embedded_broker: EmbeddedBroker,
) -> None:
    old = KafkaClients(embedded_broker.bootstrap)
    fill(old)
    with EmbeddedBroker(partitions=2) as other:
        new = KafkaClients(other.bootstrap)
        restore(new, records(old), own_times=lambda _: nullcontext())
        with closing(new.consumer("test", group=WORKER_GROUP)) as consumer:
            parts = [TopicPartition(FEEDBACK.name, number) for number in range(2)]
            ends = consumer.end_offsets(parts)
            assert {part: consumer.committed(part) for part in parts} == ends
            assert consumer.committed(TopicPartition(INCIDENTS.name, 0)) is None


def test_a_brand_goes_by_itself(embedded_broker: EmbeddedBroker) -> None:
    kafka = KafkaClients(embedded_broker.bootstrap)
    fill(kafka)
    found = list(records(kafka, brand="brand-3"))
    own = [each for each in found if each.topic != DELETIONS.name]
    assert len(own) == 3 * (len(TOPICS) - 1)
    assert {each.key for each in own} == {b"brand-3"}
    assert len(found) - len(own) == 3 * len(BRANDS), "deletions name no brand: all of them"


def run(what: object, broker: ApacheKafka, *arguments: str, prefix: str, partitions: int) -> Result:
    environment = {
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_TOPIC_PREFIX": prefix,
        "TOCSIN_PARTITIONS": str(partitions),
    }
    return CliRunner().invoke(what.command, arguments, env=environment)  # type: ignore[attr-defined]


@pytest.mark.kafka
def test_on_a_real_kafka_times_are_kept_where_kafka_dates_the_records(
    apache_kafka: ApacheKafka, tmp_path: Path
) -> None:
    """Feedback that seems to have come in one moment would be refused by the trainer."""
    old = KafkaClients(apache_kafka.bootstrap, prefix="before.")
    new = KafkaClients(apache_kafka.bootstrap, prefix="after.")
    create_topics(old, Settings(partitions=2))
    create_topics(new, Settings(partitions=3))
    try:
        fill(old)
        file = str(tmp_path / "backup.jsonl.gz")
        made = run(backup, apache_kafka, file, prefix="before.", partitions=2)
        assert made.exit_code == 0, made.output
        assert "tocsin.feedback: 36 records" in made.output
        was_ms = sorted(each.written_ms for each in there(old, FEEDBACK.name))
        time.sleep(0.2)
        done = run(restoring, apache_kafka, file, prefix="after.", partitions=3)
        assert done.exit_code == 0, done.output
        for topic in (FEEDBACK, MODELS):
            assert by_key(there(new, topic.name)) == by_key(there(old, topic.name))
        assert sorted(each.written_ms for each in there(new, FEEDBACK.name)) == was_ms
        assert {one.verdict for one in inspect_topics(new, Settings(partitions=3))} == {"right"}
        again = run(restoring, apache_kafka, file, prefix="after.", partitions=3)
        assert again.exit_code == 1
        assert "there are records already" in again.output
    finally:
        _delete(apache_kafka, ("before.", "after."))


def _delete(broker: ApacheKafka, prefixes: tuple[str, ...]) -> None:
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    try:
        admin.delete_topics([name for name in admin.list_topics() if name.startswith(prefixes)])
    except KafkaError as error:
        pytest.fail(f"what the test made stays: {error!r}")
    finally:
        admin.close()
