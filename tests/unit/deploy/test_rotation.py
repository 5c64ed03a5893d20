"""A secret in a file is changed while its client runs: the next thing that it sends has the new."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from kafka.net.sasl import get_sasl_mechanism
from rich.console import Console
from slack_sdk.errors import SlackApiError
from unit.alerting.test_sinks_by_http import notice

from agents.alerting.address import Address
from agents.alerting.routing.load import load_routes
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.errors import SlackError
from agents.alerting.sinks.slack.socket import ButtonListener
from agents.alerting.sinks.webhook import WebhookSink
from agents.cli.common.receivers import ReceiverError, Receivers
from agents.ingest.sources.x.client import XClient
from agents.ingest.sources.x.rules import RequestError, XRuleBook
from agents.kafka.security import Security
from agents.secret import Password, Renewed, Secret
from agents.settings import Settings
from agents.standard_webhooks import UnsignedError, key_of, verified_id
from pipeline.worker.credentials import credentials_of
from support.alert_examples import transition
from support.http_channel import HttpChannel

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

FIRST, SECOND = "first-of-both-tokens", "second-of-both-tokens"


class Far:
    """Whoever is spoken to: keeps the header that lets in, and what else was sent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.tokens: list[str] = []
        self.bodies: list[bytes] = []


@pytest.fixture
def far() -> Iterator[Far]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            far.tokens.append(self.headers["Authorization"].removeprefix("Bearer "))
            far.bodies.append(body)
            answer = json.dumps({"ok": False, "error": "invalid_auth"}).encode()
            self.send_response(200 if "/slack/" in self.path else 401)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        far = Far(f"http://127.0.0.1:{server.server_port}")
        serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        yield far
        server.shutdown()
        serving.join()


class Rotated:
    """A secret in a file that is replaced, as a mounted one is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_text(f"{FIRST}\n", encoding="utf-8")

    def rotate(self) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{SECOND}\n", encoding="utf-8")
        fresh.replace(self.path)


@pytest.fixture
def rotated(tmp_path: Path) -> Rotated:
    return Rotated(tmp_path / "secret")


def check_slack(token: Renewed, far: Far) -> Callable[[], object]:
    return SlackApi(token, f"{far.url}/slack/").check


def connect_buttons(token: Renewed, far: Far) -> Callable[[], object]:
    listener = ButtonListener(token, f"{far.url}/slack/", brands=(), send=print)
    return listener._client.issue_new_wss_url


def connect_x(token: Renewed, far: Far) -> Callable[[], object]:
    client = XClient(
        token,
        far.url,
        on_line=print,
        on_open=print,
        on_alive=print,  # type: ignore[arg-type]
    )
    return client.listen


def ask_rules_of_x(token: Renewed, far: Far) -> Callable[[], object]:
    return XRuleBook(token, far.url).read


@pytest.mark.parametrize("client", [check_slack, connect_buttons, connect_x, ask_rules_of_x])
def test_slack_and_x_are_sent_the_token_of_now(far, rotated, client) -> None:
    ask = client(Renewed(Secret.read(rotated.path)), far)

    def asked() -> None:
        try:
            ask()
        except (RequestError, SlackError, SlackApiError):
            return  # the far side refuses, as is meant

    asked()
    rotated.rotate()
    asked()
    assert far.tokens == [FIRST, SECOND]
    assert not any(FIRST.encode() in body for body in far.bodies)


def test_webhooks_out_are_signed_with_the_secret_of_now(rotated) -> None:
    with HttpChannel() as channel:
        sink = WebhookSink(
            Address(channel.url), Password.read(rotated.path), now=lambda: datetime.now(UTC)
        )
        sink.deliver(notice(transition()))
        rotated.rotate()
        sink.deliver(notice(transition(seq=1)))
        first, second = channel.taken

    def verify(taken, key: str) -> str:
        headers = {name.lower(): value for name, value in taken.headers.items()}
        return verified_id(key.encode(), headers, taken.body, datetime.now(UTC))

    assert verify(first, FIRST)
    assert verify(second, SECOND)
    with pytest.raises(UnsignedError):
        verify(second, FIRST)


ROUTES = """
receivers: [{name: desk, webhook: {url: "https://desk.acme.example/", secret_from: DESK_SECRET}}]
route: {receivers: [desk]}
"""


def receivers(**environ: str) -> Receivers:
    return Receivers(
        load_routes(ROUTES, "routes.yaml"), Settings(), Console(quiet=True), environ=environ
    )


def test_a_receivers_secret_may_stand_in_a_file(rotated) -> None:
    sink = receivers(DESK_SECRET_FILE=str(rotated.path)).make("desk")
    assert isinstance(sink, WebhookSink)
    assert key_of(sink._secret) == FIRST.encode()
    for environ, told in (
        ({"DESK_SECRET_FILE": "/nothing/there"}, "DESK_SECRET_FILE: /nothing/there: No such file"),
        ({"DESK_SECRET_FILE": "/a", "DESK_SECRET": "b"}, "are both set"),
        ({}, "DESK_SECRET in the environment, or DESK_SECRET_FILE"),
    ):
        with pytest.raises(ReceiverError, match=told):
            receivers(**environ).make("desk")


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_each_login_to_kafka_has_the_password_of_now(rotated, mechanism) -> None:
    secret = Password.read(rotated.path)
    login = Security("SASL_SSL", None, mechanism, "ana", secret)
    log_in = partial(get_sasl_mechanism(mechanism), **login.options())
    workers = credentials_of(login)
    assert workers is not None
    for expected in (FIRST, SECOND):
        made = log_in()
        sent = made.password.encode() if mechanism == "PLAIN" else made._scram_client.password
        assert sent == expected.encode()
        assert workers.password == expected
        rotated.rotate()
