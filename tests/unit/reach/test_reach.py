"""Whether Kafka answers: a connection or an empty poll is no answer."""

import logging
import socket
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from agents.kafka.access import Access
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from agents.kafka.metadata import NoAnswerError, ask
from agents.kafka.reach import AWAY_AFTER_S, Reach
from agents.monitoring.health import Progress
from schemas.topics import INCIDENTS, MENTIONS


class Kafka:
    """Answers as a test says, and has the clock in its hand."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.away = ""

    def __call__(self) -> dict[str, int | None]:
        if self.away:
            raise NoAnswerError(self.away)
        return {"t": 8}


def of(topics: list[str]) -> Access:
    return Access(dict.fromkeys(topics, ()))


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
def reach(kafka: Kafka) -> Reach:
    return Reach("kafka:9092", asked=kafka, clock_s=lambda: kafka.now_s)


@pytest.fixture
def silent() -> Iterator[str]:
    """Yield the address of what takes connections and says nothing, as a broker that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_kafka_tells_how_many_partitions_topics_have(embedded_broker: EmbeddedBroker) -> None:
    found = ask(embedded_broker.bootstrap, of([MENTIONS.name, "nobody.made.it"]))
    assert found == {MENTIONS.name: 4, "nobody.made.it": None}


def test_one_address_that_answers_is_enough(embedded_broker: EmbeddedBroker, silent: str) -> None:
    assert ask(f"{silent},{embedded_broker.bootstrap}", of([INCIDENTS.name])) == {INCIDENTS.name: 4}


def test_who_takes_a_connection_and_says_nothing_has_not_answered(silent: str) -> None:
    with pytest.raises(NoAnswerError, match=r"no answer within 0\.2 s"):
        ask(silent, of([]), timeout_s=0.2)


def test_a_broker_that_went_down_does_not_answer(embedded_broker: EmbeddedBroker) -> None:
    address = embedded_broker.bootstrap
    embedded_broker.go_down()
    with pytest.raises(NoAnswerError, match=address):
        ask(address, of([]))


def test_what_speaks_another_language_is_no_kafka() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"

        def answer() -> None:
            line, _ = server.accept()
            with line:
                line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        Thread(target=answer, daemon=True).start()
        with pytest.raises(NoAnswerError, match="what answers is no Kafka"):
            ask(address, of([]))


@pytest.mark.parametrize("address", ["kafka", "kafka:port", ":9092", "kafka:99999"])
def test_what_is_no_address_is_named_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="TOCSIN_KAFKA_BOOTSTRAP"):
        KafkaClients(address)


def test_before_the_first_answer_kafka_is_away(reach: Reach) -> None:
    cause = reach.cause()
    assert cause is not None
    assert cause.word == "kafka_away"


def test_a_silence_is_no_answer_however_well_it_was_before(reach: Reach, kafka: Kafka) -> None:
    reach.look()
    kafka.now_s = AWAY_AFTER_S
    assert reach.cause() is None
    kafka.away = "kafka:9092: Connection refused"
    kafka.now_s += 1
    reach.look()
    assert reach.cause().detail.endswith("for 11 s: kafka:9092: Connection refused")
    kafka.away = ""
    reach.look()
    assert reach.cause() is None


def test_it_says_at_once_that_kafka_is_away_seldom_that_it_still_is_and_that_it_is_back(
    reach: Reach, kafka: Kafka, caplog: pytest.LogCaptureFixture
) -> None:
    kafka.away = "kafka:9092: Connection refused"
    with caplog.at_level(logging.WARNING):
        for _ in range(200):
            reach.look()
            kafka.now_s += 3
        kafka.away = ""
        reach.look()
    said = [record.getMessage() for record in caplog.records]
    assert "Kafka at kafka:9092 does not answer" in said[0]
    assert "TOCSIN_KAFKA_BOOTSTRAP" in said[0]
    still = [text.rpartition(" for ")[2] for text in said[1:-1]]
    assert still == [f"{silent_s} s until now." for silent_s in (60, 120, 240, 480)]
    assert said[-1] == "Kafka at kafka:9092 answers again after 600 s"


def test_waiting_ends_when_the_process_is_asked_to_stop(reach: Reach) -> None:
    stop = Event()
    stop.set()
    assert not reach.wait(Progress(), stop)
