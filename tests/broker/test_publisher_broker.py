"""A real broker is killed under a publisher: nothing is lost or counted twice, in order."""

import gc
import logging
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event, Thread

import pytest
from kafka import KafkaConsumer, TopicPartition

from agents.ingest.batcher import NO_PROMISE, Batcher
from agents.ingest.outbox.spool import Spool
from agents.ingest.publisher import Publisher
from agents.kafka.clients import API_VERSION, KafkaClients
from pipeline.rollup import RollupRules
from pipeline.rollup.partition.shard import Shard
from schemas.brand import Brand
from schemas.codec import Decoder, encode
from schemas.mention import ALL_BRANDS, Author, Mention, MentionBatch
from schemas.topics import DEAD_LETTERS, DELETIONS, MENTIONS, SOURCES
from support.broker_topics import delete_topics, make_topics
from support.rolling import FakeModel
from support.waiting import PATIENCE_S

# kafka-python leaves the socket of a refused connection to the garbage collector.
pytestmark = [
    pytest.mark.kafka,
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

PARTITIONS = 4
BRANDS = 6
T0 = datetime(2010, 3, 17, 9, tzinfo=UTC)


@pytest.fixture
def topics(apache_kafka, caplog):
    """Empty topics, under the names that the publisher knows."""
    # A kept log record of kafka-python would keep the sockets it speaks of.
    caplog.set_level(logging.CRITICAL, logger="kafka")
    delete_topics(apache_kafka.bootstrap)
    names = [topic.name for topic in (MENTIONS, DEAD_LETTERS, SOURCES, DELETIONS)]
    make_topics(apache_kafka.bootstrap, names, PARTITIONS)
    yield apache_kafka
    if apache_kafka.pid is None:
        apache_kafka.start()
    delete_topics(apache_kafka.bootstrap)
    gc.collect()


def mention(number):
    at = T0 + timedelta(seconds=number)
    return Mention(id=str(number), created_at=at, text="no", author=Author(id="a"))


def batches(bootstrap):
    """All batches, per partition, in order."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, api_version=API_VERSION, auto_offset_reset="earliest"
    )
    parts = [TopicPartition(MENTIONS.name, number) for number in range(PARTITIONS)]
    consumer.assign(parts)
    ends = consumer.end_offsets(parts)
    found = {part: [] for part in parts}
    for _ in range(300):
        for part, records in consumer.poll(timeout_ms=100).items():
            found[part] += [Decoder(MentionBatch).decode(one.value) for one in records]
        if all(consumer.position(part) >= ends[part] for part in parts):
            break
    consumer.close()
    return list(found.values())


def check_every_promise_was_kept(found):
    """No mention comes for the first time behind a watermark that had passed it."""
    for partition in found:
        promised, seen = {}, set()
        for batch in partition:
            passed = max(
                promised.get(batch.brand, NO_PROMISE), promised.get(ALL_BRANDS, NO_PROMISE)
            )
            for one in batch.mentions:
                assert (batch.brand, one.id) in seen or one.created_at >= passed
                seen.add((batch.brand, one.id))
            promised[batch.brand] = max(passed, batch.watermark)


def first_seen(found, brand):
    numbers = [int(m.id) for part in found for b in part if b.brand == brand for m in b.mentions]
    return list(dict.fromkeys(numbers))


def counted_in_buckets(found):
    """Mentions in the buckets that the roll-up makes of each partition's batches."""
    brands = {f"b{number}": Brand(id=f"b{number}", names=("b",)) for number in range(BRANDS)}
    total = 0
    for number, batches in enumerate(found):
        shard = Shard(
            number,
            table={},
            brands=brands,
            rules=RollupRules(),
            model=FakeModel(),
            partitions=PARTITIONS,
        )
        ended = [
            MentionBatch(brand=ALL_BRANDS, source="s", seq=0, watermark=T0 + timedelta(days=1))
        ]
        for offset, batch in enumerate([*batches, *ended]):
            outcome = shard.apply(offset, encode(batch))
            total += sum(bucket.mentions for bucket in outcome.buckets)
    return total


def test_every_mention_is_counted_once_and_in_order_though_the_broker_is_killed(topics, tmp_path):
    publisher = Publisher(
        Batcher("s", partitions=PARTITIONS, linger_s=0.005, max_mentions=20),
        Spool(tmp_path, limit_bytes=50_000_000),
        KafkaClients(topics.bootstrap).producer,
        partitions=PARTITIONS,
        can_wait=False,
    )
    enough, published = Event(), []

    def publish():
        for number in count():
            publisher.reach(mention(number).created_at)
            publisher.publish(f"b{number % BRANDS}", mention(number))
            if number % 50 == 0:
                publisher.heartbeat(mention(number).created_at)
            publisher.tick()
            published.append(number)
            if enough.wait(0.0005):
                return

    source = Thread(target=publish)
    source.start()
    try:
        enough.wait(1)
        topics.kill()
        enough.wait(0.5)
        topics.start()
    finally:
        enough.set()
        source.join(PATIENCE_S)
    assert publisher.close(60)
    found = batches(topics.bootstrap)
    for brand in range(BRANDS):
        assert first_seen(found, f"b{brand}") == published[brand::BRANDS]
    check_every_promise_was_kept(found)
    assert counted_in_buckets(found) == len(published)
