"""``tocsin history`` without Kafka: what it says and refuses."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli.main import main

BRANDS = "brands:\n  - {id: acme, names: [Acme]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "brands.yaml").write_text(BRANDS)
    rows = "".join(f"{1_700_000_000 + 3600 * i},{i % 9}\n" for i in range(48))
    (tmp_path / "counts.csv").write_text("timestamp,value\n" + rows)
    return tmp_path


def history(folder: Path, *arguments: str) -> Result:
    words = [str(folder / one) if (folder / one).exists() else one for one in arguments]
    brands = str(folder / "brands.yaml")
    return CliRunner().invoke(main, ["history", *words, "--brands", brands, "--dry-run"])


def test_a_dry_run_says_what_would_be_sent(folder: Path) -> None:
    result = history(folder, "acme", "counts.csv")
    assert result.exit_code == 0
    assert "48 rows of 3600 s, 2023-11-14 22:13 to 2023-11-16 22:13Z for acme" in result.output
    assert "too short" not in result.output


def test_a_brand_that_is_not_in_the_file_is_named(folder: Path) -> None:
    result = history(folder, "acne", "counts.csv")
    assert result.exit_code == 1
    assert "no brand 'acne'" in result.output
    assert "there are acme" in result.output


def test_counts_of_the_future_are_refused(folder: Path) -> None:
    (folder / "counts.csv").write_text("timestamp,value\n2400-01-01,1\n2400-01-02,1\n")
    result = history(folder, "acme", "counts.csv")
    assert result.exit_code == 1
    assert "still to come" in result.output


def test_faults_of_the_file_are_said(folder: Path) -> None:
    (folder / "counts.csv").write_text("timestamp,value\n0,1\n60,-1\n120,nan\n")
    result = history(folder, "acme", "counts.csv")
    assert result.exit_code == 1
    assert "counts.csv:3" in result.output
    assert "counts.csv:4" in result.output


def test_no_live_source_may_be_called_history() -> None:
    result = CliRunner().invoke(main, ["ingest", "replay", "x", "--source", "history"])
    assert result.exit_code == 2
    assert "kept for counts of the past" in result.output
