"""One harness a sink: plays the channel, makes it fail, and tells what people see there."""

import io
import json
import re
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec
import pytest
from rich.console import Console

from agents.alerting.address import Address
from agents.alerting.sinks.alertmanager import AlertmanagerSink
from agents.alerting.sinks.apprise import AppriseSink
from agents.alerting.sinks.base import Sink
from agents.alerting.sinks.console import ConsoleSink
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.sink import SlackSink
from agents.alerting.sinks.webhook import WebhookSink, header_id
from agents.secret import Secret
from agents.standard_webhooks import key_of, signature
from schemas.codec import Decoder
from schemas.webhook import WebhookNotice
from support.alert_examples import BRAND
from support.http_channel import HttpChannel, Received
from support.recording_sink import Recorder, RecordingSink
from support.slack_server import Fault, SlackServer

WAIT_S = 7
ROOT = Path(__file__).parents[3]

Trouble = Literal["wait", "server", "timeout", "lost_answer", "place", "account", "odd"]
"""What goes wrong with the next call: 429 with a wait of ``WAIT_S``; 5xx; no answer in time; the
work is done and its answer lost; the place of ``BRAND`` is refused, and stays so; our account is
refused; the message is found too odd."""

COMMON: dict[Trouble, Fault] = {
    "wait": Fault("status", status=429, headers=(("Retry-After", str(WAIT_S)),)),
    "server": Fault("status", status=503),
    "timeout": Fault("late"),
    "lost_answer": Fault("lose_answer"),
}


class Harness(Protocol):
    """What the contract asks of a sink and its channel.

    ``troubles``: those that the channel knows. ``drops_copies``: whether a second copy of a notice
    is never seen, be it that the sink looks or that the receiver drops it.
    """

    troubles: frozenset[Trouble]
    drops_copies: bool

    def sink(self) -> Sink:
        """Return the sink, as a process that has just started has it."""
        ...

    def trouble(self, kind: Trouble) -> None:
        """Have that go wrong with the next call."""
        ...

    def seen(self) -> int:
        """How many notices of any kind people have seen."""
        ...

    def shows(self, text: str) -> bool:
        """Whether people see, or have seen, a text."""
        ...

    def broken_rules(self) -> list[str]:
        """Which rules of the channel were broken."""
        ...


class Slack:
    """Slack, as the tests have it."""

    troubles = frozenset[Trouble](
        {"wait", "server", "timeout", "lost_answer", "place", "account", "odd"}
    )
    drops_copies = True

    def __init__(self, stack: ExitStack, _tmp_path: Path) -> None:
        self._server = stack.enter_context(SlackServer())

    def sink(self) -> Sink:
        return SlackSink(SlackApi("xoxb-test", self._server.url, timeout_s=1), with_buttons=True)

    def trouble(self, kind: Trouble) -> None:
        if kind == "place":
            self._server.refusals["C0NESTLE1"] = "is_archived"
        elif kind == "account":
            self._server.faults.append(Fault("error", error="invalid_auth"))
        elif kind == "odd":
            self._server.faults.append(Fault("error", "chat.postMessage", error="invalid_blocks"))
        else:
            # Of the calls, the one that has an effect.
            self._server.faults.append(COMMON[kind]._replace(method="chat.postMessage"))

    def seen(self) -> int:
        # Evidence below an alert is a part of it, and no notice of its own.
        evidence = sum(len(self._server.evidence(one)) for one in self._server.messages)
        return sum(map(len, self._server.messages.values())) - evidence

    def shows(self, text: str) -> bool:
        return text in re.sub(r"\\u00a0|\xa0", " ", str(self._server.messages))

    def broken_rules(self) -> list[str]:
        return self._server.broken_rules


class Terminal:
    """A terminal, with which nothing goes wrong."""

    troubles = frozenset[Trouble]()
    drops_copies = False

    def __init__(self, _stack: ExitStack, _tmp_path: Path) -> None:
        self._written = io.StringIO()
        self._calls = 0

    def sink(self) -> Sink:
        harness = self

        class Counting(Console):
            def print(self, *objects: Any, **named: Any) -> None:
                harness._calls += 1
                super().print(*objects, **named)

        return ConsoleSink(Counting(file=self._written, width=4000))

    def trouble(self, kind: Trouble) -> None:
        raise NotImplementedError(kind)

    def seen(self) -> int:
        return self._calls

    def shows(self, text: str) -> bool:
        flat = " ".join(re.sub("[│╭╮╰╯─]", " ", self._written.getvalue()).split())
        return text in flat

    def broken_rules(self) -> list[str]:
        return [one for one in "\x1b\x07\u202e" if one in self._written.getvalue()]


class Http:
    """A server that is posted to, and that nobody can search."""

    troubles = frozenset[Trouble]({"wait", "server", "timeout", "lost_answer", "place", "account"})
    drops_copies = True

    def __init__(self, stack: ExitStack, _tmp_path: Path) -> None:
        self._server = stack.enter_context(Recorder())

    def sink(self) -> Sink:
        return RecordingSink(self._server.url)

    def trouble(self, kind: Trouble) -> None:
        if kind == "place":
            self._server.refused.add(BRAND.id)
        elif kind == "account":
            self._server.faults.append(Fault("status", status=401))
        else:
            self._server.faults.append(COMMON[kind])

    def seen(self) -> int:
        # As a receiver does that drops second copies by their id.
        return len(set(self._server.ids()))

    def shows(self, text: str) -> bool:
        said = msgspec.json.encode(self._server.notices).decode()
        return text in said.replace("\xa0", " ")

    def broken_rules(self) -> list[str]:
        return []


