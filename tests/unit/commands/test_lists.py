"""Lists on the command line: nothing is cut that one copies, and every list is there as JSON."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from rich.table import Table

from agents.cli import incidents, topics
from agents.cli.common.tables import print_whole
from agents.cli.main import main
from agents.cli.models import list as models_list
from agents.kafka.clients import KafkaClients
from agents.kafka.topic_reader import Read
from agents.kafka.topics import TopicStatus
from pipeline.detection.patterns.library import load_episodes
from schemas.codec import encode
from schemas.incident import Transition
from schemas.model import Delta, ModelVersion
from schemas.topics import INCIDENTS
from support.alert_examples import ONSET, transition

LONG = "a-brand-with-a-name-that-is-long-20100317T091000Z"


def invoke(*words: str, columns: int = 80) -> Result:
    run = CliRunner().invoke(main, words, env={"COLUMNS": str(columns)})
    assert run.exit_code == 0, run.output
    return run


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Transition]:
    """Kafka holds two incidents."""
    records = [
        transition(incident=LONG, seq=0),
        transition(incident=LONG, seq=1, at=ONSET + timedelta(hours=1), state="resolved",
                   reason="false_alarm", by="Ana", note="a film, no fire"),
        transition(incident="b-1", seq=0, onset=ONSET - timedelta(days=1)),
    ]  # fmt: skip
    monkeypatch.setattr(incidents, "kafka_or_exit", lambda *_: None)
    read = [Read(INCIDENTS.name, 0, place, 0, encode(one)) for place, one in enumerate(records)]
    monkeypatch.setattr(KafkaClients, "read", lambda *_: iter(read))
    return records


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("columns", [20, 80, 300])
def test_an_id_is_never_cut(columns: int) -> None:
    assert LONG in invoke("incidents", columns=columns).stdout.split()


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("columns", [20, 80])
def test_no_word_of_a_trail_is_cut(columns: int) -> None:
    assert "false_alarm" in invoke("incidents", LONG, columns=columns).stdout.split()


@pytest.mark.usefixtures("told")
def test_incidents_as_json_newest_first() -> None:
    found = json.loads(invoke("incidents", "--json").stdout)
    assert [one["incident"] for one in found] == [LONG, "b-1"]
    assert (found[0]["state"], found[0]["reason"]) == ("resolved", "false_alarm")
    assert len(json.loads(invoke("incidents", "--json", "--last", "1").stdout)) == 1


def test_a_trail_as_json_has_every_step(told: list[Transition]) -> None:
    found = json.loads(invoke("incidents", LONG, "--json").stdout)
    assert [(step["seq"], step["reason"], step["note"]) for step in found] == [
        (0, told[0].reason, ""),
        (1, "false_alarm", "a film, no fire"),
    ]


def test_the_library_as_json() -> None:
    found = json.loads(invoke("library", "list", "--json").stdout)
    assert {one["name"] for one in found} == {one.name for one in load_episodes()}
    assert not any(one["own"] for one in found)


def test_topics_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    status = TopicStatus("tocsin.mentions", "differs", (("retention.ms", "1", "2"),))
    monkeypatch.setattr(topics, "inspect_topics", lambda *_, **__: [status])
    assert json.loads(invoke("topics", "--json").stdout) == [
        {
            "topic": "tocsin.mentions",
            "state": "differs",
            "differences": [{"setting": "retention.ms", "wanted": "1", "found": "2"}],
        }
    ]


class OneVersion:
    def versions(self):
        delta = Delta(base="", tokenizer=1, steps=1, nudges=(("bad", -1, 0),))
        yield ModelVersion(scope="acme", seq=3, at=ONSET, digest="abc", delta=delta), None


def test_models_as_json_say_what_is_in_force_and_not_what_it_weighs(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr(models_list, "read_or_exit", lambda _: (OneVersion(), None, None))
    brands = tmp_path / "brands.yaml"
    brands.write_text("brands: [{id: acme, names: [Acme]}]")
    [found] = json.loads(invoke("models", "list", "--brands", str(brands), "--json").stdout)
    assert (found["scope"], found["seq"], found["digest"]) == ("acme", 3, "abc")
    assert "delta" not in found


def test_what_a_cell_holds_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("incident", box=None)
    table.add_row("[red]acme[/] [link=https://evil.example]x[/link]")
    print_whole(table)
    assert "[red]acme[/] [link=https://evil.example]x[/link]" in capsys.readouterr().out
