"""Buttons over a Socket Mode of our own: real WebSocket, Slack's own client."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from agents.alerting.answers import AnswerError, AnswerSender
from agents.alerting.sinks.slack.buttons import SNOOZE
from agents.alerting.sinks.slack.errors import AccountError
from agents.alerting.sinks.slack.socket import ButtonListener
from agents.kafka.clients import KafkaClients
from schemas.codec import Decoder
from schemas.feedback import Feedback
from schemas.topics import FEEDBACK
from support.slack_socket import SlackSocket
from support.topics import read_topic

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

INCIDENT = "acme-20100317T091000Z"


@pytest.fixture
def slack() -> Iterator[SlackSocket]:
    with SlackSocket() as server:
        yield server


def press(action: str = "tocsin_ack", *, envelope: str = "e1", **changes: object) -> dict:
    payload = {
        "type": "block_actions",
        "user": {"id": "U1", "username": "ana"},
        "actions": [{"action_id": action, "action_ts": "1700000000.5", "value": INCIDENT}],
    }
    payload |= changes
    return {"type": "interactive", "envelope_id": envelope, "payload": payload}


def listen(slack: SlackSocket, said: list[Feedback], **more: object) -> ButtonListener:
    options = {"brands": {"acme"}, "send": said.append, **more}
    return ButtonListener("xapp-test", slack.url, **options)


def test_a_press_is_said_and_then_acknowledged(slack: SlackSocket) -> None:
    said: list[Feedback] = []
    with listen(slack, said):
        slack.push(press("tocsin_snooze"))
        slack.wait(lambda: slack.acknowledged == ["e1"])
    assert slack.tokens == ["Bearer xapp-test"]
    [one] = said
    at = datetime.fromtimestamp(1_700_000_000.5, UTC)
    assert (one.kind, one.incident, one.brand, one.by) == ("snooze", INCIDENT, "acme", "ana")
    assert (one.at, one.until) == (at, at + SNOOZE)


def test_the_same_press_delivered_twice_has_the_same_id(slack: SlackSocket) -> None:
    said: list[Feedback] = []
    with listen(slack, said):
        for envelope in ("e1", "e2"):
            slack.push(press(envelope=envelope))
        slack.wait(lambda: sorted(slack.acknowledged) == ["e1", "e2"])
    first, second = said
    assert first == second


def test_what_is_none_of_ours_is_acknowledged_and_dropped(slack: SlackSocket) -> None:
    said: list[Feedback] = []
    strange = [
        press("other_app", envelope="e1"),
        press(envelope="e2", user="nobody"),
        press(envelope="e3", type="view_submission"),
        press(envelope="e4", actions=[{"action_id": "tocsin_ack", "action_ts": "x", "value": "y"}]),
        {"type": "events_api", "envelope_id": "e5", "payload": {}},
    ]
    with listen(slack, said):
        for envelope in strange:
            slack.push(envelope)
        slack.wait(lambda: len(slack.acknowledged) == len(strange))
    assert said == []


def test_a_press_that_kafka_does_not_take_is_not_acknowledged(slack: SlackSocket) -> None:
    tried: list[Feedback] = []

    def refuse(said: Feedback) -> None:
        tried.append(said)
        if len(tried) == 1:
            raise AnswerError("Kafka is away")

    with listen(slack, [], send=refuse):
        slack.push(press(envelope="e1"))
        slack.push(press(envelope="e2"))
        slack.wait(lambda: len(slack.acknowledged) == 1)
    assert len(tried) == 2


def test_it_connects_again_when_slack_hangs_up(slack: SlackSocket) -> None:
    said: list[Feedback] = []
    with listen(slack, said):
        slack.wait(lambda: slack.connections == 1)
        slack.hang_up()
        slack.wait(lambda: slack.connections == 2)
        slack.push(press())
        slack.wait(lambda: slack.acknowledged == ["e1"])
    assert len(said) == 1


def test_a_refused_token_ends_it_and_a_slack_that_is_away_does_not(slack: SlackSocket) -> None:
    slack.error = "invalid_auth"
    with pytest.raises(AccountError, match="invalid_auth"), listen(slack, []):
        pass
    slack.error = "internal_error"
    with listen(slack, [], retry_s=0.05):
        slack.wait(lambda: len(slack.tokens) >= 3)
        slack.error = ""
        slack.wait(lambda: slack.connections == 1)


def test_what_is_pressed_lies_on_the_topic_with_the_brand_as_key(slack, embedded_broker) -> None:
    with (
        closing(AnswerSender(KafkaClients(embedded_broker.bootstrap), 4)) as answers,
        listen(slack, [], send=answers.send),
    ):
        slack.push(press("tocsin_false_alarm"))
        slack.wait(lambda: slack.acknowledged == ["e1"])
        with pytest.raises(AnswerError, match="TOCSIN_PARTITIONS=4"):
            AnswerSender(KafkaClients(embedded_broker.bootstrap), 5).send(
                Feedback(id="1", brand="acme", at=datetime.now(UTC), by="ana", kind="ack")
            )
    [raw] = read_topic(embedded_broker.bootstrap, FEEDBACK.name)
    assert Decoder(Feedback).decode(raw).kind == "false_alarm"
