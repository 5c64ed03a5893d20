"""``tocsin history`` over a broker: the brand's judge finds it where its buckets lie."""

import gc
import logging

import pytest
from click.testing import CliRunner
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from agents.cli.main import main
from agents.kafka.clients import API_VERSION
from agents.kafka.embedded import EmbeddedBroker
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.topics import BUCKETS, MENTIONS

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

PARTITIONS = 3
BRANDS = ("acme", "bolt", "crux")


@pytest.fixture
def env(caplog):
    caplog.set_level(logging.CRITICAL, logger="kafka")
    with EmbeddedBroker(partitions=PARTITIONS) as running:
        yield {
            "TOCSIN_KAFKA_BOOTSTRAP": running.bootstrap,
            "TOCSIN_PARTITIONS": str(PARTITIONS),
        }
    gc.collect()


def test_rows_lie_in_order_where_the_brands_buckets_lie(env, tmp_path) -> None:
    lines = [f"  - {{id: {brand}, names: [{brand.title()}]}}\n" for brand in BRANDS]
    (tmp_path / "brands.yaml").write_text("brands:\n" + "".join(lines))
    rows = "".join(f"{1_700_000_000 + 600 * i},{i}\n" for i in range(300))
    (tmp_path / "counts.csv").write_text("timestamp,value\n" + rows)
    for brand in BRANDS:
        words = [brand, str(tmp_path / "counts.csv"), "--brands", str(tmp_path / "brands.yaml")]
        result = CliRunner().invoke(main, ["history", *words], env=env)
        assert result.exit_code == 0, result.output
        assert f"Sent 300 rows of 600 s, 2023-11-14 22:13 to 2023-11-17 00:13Z for {brand}." in (
            result.output
        )
    found = read(env)
    producer = KafkaProducer(
        bootstrap_servers=env["TOCSIN_KAFKA_BOOTSTRAP"], api_version=API_VERSION
    )
    for brand in BRANDS:
        mine = [(part, bucket) for part, bucket in found if bucket.brand == brand]
        assert [bucket.weighted for _, bucket in mine] == [float(i) for i in range(300)]
        posts = producer.send(MENTIONS.name, b"{}", key=brand.encode()).get(10)
        assert {part for part, _ in mine} == {posts.partition}
        assert all(bucket.is_history and bucket.width_s == 600 for _, bucket in mine)
    producer.close()


def read(env) -> list[tuple[int, Bucket]]:
    consumer = KafkaConsumer(
        bootstrap_servers=env["TOCSIN_KAFKA_BOOTSTRAP"],
        api_version=API_VERSION,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    parts = [TopicPartition(BUCKETS.name, part) for part in range(PARTITIONS)]
    consumer.assign(parts)
    ends = consumer.end_offsets(parts)
    found: list[tuple[int, Bucket]] = []
    decode = Decoder(Bucket).decode
    while any(consumer.position(part) < ends[part] for part in parts):
        for part, records in consumer.poll(timeout_ms=500).items():
            found += [(part.partition, decode(record.value)) for record in records]
    consumer.close()
    return found
