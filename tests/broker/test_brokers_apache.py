"""A real Kafka from its jars: it keeps what it acknowledged, whatever way it ended."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from agents.cli.broker import command
from agents.kafka.apache import ApacheKafka
from agents.kafka.jars import BrokerError, missing_tools, resolve_jars
from support.waiting import PATIENCE_S

pytestmark = pytest.mark.kafka


def create(broker: ApacheKafka, topic: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1}})
    admin.close()


def send(broker: ApacheKafka, topic: str, value: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap, acks="all")
    producer.send(topic, value).get(timeout=PATIENCE_S)
    producer.close()


def values(broker: ApacheKafka, topic: str, count: int) -> list[bytes]:
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap, consumer_timeout_ms=30_000)
    consumer.assign([TopicPartition(topic, 0)])
    consumer.seek_to_beginning()
    found = [next(consumer).value for _ in range(count)]
    consumer.close()
    return found


def test_a_kill_and_a_restart_lose_nothing(apache_kafka: ApacheKafka) -> None:
    create(apache_kafka, "survives")
    send(apache_kafka, "survives", b"before")
    address = apache_kafka.bootstrap
    apache_kafka.kill()
    assert apache_kafka.pid is None
    apache_kafka.start()
    send(apache_kafka, "survives", b"after")
    assert values(apache_kafka, "survives", 2) == [b"before", b"after"]
    assert apache_kafka.bootstrap == address


def test_another_process_can_see_it_and_will_not_start_a_second(apache_kafka: ApacheKafka) -> None:
    other = ApacheKafka(apache_kafka.directory)
    assert other.pid == apache_kafka.pid
    with pytest.raises(BrokerError, match="already running"):
        other.start()


def test_status_names_the_address(apache_kafka: ApacheKafka) -> None:
    result = CliRunner().invoke(command, ["status", "--dir", str(apache_kafka.directory)])
    assert result.exit_code == 0
    assert apache_kafka.bootstrap in result.output


def test_status_without_a_broker_fails(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["status", "--dir", str(tmp_path)])
    assert (result.exit_code, "No broker runs" in result.output) == (1, True)


def test_stop_kill_and_wipe_of_nothing_are_harmless(tmp_path: Path) -> None:
    broker = ApacheKafka(tmp_path)
    broker.stop()
    broker.kill()
    broker.wipe()
    assert broker.pid is None


def test_a_foreign_process_under_an_old_pid_is_not_the_broker(tmp_path: Path) -> None:
    (tmp_path / "broker.pid").write_text("1\n")
    assert ApacheKafka(tmp_path).pid is None


def test_a_taken_port_is_named(apache_kafka: ApacheKafka, tmp_path: Path) -> None:
    broker = ApacheKafka(tmp_path, apache_kafka.port, cache=apache_kafka.cache)
    with pytest.raises(BrokerError, match=f"port {apache_kafka.port} .* cannot be used"):
        broker.start()


def test_a_broker_that_cannot_start_is_an_error_with_its_log(
    apache_kafka: ApacheKafka, tmp_path: Path
) -> None:
    broker = ApacheKafka(tmp_path, cache=apache_kafka.cache)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text("version=99\n")
    with pytest.raises(BrokerError, match=r"ended at once .*broker\.log:\n(?s:.*)version"):
        broker.start()
    assert broker.pid is None


def test_no_maven_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing_tools(tmp_path) == ["java", "mvn"]
    with pytest.raises(BrokerError, match=r"Maven .* not on the PATH"):
        resolve_jars(tmp_path)


def test_a_failing_maven_leaves_no_half_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "mvn"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho no network\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/bin:/usr/bin")
    with pytest.raises(BrokerError, match="no network"):
        resolve_jars(tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
