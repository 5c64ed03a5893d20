"""Routes on the whole way: the command killed at any time, and what Slack shows of calls."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agents.alerting.caller import Caller
from agents.alerting.log import MemoryLog
from agents.alerting.notifier import Notifier
from agents.alerting.past_steps import PastStep
from agents.alerting.plan import ReceiverPlan
from agents.alerting.routing.load import load_routes
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.sink import SlackSink
from agents.cli.alert import command
from agents.kafka.embedded import EmbeddedBroker
from schemas.incident import Transition
from schemas.topics import INCIDENTS
from support.alert_examples import BRAND, transition
from support.http_channel import HttpChannel
from support.incident_topic import Kafka, publish
from support.slack_server import Fault, SlackServer
from support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

BRANDS = "brands:\n  - {id: nestle, names: [Nestlé], slack_channel: '#nestle-alerts'}\n"
SECRETS = {"A_SECRET": "quite a secret", "B_SECRET": "another secret"}


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(partitions=2) as running:
        yield running


@pytest.fixture
def comms() -> Iterator[HttpChannel]:
    with HttpChannel() as channel:
        yield channel


@pytest.fixture
def lead() -> Iterator[HttpChannel]:
    with HttpChannel() as channel:
        yield channel


def files(tmp_path: Path, comms: HttpChannel, lead: HttpChannel, route: str) -> list[str]:
    (tmp_path / "brands.yaml").write_text(BRANDS, encoding="utf-8")
    (tmp_path / "routes.yaml").write_text(
        f"""
receivers:
  - {{name: comms, webhook: {{url: "{comms.url}", secret_from: A_SECRET}}}}
  - {{name: lead, webhook: {{url: "{lead.url}", secret_from: B_SECRET}}}}
route: {route}
""",
        encoding="utf-8",
    )
    return ["--brands", str(tmp_path / "brands.yaml"), "--routes", str(tmp_path / "routes.yaml")]


def environment(broker: EmbeddedBroker) -> dict[str, str]:
    names = ("PATH", "HOME", "LANG", "PYTHONPATH")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    own = {"TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap, "TOCSIN_PARTITIONS": "2", "NO_COLOR": "1"}
    return {**kept, **own, "TOCSIN_BLIND_ALERT_S": "0", **SECRETS}


def said(channel: HttpChannel) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in channel.taken]


GROUPS = {
    # Kafka waits 45 s for a member that was killed; a group of its own begins anew at once.
    signal.SIGKILL: ("killed-1", "killed-2", "killed-3"),
    # What is committed is not delivered again: only the steps before say what is due.
    signal.SIGTERM: ("ended", "ended", "ended"),
}


@pytest.mark.parametrize("ends", GROUPS)
def test_ended_at_any_time_nobody_is_called_twice_and_no_step_is_left_out(
    broker: EmbeddedBroker,
    comms: HttpChannel,
    lead: HttpChannel,
    tmp_path: Path,
    ends: signal.Signals,
) -> None:
    groups = GROUPS[ends]
    incident = f"nestle-{ends.name}"
    arguments = files(
        tmp_path,
        comms,
        lead,
        "{receivers: [comms], escalate: [{after: 6s, receivers: [lead]}]}",
    )
    call = [sys.executable, "-m", "agents", "alert", *arguments, "--group"]
    publish(Kafka(broker.bootstrap, INCIDENTS.name, ""), (1, transition(incident=incident)))

    def got(channel: HttpChannel) -> list[dict[str, Any]]:
        return [one for one in said(channel) if one["incident"] == incident]

    def live(group: str, reached: Callable[[], object], more_s: float) -> None:
        child = subprocess.Popen([*call, group], env=environment(broker), stderr=subprocess.DEVNULL)
        try:
            until(reached)
            time.sleep(more_s)
        finally:
            child.send_signal(ends)
            child.wait(timeout=PATIENCE_S)

    # What was accepted is logged within the second.
    live(groups[0], lambda: got(comms), 1.0)
    live(groups[1], lambda: got(lead), 1.0)
    live(groups[2], lambda: True, 10.0)
    assert [one["id"] for one in got(comms)] == [f"{incident}/0"]
    [called] = got(lead)
    assert (called["id"], called["reason"]) == (f"{incident}/0/0.0", "escalated")
    assert called["loud"]


def alert(broker: EmbeddedBroker, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, env=environment(broker))


def test_a_receiver_that_is_gone_is_said_elsewhere_and_holds_up_no_other(
    broker: EmbeddedBroker, comms: HttpChannel, lead: HttpChannel, tmp_path: Path
) -> None:
    lead.always = Fault("status", status=410)
    arguments = files(tmp_path, comms, lead, "{receivers: [comms, lead]}")
    publish(Kafka(broker.bootstrap, INCIDENTS.name, ""), (0, transition(incident="gone-1")))
    done = alert(broker, *arguments, "--group", "gone", "--once")
    assert done.exit_code == 0, done.output
    told = [one for one in said(comms) if "gone-1" in one["incident"]]
    assert sorted(one["reason"] for one in told) == ["instead", "rings"]
    [instead] = [one for one in told if one["reason"] == "instead"]
    assert "lead can’t be reached (http_410)" in instead["title"]
    assert "Nestlé: severe (8/10)" in instead["title"]


def test_a_test_alert_is_clearly_one(
    broker: EmbeddedBroker, comms: HttpChannel, lead: HttpChannel, tmp_path: Path
) -> None:
    arguments = files(tmp_path, comms, lead, "{receivers: [comms, lead]}")
    done = alert(broker, "test", "--route", "comms", *arguments)
    assert (done.exit_code, done.output) == (0, "comms: delivered\n")
    [told] = said(comms)
    assert told["test"]
    assert told["title"].startswith("TEST, nothing has happened.")
    assert lead.taken == []
    lead.always = Fault("status", status=401)
    done = alert(broker, "test", "--route", "all", *arguments)
    assert done.exit_code == 1
    assert "comms: delivered" in done.output
    assert "lead: not delivered: http_401" in done.output


def test_what_is_missing_is_said_before_anything_is_read(
    broker: EmbeddedBroker, comms: HttpChannel, lead: HttpChannel, tmp_path: Path
) -> None:
    arguments = files(tmp_path, comms, lead, "{receivers: [comms, lead]}")
    variables = {**environment(broker), "A_SECRET": "", "B_SECRET": ""}
    done = CliRunner().invoke(command, arguments, env=variables)
    assert done.exit_code == 1
    assert "receiver comms needs the variable A_SECRET" in done.output
    assert "receiver lead needs the variable B_SECRET" in done.output
    done = alert(broker, *arguments, "--sink", "console")
    assert "--routes says where alerts go" in done.output


SLACK_ROUTES = """
receivers:
  - {name: comms, slack: {ping: {minor: here, severe: S0COMMS01}}}
  - {name: other, slack: {channel: "#nestle-alerts"}}
