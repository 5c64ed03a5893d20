"""/livez: the loop turns. /healthz: the work can be done. /metrics is what Prometheus reads."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from agents.monitoring.health import LIVE_WITHIN_S, Cause, Health, Progress, process_registry
from agents.monitoring.server import HealthServer, serve
from pipeline.metrics import Metrics


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Job:
    """Something whose idleness a test decides."""

    idle: bool | Exception = False

    def is_idle(self) -> bool:
        if isinstance(self.idle, Exception):
            raise self.idle
        return self.idle


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def job() -> Job:
    return Job()


@pytest.fixture
def progress(clock: Clock, job: Job) -> Progress:
    return Progress(stale_after_s=60, idle=job.is_idle, clock_s=clock)


@pytest.fixture
def registry() -> CollectorRegistry:
    return process_registry()


@pytest.fixture
def watched(progress: Progress, registry: CollectorRegistry) -> Health:
    return Health(progress, registry)


@pytest.fixture
def server(watched: Health, registry: CollectorRegistry) -> Iterator[HealthServer]:
    Metrics(registry).received("rollup", 7)
    watched.begin()
    with serve("127.0.0.1", 0, registry, watched) as running:
        yield running


def get(server: HealthServer, path: str, *, method: str = "GET") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path)
    response = connection.getresponse()
    answer = response.status, response.headers["Content-Type"], response.read().decode()
    connection.close()
    return answer


def health(server: HealthServer) -> tuple[int, dict[str, Any]]:
    status, _, body = get(server, "/healthz")
    return status, json.loads(body)


def test_a_fresh_process_is_ready(server: HealthServer) -> None:
    status, body = health(server)
    assert (status, body["ready"], body["causes"], body["stale_after_s"]) == (200, True, [], 60)


def test_until_it_begins_a_process_lives_and_is_not_ready(watched: Health) -> None:
    assert watched.live().well
    assert watched.ready().facts["causes"] == ["starting"]


def test_without_progress_it_becomes_unready_and_says_why(
    server: HealthServer, clock: Clock
) -> None:
    clock.now_s = 93
    assert health(server) == (
        503,
        {
            "ready": False,
            "causes": ["no_progress"],
            "reason": "no progress for 93 s, at most 60 s are usual",
            "lag": None,
            "last_progress_s": 93.0,
            "stale_after_s": 60,
        },
    )


def test_an_idle_process_that_cannot_reach_what_it_needs_is_not_ready(
    server: HealthServer, watched: Health, job: Job, clock: Clock, registry: CollectorRegistry
) -> None:
    job.idle = True
    clock.now_s = 200
    away: list[Cause] = [Cause("kafka_away", "Kafka has not answered for 20 s")]
    watched.add(lambda: away[0] if away else None)
    status, body = health(server)
    assert (status, body["causes"]) == (503, ["kafka_away"])
    assert body["reason"] == "Kafka has not answered for 20 s"
    assert registry.get_sample_value("tocsin_ready") == 0
    away.clear()
    assert health(server)[0] == 200
    assert registry.get_sample_value("tocsin_ready") == 1


def test_all_causes_are_told_at_once(watched: Health, clock: Clock) -> None:
    watched.begin()
    watched.add(lambda: Cause("kafka_away", "Kafka is away"))
    clock.now_s = 61
    assert watched.ready().facts["causes"] == ["kafka_away", "no_progress"]


def test_what_waits_is_told_and_is_no_reason_not_to_be_ready(
    server: HealthServer, watched: Health
) -> None:
    watched.lag = lambda: 120_000
    status, body = health(server)
    assert (status, body["lag"]) == (200, 120_000)


def test_a_loop_that_turns_lives_though_it_gets_nothing_done(
    server: HealthServer, progress: Progress, clock: Clock
) -> None:
    clock.now_s = LIVE_WITHIN_S + 1
    progress.turned()
    assert get(server, "/livez")[0] == 200
    assert health(server)[0] == 503


def test_a_loop_that_stands_still_is_dead(server: HealthServer, clock: Clock) -> None:
    clock.now_s = LIVE_WITHIN_S + 1
    status, _, body = get(server, "/livez")
    assert status == 503
    assert json.loads(body) == {"live": False, "last_turn_s": 121.0, "live_within_s": 120.0}


def test_progress_makes_it_healthy_again(
    server: HealthServer, progress: Progress, clock: Clock
) -> None:
    clock.now_s = 93
    progress.made()
    assert health(server)[0] == 200


def test_nothing_to_do_is_no_fault(server: HealthServer, clock: Clock, job: Job) -> None:
    clock.now_s = 10_000
    job.idle = True
    assert health(server)[0] == 200


def test_known_trouble_is_named_until_progress(progress: Progress, clock: Clock) -> None:
    progress.trouble("Slack does not answer")
    clock.now_s = 61
    assert progress.cause().detail.endswith("usual: Slack does not answer")
    progress.made()
    clock.now_s = 200
    assert "Slack" not in str(progress.cause())


def test_not_knowing_is_unhealthy(server: HealthServer, clock: Clock, job: Job) -> None:
    clock.now_s = 61
    job.idle = ConnectionError("broker away")
    status, body = health(server)
    assert status == 503
    assert "ConnectionError" in body["reason"]


def test_metrics_are_served_with_those_of_the_process(server: HealthServer) -> None:
    status, content_type, body = get(server, "/metrics")
    assert (status, content_type.startswith("text/plain")) == (200, True)
    assert 'tocsin_records_received_total{stage="rollup"} 7.0' in body
    assert "process_resident_memory_bytes" in body


def test_head_has_no_body(server: HealthServer) -> None:
    assert get(server, "/healthz", method="HEAD") == (200, "application/json", "")


def test_other_paths_are_not_found(server: HealthServer) -> None:
    assert get(server, "/")[0] == 404


def test_a_taken_port_is_named(server: HealthServer, watched: Health) -> None:
    with pytest.raises(OSError, match=f"metrics cannot be served on 127.0.0.1:{server.port}"):
        serve("127.0.0.1", server.port, CollectorRegistry(), watched)


def test_closed_is_closed(watched: Health) -> None:
    with serve("127.0.0.1", 0, CollectorRegistry(), watched) as running:
        pass
    with pytest.raises(ConnectionRefusedError):
        get(running, "/healthz")
