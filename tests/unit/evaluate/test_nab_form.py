"""Reading what the benchmark's directories hold."""

from datetime import UTC, datetime, timedelta

import pytest

from lab.evaluate.nab.form import NabFormError, read_series, read_windows
from lab.evaluate.nab.rules import LabelledWindow

START = datetime(2015, 2, 26, 21, 42, 53, tzinfo=UTC)


def stamp(row: int) -> str:
    return f"{START + timedelta(minutes=5 * row):%Y-%m-%d %H:%M:%S}"


def lines(rows: int = 1000) -> list[str]:
    return ["timestamp,value\n", *(f"{stamp(row)},{row % 7}\n" for row in range(rows))]


def test_rows_and_windows_are_found() -> None:
    series = read_series("a.csv", lines(), [(stamp(500), stamp(599))])
    assert series.starts_s[:2] == (int(START.timestamp()), int(START.timestamp()) + 300)
    assert series.counts[:3] == (0.0, 1.0, 2.0)
    assert series.windows == (LabelledWindow(500, 599),)


def test_a_window_may_end_between_rows_and_beyond_the_file() -> None:
    between = f"{START + timedelta(minutes=5 * 600, seconds=17)}"
    series = read_series("a.csv", lines(), [(between, stamp(2000))])
    assert series.windows == (LabelledWindow(601, 999),)


def test_a_window_that_begins_in_probation_is_left_out() -> None:
    series = read_series("a.csv", lines(), [(stamp(149), stamp(300)), (stamp(400), stamp(420))])
    assert series.windows == (LabelledWindow(400, 420),)
    assert series.left_out == 1
    assert read_series("a.csv", lines(), [(stamp(150), stamp(300))]).left_out == 0


def test_windows_that_overlap_are_one() -> None:
    pairs = [(stamp(510), stamp(520)), (stamp(500), stamp(600)), (stamp(600), stamp(650))]
    assert read_series("a.csv", lines(), pairs).windows == (LabelledWindow(500, 650),)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (["time,count\n", "1,2\n"], r"a\.csv:1: expected the header timestamp,value"),
        ([], r"a\.csv:1: expected the header"),
        (["timestamp,value\n"], "no rows"),
        (["timestamp,value\n", "2015-01-01,x\n"], r"a\.csv:2: expected timestamp,value"),
        (["timestamp,value\n", "2015-01-01,-1\n"], r"a\.csv:2: .*not from 0"),
        (["timestamp,value\n", "2015-01-01,nan\n"], r"a\.csv:2: .*not from 0"),
        (["timestamp,value\n", "2015-01-01,1,2\n"], r"a\.csv:2: expected timestamp,value"),
        (["timestamp,value\n", "soon,1\n"], r"a\.csv:2: .*soon"),
        (
            ["timestamp,value\n", "2015-01-02,1\n", "2015-01-01,1\n"],
            r"a\.csv:3: 2015-01-01 is not later .* sort",
        ),
    ],
)
def test_a_bad_file_is_named_with_its_line(written: list[str], complaint: str) -> None:
    with pytest.raises(NabFormError, match=complaint):
        read_series("a.csv", written, [])


@pytest.mark.parametrize("pair", [("2014-01-01", "2014-01-02"), ("soon", "2015-03-01")])
def test_a_bad_window_is_named_with_its_file(pair: tuple[str, str]) -> None:
    with pytest.raises(NabFormError, match=r"window .* of a\.csv"):
        read_series("a.csv", lines(), [pair])


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b'{"a.csv": 1}', b'{"a.csv": [["2015-01-01"]]}', b"\xff"],
)
def test_bad_labels_are_refused(raw: bytes) -> None:
    with pytest.raises(NabFormError, match=r"windows\.json"):
        read_windows(raw, "windows.json")


@pytest.mark.parametrize("name", ["../secrets.csv", "/etc/passwd", "a/../../b.csv", "..\\b.csv"])
def test_labels_may_not_lead_out_of_the_directory(name: str) -> None:
    escaped = name.replace("\\", "\\\\")
    with pytest.raises(NabFormError, match="no file of this directory"):
        read_windows(f'{{"{escaped}": []}}'.encode(), "windows.json")