route:
  receivers: [comms, other]
  escalate: [{after: 10m, receivers: [comms], ping: U0LEAD001}]
"""
START = datetime.fromtimestamp(1_700_000_000, UTC)


class Slacked:
    """One life of a receiver in Slack; the log begins empty, as if it was never written."""

    def __init__(self, slack: SlackServer, receiver: str, topic: list[PastStep]) -> None:
        routes = load_routes(SLACK_ROUTES, "routes.yaml")
        self.now = START
        plan, log = ReceiverPlan(routes, routes.receiver(receiver)), MemoryLog()
        sink = SlackSink(
            SlackApi("xoxb-test", slack.url, timeout_s=2),
            receiver=receiver,
            channel=plan.receiver.channel,
        )
        self.topic = topic
        self.notifier = Notifier(sink, log, lambda _: BRAND, now=lambda: self.now, plan=plan)
        self.caller = Caller(
            plan,
            self.notifier,
            log,
            sink,
            self,
            now=lambda: self.now,
            delivered=lambda _outcome, _transition: None,
            errored=lambda _: None,
            undelivered=lambda _transition, why: pytest.fail(why),
        )
        self.caller.read(0, 0)

    def before(self, _partition: int, _offset: int) -> list[PastStep]:
        return self.topic

    def step(self, told: Transition) -> str:
        self.topic.append(PastStep(told, self.now))
        return self.notifier.deliver(told, self.now)

    def after(self, minutes: int) -> None:
        self.now = START + timedelta(minutes=minutes)
        self.caller.turn(lambda _: True)


def test_slack_calls_whom_the_route_names_and_the_next_in_the_thread(slack: SlackServer) -> None:
    slack.routed_pings = ("<!subteam^S0COMMS01>", "<@U0LEAD001>")
    life = Slacked(slack, "comms", [])
    life.step(transition())
    [root] = slack.roots()
    assert root["text"].startswith("<!subteam^S0COMMS01> 🔔 Nestlé")
    assert "'usergroup_id': 'S0COMMS01'" in str(root["blocks"])
    life.after(11)
    [reply] = slack.replies()
    assert reply["text"].startswith("<@U0LEAD001> ")
    assert "Nobody has it after 11 min" in reply["text"].replace("\xa0", " ")
    life.after(30)
    assert len(slack.replies()) == 1


def test_slack_knows_of_a_call_that_the_log_does_not_know_of(slack: SlackServer) -> None:
    slack.routed_pings = ("<!subteam^S0COMMS01>", "<@U0LEAD001>")
    topic: list[PastStep] = []
    first = Slacked(slack, "comms", topic)
    first.step(transition())
    second = Slacked(slack, "comms", topic)  # killed before the log was written
    second.after(9)
    assert slack.replies() == []
    second.after(11)
    third = Slacked(slack, "comms", topic)
    third.after(12)
    assert len(slack.replies()) == 1
    assert len(slack.roots()) == 1


def test_two_receivers_in_one_channel_keep_to_their_own_messages(slack: SlackServer) -> None:
    slack.routed_pings = ("<!subteam^S0COMMS01>",)
    topic: list[PastStep] = []
    assert Slacked(slack, "comms", topic).step(transition()) == "posted"
    assert Slacked(slack, "other", topic).step(transition()) == "posted"
    assert Slacked(slack, "other", topic).step(transition()) == "duplicate"
    assert len(slack.roots()) == 2
