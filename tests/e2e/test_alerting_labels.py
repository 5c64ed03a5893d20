"""Labels said in Slack: a real WebSocket, real HTTP, and for some a real topic."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from kafka import KafkaProducer
from msgspec.structs import replace

from agents.alerting.answers import AnswerError, AnswerSender
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.label_handler import LabelFormHandler
from agents.alerting.sinks.slack.socket import ButtonListener
from agents.incidents.memory import IncidentMemory
from agents.incidents.opening import follow, open_incidents
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from agents.kafka.follower import running
from agents.labelling import post_key
from pipeline.learning.admission import Admission, LabelLimits
from schemas.brand import Brand
from schemas.codec import Decoder, encode
from schemas.feedback import Feedback
from schemas.incident import Transition
from schemas.topics import FEEDBACK, INCIDENTS
from support.alert_examples import example, transition
from support.slack_server import SlackServer
from support.slack_socket import SlackSocket
from support.topics import read_topic
from support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

INCIDENT = "acme-20100317T091000Z"
BRANDS = {
    "acme": Brand(id="acme", names=("Acme",)),
    "marque": Brand(id="marque", names=("Marque",), alert_language="fr"),
}
HOSTILE = "They <!channel> lied \u202e &amp; deleted it\n@here \\u0021 *twice*"
SHOWN = (
    example(1, HOSTILE),
    replace(example(2, "Bravo, Acme."), lang="fr"),
    example(3, "é" * 280),
)
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


def told(**changes: object) -> Transition:
    return transition(**{"incident": INCIDENT, "brand": "acme", "examples": SHOWN, **changes})


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server, SlackSocket() as socket:
        server.socket_url = socket.socket_url
        server.socket = socket
        yield server
        assert server.broken_rules == []


def desk(
    slack: SlackServer,
    send: Callable[[Feedback], None],
    *,
    memory: IncidentMemory | None = None,
) -> LabelFormHandler:
    if memory is None:
        memory = IncidentMemory()
        memory.take(told())
    return LabelFormHandler(
        brands=BRANDS,
        incidents=memory,
        open_view=SlackApi("xoxb-test", slack.url, timeout_s=2).open_view,
        send=send,
        now=lambda: NOW,
    )


def listen(slack: SlackServer, labels: LabelFormHandler) -> ButtonListener:
    def never(said: Feedback) -> None:
        raise AssertionError(said)

    return ButtonListener("xapp-test", slack.url, brands=BRANDS, send=never, hear=labels.hear)


def press(incident: str = INCIDENT, *, trigger: str = "t1") -> dict[str, Any]:
    action = {"action_id": "tocsin_label", "action_ts": "1700000000.5", "value": incident}
    return {
        "type": "block_actions",
        "user": {"id": "U1", "username": "ana"},
        "trigger_id": trigger,
        "actions": [action],
    }


def submission(
    answers: dict[str, str | None], *, incident: str = INCIDENT, user: str = "U1"
) -> dict[str, Any]:
    values = {
        key: {"label": {"selected_option": {"value": label} if label else None}}
        for key, label in answers.items()
    }
    view = {
        "callback_id": "tocsin_labels",
        "private_metadata": incident,
        "state": {"values": values},
    }
    return {"type": "view_submission", "user": {"id": user, "username": "a\u202ena"}, "view": view}


def push(slack: SlackServer, payload: dict[str, Any], envelope: str = "e1") -> dict[str, Any]:
    """Deliver a payload; return what it was acknowledged with."""
    slack.socket.push({"type": "interactive", "envelope_id": envelope, "payload": payload})
    slack.socket.wait(lambda: envelope in slack.socket.acknowledged)
    return slack.socket.replies[envelope]


def names(view: dict[str, Any]) -> list[str]:
    """Fields that ask for the tone of a post."""
    asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    return [name for name in asked if not name.startswith("attack-")]


def errors(keys: list[str], text: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": dict.fromkeys(keys, text)}


def test_a_press_shows_the_posts_and_a_form_labels_the_very_texts(slack: SlackServer) -> None:
    said: list[Feedback] = []
    with listen(slack, desk(slack, said.append)):
        assert push(slack, press()) == {}
        [view] = slack.views
        critical, kind, left_open = names(view)
        answers = {critical: "negative", kind: "positive", left_open: None}
        assert push(slack, submission(answers), "e2") == {}
    assert [(one.text, one.lang, one.label, one.mention_id) for one in said] == [
        (HOSTILE, "und", "negative", "17-1"),
        ("Bravo, Acme.", "fr", "positive", "17-2"),
    ]
    assert {(one.brand, one.by, one.kind, one.incident, one.at) for one in said} == {
        ("acme", "slack:U1", "label", INCIDENT, NOW)
    }
    assert said[0].note == "ana in Slack"
    assert all(Decoder(Feedback).decode(encode(one)) == one for one in said)


def test_a_form_says_what_attacks_beside_the_tone_or_without_it(slack: SlackServer) -> None:
    said: list[Feedback] = []
    with listen(slack, desk(slack, said.append)):
        push(slack, press())
        first, second, third = names(slack.views[0])
        answers = {
            first: "negative",
            f"attack-{first}": "attack",
            f"attack-{second}": "no_attack",
            third: "neutral",
            f"attack-{third}": None,
        }
        assert push(slack, submission(answers), "e2") == {}
    assert [(one.text, one.label, one.attack) for one in said] == [
        (HOSTILE, "negative", True),
        ("Bravo, Acme.", None, False),
        (SHOWN[2].text, "neutral", None),
    ]
    assert len({one.id for one in said}) == 3
    assert all(Decoder(Feedback).decode(encode(one)) == one for one in said)


def test_the_same_form_delivered_twice_is_learned_once(slack: SlackServer) -> None:
    said: list[Feedback] = []
    form = submission({post_key(post): "negative" for post in SHOWN})
    with listen(slack, desk(slack, said.append)):
        for envelope in ("e1", "e2"):
            assert push(slack, form, envelope) == {}
    assert said[:3] == said[3:]
    door = Admission(frozenset(BRANDS), LabelLimits())
    refused = [door.why_not(one, 0.0) for one in said]
    assert refused == [None] * 3 + ["repeated"] * 3


def test_a_press_delivered_twice_shows_one_form(slack: SlackServer) -> None:
    with listen(slack, desk(slack, [].append)):
        for envelope in ("e1", "e2"):
            assert push(slack, press(), envelope) == {}
    assert len(slack.views) == 1


def test_people_are_told_apart_by_what_they_cannot_choose(slack: SlackServer) -> None:
    said: list[Feedback] = []
    with listen(slack, desk(slack, said.append)):
        for envelope, user in (("e1", "U1"), ("e2", "U2")):
            push(slack, submission({post_key(SHOWN[0]): "negative"}, user=user), envelope)
    assert [one.by for one in said] == ["slack:U1", "slack:U2"]
    assert len({one.id for one in said}) == 2
    assert len({one.note for one in said}) == 1


def test_a_form_that_could_not_be_shown_in_time_is_not_acknowledged(slack: SlackServer) -> None:
    with listen(slack, desk(slack, [].append)):
        slack.expired = True
        slack.socket.push({"type": "interactive", "envelope_id": "e1", "payload": press()})
        until(lambda: "views.open" in slack.methods())
        slack.expired = False
        push(slack, press(trigger="t2"), "e2")
    assert slack.socket.acknowledged == ["e2"]


def test_a_form_without_an_answer_stays_open(slack: SlackServer) -> None:
    said: list[Feedback] = []
    keys = [post_key(post) for post in SHOWN]
    with listen(slack, desk(slack, said.append)):
        reply = push(slack, submission(dict.fromkeys(keys)))
    assert reply == errors(keys[:1], "Answer for at least one post.")
    assert said == []


def test_what_kafka_does_not_take_stays_in_the_form(slack: SlackServer) -> None:
    kept: list[Feedback] = []

    def refuse_the_second(said: Feedback) -> None:
        if len(kept) == 1:
            kept.append(said)
            raise AnswerError("Kafka is away")
        kept.append(said)

    keys = [post_key(post) for post in SHOWN[:2]]
    form = submission(dict.fromkeys(keys, "negative"))
    with listen(slack, desk(slack, refuse_the_second)):
        reply = push(slack, form)
        assert push(slack, form, "e2") == {}
    assert reply["response_action"] == "errors"
    assert list(reply["errors"]) == keys
    assert "Kafka did not take it in time" in reply["errors"][keys[0]]
    first, lost, again, then = kept
    assert (first, lost) == (again, then)


def test_what_is_not_ours_or_malformed_is_acknowledged_and_dropped(slack: SlackServer) -> None:
    said: list[Feedback] = []
    key = post_key(SHOWN[0])
    strange = [
        press("other-20100317T091000Z"),
        press("no incident"),
        submission({key: "negative"}, incident="other-20100317T091000Z"),
        submission({key: "negative"}, incident="acme\nacme-20100317T091000Z"),
        submission({key: "furious"}),
        submission({f"attack-{key}": "negative"}),
        submission({key: "negative"}, user="u1 or whoever"),
        {"type": "view_submission", "view": []},
        {},
    ]
    with listen(slack, desk(slack, said.append)):
        for number, payload in enumerate(strange):
            assert push(slack, payload, f"e{number}") == {}, payload
    assert said == []
    assert slack.views == []


def test_a_forged_form_labels_nothing_that_no_alert_has_shown(slack: SlackServer) -> None:
    said: list[Feedback] = []
    forged = post_key(example(1, "a text of the forger's own"))
    with listen(slack, desk(slack, said.append)):
        reply = push(slack, submission({forged: "positive", post_key(SHOWN[0]): "positive"}))
        elsewhere = push(
            slack,
            submission({post_key(SHOWN[0]): "positive"}, incident="marque-20100317T091000Z"),
            "e2",
        )
    unknown = "This post is no longer known here. Close this and open it again."
    assert reply == errors([forged], unknown)
    assert "n’est plus connu" in elsewhere["errors"][post_key(SHOWN[0])]
    assert said == []


def test_an_incident_that_is_not_known_yet_says_so(slack: SlackServer) -> None:
    with listen(slack, desk(slack, [].append, memory=IncidentMemory())):
        assert push(slack, press("marque-20100317T091000Z")) == {}
    [view] = slack.views
    assert names(view) == []
    assert "ne sont pas connus ici" in view["blocks"][0]["text"]["text"]


def test_posts_come_from_the_topic_and_labels_go_to_theirs(
    slack: SlackServer, embedded_broker: EmbeddedBroker
) -> None:
    with closing(
        KafkaProducer(bootstrap_servers=embedded_broker.bootstrap, api_version=KAFKA_PYTHON_API)
    ) as producer:
        for value in (b"{", encode(told(seq=0)), encode(told(seq=1, examples=SHOWN[:1]))):
            producer.send(INCIDENTS.name, key=b"acme", value=value).get(timeout=PATIENCE_S)
    memory, unreadable = IncidentMemory(), []
    reader = open_incidents(KafkaClients(embedded_broker.bootstrap), "test", since_s=0.0)
    follower = follow(reader, memory, unreadable=unreadable.append, crash=print)
    with (
        closing(reader),
        running(follower),
        closing(AnswerSender(KafkaClients(embedded_broker.bootstrap), 4)) as answers,
        listen(slack, desk(slack, answers.send, memory=memory)),
    ):
        until(lambda: (known := memory.of(INCIDENT)) is not None and known.newest.seq == 1)
        push(slack, press())
        assert names(slack.views[0]) == [post_key(SHOWN[0])]
        # Opened when the alert still showed it, sent when it no longer does.
        push(slack, submission({post_key(SHOWN[2]): "neutral"}), "e2")
    assert unreadable == ["malformed_json"]
    [raw] = read_topic(embedded_broker.bootstrap, FEEDBACK.name)
    said = Decoder(Feedback).decode(raw)
    assert (said.kind, said.label, said.text) == ("label", "neutral", SHOWN[2].text)
