"""What is right, what differs and what is wrong about a topic."""

import socket

import pytest

from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from agents.kafka.topics import (
    FoundTopic,
    TopicsError,
    await_kafka,
    compare,
    inspect_topics,
    refused_when_heard,
)
from agents.settings import Settings
from schemas.topics import MENTIONS, ROLLUP_TABLE, changelog

SETTINGS = Settings(partitions=8, replication=1)


def test_as_declared_is_right() -> None:
    assert compare(MENTIONS, FoundTopic(8, 1, MENTIONS.config), SETTINGS).verdict == "right"


def test_not_there_is_missing_and_not_usable() -> None:
    status = compare(MENTIONS, None, SETTINGS)
    assert (status.verdict, status.usable) == ("missing", False)


def test_another_retention_differs_and_is_usable() -> None:
    found = FoundTopic(8, 1, MENTIONS.config | {"retention.ms": "1"})
    status = compare(MENTIONS, found, SETTINGS)
    assert (status.verdict, status.usable) == ("differs", True)
    assert status.differences == (("retention.ms", "604800000", "1"),)


def test_another_partition_count_is_wrong() -> None:
    status = compare(MENTIONS, FoundTopic(7, 1, MENTIONS.config), SETTINGS)
    assert (status.verdict, status.usable) == ("wrong", False)


def test_a_changelog_that_deletes_is_wrong() -> None:
    status = compare(
        changelog(ROLLUP_TABLE), FoundTopic(8, 1, {"cleanup.policy": "delete"}), SETTINGS
    )
    assert status.verdict == "wrong"
    assert status.differences[0] == ("cleanup.policy", "compact", "delete")


def test_all_differences_are_named_at_once() -> None:
    found = FoundTopic(7, 2, {"cleanup.policy": "compact", "retention.ms": "5"})
    names = [name for name, _, _ in compare(MENTIONS, found, SETTINGS).differences]
    settings = ["cleanup.policy", "retention.ms", "message.timestamp.type", "segment.ms"]
    assert names == ["partitions", "replication", *settings]


def unused_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def test_no_kafka_is_said_with_every_address() -> None:
    one, two = unused_address(), unused_address()
    with pytest.raises(TopicsError, match=f"{one}: Connection refused; {two}: Connection refused"):
        inspect_topics(KafkaClients(f"{one},{two}"), SETTINGS, wait_s=0)


def test_one_address_that_answers_is_enough(embedded_broker: EmbeddedBroker) -> None:
    await_kafka(KafkaClients(f"{unused_address()},{embedded_broker.bootstrap}"), 0)


FENCED = {
    "name": "a",
    "error_code": 38,
    "error_message": "Unable to replicate: All brokers are currently fenced.",
}
TOO_FEW = FENCED | {"error_message": "only 1 broker(s) are registered."}
DONE = {"name": "b", "error_code": 0, "error_message": None}
THERE = {"name": "a", "error_code": 36, "error_message": "Topic 'a' already exists."}


def test_a_broker_that_is_not_heard_yet_is_asked_again() -> None:
    answers = iter([[FENCED, DONE], [FENCED, THERE | {"name": "b"}], [THERE, THERE]])
    assert refused_when_heard(lambda: {"topics": next(answers)}, 60, pause_s=0) == []
    assert next(answers, None) is None


def test_too_few_brokers_are_said_at_once_and_a_fenced_one_in_the_end() -> None:
    answers = iter([[TOO_FEW, DONE]])
    assert refused_when_heard(lambda: {"topics": next(answers)}, 60) == [TOO_FEW]
    assert refused_when_heard(lambda: {"topics": [FENCED, DONE]}, 0) == [FENCED]
