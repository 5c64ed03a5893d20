"""No planted secret is in anything that the real commands print, log, serve or keep."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError

import pytest

from agents.kafka.embedded import EmbeddedBroker
from schemas.topics import INCIDENTS
from support.alert_examples import transition
from support.incident_topic import Kafka, publish
from support.slack_server import Fault, SlackServer
from support.slack_socket import SlackSocket
from support.waiting import PATIENCE_S, until

MARK = "pLanted"
X_TOKEN = f"AAAAAAAA%2B{MARK}-x-0123456789"
BOT_TOKEN = f"xoxb-1-{MARK}-bot"
APP_TOKEN = f"xapp-1-{MARK}-app"
BRANDS = "brands: [{id: nestle, names: [Nestlé], slack_channel: '#nestle-alerts'}]"


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(partitions=2) as running:
        yield running


@pytest.fixture
def refusing_x() -> Iterator[tuple[str, list[str]]]:
    """X as it should not be: it says back what it was sent. Yields its address and its log."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers.get("Authorization", ""))
            body = b'{"title":"no","detail":"I do not take %s"}' % heard[-1].encode()
            self.send_response(503 if len(heard) < 3 else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()
    thread.join()


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Command:
    """A command with all tokens in its environment, each with the newline of a mounted file."""

    def __init__(self, tmp_path: Path, *arguments: str, **variables: str) -> None:
        (tmp_path / "brands.yaml").write_text(BRANDS, encoding="utf-8")
        self.port = free_port()
        self.kept = tmp_path / "spool"
        self._log = tmp_path / "output"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH", "LANG")
                if name in os.environ}  # fmt: skip
        kept |= {
            "X_BEARER_TOKEN": f"{X_TOKEN}\n",
            "SLACK_BOT_TOKEN": f"{BOT_TOKEN}\r\n",
            "SLACK_APP_TOKEN": f" {APP_TOKEN}\n",
            "TOCSIN_LOG_LEVEL": "DEBUG",
            "TOCSIN_PARTITIONS": "2",
            "TOCSIN_METRICS_PORT": str(self.port),
            "TOCSIN_SPOOL_DIR": str(self.kept),
            "COLUMNS": "500",
            "NO_COLOR": "1",
        }
        command = [sys.executable, "-m", "agents", *arguments]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=kept | variables, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def served(self) -> str:
        """Everything that it serves, or nothing where it does not yet."""
        pages = []
        for path in ("/metrics", "/healthz", "/livez"):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as it:
                    pages.append(it.read().decode())
            except HTTPError as error:
                with error:
                    pages.append(error.read().decode())
            except OSError:
                return ""
        return "".join(pages)

    def until(self, reached: Callable[[], object]) -> None:
        until(reached, lambda: self.said[-3000:])

    def all_files(self) -> str:
        return "".join(
            path.read_bytes().decode(errors="replace")
            for path in self.kept.rglob("*")
            if path.is_file()
        )


@contextmanager
def running(tmp_path: Path, *arguments: str, **variables: str) -> Iterator[Command]:
    command = Command(tmp_path, *arguments, **variables)
    try:
        yield command
    finally:
        command.process.kill()
        command.process.wait()


def test_ingest_x_that_is_refused_shows_no_token(
    refusing_x: tuple[str, list[str]], broker: EmbeddedBroker, tmp_path: Path
) -> None:
    url, heard = refusing_x
    with running(
        tmp_path, "ingest", "x", "--brands", str(tmp_path / "brands.yaml"), "--grace-s", "0.1",
        TOCSIN_X_BASE_URL=url, TOCSIN_KAFKA_BOOTSTRAP=broker.bootstrap,
    ) as command:  # fmt: skip
        served: list[str] = []
        command.until(lambda: served.append(command.served()) or served[-1])
        command.until(lambda: "refused 401" in command.said)
        served.append(command.served())
        assert set(heard) == {f"Bearer {X_TOKEN}"}
        command.process.terminate()
        assert command.process.wait(PATIENCE_S) == 0, command.said[-3000:]
        assert "I do not take Bearer" in command.said
        assert "again in" in command.said
        assert MARK not in command.said + "".join(served) + command.all_files()


