import json
import socket
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from agents.cli.ingest.common import served_telemetry
from agents.ingest.outbox.outbox import OutboxRecord
from agents.ingest.signs_of_life import UNHEARD_AFTER_S, SignsOfLife
from agents.ingest.sources.replay.source import ReplaySource
from agents.ingest.sources.simulate.source import SimulateSource
from agents.ingest.telemetry import Telemetry
from agents.kafka.clients import KafkaClients
from agents.monitoring.health import Cause
from agents.settings import Settings

NINE = datetime(2010, 3, 17, 9, tzinfo=UTC)


def value(telemetry, name, **labels):
    return telemetry.registry.get_sample_value(name, labels)


def made(*, live):
    telemetry = Telemetry("x", live=live, now=lambda: NINE)
    posted = NINE - timedelta(seconds=3)
    telemetry.delivered(
        OutboxRecord(topic="t", key=b"k", value=b"v", mentions=5, newest_s=posted.timestamp())
    )
    return telemetry


def test_records_and_mentions_count_when_kafka_has_them():
    telemetry = made(live=True)
    assert value(telemetry, "tocsin_records_emitted_total", stage="ingest") == 1
    assert value(telemetry, "tocsin_mentions_total", stage="ingest") == 5


def test_latency_is_from_the_post_to_the_acknowledgement():
    assert value(made(live=True), "tocsin_latency_seconds_sum", to="kafka") == 3


def test_a_replay_tells_no_latency():
    assert value(made(live=False), "tocsin_latency_seconds_sum", to="kafka") == 0


def test_what_waits_is_asked_when_scraped():
    telemetry = Telemetry("x")
    waiting = [7]
    telemetry.watch(lambda: waiting[0])
    assert value(telemetry, "tocsin_spool_bytes", source="x") == 7
    waiting[0] = 9
    assert value(telemetry, "tocsin_spool_bytes", source="x") == 9


def test_what_keeps_a_source_from_being_heard_is_told_by_cause_from_the_start():
    telemetry, said = Telemetry("x"), [None]
    telemetry.watch_source(lambda: said[0])
    trouble = {"name": "tocsin_source_trouble", "source": "x"}
    words = ("source_unheard", "source_refused", "out_of_money", "rules_gone")
    for word in words:
        assert value(telemetry, **trouble, cause=word) == 0
        said[0] = Cause(word, "for people")
        assert [value(telemetry, **trouble, cause=one) for one in words] == [
            float(one == word) for one in words
        ]
        said[0] = None


@pytest.mark.parametrize(
    ("count", "name", "labels"),
    [
        (lambda t: t.received(), "tocsin_records_received_total", {}),
        (lambda t: t.bad("invalid"), "tocsin_records_errored_total", {"reason": "invalid"}),
        (lambda t: t.unmatched(), "tocsin_records_dropped_total", {"reason": "no_brand"}),
        (lambda t: t.lost(1), "tocsin_records_dropped_total", {"reason": "spool_full"}),
        (lambda t: t.overrun(1), "tocsin_records_dropped_total", {"reason": "overload"}),
    ],
)
def test_what_does_not_get_through_is_counted_with_its_reason(count, name, labels):
    telemetry = Telemetry("x")
    count(telemetry)
    assert value(telemetry, name, stage="ingest", **labels) == 1


class TestALiveSource:
    def listening(self):
        self.now_s = 0.0
        return SignsOfLife("x", clock_s=lambda: self.now_s)

    def test_is_unheard_once_two_signs_of_life_are_missing(self):
        signs = self.listening()
        self.now_s = UNHEARD_AFTER_S
        assert signs.cause() is None
        self.now_s += 1
        signs.lost("http 503")
        never = "x has not been heard for 46 s, never since its start: http 503"
        assert signs.cause() == Cause("source_unheard", never, "http 503")
        signs.heard()
        self.now_s += UNHEARD_AFTER_S + 1
        assert signs.cause() == Cause("source_unheard", "x has not been heard for 46 s")

    def test_that_comes_back_only_if_a_person_helps_is_a_cause_at_once(self):
        signs = self.listening()
        signs.heard()
        signs.lost("no such project", "source_refused")
        detail = "x has not been heard for 0 s: no such project"
        assert signs.cause() == Cause("source_refused", detail, "no such project")
        signs.heard()
        assert signs.cause() is None

    def test_is_heard_again_at_its_first_sign_of_life(self):
        signs = self.listening()
        self.now_s = 100.0
        signs.lost("dropped")
        signs.heard()
        assert signs.cause() is None
        self.now_s = 200.0
        assert "dropped" not in signs.cause().detail


def test_a_recording_may_be_silent():
    assert SimulateSource("s", []).health() is None
    assert ReplaySource("r", []).health() is None


def test_metrics_are_served_where_the_settings_have_a_port(unused_port):
    settings = Settings(metrics_port=unused_port)
    kafka = KafkaClients(settings.kafka_bootstrap)
    with served_telemetry(settings, kafka, "x", live=True, health=lambda: None) as telemetry:
        telemetry.received()
        with urlopen(f"http://127.0.0.1:{unused_port}/metrics") as answer:
            assert b'tocsin_records_received_total{stage="ingest"} 1.0' in answer.read()


def test_a_source_that_is_not_heard_is_not_ready(unused_port):
    unheard = Cause("source_unheard", "x has not been heard for 46 s")
    settings = Settings(metrics_port=unused_port)
    kafka = KafkaClients(settings.kafka_bootstrap)
    with (
        served_telemetry(settings, kafka, "x", live=True, health=lambda: unheard),
        pytest.raises(HTTPError) as refused,
        urlopen(f"http://127.0.0.1:{unused_port}/healthz"),
    ):
        pass
    with refused.value as answer:
        assert "source_unheard" in json.load(answer)["causes"]


@pytest.fixture
def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]
