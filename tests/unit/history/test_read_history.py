"""Files of past counts: what is taken, and what is said of the rest."""

import json
from pathlib import Path

import pytest

from agents.history.read import read_history
from pipeline.detection.past import HistoryError

HOUR_S = 3600
X_BACKWARDS = """\
{"data": [{"start": "2026-01-01T02:00:00Z", "end": "2026-01-01T01:00:00Z", "tweet_count": 1}]}
"""


def written(folder: Path, text: str, name: str = "counts.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_as_nab_writes_it(tmp_path) -> None:
    text = "timestamp,value\n2015-02-26 21:42:53,104\n2015-02-26 21:47:53,100\n"
    past = read_history(written(tmp_path, text), width_s=10)
    assert past.step_s == 300
    assert past.rows == ((1424986973, 104.0), (1424987273, 100.0))


def test_rows_that_are_missing_stay_missing(tmp_path) -> None:
    text = "timestamp,value\n0,1\n60,2\n240,3\n"
    assert read_history(written(tmp_path, text), width_s=10).rows[-1] == (240, 3.0)


def test_counts_of_x_newest_page_first_without_what_was_cut_short(tmp_path) -> None:
    def page(*spans: tuple[str, str, int]) -> str:
        return json.dumps({"data": [{"start": f"2026-11-18T{a}.000Z", "end": f"2026-11-18T{b}.000Z",
                                     "tweet_count": n} for a, b, n in spans]})  # fmt: skip

    newer = page(("13:00:00", "14:00:00", 7), ("14:00:00", "14:23:01", 2))
    older = page(("11:23:01", "12:00:00", 3), ("12:00:00", "13:00:00", 5))
    past = read_history(written(tmp_path, f"{newer}\n{older}\n", "x.json"), width_s=10)
    assert (past.step_s, past.cut) == (HOUR_S, 2)
    assert [count for _, count in past.rows] == [5, 7]
    alone = read_history(written(tmp_path, newer, "x.json"), width_s=10)
    assert [count for _, count in alone.rows] == [7]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("60,1\n0,2\n", "counts.csv:3: 1970-01-01T00:00:00+00:00 is not after"),
        ("0,1\n0,2\n", "counts.csv:3: 1970-01-01T00:00:00+00:00 is not after"),
        ("0,1\n60,-2\n", "counts.csv:3: count -2.0 is not from 0"),
        ("0,1\n60,nan\n", "counts.csv:3: count nan is not from 0"),
        ("0,1\n60,many\n", "counts.csv:3: value 'many' is no number"),
        ("0,1\nlater,2\n", "counts.csv:3: timestamp 'later' is neither"),
        ("0,1\n60,2,3\n", "counts.csv:3: expected timestamp,value, got 3 fields"),
        ("-60,1\n0,2\n", "counts.csv:2: 1969-12-31T23:59:00+00:00 is before 1970"),
        ("0,1\n60,2\n150,3\n", "counts.csv:4: 90 s after the row before it, at a step of 60 s"),
        ("0,1\n15,2\n", "rows are 15 s long"),
        ("0,1\n", "at least two rows"),
        ("", "at least two rows"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path, rows, fault) -> None:
    with pytest.raises(HistoryError) as caught:
        read_history(written(tmp_path, "timestamp,value\n" + rows), width_s=10)
    assert fault in str(caught.value)
    assert "counts.csv" in str(caught.value)


def test_all_faults_at_once_and_not_too_many(tmp_path) -> None:
    text = "timestamp,value\n" + "".join(f"{60 * i},-1\n" for i in range(50))
    with pytest.raises(HistoryError) as caught:
        read_history(written(tmp_path, text), width_s=10)
    assert len(str(caught.value).splitlines()) == 21
    assert "and 30 more" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.csv", "time,count\n0,1\n", "expected the header timestamp,value"),
        ("a.json", '{"data": [{"start": 1}]}', "no answer of X's counts endpoint"),
        (
            "a.json",
            X_BACKWARDS,
            "before it begins",
        ),
        ("a.json", '{"errors": []}', "no answer of X's counts endpoint"),
        ("a.json", "{ nonsense", "a.json:1: no answer"),
    ],
)
def test_files_of_another_kind_are_named(tmp_path, name, text, fault) -> None:
    with pytest.raises(HistoryError, match="a\\.") as caught:
        read_history(written(tmp_path, text, name), width_s=10)
    assert fault in str(caught.value)
