"""``tocsin topics`` on a real Kafka."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from agents.cli.topics import command
from agents.kafka.apache import ApacheKafka
from agents.kafka.clients import KafkaClients
from agents.kafka.topics import TopicsError, create_topics
from agents.settings import Settings
from schemas.topics import INCIDENTS, MENTIONS, TOPICS
from support.broker_topics import delete_topics
from support.waiting import until

pytestmark = pytest.mark.kafka


@pytest.fixture
def admin(apache_kafka: ApacheKafka) -> Iterator[KafkaAdminClient]:
    """Yield a client of a broker without any topic of ours."""
    delete_topics(apache_kafka.bootstrap)
    client = KafkaAdminClient(bootstrap_servers=apache_kafka.bootstrap)
    yield client
    client.close()
    delete_topics(apache_kafka.bootstrap)


def run(broker: ApacheKafka, *arguments: str) -> Result:
    environment = {"TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap, "COLUMNS": "200"}
    return CliRunner().invoke(command, arguments, env=environment)


@pytest.mark.usefixtures("admin")
def test_without_apply_it_only_says_what_is_missing(apache_kafka: ApacheKafka) -> None:
    for _ in range(2):
        result = run(apache_kafka)
        assert result.exit_code == 1
        assert result.output.count("missing") == len(TOPICS) + 1


def test_apply_makes_them_once_and_as_declared(
    apache_kafka: ApacheKafka, admin: KafkaAdminClient
) -> None:
    first = run(apache_kafka, "--apply", "--partitions", "3")
    assert (first.exit_code, first.output.count("created")) == (0, len(TOPICS))
    second = run(apache_kafka, "--apply", "--partitions", "3")
    assert (second.exit_code, second.output.count("right")) == (0, len(TOPICS))
    described = {topic["name"]: topic for topic in admin.describe_topics()}
    assert {len(described[topic.name]["partitions"]) for topic in TOPICS} == {3}
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in TOPICS]
    found = admin.describe_configs(resources, config_filter="all")["topic"]
    assert {
        topic.name: {name: found[topic.name][name]["value"] for name in topic.config}
        for topic in TOPICS
    } == {topic.name: topic.config for topic in TOPICS}


def create(admin: KafkaAdminClient, topics: dict) -> None:
    """Create topics, and wait until the broker tells of them: its answer may come before."""
    admin.create_topics(topics)
    until(lambda: topics.keys() <= set(admin.list_topics()))


def test_apply_has_kafka_date_what_was_dated_by_those_who_publish(
    apache_kafka: ApacheKafka, admin: KafkaAdminClient
) -> None:
    kept = {"retention.ms": "604800000", "segment.ms": "86400000"}
    old = {"num_partitions": 3, "replication_factor": 1, "configs": kept}
    create(admin, {MENTIONS.name: old})
    shown = run(apache_kafka, "--partitions", "3")
    assert "message.timestamp.type=LogAppendTime" in shown.output
    applied = run(apache_kafka, "--apply", "--partitions", "3")
    assert (applied.exit_code, applied.output.count("changed")) == (0, 1)
    again = run(apache_kafka, "--apply", "--partitions", "3")
    assert again.output.count("right") == len(TOPICS)


def test_another_partition_count_stops_everything(
    apache_kafka: ApacheKafka, admin: KafkaAdminClient
) -> None:
    create(
        admin,
        {
            MENTIONS.name: {"num_partitions": 2, "replication_factor": 1},
            INCIDENTS.name: {"num_partitions": 5, "replication_factor": 1},
        },
    )
    result = run(apache_kafka, "--apply", "--partitions", "3")
    assert result.exit_code == 1
    assert result.output.count("wrong") == 2 + 1
    assert result.output.count("partitions=3") == 2
    ours = {name for name in admin.list_topics() if name.startswith("tocsin")}
    assert ours == {MENTIONS.name, INCIDENTS.name}


@pytest.mark.usefixtures("admin")
def test_more_copies_than_brokers_are_refused_by_name(apache_kafka: ApacheKafka) -> None:
    with pytest.raises(TopicsError, match=r"refused to create:\ntocsin\.mentions: .*replica"):
        create_topics(KafkaClients(apache_kafka.bootstrap), Settings(partitions=1, replication=3))
