"""``tocsin feedback`` as a user meets it, up to where Kafka begins."""

from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from agents.cli.feedback import command
from agents.cli.feedback import common as feedback_common
from agents.cli.feedback.snooze import Length
from schemas.codec import encode
from schemas.feedback import Feedback

INCIDENT = "acme-corp-20100317T091000Z"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Feedback]:
    found: list[Feedback] = []

    def send(_kafka: object, _settings: object, said: Feedback) -> None:
        found.append(said)

    monkeypatch.setattr(feedback_common, "send", send)
    monkeypatch.setattr(feedback_common, "kafka_or_exit", lambda *_: None)
    return found


@pytest.fixture
def brands(tmp_path: Path) -> str:
    path = tmp_path / "b.yaml"
    path.write_text("brands:\n  - id: acme-corp\n    names: [Acme]\n")
    return str(path)


def run(brands: str, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--brands", brands])


def test_an_ack_is_published_and_said(sent: list[Feedback], brands: str) -> None:
    result = run(brands, "ack", INCIDENT, "--by", "Ana", "--note", "calling Legal")
    assert result.exit_code == 0, result.output
    [said] = sent
    assert (said.kind, said.brand, said.incident) == ("ack", "acme-corp", INCIDENT)
    assert (said.by, said.note) == ("Ana", "calling Legal")
    assert f"{INCIDENT}: is in hand, says Ana (feedback {said.id})" in result.output
    assert encode(said)


def test_a_snooze_has_an_end(sent: list[Feedback], brands: str) -> None:
    assert run(brands, "snooze", INCIDENT, "--by", "Ana", "--for", "1h30m").exit_code == 0
    [said] = sent
    assert said.until is not None
    assert said.until - said.at == timedelta(minutes=90)


def test_two_statements_have_two_ids(sent: list[Feedback], brands: str) -> None:
    for _ in range(2):
        assert run(brands, "false-alarm", INCIDENT, "--by", "Ana").exit_code == 0
    assert len({said.id for said in sent}) == 2
    assert {said.kind for said in sent} == {"false_alarm"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["ack", "acme-corp", "--by", "Ana"], "looks like acme-20100317T091000Z"),
        (["ack", "other-20100317T091000Z", "--by", "Ana"], "it has acme-corp"),
        (["ack", INCIDENT], "--by"),
        (["ack", INCIDENT, "--by", " "], "1 to 256 characters"),
        (["ack", INCIDENT, "--by", "Ana", "--note", "x" * 1001], "1 to 1000 characters"),
        (["snooze", INCIDENT, "--by", "Ana"], "--for"),
        (["snooze", INCIDENT, "--by", "Ana", "--for", "soon"], "no time such as 2h"),
        (["snooze", INCIDENT, "--by", "Ana", "--for", "8d"], "1m to 7d"),
        (["snooze", INCIDENT, "--by", "Ana", "--for", "0m"], "1m to 7d"),
    ],
)
def test_what_cannot_be_said_is_refused_before_kafka_hears_of_it(
    sent: list[Feedback], brands: str, arguments: list[str], complaint: str
) -> None:
    result = run(brands, *arguments)
    assert result.exit_code == 2
    assert complaint in " ".join(result.output.replace("│", " ").split())
    assert sent == []


def test_lengths_of_time() -> None:
    read = Length().convert
    assert read("2h", None, None) == timedelta(hours=2)
    assert read("1d12h", None, None) == timedelta(hours=36)
    with pytest.raises(click.BadParameter):
        read("", None, None)
