"""``tocsin digest`` on a Kafka: what it reads, that it sends once, and what a dry run prints."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kafka import KafkaProducer

from agents.cli.digest import command
from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from schemas.bucket import Bucket
from schemas.codec import encode
from schemas.mention import ALL_BRANDS
from schemas.topics import BUCKETS, INCIDENTS
from support.alert_examples import heads_up
from support.http_channel import HttpChannel
from support.waiting import PATIENCE_S

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(partitions=2) as running:
        yield running


@pytest.fixture
def comms() -> Iterator[HttpChannel]:
    with HttpChannel() as channel:
        yield channel


def publish(broker: EmbeddedBroker, now: datetime) -> None:
    """Two brands, in the hours before now: posts, the clocks of both partitions, a heads-up."""
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API)
    for hours in (30, 20, 10):
        start = (now - timedelta(hours=hours)).replace(second=0, microsecond=0)
        bucket = Bucket(
            brand="nestle",
            start=start,
            width_s=10,
            watermark=start + timedelta(seconds=10),
            mentions=100,
            weighted=100.0,
            sources=("x",),
        )
        producer.send(BUCKETS.name, encode(bucket), partition=0).get(timeout=PATIENCE_S)
    for partition in (0, 1):
        clock = Bucket(
            brand=ALL_BRANDS,
            start=now - timedelta(seconds=10),
            width_s=10,
            watermark=now,
            sources=("x",),
        )
        producer.send(BUCKETS.name, encode(clock), partition=partition).get(timeout=PATIENCE_S)
    noticed = now - timedelta(hours=9)
    told = heads_up(at=noticed, onset=noticed, heads_up_at=noticed)
    producer.send(INCIDENTS.name, encode(told), partition=0).get(timeout=PATIENCE_S)
    producer.close()


def run(broker: EmbeddedBroker, tmp_path: Path, comms: HttpChannel, *more: str) -> Result:
    at = (datetime.now(UTC) - timedelta(minutes=2)).strftime("%H:%M")
    (tmp_path / "brands.yaml").write_text(
        "brands:\n  - {id: nestle, names: [Nestlé], slack_channel: '#a'}\n", encoding="utf-8"
    )
    (tmp_path / "routes.yaml").write_text(
        f"""
receivers:
  - {{name: comms, webhook: {{url: "{comms.url}", secret_from: A_SECRET}}}}
route: {{receivers: [comms]}}
digests:
  - {{name: daily, every: day, at: "{at}", zone: UTC, receivers: [comms]}}
""",
        encoding="utf-8",
    )
    files = [f"--{name}={tmp_path / f'{name}.yaml'}" for name in ("brands", "routes")]
    environment = {
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_PARTITIONS": "2",
        "A_SECRET": "quite a secret",
    }
    return CliRunner(env=environment).invoke(command, [*files, *more])


def test_it_is_sent_once_and_a_refusal_is_tried_again(
    broker: EmbeddedBroker, comms: HttpChannel, tmp_path: Path
) -> None:
    publish(broker, datetime.now(UTC))
    shown = run(broker, tmp_path, comms, "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert "▤ Nothing rang: 200 posts, 1 heads-up" in shown.output.replace("\u00a0", " ")
    assert comms.taken == []

    comms.refuses = lambda _: True
    refused = run(broker, tmp_path, comms)
    assert refused.exit_code == 1
    assert "daily: comms: not delivered" in refused.output

    comms.refuses = lambda _: False
    for _ in range(2):
        done = run(broker, tmp_path, comms)
        assert done.exit_code == 0, done.output
    [sent] = [json.loads(one.body) for one in comms.taken]
    assert "Nothing rang" in json.dumps(sent, ensure_ascii=False)