def test_secrets_from_files_are_shown_nowhere_either(
    refusing_x: tuple[str, list[str]], broker: EmbeddedBroker, tmp_path: Path
) -> None:
    url, heard = refusing_x
    (tmp_path / "x").write_text(f"{X_TOKEN}\n")
    (tmp_path / "password").write_text(f"{MARK} pass word\n")
    with running(
        tmp_path, "ingest", "x", "--brands", str(tmp_path / "brands.yaml"), "--grace-s", "0.1",
        TOCSIN_X_BASE_URL=url, TOCSIN_KAFKA_BOOTSTRAP=broker.bootstrap,
        X_BEARER_TOKEN="", X_BEARER_TOKEN_FILE=str(tmp_path / "x"),
        TOCSIN_KAFKA_SECURITY_PROTOCOL="SASL_PLAINTEXT", TOCSIN_KAFKA_SASL_MECHANISM="PLAIN",
        TOCSIN_KAFKA_SASL_USERNAME="ana",
        TOCSIN_KAFKA_SASL_PASSWORD_FILE=str(tmp_path / "password"),
    ) as command:  # fmt: skip
        line = Path(f"/proc/{command.process.pid}/cmdline")
        shown = line.read_text() if line.exists() else ""
        served: list[str] = []
        command.until(lambda: served.append(command.served()) or served[-1])
        command.until(lambda: "again in" in command.said and "Kafka at" in command.said)
        assert set(heard) == {f"Bearer {X_TOKEN}"}
        assert MARK not in command.said + "".join(served) + command.all_files() + shown


def test_ingest_x_that_finds_nobody_shows_no_token(broker: EmbeddedBroker, tmp_path: Path) -> None:
    with running(
        tmp_path, "ingest", "x", "--brands", str(tmp_path / "brands.yaml"), "--grace-s", "0.1",
        TOCSIN_X_BASE_URL=f"http://me:{MARK}@127.0.0.1:{free_port()}",
        TOCSIN_KAFKA_BOOTSTRAP=broker.bootstrap,
    ) as command:  # fmt: skip
        command.until(lambda: command.said.count("again in") >= 2)
        assert MARK not in command.said + command.served()


