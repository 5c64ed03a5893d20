"""Every command of docker-compose.yml that is ours, run as it stands there, on a real Kafka.

As in its container, with ``read_only`` and ``cap_drop``, each runs where it may not write: in a
directory of mode 0555, without the capabilities by which root would write all the same.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.kafka.apache import ApacheKafka
from support.waiting import PATIENCE_S

pytestmark = pytest.mark.kafka

ROOT = Path(__file__).parents[2]
TEXT = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
OURS = {name for name, each in SERVICES.items() if each["image"].startswith("tocsin:")}
ENDING = {"topics", "ingest-x"}
"""The first by design, the second for want of a token."""

STAYING = sorted(OURS - ENDING)
SETPRIV = shutil.which("setpriv")


def without_privileges() -> list[str]:
    """Return what to put before a command so that permissions hold for it; skip if nothing does."""
    if os.geteuid() != 0:
        return []
    if SETPRIV is None:
        pytest.skip("runs as root, which writes anywhere, and setpriv is not on the PATH")
    return [SETPRIV, "--bounding-set=-all", "--inh-caps=-all"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def start(
    name: str, broker: ApacheKafka, work: Path, *, port: int = 0
) -> "subprocess.Popen[bytes]":
    """Start a service's command; only addresses and paths are those of this machine."""
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    read_only = work / "read-only"
    read_only.mkdir(mode=0o555, exist_ok=True)
    mounts = [each.split(":") for each in service.get("volumes", ())]
    paths = {inside: str(ROOT / here) for here, inside, *_ in mounts if here.startswith(".")}
    here = {
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_METRICS_HOST": "127.0.0.1",
        "TOCSIN_METRICS_PORT": str(port),
        "TOCSIN_SPOOL_DIR": str(work / "spool"),
        "TOCSIN_PAGE_PORT": str(free_port()),
    }
    with (work / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [
                *without_privileges(),
                *(sys.executable, "-m", "agents"),
                *(paths.get(word, word) for word in service["command"]),
            ],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "HOME": str(read_only),
                **service["environment"],
                **here,
            },
            cwd=read_only,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@contextmanager
def running(name: str, broker: ApacheKafka, work: Path, *, port: int) -> Iterator[Any]:
    process = start(name, broker, work, port=port)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def get(port: int, path: str) -> tuple[int, str] | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    except OSError:
        return None
    finally:
        connection.close()


@pytest.fixture(scope="module")
def kafka_with_topics(
    apache_kafka: ApacheKafka, tmp_path_factory: pytest.TempPathFactory
) -> ApacheKafka:
    """Return Kafka after the topics job of compose has run."""
    work = tmp_path_factory.mktemp("topics")
    code = start("topics", apache_kafka, work).wait(timeout=PATIENCE_S)
    assert code == 0, (work / "topics.log").read_text()
    return apache_kafka


@pytest.mark.parametrize("name", STAYING)
def test_it_becomes_healthy_counts_and_stops_when_asked(
    name: str, kafka_with_topics: ApacheKafka, tmp_path: Path
) -> None:
    port = free_port()
    with running(name, kafka_with_topics, tmp_path, port=port) as process:
        deadline = time.monotonic() + PATIENCE_S
        while (health := get(port, "/healthz")) is None or health[0] != 200:
            assert process.poll() is None, (tmp_path / f"{name}.log").read_text()
            assert time.monotonic() < deadline, health
            time.sleep(0.1)
        assert json.loads(health[1])["ready"] is True
        metrics = get(port, "/metrics")
        assert metrics is not None
        assert "tocsin_build_info" in metrics[1]
        time.sleep(1)  # past the start, into its work
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)  # what compose allows: stop_grace_period
        log = (tmp_path / f"{name}.log").read_text()
        assert "Traceback" not in log


def test_where_a_command_runs_it_may_not_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    write = [*without_privileges(), "touch", str(tmp_path / "file")]
    assert subprocess.run(write, capture_output=True, check=False).returncode != 0


def test_without_a_token_x_says_what_is_missing(
    kafka_with_topics: ApacheKafka, tmp_path: Path
) -> None:
    process = start("ingest-x", kafka_with_topics, tmp_path)
    assert process.wait(timeout=PATIENCE_S) != 0
    log = (tmp_path / "ingest-x.log").read_text()
    assert "X_BEARER_TOKEN" in log
    assert "Traceback" not in log
