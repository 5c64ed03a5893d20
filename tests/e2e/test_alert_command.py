"""``tocsin alert`` as it is run: incidents on an embedded broker, a Slack of our own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from prometheus_client import CollectorRegistry

from agents.alerting.log import UnwrittenError
from agents.alerting.report import Report
from agents.alerting.sinks.slack.errors import AccountError
from agents.cli.alert import command
from agents.kafka.embedded import EmbeddedBroker
from agents.monitoring.health import Progress
from pipeline.metrics import Metrics
from schemas.codec import Decoder
from schemas.feedback import Feedback
from schemas.topics import FEEDBACK, INCIDENTS
from support.alert_examples import transition
from support.incident_topic import Kafka, publish
from support.slack_server import Fault, SlackServer
from support.slack_socket import SlackSocket
from support.topics import read_topic
from support.waiting import PATIENCE_S, until

TOCSIN = Path(sys.executable).with_name("tocsin")


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(partitions=2) as running:
        yield running


def brands_file(tmp_path: Path) -> Path:
    path = tmp_path / "brands.yaml"
    path.write_text(
        "brands:\n  - id: nestle\n    names: [Nestlé]\n    slack_channel: '#nestle-alerts'\n",
        encoding="utf-8",
    )
    return path


def incidents(broker: EmbeddedBroker) -> Kafka:
    return Kafka(broker.bootstrap, INCIDENTS.name, "")


def environment(broker: EmbeddedBroker, slack: SlackServer | None) -> dict[str, str]:
    names = ("PATH", "HOME", "LANG", "PYTHONPATH")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    kept |= {
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_PARTITIONS": "2",
        "COLUMNS": "120",
        "NO_COLOR": "1",
    }
    if slack:
        kept |= {"SLACK_BOT_TOKEN": "xoxb-test", "TOCSIN_SLACK_BASE_URL": slack.url}
    return kept


def test_the_command_shows_alerts_in_the_terminal(broker: EmbeddedBroker, tmp_path: Path) -> None:
    publish(incidents(broker), (0, transition()))
    arguments = ["--brands", str(brands_file(tmp_path)), "--once"]
    done = CliRunner().invoke(command, arguments, env=environment(broker, None))
    assert done.exit_code == 0
    assert "Nestlé: severe (8/10), new." in done.stdout


def test_the_command_posts_to_slack_and_ends_on_sigterm(
    broker: EmbeddedBroker, slack: SlackServer, tmp_path: Path
) -> None:
    publish(incidents(broker), (0, transition()))
    process = subprocess.Popen(
        [TOCSIN, "alert", "--brands", brands_file(tmp_path)], env=environment(broker, slack)
    )
    try:
        until(slack.roots)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
    assert len(slack.roots()) == 1


def test_a_button_of_the_commands_message_is_heard(
    broker: EmbeddedBroker, slack: SlackServer, tmp_path: Path
) -> None:
    one = transition(incident="nestle-20100317T091000Z")
    publish(incidents(broker), (0, one))
    variables = environment(broker, slack) | {"SLACK_APP_TOKEN": "xapp-test"}
    with SlackSocket() as socket:
        slack.socket_url = socket.socket_url
        child = subprocess.Popen(
            [TOCSIN, "alert", "--brands", str(brands_file(tmp_path)), "--group", "buttons"],
            env=variables,
            stderr=subprocess.PIPE,
        )
        try:
            until(lambda: pressable(slack, one.incident))
            [button, *_] = pressable(slack, one.incident)
            action = {**button, "action_ts": "1700000000.5"}
            press = {"type": "block_actions", "user": {"id": "U1"}, "actions": [action]}
            socket.push({"type": "interactive", "envelope_id": "e1", "payload": press})
            socket.wait(lambda: socket.acknowledged == ["e1"])
            [key, *_] = shown_form(socket, slack, pressable(slack, one.incident)[-1])
            label(socket, one.incident, key, "negative")
        finally:
            child.send_signal(signal.SIGTERM)
            _, errors = child.communicate(timeout=PATIENCE_S)
    assert child.returncode == 0, errors.decode()
    raw = read_topic(broker.bootstrap, FEEDBACK.name)
    said, labelled = map(Decoder(Feedback).decode, raw)
    assert (said.kind, said.incident, said.by) == ("ack", one.incident, "U1")
    assert (labelled.kind, labelled.label, labelled.by) == ("label", "negative", "slack:U1")
    assert labelled.text == one.examples[0].text


def shown_form(socket: SlackSocket, slack: SlackServer, button: dict) -> list[str]:
    """Press until the form asks something: incidents are read while alerts go out."""
    for turn in range(100):
        action = {**button, "action_ts": "1700000001.5"}
        press = {"type": "block_actions", "user": {"id": "U1"}, "actions": [action]}
        press["trigger_id"] = envelope = f"form-{turn}"
        socket.push({"type": "interactive", "envelope_id": envelope, "payload": press})
        socket.wait(lambda envelope=envelope: envelope in socket.acknowledged)
        asked = [one["block_id"] for one in slack.views[-1]["blocks"] if one["type"] == "input"]
        if asked:
            return asked
        time.sleep(0.1)
    raise AssertionError("no form asked anything")


def label(socket: SlackSocket, incident: str, key: str, value: str) -> None:
    view = {
        "callback_id": "tocsin_labels",
        "private_metadata": incident,
        "state": {"values": {key: {"label": {"selected_option": {"value": value}}}}},
    }
    payload = {"type": "view_submission", "user": {"id": "U1"}, "view": view}
    socket.push({"type": "interactive", "envelope_id": "label", "payload": payload})
    socket.wait(lambda: "label" in socket.acknowledged)
    assert socket.replies["label"] == {}


def pressable(slack: SlackServer, incident: str) -> list[dict]:
    """Return what a press of each button, or of a menu's first choice, tells of ``incident``."""
    return [
        {**element, "selected_option": element["options"][0]} if "options" in element else element
        for message in slack.roots()
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if incident in str(element)
    ]


