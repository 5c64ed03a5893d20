"""``tocsin score-volume`` as its users see it: rows in, rows out, faults named."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.cli.score_volume import command
from pipeline.detection.baseline.volume.series import SeriesScorer

START = datetime(2026, 1, 5, 0, 2, 53, tzinfo=UTC)
HEADER = "timestamp,value"


def run(text: str) -> Result:
    return CliRunner().invoke(command, ["-"], input=text)


def lines_of(counts: list[int], step: timedelta = timedelta(minutes=5)) -> list[str]:
    return [f"{START + i * step:%Y-%m-%d %H:%M:%S},{count}" for i, count in enumerate(counts)]


def csv_of(lines: list[str]) -> str:
    return "\n".join([HEADER, *lines, ""])


def quiet(rows: int) -> list[int]:
    return [20 + i * 7919 % 11 for i in range(rows)]


def test_every_row_is_echoed_with_a_score() -> None:
    lines = lines_of(quiet(50))
    result = run(csv_of(lines))
    out = result.stdout.splitlines()
    assert result.exit_code == 0
    assert out[0] == "timestamp,value,anomaly_score"
    assert [row.rsplit(",", 1)[0] for row in out[1:]] == lines
    assert all(0 <= float(row.rsplit(",", 1)[1]) <= 1 for row in out[1:])


def test_a_burst_rings_once_at_its_first_row() -> None:
    counts = [*quiet(700), *[900] * 12, *quiet(50)]
    out = run(csv_of(lines_of(counts))).stdout.splitlines()[1:]
    assert [i for i, row in enumerate(out) if float(row.rsplit(",", 1)[1]) >= 0.5] == [700]


@pytest.mark.parametrize("minutes", [1, 10, 60, 1440])
def test_the_step_is_read_off_the_timestamps(minutes: int) -> None:
    counts = [*quiet(600 if minutes > 1 else 2_950), 2_000, 2_000]
    lines = lines_of(counts, timedelta(minutes=minutes))
    out = run(csv_of(lines)).stdout.splitlines()[1:]
    assert max(float(row.rsplit(",", 1)[1]) for row in out[-2:]) >= 0.5


def test_bad_rows_are_named_scored_0_and_end_in_exit_code_2() -> None:
    bad = [
        "2026-01-05 00:12:53,",
        "2026-01-05 00:17:53,many",
        "noon,3",
        "2026-01-05 00:22:53,-1",
        "2026-01-05 00:27:53,nan",
        "alone",
    ]
    lines = [*lines_of(quiet(2)), *bad, "2026-01-05 00:32:53,20"]
    result = run(csv_of(lines))
    out = result.stdout.splitlines()[1:]
    assert result.exit_code == 2
    assert len(out) == len(lines)
    assert [row.rsplit(",", 1)[1] for row in out[2:8]] == ["0.000000"] * 6
    faults = result.stderr.splitlines()
    assert [fault.split(":")[1] for fault in faults[:6]] == ["4", "5", "6", "7", "8", "9"]
    assert "'many' is no number" in faults[1]
    assert faults[-1].startswith("6 bad rows")


def test_bad_rows_leave_the_others_as_they_were() -> None:
    lines = lines_of(quiet(60))
    clean = run(csv_of(lines)).stdout.splitlines()
    dirty = run(csv_of([*lines[:30], "x,y", *lines[30:]])).stdout.splitlines()
    assert [row for row in dirty if not row.startswith("x,")] == clean


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "2026-01-05 00:00:00,3\n"])
def test_a_wrong_header_is_refused(text: str) -> None:
    result = run(text)
    assert result.exit_code == 2
    assert "timestamp,value" in result.stderr


def test_gaps_duplicates_and_disorder_are_tolerated() -> None:
    lines = lines_of(quiet(700))
    shuffled = [*lines[:600], *lines[590:600], lines[605], lines[602], *lines[660:]]
    result = run(csv_of(shuffled))
    out = result.stdout.splitlines()[1:]
    assert result.exit_code == 0
    assert len(out) == len(shuffled)
    assert all(float(row.rsplit(",", 1)[1]) < 0.5 for row in out)


def test_epoch_seconds_byte_order_mark_and_crlf(tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_bytes(b"\xef\xbb\xbftimestamp,value\r\n1767571200,4\r\n1767571500,5\r\n")
    result = CliRunner().invoke(command, [str(file)])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 3


@settings(max_examples=15, deadline=None)
@given(counts=st.lists(st.integers(0, 300), min_size=2, max_size=60), cut=st.integers(1, 59))
def test_a_score_knows_nothing_of_later_rows(counts: list[int], cut: int) -> None:
    rows = [(START + i * timedelta(minutes=5), count) for i, count in enumerate(counts)]
    whole, prefix = SeriesScorer(), SeriesScorer()
    scores = [whole.score(at, count) for at, count in rows]
    assert [prefix.score(at, count) for at, count in rows[:cut]] == scores[:cut]


def test_chunks_of_a_long_file_cut_no_row_and_no_character(tmp_path: Path) -> None:
    padding = "é" * 40
    rows = [f"{1767571200 + 300 * i}{padding},{i}" for i in range(1_000)]
    file = tmp_path / "counts.csv"
    file.write_text("\r\n".join([HEADER, *rows]), encoding="utf-8")
    out = CliRunner().invoke(command, [str(file)]).stdout.splitlines()[1:]
    assert [row.rsplit(",", 1)[0] for row in out] == rows


def test_an_endless_pipe_is_answered_row_by_row() -> None:
    program = "from agents.cli.score_volume import command; command()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(HEADER + "\n")
            assert process.stdout.readline() == "timestamp,value,anomaly_score\n"
            for line in lines_of(quiet(5)):
                process.stdin.write(line + "\n")
                assert process.stdout.readline().startswith(line + ",")
        finally:
            process.kill()
