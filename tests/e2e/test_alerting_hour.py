"""An hour that goes wrong, on a clock of its own: Slack is slow, or the host's clock jumps."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from agents.alerting.message.brands import brand_of
from agents.alerting.notifier import Outcome
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.errors import TryLaterError
from agents.alerting.sinks.slack.sink import SlackSink
from agents.kafka.embedded import EmbeddedBroker
from schemas.incident import Transition
from support.alert_examples import BRAND, transition
from support.alerting_run import Run
from support.incident_topic import Kafka, publish
from support.notifying import notifying
from support.slack_server import SlackServer

HOUR_S = 3600
TIMEOUT_S = 10.0
"""So long alerting waits for an answer of Slack."""


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(partitions=2) as running:
        yield running


@pytest.fixture
def kafka(broker: EmbeddedBroker, request: pytest.FixtureRequest) -> Kafka:
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name)
    broker.create_topic(name, 2)
    return Kafka(broker.bootstrap, name, f"group-{name}")


def of(number: int, seq: int) -> Transition:
    return transition(incident=f"nestle-{number}", seq=seq, severity=5 + seq)


def steps() -> list[tuple[int, Transition]]:
    """Of six incidents in two partitions three steps each."""
    return [(number % 2, of(number, seq)) for seq in range(3) for number in range(6)]


class SlowSlack:
    """Slack behind a clock of its own: until ``well_s`` no answer comes in time.

    Every third call it does what it was asked all the same, and nobody hears of it.
    """

    def __init__(self, slack: SlackServer) -> None:
        sink = SlackSink(SlackApi("xoxb-test", slack.url, timeout_s=2))
        self._deliver = notifying(sink, brand_of({"nestle": BRAND}))
        self.run: Run
        self.well_s = 0.0
        self.calls = 0

    def __call__(self, one: Transition, sent_at: datetime, partition: int) -> Outcome:
        if self.run.clock_s >= self.well_s:
            return self._deliver(one, sent_at, partition)
        self.calls += 1
        self.run.clock_s += TIMEOUT_S
        if self.calls % 3 == 0:
            self._deliver(one, sent_at, partition)
        raise TryLaterError("timeout")


@pytest.mark.parametrize("is_there", [True, False])
def test_an_hour_in_which_slack_answers_too_late_loses_nothing_and_doubles_nothing(
    kafka: Kafka, slack: SlackServer, *, is_there: bool
) -> None:
    """``is_there``: whether what only asks if Slack is there is answered in time."""
    publish(kafka, *steps())
    slow = SlowSlack(slack)
    slow.run = run = Run(kafka, slow, tick_s=20.0)
    slow.well_s = run.clock_s + HOUR_S

    def answers() -> bool:
        if not is_there and run.clock_s < slow.well_s:
            raise TryLaterError("timeout")
        return True

    run.answers = answers
    run()
    assert slow.calls > 20
    assert len(slack.roots()) == 6
    told = [reply["metadata"]["event_payload"] for reply in slack.replies()]
    assert sorted((one["incident"], one["seq"]) for one in told) == sorted(
        (f"nestle-{number}", seq) for number in range(6) for seq in (1, 2)
    )
    assert run.shown == []
    assert run.metric("tocsin_records_errored_total", reason="timeout") == slow.calls
    assert run.metric("tocsin_records_errored_total", reason="undeliverable") is None


@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S], ids=["ahead", "back"])
def test_while_something_waits_for_slack_the_clock_jumps_and_it_is_told_no_later(
    kafka: Kafka, slack: SlackServer, jump_s: float
) -> None:
    publish(kafka, *steps())
    sink = notifying(
        SlackSink(SlackApi("xoxb-test", slack.url, timeout_s=2)), brand_of({"nestle": BRAND})
    )
    tried: list[str] = []

    def deliver(one: Transition, sent_at: datetime, partition: int) -> Outcome:
        tried.append(one.incident)
        if len(tried) > 6:
            return sink(one, sent_at, partition)
        if len(tried) == 3:
            run.jumped_s = jump_s  # both partitions wait for their next attempt
        raise TryLaterError("http_503")

    run = Run(kafka, deliver, tick_s=1.0)
    began_s = run.clock_s
    run()
    assert run.clock_s - began_s < 600
    assert run.shown == []
    assert len(slack.roots()) == 6
    assert len(slack.replies()) == 12
