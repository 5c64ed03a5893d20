import errno
import gc
import logging
import os
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from kafka import KafkaConsumer, TopicPartition

from agents.ingest.batcher import Batcher
from agents.ingest.outbox.kafka_sender import DeliveryError
from agents.ingest.outbox.outbox import MemoryOutbox
from agents.ingest.outbox.spool import Spool
from agents.ingest.publisher import Publisher
from agents.kafka.clients import API_VERSION, KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from schemas.codec import Decoder
from schemas.dead_letter import DeadLetter
from schemas.mention import ALL_BRANDS, Author, Gap, Mention, MentionBatch
from schemas.topics import DEAD_LETTERS, MENTIONS

# kafka-python leaves the socket of a refused connection to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

T0 = datetime(2010, 3, 17, 9, tzinfo=UTC)
PARTITIONS = 3


def mention(number):
    return Mention(
        id=str(number),
        created_at=T0 + timedelta(seconds=number),
        text="no",
        author=Author(id="a"),
    )


def read(bootstrap, topic, record):
    """All records of a topic as (partition, key, record), in order within each partition."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, api_version=API_VERSION, auto_offset_reset="earliest"
    )
    try:
        parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(parts)
        ends = consumer.end_offsets(parts)
        found = []
        for _ in range(100):
            for part, records in consumer.poll(timeout_ms=100).items():
                found += [(part.partition, one.key, one.value) for one in records]
            if all(consumer.position(part) >= ends[part] for part in parts):
                break
        return [(part, key, Decoder(record).decode(value)) for part, key, value in found]
    finally:
        consumer.close()


def batches(bootstrap, source):
    return [batch for _, _, batch in published(bootstrap, source)]


def published(bootstrap, source):
    found = read(bootstrap, MENTIONS.name, MentionBatch)
    return [one for one in found if one[2].source == source]


def ids_by_brand(bootstrap, source):
    found = defaultdict(list)
    for batch in batches(bootstrap, source):
        found[batch.brand] += [int(one.id) for one in batch.mentions]
    return found


def in_first_seen_order(numbers):
    return list(dict.fromkeys(numbers))


@pytest.fixture(scope="module")
def shared_broker():
    with EmbeddedBroker(partitions=PARTITIONS) as running:
        yield running


@pytest.fixture
def broker(shared_broker, caplog):
    """The broker of all tests here; each test has a source of its own."""
    # A kept log record of kafka-python would keep the sockets it speaks of.
    caplog.set_level(logging.CRITICAL, logger="kafka")
    yield shared_broker
    shared_broker.come_up()
    gc.collect()


@pytest.fixture
def source(request):
    return request.node.name[:60]


def publisher(source, broker, outbox=None, *, can_wait=True, stop=None, partitions=PARTITIONS):
    return Publisher(
        Batcher(source, partitions=partitions, linger_s=0.01),
        outbox or MemoryOutbox(),
        KafkaClients(broker.bootstrap).producer,
        partitions=partitions,
        can_wait=can_wait,
        stop=stop,
    )


def test_mentions_arrive_in_order_in_the_partition_of_their_brand(source, broker):
    agent = publisher(source, broker)
    for number in range(300):
        agent.reach(mention(number).created_at)
        agent.publish(f"b{number % 4}", mention(number))
    assert agent.close()
    found = ids_by_brand(broker.bootstrap, source)
    assert {brand: found[brand] for brand in sorted(found)} == {
        f"b{rest}": list(range(rest, 300, 4)) for rest in range(4)
    }
    where = defaultdict(set)
    for partition, key, _ in published(broker.bootstrap, source):
        where[key].add(partition)
    assert all(len(partitions) == 1 for partitions in where.values())


def test_a_mention_travels_without_what_the_envelope_says(source, broker):
    agent = publisher(source, broker)
    agent.publish(
        "b", Mention(id="1", created_at=T0, text="no", author=Author(id="a"), brand="b", source="f")
    )
    agent.close()
    (batch,) = batches(broker.bootstrap, source)
    assert (batch.brand, batch.source) == ("b", source)
    assert (batch.mentions[0].brand, batch.mentions[0].source) == ("", "f")  # who brought it stays


def test_a_heartbeat_reaches_every_partition_behind_the_mentions(source, broker):
    agent = publisher(source, broker)
    agent.publish("b", mention(1))
    agent.heartbeat(T0 + timedelta(minutes=1))
    agent.close()
    found = published(broker.bootstrap, source)
    beats = [(part, one.watermark) for part, key, one in found if key == ALL_BRANDS.encode()]
    assert sorted(beats) == [(part, T0 + timedelta(minutes=1)) for part in range(PARTITIONS)]
    (home,) = {part for part, key, _ in found if key == b"b"}
    assert [one.brand for part, _, one in found if part == home] == ["b", ALL_BRANDS]


def test_a_dead_letter_arrives_with_its_origin_as_key(source, broker):
    letter = DeadLetter(
        at=T0, origin="f.jsonl:3", reason="invalid", detail="no id", payload=b"{}", payload_bytes=2
    )
    agent = publisher(source, broker)
    agent.dead_letter(letter)
    agent.close()
    found = read(broker.bootstrap, DEAD_LETTERS.name, DeadLetter)
    assert (b"f.jsonl:3", letter) in [(key, one) for _, key, one in found]


def test_a_mention_that_no_batch_can_hold_is_a_dead_letter(source, broker):
    agent = publisher(source, broker)
    huge = Mention(id="7", created_at=T0, text="", author=Author(id="a"), urls=("u" * 600_000,))
    agent.publish("b", huge)
    agent.publish("b", mention(1))
    assert agent.close()
    assert ids_by_brand(broker.bootstrap, source) == {"b": [1]}
    letters = read(broker.bootstrap, DEAD_LETTERS.name, DeadLetter)
    assert (f"{source}:7", "too_large") in [(one.origin, one.reason) for _, _, one in letters]


def test_what_is_dated_in_the_future_is_a_dead_letter_and_promises_nothing(source, broker):
    agent = publisher(source, broker)
    future = datetime.now(UTC) + timedelta(days=3650)
    agent.reach(mention(1).created_at)
    agent.publish("b", mention(1))
    agent.publish("b", Mention(id="7", created_at=future, text="", author=Author(id="a")))
    agent.heartbeat(future)
    assert agent.close()
    assert ids_by_brand(broker.bootstrap, source)["b"] == [1]
    assert {one.watermark for one in batches(broker.bootstrap, source)} == {mention(1).created_at}
    letters = read(broker.bootstrap, DEAD_LETTERS.name, DeadLetter)
    assert (f"{source}:7", "ahead_of_time") in [(one.origin, one.reason) for _, _, one in letters]


def test_a_broker_that_was_away_gets_everything_in_order(source, broker):
    agent = publisher(source, broker)
    for number in range(100):
        agent.publish(f"b{number % 2}", mention(number))
    assert agent.flush(10)
    broker.go_down()
    for number in range(100, 200):
        agent.publish(f"b{number % 2}", mention(number))
    assert not agent.flush(0.5)
    broker.come_up()
    assert agent.close(20)
    found = ids_by_brand(broker.bootstrap, source)
    for rest in range(2):
        assert in_first_seen_order(found[f"b{rest}"]) == list(range(rest, 200, 2))


def test_the_spool_is_sent_first_at_the_next_start(source, broker, tmp_path):
    broker.go_down()
    agent = publisher(source, broker, Spool(tmp_path, limit_bytes=1_000_000), can_wait=False)
    agent.publish("b", mention(1))
    assert not agent.close(0.3)
    broker.come_up()
    agent = publisher(source, broker, Spool(tmp_path, limit_bytes=1_000_000), can_wait=False)
    agent.publish("b", mention(2))
    assert agent.close()
    assert ids_by_brand(broker.bootstrap, source) == {"b": [1, 2]}


def test_what_did_not_fit_into_the_spool_is_stated_as_a_gap(source, broker, tmp_path):
    broker.go_down()
    agent = publisher(source, broker, Spool(tmp_path, limit_bytes=20_000), can_wait=False)
    for number in range(1_000):
        agent.publish("b", mention(number))
        agent.heartbeat(mention(number).created_at)
    lost = agent.dropped
    assert lost > 0
    broker.come_up()
    assert agent.flush(20)
    agent.heartbeat(T0 + timedelta(hours=1))
    assert agent.close()
    kept = ids_by_brand(broker.bootstrap, source)["b"]
    assert kept == list(range(1_000 - lost))
    gaps = {batch.gap for batch in batches(broker.bootstrap, source)} - {None}
    assert gaps == {
        Gap(
            start=mention(1_000 - lost).created_at,
            end=mention(999).created_at,
            cause="broker_away",
            detail=f"{lost} mentions did not fit into the spool",
        )
    }


def test_what_did_not_fit_onto_the_disk_is_stated_and_it_heals(
    source, broker, tmp_path, monkeypatch
):
    agent = publisher(source, broker, Spool(tmp_path, limit_bytes=1_000_000), can_wait=False)

    def full(*_):
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        agent.publish("b", mention(1))
        agent.heartbeat(mention(1).created_at)
        assert not agent.is_safe()
    agent.publish("b", mention(2))
    assert agent.is_safe()
    assert agent.close()
    assert ids_by_brand(broker.bootstrap, source)["b"] == [2]
    gaps = {batch.gap for batch in batches(broker.bootstrap, source)} - {None}
    at = mention(1).created_at
    detail = "1 mentions did not fit onto the disk"
    assert gaps == {Gap(start=at, end=at, cause="other", detail=detail)}


def test_what_the_disk_damaged_is_stated_as_a_gap(source, broker, tmp_path):
    broker.go_down()
    agent = publisher(source, broker, Spool(tmp_path, limit_bytes=1_000_000), can_wait=False)
    for number in range(3):
        agent.publish("b", mention(number))
        agent.push()
    assert not agent.close(0.2)
    (path,) = tmp_path.glob("*.spool")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)
    broker.come_up()
    agent = publisher(source, broker, Spool(tmp_path, limit_bytes=1_000_000), can_wait=False)
    agent.heartbeat(T0 + timedelta(hours=1))
    assert agent.close()
    assert ids_by_brand(broker.bootstrap, source)["b"] == [0, 2]
    [gap] = {batch.gap for batch in batches(broker.bootstrap, source)} - {None}
    assert (gap.start, gap.end, gap.cause) == (
        mention(0).created_at,
        mention(2).created_at,
        "other",
    )
    assert gap.detail == f"{len(raw) // 3} bytes of the spool were unreadable"


def test_a_source_that_can_wait_is_held_up_and_can_still_be_stopped(source, broker):
    broker.go_down()
    stop = Event()
    agent = publisher(source, broker, MemoryOutbox(2_000), stop=stop)
    stop.set()
    for number in range(10):
        agent.publish("b", mention(number))
        if agent.waiting_bytes:
            break
    assert not agent.close(0.2)


def test_a_wrong_partition_count_is_refused_with_what_to_do(source, broker):
    agent = publisher(source, broker, partitions=PARTITIONS + 1)
    agent.publish("b", mention(1))
    with pytest.raises(DeliveryError, match=f"TOCSIN_PARTITIONS={PARTITIONS}"):
        agent.close()
