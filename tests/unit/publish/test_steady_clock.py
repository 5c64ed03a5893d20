"""The clock of the host jumps: what is said goes on counting, until Kafka says which is right."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from kafka.future import Future

from agents.ingest.batcher import Batcher
from agents.ingest.heartbeats import HeartbeatsByClock
from agents.ingest.outbox.outbox import MemoryOutbox
from agents.ingest.publisher import Publisher
from agents.ingest.steady_clock import CLOCK, SteadyClock
from schemas.codec import Decoder
from schemas.mention import Author, Mention, MentionBatch
from schemas.topics import DEAD_LETTERS, MENTIONS
from support.waiting import until

HOUR_S = 3600.0
NINE = datetime(2026, 11, 30, 9, tzinfo=UTC)


class Host:
    """A host's two clocks; ``jumped_s`` is what its wall clock was set by. ``true`` is Kafka's."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.jumped_s = 0.0
        self.clock = SteadyClock(
            wall_s=lambda: NINE.timestamp() + self.passed_s + self.jumped_s,
            clock_s=lambda: 500.0 + self.passed_s,
        )

    @property
    def true(self) -> datetime:
        return NINE + timedelta(seconds=self.passed_s)

    def kafka_says(self) -> None:
        self.clock.arrived(self.true.timestamp())


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S, 30.0, -30.0])
def test_a_jump_that_kafka_does_not_know_of_is_not_followed(host: Host, jump_s: float) -> None:
    host.passed_s, host.jumped_s = 60.0, jump_s
    assert host.clock.now() == host.true
    for _ in range(3):
        host.passed_s += 1
        host.kafka_says()
        assert host.clock.now() == host.true
    assert host.clock.off_s == jump_s
    host.jumped_s = 0.0
    assert (host.clock.now(), host.clock.off_s) == (host.true, 0.0)


@pytest.mark.parametrize("wrong_s", [HOUR_S, -HOUR_S])
def test_a_clock_that_is_set_right_is_believed_once_kafka_agrees(
    host: Host, wrong_s: float
) -> None:
    """It was wrong when the process began, or the machine slept and its monotonic clock, too."""
    host.jumped_s = wrong_s
    began = Host()
    began.clock = SteadyClock(
        wall_s=lambda: host.true.timestamp() + host.jumped_s, clock_s=lambda: host.passed_s
    )
    assert began.clock.now() == host.true + timedelta(seconds=wrong_s)
    host.jumped_s = 0.0
    assert began.clock.now() == host.true + timedelta(seconds=wrong_s)
    began.clock.arrived(host.true.timestamp())
    assert (began.clock.now(), began.clock.off_s) == (host.true, 0.0)


def test_what_kafka_took_before_the_jump_says_nothing_against_the_time_since(host: Host) -> None:
    taken = host.true
    host.passed_s, host.jumped_s = 2.0, -HOUR_S
    host.clock.arrived(taken.timestamp())
    assert host.clock.now() == host.true


def test_a_clock_that_is_put_right_gently_is_followed(host: Host) -> None:
    for _ in range(10):
        host.passed_s += 1
        host.jumped_s += 0.5
        assert host.clock.now() == host.true + timedelta(seconds=host.jumped_s)


def test_heartbeats_go_on_while_the_clock_is_an_hour_behind(host: Host) -> None:
    beats = HeartbeatsByClock(5.0, now=host.clock.now)
    host.jumped_s = -HOUR_S
    due = []
    for _ in range(20):
        host.passed_s += 1
        due.append(beats.due(NINE))
    assert due.count(True) == 4


class DatingProducer:
    """Kafka, which takes everything at once and dates mentions by its own clock."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.sent: list[tuple[str, bytes]] = []
        self._sender = self

    def partitions_for(self, _topic: str) -> set[int]:
        return {0}

    def send(self, topic: str, value: bytes, **_where: Any) -> Future:
        future = Future()
        self.sent.append((topic, value))
        at = self.host.true
        if topic != MENTIONS.name:  # dated by whoever writes
            at += timedelta(seconds=self.host.jumped_s)
        future.success(SimpleNamespace(timestamp=at.timestamp() * 1000))
        return future

    def close(self, **_timeout: Any) -> None:
        pass

    def _unregister_cleanup(self) -> None:
        pass

    def force_close(self) -> None:
        pass


def test_posts_of_now_are_no_posts_of_the_future_to_a_host_that_is_an_hour_behind(
    host: Host,
) -> None:
    producer = DatingProducer(host)
    publisher = Publisher(
        Batcher("x", partitions=1),
        MemoryOutbox(),
        lambda: producer,
        partitions=1,
        can_wait=False,
        clock=host.clock,
    )
    for number in range(6):
        host.passed_s += 1
        if number == 2:
            host.jumped_s = -HOUR_S
        post = Mention(id=str(number), created_at=host.true, text="Acme", author=Author(id="a"))
        publisher.publish("acme", post)
        publisher.heartbeat(host.clock.now())
    assert publisher.close()
    said = [
        Decoder(MentionBatch).decode(raw) for topic, raw in producer.sent if topic == MENTIONS.name
    ]
    assert [one.id for batch in said for one in batch.mentions] == ["0", "1", "2", "3", "4", "5"]
    assert said[-1].watermark == host.true
    assert DEAD_LETTERS.name not in {topic for topic, _ in producer.sent}
    until(lambda: host.clock.off_s == -HOUR_S)


def test_all_of_a_process_look_at_one_clock() -> None:
    assert abs((CLOCK.now() - datetime.now(UTC)).total_seconds()) < 5
