"""``tocsin backtest`` over files of every kind, as a user calls it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli.main import main
from support.airlines import BRANDS_YAML, END, MAPPING_YAML, ONSET, write_csv


@pytest.fixture(scope="module")
def airlines(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path, int]:
    """The report on the two airlines, the folder of its files, and the rows of the CSV."""
    folder = tmp_path_factory.mktemp("airlines")
    rows = write_csv(folder / "tweets.csv")
    (folder / "brands.yaml").write_text(BRANDS_YAML, encoding="utf-8")
    (folder / "mapping.yaml").write_text(MAPPING_YAML, encoding="utf-8")
    result = backtest(folder, "tweets.csv", "--mapping", "mapping.yaml")
    assert result.exit_code == 0, result.output
    return json.loads((folder / "report.json").read_bytes()), folder, rows


def backtest(folder: Path, *arguments: str) -> Result:
    """Run the command; names that exist in the folder become paths."""
    extra = ["--brands", "brands.yaml", "--json", "report.json", "--html", "page.html"]
    made = {"report.json", "page.html"}
    paths = [
        str(folder / one) if one in made or (folder / one).exists() else one
        for one in (*arguments, *extra)
    ]
    return CliRunner().invoke(main, ["backtest", *paths])


def brand(report: dict, name: str) -> dict:
    return next(one for one in report["brands"] if one["brand"] == name)


def test_the_storm_rings_once_within_half_an_hour(airlines):
    (incident,) = brand(airlines[0], "albatros")["incidents"]
    rung = datetime.fromisoformat(incident["rung_at"])
    assert ONSET < rung < ONSET + timedelta(minutes=30)
    assert abs(datetime.fromisoformat(incident["onset"]) - ONSET) < timedelta(minutes=30)
    assert ONSET < datetime.fromisoformat(incident["peak"]) <= END
    assert incident["reasons"]


def test_the_party_of_the_same_size_never_rings_and_says_why(airlines):
    for one in brand(airlines[0], "pelican")["incidents"]:
        assert (one["level"], one["rung_at"], one["rings"]) == ("heads_up", None, [])
        assert one["sighting"]["kind"] < one["sighting"]["needed_kind"]


def test_every_row_is_counted_once(airlines):
    report, _, rows = airlines
    assert report["lines"] == rows
    assert sum(one["mentions"] for one in report["brands"]) == rows - report["unmatched"]


def test_the_page_stands_alone_and_shows_the_incident(airlines):
    page = (airlines[1] / "page.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "albatros" in page
    assert "<script" not in page
    assert "src=" not in page


def test_bad_lines_are_named_and_counted_and_the_rest_goes_on(tmp_path):
    (tmp_path / "brands.yaml").write_text(BRANDS_YAML, encoding="utf-8")
    good = (
        b'{"id":"1","created_at":"2024-03-04T00:00:00Z","text":"Pelican Air","author":{"id":"a"}}'
    )
    (tmp_path / "lines.jsonl").write_bytes(
        good + b'\nnot json\n{"id":"2"}\n' + good.replace(b'"1"', b'"3"') + b"\n"
    )
    result = backtest(tmp_path, "lines.jsonl", "--input-format", "neutral")
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert result.exit_code == 0
    assert (report["lines"], report["bad"]) == (4, 2)
    assert "lines.jsonl:2" in result.stderr
    assert "lines.jsonl:3" in result.stderr
    assert brand(report, "pelican")["mentions"] == 2


def test_a_file_that_cannot_be_told_is_a_clear_error(tmp_path):
    (tmp_path / "brands.yaml").write_text(BRANDS_YAML, encoding="utf-8")
    (tmp_path / "odd.txt").write_text("a;b\n1;2\n", encoding="utf-8")
    result = backtest(tmp_path, "odd.txt")
    assert result.exit_code == 1
    assert "odd.txt" in result.output
    assert "Traceback" not in result.output


def test_faulty_brands_stop_it_with_all_faults_at_once(tmp_path):
    (tmp_path / "brands.yaml").write_text("brands:\n  - {id: UP}\n  - {names: [x]}\n")
    (tmp_path / "lines.jsonl").write_text("{}\n")
    result = backtest(tmp_path, "lines.jsonl")
    assert result.exit_code == 1
    assert "brands.yaml:2" in result.output
    assert "brands.yaml:3" in result.output
