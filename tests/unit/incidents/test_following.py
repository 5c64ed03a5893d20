"""One record that cannot be taken in ends no process that follows a topic."""

from collections.abc import Iterator
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError
from prometheus_client import CollectorRegistry

from agents.incidents.memory import IncidentMemory
from agents.incidents.opening import follow
from agents.kafka.follower import Follower
from agents.kafka.topic_reader import Read, TopicReader
from agents.learning.follower import take
from pipeline.metrics import Metrics
from schemas.codec import encode
from schemas.topics import INCIDENTS
from support.alert_examples import transition


class Written:
    """A Kafka record, as kafka-python hands it out."""

    def __init__(self, offset: int, value: bytes | None) -> None:
        self.offset, self.timestamp, self.key, self.value = offset, 0, None, value
        self.headers: list[tuple[str, bytes]] = []


class Consumer:
    """One partition with some records, handed out one by one; then it ends the follower."""

    def __init__(self, *values: bytes | None, error: Exception | None = None) -> None:
        self._left: Iterator[Any] = iter([Written(*one) for one in enumerate(values)])
        self._error = error or EOFError("no more")

    def partitions_for_topic(self, _topic: str) -> set[int]:
        return {0}

    def assign(self, _parts: object) -> None:
        """Take what is there."""

    def seek_to_beginning(self, *_parts: object) -> None:
        """It stands there."""

    def offsets_for_times(self, _wanted: object) -> dict[Any, Any]:
        return {}

    def poll(self, **_: object) -> dict[TopicPartition, list[Any]]:
        for one in self._left:
            return {TopicPartition(INCIDENTS.name, 0): [one]}
        raise self._error


def test_incidents_go_on_behind_what_is_empty_unreadable_or_unusable() -> None:
    class Choosy(IncidentMemory):
        def take(self, told: Any) -> None:
            if told.incident == "poison":
                raise ZeroDivisionError
            super().take(told)

    memory, unreadable, dropped, ends = Choosy(), [], [], []
    values = [None, b"{", encode(transition(incident="poison")), encode(transition())]
    follow(
        TopicReader(Consumer(*values), [INCIDENTS.name]),
        memory,
        unreadable=unreadable.append,
        dropped=dropped.append,
        crash=ends.append,
    ).run()
    assert [one.newest for one in memory.all()] == [transition()]
    assert (unreadable, dropped) == (["malformed_json", "unusable"], ["tombstone"])
    assert [str(end) for end in ends] == ["no more"]


def test_kafkas_own_errors_end_it() -> None:
    def away(_: Read) -> None:
        raise KafkaTimeoutError

    ends: list[BaseException] = []
    reader = TopicReader(Consumer(b"1"), [INCIDENTS.name])
    Follower("things", reader, away, spoiled=ends.clear, crash=ends.append).run()
    assert [type(end) for end in ends] == [KafkaTimeoutError]


def test_a_worker_passes_over_an_empty_incident() -> None:
    registry = CollectorRegistry()
    read = Read(INCIDENTS.name, 0, 0, 0, b"")
    assert take(None, read, Metrics(registry)) is None  # type: ignore[arg-type] # never asked
    labels = {"stage": "models", "reason": "tombstone"}
    assert registry.get_sample_value("tocsin_records_dropped_total", labels) == 1
