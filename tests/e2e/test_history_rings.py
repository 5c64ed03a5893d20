"""A brand that is new to the worker, with its past told: its storm rings in the first hour."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from agents.cli.main import main
from schemas.codec import Decoder
from schemas.incident import Transition
from schemas.topics import INCIDENTS
from support.airlines import BRANDS_YAML, COLUMNS, MAPPING_YAML, ONSET, write_csv
from support.processes import collect, tocsin
from support.waiting import PATIENCE_S

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

LISTENING_FROM = ONSET - timedelta(minutes=30)
LISTENING_TO = ONSET + timedelta(minutes=45)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tweets of an hour around the onset, and how many there were in each hour before."""
    made = tmp_path_factory.mktemp("airlines")
    write_csv(made / "all.csv")
    (made / "brands.yaml").write_text(BRANDS_YAML, encoding="utf-8")
    (made / "mapping.yaml").write_text(MAPPING_YAML, encoding="utf-8")
    hours: Counter[datetime] = Counter()
    with (made / "all.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (made / "tweets.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in rows:
            at = datetime.fromisoformat(row["tweet_created"]).replace(tzinfo=UTC)
            if LISTENING_FROM <= at < LISTENING_TO:
                writer.writerow(row)
            elif at < LISTENING_FROM and row["airline"] == "albatros":
                hours[at.replace(minute=0, second=0)] += 1
    del hours[max(hours)]  # half of it is told, half of it is heard
    lines = "".join(f"{hour.isoformat()},{hours[hour]}\n" for hour in sorted(hours))
    (made / "counts.csv").write_text("timestamp,value\n" + lines, encoding="utf-8")
    return made


def test_a_backtest_with_history_rings_and_one_without_does_not(folder) -> None:
    words = ["backtest", str(folder / "tweets.csv"), "--brands", str(folder / "brands.yaml"),
             "--mapping", str(folder / "mapping.yaml")]  # fmt: skip
    without = CliRunner().invoke(main, words)
    assert without.exit_code == 0, without.output
    assert "▲" not in without.output
    told = CliRunner().invoke(main, [*words, "--history", f"albatros={folder / 'counts.csv'}"])
    assert told.exit_code == 0, told.output
    assert "▲" in told.output


def test_the_worker_rings_and_the_alert_says_what_it_rests_on(embedded_broker, folder) -> None:
    brands = ("--brands", str(folder / "brands.yaml"))
    replay = ("ingest", "replay", str(folder / "tweets.csv"), *brands,
              "--mapping", str(folder / "mapping.yaml"))  # fmt: skip
    with tocsin(embedded_broker, "worker", *brands):
        counts = str(folder / "counts.csv")
        with tocsin(embedded_broker, "history", "albatros", counts, *brands) as telling:
            assert telling.wait(PATIENCE_S) == 0
        with tocsin(embedded_broker, *replay) as replaying:
            assert replaying.wait(PATIENCE_S) == 0
        transitions = collect(
            embedded_broker,
            INCIDENTS.name,
            Decoder(Transition),
            lambda found: any(one.state == "open" for one in found),
        )
        with tocsin(embedded_broker, "alert", *brands, "--once") as alert:
            shown, _ = alert.communicate(timeout=PATIENCE_S)
    [rung] = [one for one in transitions if one.state == "open"]
    assert (rung.brand, rung.reason) == ("albatros", "history_crisis_pattern")
    assert ONSET < rung.at < LISTENING_TO
    assert "known from past counts alone" in " ".join(shown.split())