class DocumentedFile:
    """The example of docs/develop/adding-a-sink.md, as it stands there."""

    troubles = frozenset[Trouble]({"server", "account"})
    drops_copies = False

    def __init__(self, _stack: ExitStack, tmp_path: Path) -> None:
        page = (ROOT / "docs" / "develop" / "adding-a-sink.md").read_text(encoding="utf-8")
        [code] = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        self._module: dict[str, Any] = {"__name__": "adding_a_sink"}
        exec(compile(code, "adding-a-sink.md", "exec"), self._module)  # noqa: S102 - our own page
        self._path = tmp_path / "alerts.jsonl"
        self._made: list[Any] = []

    def sink(self) -> Sink:
        made: Sink = self._module["FileSink"](self._path)
        self._made.append(made)
        return made

    def trouble(self, kind: Trouble) -> None:
        error = PermissionError("no") if kind == "account" else OSError(28, "disk full")
        self._made[-1]._path = _Broken(self._path, error, self._made[-1])

    def seen(self) -> int:
        return len(self._lines())

    def shows(self, text: str) -> bool:
        return text in "\n".join(self._lines()).replace("\xa0", " ")

    def broken_rules(self) -> list[str]:
        for one in self._lines():
            msgspec.json.decode(one)
        return []

    def _lines(self) -> list[str]:
        # Not splitlines: a line of JSON may hold what Unicode calls the end of a line.
        written = self._path.read_text("utf-8") if self._path.exists() else ""
        return [line for line in written.split("\n") if line]


class _Broken:
    """A path that cannot be opened once."""

    def __init__(self, path: Path, error: OSError, sink: Any) -> None:
        self._path, self._error, self._sink = path, error, sink

    def open(self, _mode: str) -> None:
        self._sink._path = self._path
        raise self._error


class _Posted:
    """What the sinks have in common that post to an HTTP server."""

    troubles = frozenset[Trouble]({"wait", "server", "timeout", "lost_answer", "place", "account"})
    drops_copies = True

    def __init__(self, stack: ExitStack, _tmp_path: Path) -> None:
        self.channel = stack.enter_context(HttpChannel())

    def trouble(self, kind: Trouble) -> None:
        if kind == "place":
            self.channel.refuses = lambda body: f'"{BRAND.id}"'.encode() in body
        elif kind == "account":
            self.channel.faults.append(Fault("status", status=401))
        else:
            self.channel.faults.append(COMMON[kind])

    def shows(self, text: str) -> bool:
        said = [json.dumps(json.loads(one.body), ensure_ascii=False) for one in self.channel.taken]
        return text in "".join(said).replace("\xa0", " ")


class Webhook(_Posted):
    """A receiver that checks signature and schema, and drops second copies by their id."""

    secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    def sink(self) -> Sink:
        address = Address(self.channel.url)
        return WebhookSink(address, self.secret, now=lambda: datetime.now(UTC), timeout_s=1)

    def seen(self) -> int:
        return len({one.headers["idempotency-key"] for one in self.channel.taken})

    def broken_rules(self) -> list[str]:
        return [rule for one in self.channel.taken for rule in self._broken(one)]

    def _broken(self, one: Received) -> list[str]:
        said = Decoder(WebhookNotice).decode(one.body)
        id_, stamp = one.headers["webhook-id"], one.headers["webhook-timestamp"]
        signed = f"v1,{signature(key_of(self.secret), id_, stamp, one.body)}"
        wrong = {
            "signature": one.headers["webhook-signature"] != signed,
            "id": not id_ == one.headers["idempotency-key"] == header_id(said.id),
            "time": abs(float(stamp) - datetime.now(UTC).timestamp()) > 60,
        }
        return [name for name, is_so in wrong.items() if is_so]


class Alertmanager(_Posted):
    """Alertmanager's API, to which the same alert may be told again and again."""

    def sink(self) -> Sink:
        address = Address(f"http://127.0.0.1:{self.channel.port}")
        return AlertmanagerSink(address, now=lambda: datetime.now(UTC), timeout_s=1)

    def seen(self) -> int:
        # Times differ with each copy; what stands is labels and annotations.
        standing = [json.loads(one.body)[-1] for one in self.channel.taken]
        said = ({**one, "startsAt": "", "endsAt": ""} for one in standing)
        return len({json.dumps(one, sort_keys=True) for one in said})

    def broken_rules(self) -> list[str]:
        alerts = [alert for one in self.channel.taken for alert in json.loads(one.body)]
        paths = {one.path for one in self.channel.taken} - {"/api/v2/alerts"}
        return [*paths, *(str(one) for one in alerts if one["startsAt"] > one["endsAt"])]


class Apprise(_Posted):
    """Apprise's way to a server that takes JSON; it hands on no wait that is asked for."""

    troubles = frozenset[Trouble]({"server", "timeout", "lost_answer", "account"})
    drops_copies = False

    def __init__(self, stack: ExitStack, tmp_path: Path) -> None:
        pytest.importorskip("apprise")
        super().__init__(stack, tmp_path)

    def sink(self) -> Sink:
        url = f"json://127.0.0.1:{self.channel.port}/hook?rto=1&cto=1"
        return AppriseSink(Secret(url))

    def seen(self) -> int:
        return len(self.channel.taken)

    def broken_rules(self) -> list[str]:
        return []


HARNESSES = (Slack, Terminal, Http, DocumentedFile, Webhook, Alertmanager, Apprise)
