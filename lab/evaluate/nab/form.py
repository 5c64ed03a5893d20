"""Series in the form of the Numenta Anomaly Benchmark: rows and labelled windows.

A directory holds CSV files (``timestamp,value``) and ``windows.json``: file name → list of first
and last timestamp of its windows. Timestamps are ISO 8601; one without an offset is UTC.

    NabFormError(ValueError)      a file is not in this form; says where and what is expected
"""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from lab.evaluate.nab.rules import LabelledWindow, probation
from pipeline.detection.baseline.volume.monitor import check_count
from pipeline.phrase import Phrase

Limits = Sequence[tuple[str, str]]


class NabFormError(ValueError):
    """A file that is not in the benchmark's form."""


class LabelledSeries(NamedTuple):
    """One file. ``starts_s``: seconds since the epoch, rising. ``left_out``: windows not scored."""

    name: str
    starts_s: tuple[int, ...]
    counts: tuple[float, ...]
    windows: tuple[LabelledWindow, ...]
    left_out: int


def read_windows(raw: bytes, name: str) -> Mapping[str, Limits]:
    """Read ``windows.json``.

    Raises:
        NabFormError: if it is no mapping of file names, within the directory, to pairs of times.

    >>> read_windows(b'{"a.csv": [["2015-03-03 04:37:53", "2015-03-04 13:37:53"]]}', "windows.json")
    {'a.csv': [('2015-03-03 04:37:53', '2015-03-04 13:37:53')]}
    """
    try:
        found = msgspec.json.decode(raw, type=dict[str, list[tuple[str, str]]])
    except msgspec.DecodeError as error:
        raise NabFormError(
            Phrase(
                "{name}: {why}; expected file name → list of [first, last] timestamps",
                name=name,
                why=error,
            )
        ) from error
    for file in found:
        if file.startswith("/") or ".." in file.split("/") or "\\" in file:
            raise NabFormError(
                Phrase("{name}: {file!r} is no file of this directory", name=name, file=file)
            )
    return found


def read_series(name: str, lines: Iterable[str], limits: Limits) -> LabelledSeries:
    """Read one CSV file and find its windows among the rows.

    As in the benchmark, windows that overlap are one, and a window that begins in the part that is
    not scored is left out.

    Raises:
        NabFormError: if a row or a window is not what it should be.
    """
    starts_s, counts = _read_rows(name, lines)
    windows = _merged(_window(name, starts_s, pair) for pair in limits)
    scored = tuple(one for one in windows if one.first >= probation(len(starts_s)))
    return LabelledSeries(name, starts_s, counts, scored, len(windows) - len(scored))


def _read_rows(name: str, lines: Iterable[str]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    rows = csv.reader(lines)
    if [column.strip().lower() for column in next(rows, [])] != ["timestamp", "value"]:
        raise NabFormError(Phrase("{name}:1: expected the header timestamp,value", name=name))
    starts_s: list[int] = []
    counts: list[float] = []
    for row in rows:
        where = f"{name}:{rows.line_num}"
        try:
            timestamp, value = row
            start_s, count = _seconds(timestamp), float(value)
            check_count(count)
        except ValueError as error:
            raise NabFormError(
                Phrase("{where}: expected timestamp,value; {why}", where=where, why=error)
            ) from error
        if starts_s and start_s <= starts_s[-1]:
            raise NabFormError(
                Phrase(
                    "{where}: {timestamp} is not later than the row before; sort it",
                    where=where,
                    timestamp=timestamp,
                )
            )
        starts_s.append(start_s)
        counts.append(count)
    if not starts_s:
        raise NabFormError(Phrase("{name}: no rows", name=name))
    return tuple(starts_s), tuple(counts)


def _seconds(timestamp: str) -> int:
    at = datetime.fromisoformat(timestamp.strip())
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _window(name: str, starts_s: Sequence[int], pair: tuple[str, str]) -> LabelledWindow:
    try:
        first_s, last_s = map(_seconds, pair)
    except ValueError as error:
        raise NabFormError(f"window {list(pair)} of {name}: {error}") from error
    window = LabelledWindow(bisect_left(starts_s, first_s), bisect_right(starts_s, last_s) - 1)
    if window.rows < 1:
        raise NabFormError(
            Phrase("window {what} of {name} holds no row of the file", what=list(pair), name=name)
        )
    return window


def _merged(windows: Iterable[LabelledWindow]) -> list[LabelledWindow]:
    merged: list[LabelledWindow] = []
    for window in sorted(windows):
        if merged and window.first <= merged[-1].last:
            earlier = merged.pop()
            merged.append(LabelledWindow(earlier.first, max(earlier.last, window.last)))
        else:
            merged.append(window)
    return merged
