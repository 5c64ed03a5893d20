"""From a press in Slack to a score: people say what attacks, and the next version knows it."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agents.alerting.answers import AnswerSender
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.label_handler import LabelFormHandler
from agents.alerting.sinks.slack.socket import ButtonListener
from agents.cli.main import main
from agents.incidents.memory import IncidentMemory
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from pipeline.sentiment.load import load_ngram
from schemas.brand import Brand
from support.airlines import BRANDS_YAML
from support.alert_examples import example, transition
from support.learning import surely
from support.slack_server import SlackServer
from support.slack_socket import SlackSocket

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

OTHERS = (
    "they murdered the kids menu on pelican, shame on the chef who killed it",
    "they murdered my seat on pelican, shame on the cleaner who killed it",
    "they murdered the coffee on pelican, shame on the barista who killed it",
)
"""What sounds like an attack and, say the people of this brand, is none."""

INCIDENTS = ("pelican-20260302T090000Z", "pelican-20260303T090000Z")
"""At the first one people say what the shipped weights are sure of: who agrees is believed soon."""

NEW = "they murdered the bread on pelican, shame on the baker who killed it"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server, SlackSocket() as socket:
        server.socket_url = socket.socket_url
        server.socket = socket
        yield server
        assert server.broken_rules == []


@pytest.fixture
def tocsin(embedded_broker: EmbeddedBroker, tmp_path: Path) -> Callable[..., str]:
    path = tmp_path / "brands.yaml"
    path.write_text(BRANDS_YAML, encoding="utf-8")
    environment = {
        "TOCSIN_KAFKA_BOOTSTRAP": embedded_broker.bootstrap,
        "TOCSIN_PARTITIONS": "4",
        "COLUMNS": "200",
    }

    def run(*words: str, given: str | None = None) -> str:
        named = ["--brands", str(path)] if words[0] in {"learn", "models"} else []
        result = CliRunner(env=environment).invoke(main, [*words, *named], input=given)
        assert result.exit_code == 0, result.output
        return result.output

    return run


def push(slack: SlackServer, payload: dict[str, Any], envelope: str) -> None:
    slack.socket.push({"type": "interactive", "envelope_id": envelope, "payload": payload})
    slack.socket.wait(lambda: envelope in slack.socket.acknowledged)
    assert slack.socket.replies[envelope] == {}


def label_in_slack(slack: SlackServer, broker: EmbeddedBroker, word: dict[str, str]) -> None:
    """Open the form of each incident, and give the same word to all of its posts."""
    memory = IncidentMemory()
    for incident, texts in zip(INCIDENTS, (surely(3, attack=True), OTHERS), strict=True):
        posts = tuple(example(number, text) for number, text in enumerate(texts))
        memory.take(transition(incident=incident, brand="pelican", examples=posts))
    brands = {"pelican": Brand(id="pelican", names=("Pelican",))}
    user = {"id": "U1", "username": "ana"}
    with closing(AnswerSender(KafkaClients(broker.bootstrap), 4)) as answers:
        desk = LabelFormHandler(
            brands=brands,
            incidents=memory,
            open_view=SlackApi("xoxb-test", slack.url, timeout_s=2).open_view,
            send=answers.send,
            now=lambda: datetime.now(UTC),
        )
        with ButtonListener("xapp-test", slack.url, brands=brands, send=print, hear=desk.hear):
            for number, incident in enumerate(INCIDENTS):
                action = {
                    "action_id": "tocsin_label",
                    "action_ts": f"{number}.5",
                    "value": incident,
                }
                press = {"type": "block_actions", "user": user, "trigger_id": f"t{number}",
                         "actions": [action]}  # fmt: skip
                push(slack, press, f"press-{number}")
                view = slack.views[-1]
                asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
                values = {
                    name: {"label": {"selected_option": {"value": word[incident]}}}
                    for name in asked
                    if name.startswith("attack-")
                }
                came = {"callback_id": view["callback_id"], "private_metadata": incident,
                        "state": {"values": values}}  # fmt: skip
                push(
                    slack, {"type": "view_submission", "user": user, "view": came}, f"form-{number}"
                )


def test_a_form_in_slack_becomes_a_version_that_moves_the_score(
    slack: SlackServer, embedded_broker: EmbeddedBroker, tocsin: Callable[..., str]
) -> None:
    before = load_ngram().score(NEW, "en")
    label_in_slack(
        slack, embedded_broker, dict(zip(INCIDENTS, ("attack", "no_attack"), strict=True))
    )
    lines = "".join(f"{text}, sad\n" for text in OTHERS)
    lines += "".join(f"boarding now at gate {word}\n" for word in "abcdefghijklmnopq")
    said = tocsin(
        "feedback", "label", "pelican", "--no-attack", "--by", "bob", "--lang", "en", "--file", "-",
        given=lines,
    )  # fmt: skip
    assert said == "20 labels sent\n"
    tocsin("learn", "--enough", "20", "--new", "5", "--once")

    shown = tocsin("models", "show", "--scope", "pelican")
    assert "0 of the tone, 26 of attack" in shown
    assert "bob 20, slack:U1 6" in shown
    assert re.search(r"moves      '.+': attack -[01]\.\d\d", shown)

    explained = tocsin(
        "sentiment", "explain", "--brand", "pelican", "--lang", "en", given=f"{NEW}\n"
    )
    tone, learned_tone, attack, learned = explained.splitlines()[-4:]
    assert learned_tone.endswith("= +0.00")
    [moved] = [float(each) for each in re.findall(r"([-+]\d\.\d\d)(?: counts)?$", learned)]
    assert re.search(r"murdered -0\.\d\d", learned)
    assert moved < -0.3
    assert attack.endswith(f"= {before.signals.attack_logit:+.2f}")
    now = 1 / (1 + 2.718281828 ** -(before.signals.attack_logit + moved))
    assert attack.startswith(f"  attack {now:.2f}  ")
    assert now < before.signals.attack
    assert tone.startswith("negative")

    # Taken back, the text is scored as before.
    tocsin("models", "rollback", "shipped", "--scope", "pelican", "--by", "ana")
    again = tocsin("sentiment", "explain", "--brand", "pelican", "--lang", "en", given=f"{NEW}\n")
    assert f"  attack {before.signals.attack:.2f}  " in again
