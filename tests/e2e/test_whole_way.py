"""The whole way on the embedded broker: replay, worker and alert as processes of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from kafka import KafkaProducer

from agents.kafka.embedded import KAFKA_PYTHON_API
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.dead_letter import DeadLetter
from schemas.incident import Transition
from schemas.topics import BUCKETS, DEAD_LETTERS, INCIDENTS, MENTIONS
from support.airlines import BRANDS_YAML, MAPPING_YAML, write_csv
from support.processes import collect, tocsin
from support.rolling import mention, raw
from support.waiting import PATIENCE_S

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "brands.yaml").write_text(BRANDS_YAML, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(MAPPING_YAML, encoding="utf-8")
    return tmp_path


def test_of_two_airlines_the_one_in_a_storm_rings_and_the_one_with_a_party_does_not(
    embedded_broker, folder, monkeypatch
):
    monkeypatch.delenv("TOCSIN_READER_SHARE")  # some posts are read carefully, as is usual
    rows = write_csv(folder / "tweets.csv")
    brands = ("--brands", str(folder / "brands.yaml"))
    replay = (
        "ingest",
        "replay",
        str(folder / "tweets.csv"),
        *brands,
        "--mapping",
        str(folder / "mapping.yaml"),
    )
    with tocsin(embedded_broker, "worker", *brands):
        with tocsin(embedded_broker, *replay) as replaying:
            assert replaying.wait(PATIENCE_S) == 0
        buckets = collect(
            embedded_broker,
            BUCKETS.name,
            Decoder(Bucket),
            lambda found: sum(one.mentions for one in found) >= rows,
        )
        assert sum(one.mentions for one in buckets) == rows
        transitions = collect(
            embedded_broker,
            INCIDENTS.name,
            Decoder(Transition),
            lambda found: any(one.state == "open" for one in found),
        )
        with tocsin(embedded_broker, "alert", *brands, "--once") as alert:
            shown, _ = alert.communicate(timeout=PATIENCE_S)
            assert alert.returncode == 0
    rung = {one.brand for one in transitions if one.state == "open"}
    assert rung == {"albatros"}
    assert "Albatros" in shown
    assert not re.search("[🔔] Pelican", shown)


def test_a_false_alarm_said_on_the_command_line_ends_the_incident(embedded_broker, folder):
    write_csv(folder / "tweets.csv")
    brands = ("--brands", str(folder / "brands.yaml"))
    mapping = ("--mapping", str(folder / "mapping.yaml"))

    def incidents(enough) -> list[Transition]:
        return collect(embedded_broker, INCIDENTS.name, Decoder(Transition), enough)

    def say(*words: str) -> str:
        with tocsin(embedded_broker, "feedback", *words, *brands) as feedback:
            output, _ = feedback.communicate(timeout=PATIENCE_S)
            assert feedback.returncode == 0, output
        return output

    with tocsin(embedded_broker, "worker", *brands):
        replay = ("ingest", "replay", str(folder / "tweets.csv"), *brands, *mapping)
        with tocsin(embedded_broker, *replay) as replaying:
            assert replaying.wait(PATIENCE_S) == 0
        rang = incidents(lambda found: any(one.state == "open" for one in found))
        incident = next(one.incident for one in rang if one.state == "open")
        said = say("false-alarm", incident, "--by", "Ana", "--note", "a film, no fire")
        told = incidents(lambda found: any(one.reason == "false_alarm" for one in found))
        say("ack", incident, "--by", "Bea")
        letters = collect(embedded_broker, DEAD_LETTERS.name, Decoder(DeadLetter), bool)
        with tocsin(embedded_broker, "alert", *brands, "--once") as alert:
            shown, _ = alert.communicate(timeout=PATIENCE_S)
    with tocsin(embedded_broker, "incidents", incident) as incidents_command:
        trail, _ = incidents_command.communicate(timeout=PATIENCE_S)
    [last] = [one for one in told if one.reason == "false_alarm"]
    assert (last.incident, last.state, last.by) == (incident, "resolved", "Ana")
    assert last.feedback in said
    assert last.learned.budget < 1
    assert last.seq == max(one.seq for one in told if one.incident == incident)
    assert [letter.reason for letter in letters] == ["incident_over"]
    assert "Marked as a false alarm by Ana" in shown
    assert re.search(r"resolved +false_alarm +\d+ +Ana +a film, no fire", trail)


POISON = {
    "malformed_json": b'{"schema":1,',
    "not_utf8": b'{"schema":1,"brand":"\xff"}',
    "unknown_schema": raw(to=1, brand="pelican").replace(b'"schema":1', b'"schema":7'),
    "invalid": raw(to=1, brand="pelican").replace(b'"seq":0', b'"seq":"0"'),
    "control_characters": raw(mention("NUL", 1), to=1, brand="pelican").replace(
        b"so so", b"so\\u0000so"
    ),
    "wrong_brand": raw(to=1, brand="unheard-of"),
}


def test_poison_goes_to_the_dead_letters_with_its_reason_and_the_stream_goes_on(
    embedded_broker, folder
):
    producer = KafkaProducer(
        bootstrap_servers=embedded_broker.bootstrap, api_version=KAFKA_PYTHON_API
    )
    records = [*POISON.values(), raw(mention("1", 3), to=3, brand="pelican")]
    for value in records:
        producer.send(MENTIONS.name, key=b"pelican", value=value)
    producer.send(MENTIONS.name, key=b"pelican", value=raw(to=100, brand="pelican"))
    producer.close()
    with tocsin(embedded_broker, "worker", "--brands", str(folder / "brands.yaml")):
        letters = collect(
            embedded_broker,
            DEAD_LETTERS.name,
            Decoder(DeadLetter),
            lambda found: len(found) >= len(POISON),
        )
        buckets = collect(embedded_broker, BUCKETS.name, Decoder(Bucket), bool)
    assert sorted(letter.reason for letter in letters) == sorted(POISON)
    assert {letter.payload for letter in letters} & set(POISON.values())
    assert all(letter.origin.startswith(f"{MENTIONS.name}[") for letter in letters)
    assert [bucket.mentions for bucket in buckets] == [1]


def test_a_worker_without_its_topics_or_with_bad_settings_says_so(folder):
    environment = {**os.environ, "TOCSIN_PARTITIONS": "many", "TOCSIN_BUCKETS": "1"}
    command = [sys.executable, "-m", "agents", "worker", "--brands", str(folder / "brands.yaml")]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "TOCSIN_PARTITIONS" in ended.stderr
    assert "TOCSIN_BUCKETS" in ended.stderr


def test_the_report_is_json_that_other_programs_read(folder):
    (folder / "none.jsonl").write_text("")
    command = [sys.executable, "-m", "agents", "backtest", str(folder / "none.jsonl")]
    command += ["--input-format", "neutral", "--brands", str(folder / "brands.yaml")]
    command += ["--json", str(folder / "report.json")]
    subprocess.run(command, check=True, capture_output=True)
    report = json.loads((folder / "report.json").read_bytes())
    assert [brand["brand"] for brand in report["brands"]] == ["albatros", "pelican"]