def test_alert_with_a_slack_that_fails_shows_no_token(
    slack: SlackServer, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    publish(Kafka(broker.bootstrap, INCIDENTS.name, ""), (0, transition()))
    kinds = (
        Fault("status", "chat.postMessage", status=500),
        Fault("garbage", "chat.postMessage"),
        Fault("hang_up", "chat.postMessage"),
        Fault("error", "chat.postMessage", error=BOT_TOKEN),
        Fault("status", "chat.postMessage", 429, headers=(("Retry-After", "0"),)),
    )
    with SlackSocket() as wire:
        slack.socket_url = wire.socket_url.replace("ticket=1", f"ticket={MARK}")
        slack.faults.extend(kinds)
        with running(
            tmp_path, "alert", "--brands", str(tmp_path / "brands.yaml"),
            TOCSIN_SLACK_BASE_URL=slack.url, TOCSIN_KAFKA_BOOTSTRAP=broker.bootstrap,
        ) as command:  # fmt: skip
            command.until(lambda: slack.roots() or not slack.faults)
            served = command.served()
            command.process.terminate()
            assert command.process.wait(PATIENCE_S) == 0, command.said[-3000:]
            assert served
            assert "apps.connections.open" in command.said
            assert MARK not in command.said + served


def test_alert_that_slack_refuses_shows_no_token(
    slack: SlackServer, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    slack.faults.append(Fault("error", "auth.test", error="invalid_auth"))
    with running(
        tmp_path, "alert", "--brands", str(tmp_path / "brands.yaml"),
        TOCSIN_SLACK_BASE_URL=slack.url, TOCSIN_KAFKA_BOOTSTRAP=broker.bootstrap,
    ) as command:  # fmt: skip
        assert command.process.wait(PATIENCE_S) == 1
        assert "invalid_auth" in command.said
        assert MARK not in command.said


def test_page_shows_no_token_of_a_script_right_or_wrong(
    broker: EmbeddedBroker, tmp_path: Path
) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "agents", "page-token", "grafana", "--brand", "nestle"],
        capture_output=True, text=True, check=True, timeout=PATIENCE_S,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
    )  # fmt: skip
    token = made.stderr.split()[-1]
    assert token.startswith("tocsin_")
    assert token not in made.stdout
    tokens = tmp_path / "tokens"
    tokens.write_text(made.stdout)
    port = free_port()
    with running(
        tmp_path, "page", "--brands", str(tmp_path / "brands.yaml"),
        TOCSIN_PAGE_TOKENS_FILE=str(tokens), TOCSIN_PAGE_PORT=str(port),
        TOCSIN_PAGE_STORE="sqlite://", TOCSIN_KAFKA_BOOTSTRAP=broker.bootstrap,
    ) as command:  # fmt: skip

        def answered(sent: str, path: str = "/api/v1/brands") -> str:
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {sent}"}
            )
            try:
                with urllib.request.urlopen(request, timeout=20) as it:  # noqa: S310
                    return f"{it.status} {it.read().decode()} {it.headers}"
            except HTTPError as error:
                with error:
                    return f"{error.code} {error.read().decode()} {error.headers}"
            except OSError:
                return ""

        command.until(lambda: answered(token).startswith("200"))
        wrong = f"tocsin_{MARK}{'x' * (43 - len(MARK))}"
        shown = [answered(wrong), answered(token, "/"), answered(wrong, f"/{wrong}?{token}")]
        assert [one[:3] for one in shown] == ["401", "403", "403"]
        tokens.write_text(f"grafana {wrong}\n# {token}\n")
        command.until(lambda: answered(token).startswith("401"))
        shown.append(command.served())
        assert 'reason="token_wrong",stage="page"} ' in shown[-1]
        command.process.terminate()
        assert command.process.wait(PATIENCE_S) == 0, command.said[-3000:]
        assert "this line of the tokens is none" in command.said
        for secret in (token, MARK):
            assert secret not in command.said + "".join(shown)


@pytest.mark.parametrize("arguments", [("check",), ("alert",), ("ingest", "x"), ("topics",)])
@pytest.mark.parametrize(
    "bad",
    [
        {"SLACK_BOT_TOKEN": f"xoxb {MARK}"},
        {"X_BEARER_TOKEN": f"{MARK}\nX-Evil: {MARK}"},
        {"SLACK_APP_TOKEN": f"'{APP_TOKEN}'"},
        {"TOCSIN_PARTITIONS": BOT_TOKEN},
        {"TOCSIN_X_BEARER_TOKEN": X_TOKEN},
        {"TOCSIN_KAFKA_SASL_PASSWORD": f"{MARK}\n{MARK}"},
    ],
    ids=lambda bad: next(iter(bad)),
)
def test_bad_settings_are_refused_without_showing_a_token(
    tmp_path: Path, arguments: tuple[str, ...], bad: dict[str, str]
) -> None:
    brands = () if arguments == ("topics",) else ("--brands", str(tmp_path / "brands.yaml"))
    if arguments == ("check",):
        brands = (str(tmp_path / "brands.yaml"),)
    with running(tmp_path, *arguments, *brands, **bad) as command:
        assert command.process.wait(PATIENCE_S) in {1, 2}
        assert next(iter(bad)) in command.said
        assert MARK not in command.said
