"""Commands whose Kafka is not there yet: those that stay wait for it, the others say so and end."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from agents.kafka.embedded import EmbeddedBroker
from lab.demo.watch import free_port
from support.waiting import PATIENCE_S, until

STAYING = {
    "worker": ["worker"],
    "alert": ["alert", "--console"],
    "page": ["page"],
    "learn": ["learn"],
    "ingest-x": ["ingest", "x"],
    "ingest-simulate": ["ingest", "simulate", "--speed", "realtime", "--start", "now"],
}
ENDING = {
    "incidents": ["incidents"],
    "topics": ["topics", "--wait", "1"],
    "feedback": ["feedback", "ack", "acme-20100317T091000Z", "--by", "ana"],
}
WITH_BRANDS = {*STAYING, "feedback"}


@pytest.fixture
def brands(tmp_path: Path) -> Path:
    path = tmp_path / "brands.yaml"
    path.write_text("brands:\n  - id: acme\n    names: [Acme]\n", encoding="utf-8")
    return path


class Command:
    """A command as a process, what it says, and what it answers to whoever watches it."""

    def __init__(self, name: str, address: str, brands: Path, **more: str) -> None:
        self.name = name
        self.port, self.page = free_port(), free_port()
        words = (STAYING | ENDING)[name] + ["--brands", str(brands)] * (name in WITH_BRANDS)
        kept = {one: os.environ[one] for one in ("PATH", "PYTHONPATH", "HOME") if one in os.environ}
        self.log = brands.parent / f"{name}.log"
        environ = kept | {
            "TOCSIN_KAFKA_BOOTSTRAP": address,
            "TOCSIN_PARTITIONS": "4",
            "TOCSIN_METRICS_PORT": str(self.port),
            "TOCSIN_PAGE_PORT": str(self.page),
            "TOCSIN_SPOOL_DIR": str(brands.parent / "spool"),
            "TOCSIN_X_BASE_URL": "http://127.0.0.1:9",
            "X_BEARER_TOKEN": "token",
            "COLUMNS": "500",
            **more,
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "agents", *words],
                env=environ,
                cwd=brands.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        """All it has said."""
        return " ".join(self.log.read_text(encoding="utf-8").split())

    def answer(self, path: str) -> tuple[int, dict[str, Any]] | None:
        """What it answers to a question, None before it can be asked."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as found:
                return found.status, json.load(found)
        except HTTPError as error:
            return error.code, json.load(error)
        except (URLError, ConnectionError):
            return None

    def await_answer(self, path: str, *, status: int) -> dict[str, Any]:
        """Return what it answers once it is with this status."""
        found: list[tuple[int, dict[str, Any]] | None] = [None]

        def answered() -> bool:
            assert self.process.poll() is None, self.said
            found.append(self.answer(path))
            return found[-1] is not None and found[-1][0] == status

        until(answered, lambda: (found[-1], self.said))
        assert found[-1] is not None
        return found[-1][1]


@contextmanager
def running(name: str, address: str, brands: Path, **more: str) -> Iterator[Command]:
    command = Command(name, address, brands, **more)
    try:
        yield command
    finally:
        command.process.kill()
        command.process.wait()


@pytest.mark.parametrize("name", STAYING)
def test_it_waits_says_so_and_ends_when_asked(
    name: str, embedded_broker: EmbeddedBroker, brands: Path
) -> None:
    address = embedded_broker.bootstrap
    embedded_broker.go_down()
    with running(name, address, brands) as command:
        health = command.await_answer("/healthz", status=503)
        assert "kafka_away" in health["causes"]
        assert command.await_answer("/livez", status=200)["live"] is True
        until(lambda: f"Kafka at {address} does not answer" in command.said, lambda: command.said)
        assert command.process.poll() is None
        command.process.send_signal(signal.SIGTERM)
        command.process.wait(PATIENCE_S)
        assert "Traceback" not in command.said


def test_they_begin_once_kafka_is_there_and_are_not_ready_while_it_is_away_again(
    embedded_broker: EmbeddedBroker, brands: Path
) -> None:
    embedded_broker.go_down()
    with ExitStack() as stack:
        commands = [
            stack.enter_context(running(name, embedded_broker.bootstrap, brands))
            for name in STAYING
            if name != "ingest-x"  # its X is away as well
        ]
        for command in commands:
            command.await_answer("/healthz", status=503)
        embedded_broker.come_up()
        for command in commands:
            assert command.await_answer("/healthz", status=200)["causes"] == []
        embedded_broker.go_down()
        for command in commands:
            assert "kafka_away" in command.await_answer("/healthz", status=503)["causes"]
            assert command.await_answer("/livez", status=200)["live"] is True
        (page,) = (command for command in commands if command.name == "page")
        with urllib.request.urlopen(f"http://127.0.0.1:{page.page}/", timeout=PATIENCE_S) as shown:
            text = shown.read().decode()
        assert "This page has had no answer from Kafka since" in text
        assert "Nothing rings" not in text
        embedded_broker.come_up()
        for command in commands:
            command.await_answer("/healthz", status=200)


@pytest.mark.parametrize("name", STAYING)
def test_another_number_of_partitions_is_refused_at_the_start(
    name: str, embedded_broker: EmbeddedBroker, brands: Path
) -> None:
    with running(name, embedded_broker.bootstrap, brands, TOCSIN_PARTITIONS="3") as command:
        assert command.process.wait(PATIENCE_S) == 1
        assert command.said.count("has 4 partitions, the setting says 3") > 1
        assert "set TOCSIN_PARTITIONS=4 for every process" in command.said
        assert "Traceback" not in command.said


@pytest.mark.parametrize("name", ENDING)
def test_a_command_that_somebody_waits_for_says_it_in_one_line(
    name: str, embedded_broker: EmbeddedBroker, brands: Path
) -> None:
    address = embedded_broker.bootstrap
    embedded_broker.go_down()
    with running(name, address, brands) as command:
        assert command.process.wait(PATIENCE_S) == 1
        assert command.log.read_text("utf-8").count("\n") == 1
        assert address in command.said
