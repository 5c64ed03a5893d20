"""/healthz means progress; /metrics is what Prometheus reads."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from agents.health import HealthServer, Progress, process_registry, serve
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
def server(progress: Progress) -> Iterator[HealthServer]:
    registry = process_registry()
    Metrics(registry).received("rollup", 7)
    with serve("127.0.0.1", 0, registry, progress) as running:
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


def test_a_fresh_process_is_healthy(server: HealthServer) -> None:
    status, body = health(server)
    assert (status, body["healthy"], body["stale_after_s"]) == (200, True, 60)


def test_without_progress_it_becomes_unhealthy_and_says_why(
    server: HealthServer, clock: Clock
) -> None:
    clock.now_s = 93
    assert health(server) == (
        503,
        {
            "healthy": False,
            "reason": "no progress for 93 s, at most 60 s are usual",
            "last_progress_s": 93.0,
            "stale_after_s": 60,
        },
    )


def test_progress_makes_it_healthy_again(
    server: HealthServer, progress: Progress, clock: Clock
) -> None:
    clock.now_s = 93
    progress.made()
    assert health(server)[0] == 200


def test_nothing_to_do_is_healthy(server: HealthServer, clock: Clock, job: Job) -> None:
    clock.now_s = 10_000
    job.idle = True
    assert health(server)[1]["reason"] == "nothing to do"


def test_known_trouble_is_named_until_progress(progress: Progress, clock: Clock) -> None:
    progress.trouble("Slack does not answer")
    clock.now_s = 61
    assert progress.check().reason.endswith("usual: Slack does not answer")
    progress.made()
    clock.now_s = 200
    assert "Slack" not in progress.check().reason


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


def test_a_taken_port_is_named(server: HealthServer, progress: Progress) -> None:
    with pytest.raises(OSError, match=f"metrics cannot be served on 127.0.0.1:{server.port}"):
        serve("127.0.0.1", server.port, CollectorRegistry(), progress)


def test_closed_is_closed(progress: Progress) -> None:
    with serve("127.0.0.1", 0, CollectorRegistry(), progress) as running:
        pass
    with pytest.raises(ConnectionRefusedError):
        get(running, "/healthz")