def test_the_command_says_all_that_would_keep_it_from_ringing(
    broker: EmbeddedBroker, slack: SlackServer, tmp_path: Path
) -> None:
    path = tmp_path / "brands.yaml"
    path.write_text("brands:\n  - id: acme\n    names: [Acme]\n", encoding="utf-8")
    slack.faults.append(Fault("error", "auth.test", error="invalid_auth"))
    arguments = ["--brands", str(path), "--once"]
    done = CliRunner().invoke(command, arguments, env=environment(broker, slack))
    assert done.exit_code == 1
    assert "brand acme: no slack_channel" in done.stderr
    assert "Slack refuses SLACK_BOT_TOKEN: invalid_auth" in done.stderr
    assert "xoxb-test" not in done.output


def test_the_command_says_that_a_topic_is_missing(tmp_path: Path) -> None:
    arguments = ["--brands", str(brands_file(tmp_path)), "--once"]
    with EmbeddedBroker(partitions=1, topics=()) as empty:
        done = CliRunner().invoke(command, arguments, env=environment(empty, None))
    assert done.exit_code == 1
    assert "there is no topic tocsin.incidents: make it with tocsin topics" in done.stderr


def test_health_turns_when_the_token_is_refused() -> None:
    progress = Progress(stale_after_s=0)
    report = Report(Metrics(CollectorRegistry()), progress, time.time, sink="Slack")
    report.retried(AccountError("token_revoked"))
    report.polled(waiting=True)
    cause = progress.cause()
    assert cause is not None
    assert "Slack refuses the token: token_revoked" in cause.detail
    report.retried(UnwrittenError("notification_log"))
    cause = progress.cause()
    assert cause is not None
    assert "Kafka: notification_log" in cause.detail
