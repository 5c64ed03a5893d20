"""A running worker, and one that was away, keep nothing of what was deleted."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from agents.cli.main import main
from agents.kafka.embedded import KAFKA_PYTHON_API
from pipeline.partitions import partition_of
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.topics import BUCKETS, JUDGE_TABLE, MENTIONS, ROLLUP_TABLE, changelog
from support.processes import PARTITIONS, collect, tocsin
from support.rolling import mention, raw
from support.waiting import until

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

HOME = partition_of("nestle", PARTITIONS)
CHANGELOGS = tuple(changelog(table).name for table in (ROLLUP_TABLE, JUDGE_TABLE))
FIRST_ID = 7_100_000_000


def send(broker, *values: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API)
    for value in values:
        producer.send(MENTIONS.name, key=b"nestle", value=value, partition=HOME)
    producer.close()


def said(number: int, second: float, to: float) -> bytes:
    return raw(
        mention(
            str(FIRST_ID + number),
            second,
            f"bad planted{number} of Nestle",
            handle=f"who{number}_x",
        ),
        to=to,
    )


def kept(broker, topic: str) -> dict[tuple[int, bytes], bytes]:
    """What compaction would leave of a topic: the newest record of each key."""
    consumer = KafkaConsumer(
        bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API, enable_auto_commit=False
    )
    parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer.assign(parts)
    consumer.seek_to_beginning(*parts)
    ends = consumer.end_offsets(parts)
    found: dict[tuple[int, bytes], bytes] = {}
    while any(consumer.position(part) < end for part, end in ends.items()):
        for part, records in consumer.poll(timeout_ms=300).items():
            found.update({(part.partition, each.key): each.value for each in records})
    consumer.close()
    return found


def holding(broker, *planted: str) -> list[tuple[str, bytes]]:
    """The records of both changelogs that hold any of it."""
    return [
        (topic, key)
        for topic in CHANGELOGS
        for (_, key), value in kept(broker, topic).items()
        if any(one.encode() in (value or b"") for one in planted)
    ]


def told_last(found: list[Bucket]) -> list[Bucket]:
    """Each bucket once: after a restart some are told twice."""
    known: dict = {}
    for one in found:
        if one.start not in known or one.revision >= known[one.start].revision:
            known[one.start] = one
    return list(known.values())


def forget(broker, *what: str) -> None:
    # The command sets up logging for this whole process, and other tests read what is printed.
    env = {"TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap, "TOCSIN_LOG_LEVEL": "ERROR"}
    done = CliRunner().invoke(main, ["forget", *what, "--by", "ana"], env=env)
    assert done.exit_code == 0, done.output


def test_what_is_deleted_leaves_both_changelogs_within_a_minute_and_counts_stay(
    embedded_broker, tmp_path: Path
):
    path = tmp_path / "brands.yaml"
    path.write_text("brands: [{id: nestle, names: [Nestle]}]", "utf-8")
    brands = ("--brands", str(path))

    def counted(found: list[Bucket]) -> int:
        return sum(one.mentions for one in told_last(found))

    def mentions(enough: int) -> int:
        return counted(
            collect(
                embedded_broker, BUCKETS.name, Decoder(Bucket), lambda all_: counted(all_) >= enough
            )
        )

    with tocsin(embedded_broker, "worker", *brands):
        send(embedded_broker, *[said(number, 5 * number, 5 * number) for number in range(12)])
        assert mentions(8) >= 8
        until(
            lambda: {topic for topic, _ in holding(embedded_broker, "planted3 ")} == {*CHANGELOGS}
        )
        forget(embedded_broker, str(FIRST_ID + 3), "@who4_x")
        gone = ("planted3 ", str(FIRST_ID + 3), "planted4 ", "who4_x", str(FIRST_ID + 4))
        until(lambda: not holding(embedded_broker, *gone))
        assert holding(embedded_broker, "planted5 ")
        # A second copy of what is forgotten is one still, and nothing of it is written again.
        send(embedded_broker, said(3, 15, 60), said(4, 20, 61))
        send(embedded_broker, *[said(number, 5 * number, 5 * number) for number in range(13, 20)])
        assert mentions(16) >= 16
        assert not holding(embedded_broker, *gone)
    forget(embedded_broker, str(FIRST_ID + 5))
    assert holding(embedded_broker, "planted5 ")
    with tocsin(embedded_broker, "worker", *brands):
        until(lambda: not holding(embedded_broker, "planted5 ", str(FIRST_ID + 5)))
        send(embedded_broker, raw(to=900))
        assert mentions(19) == 19
    whole = collect(
        embedded_broker, BUCKETS.name, Decoder(Bucket), lambda found: counted(found) >= 19
    )
    assert sum(one.duplicates for one in told_last(whole)) == 2
    assert "who4_x" in json.dumps([one.loudest for one in whole]), "what was sent before stays"
