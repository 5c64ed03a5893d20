"""Tocsin's volume part on series of the Numenta Anomaly Benchmark, by that benchmark's rules.

    python benchmarks/nab.py DIRECTORY

DIRECTORY holds CSV files (timestamp,value) and windows.json: file name → list of [first, last]
timestamps of its labelled windows. Every detector runs with one setting for all files. Beside
Tocsin stand two plain detectors, with the same rule of one alarm an episode:

- z-score over the last 12 hours, and
- windowed Gaussian: the tail probability of the last ten minutes under a normal distribution of
  the week before, as a log10,

each given the threshold, out of many, that suits these very files best: an advantage over Tocsin.
"""

import csv
import json
import platform
import sys
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib.metadata import version
from math import erfc, log10, sqrt
from pathlib import Path
from time import process_time
from typing import NamedTuple

from pipeline.evaluate.nab import PROFILES, STANDARD, Judged, Window, normalised_score, probation
from pipeline.volume.series import SeriesScorer

ALARM = 0.5
ROWS_PER_HOUR = 12
QUIET_ROWS = 9 * ROWS_PER_HOUR


class Series(NamedTuple):
    """One file: its timestamps, its counts, its labelled windows."""

    name: str
    times: list[datetime]
    counts: list[float]
    windows: tuple[Window, ...]


def read(directory: Path) -> list[Series]:
    """Every file that windows.json names."""
    labels = json.loads((directory / "windows.json").read_text())
    every = []
    for name, windows in sorted(labels.items()):
        with (directory / name).open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
        limits = [[datetime.fromisoformat(end) for end in window] for window in windows]
        found = tuple(
            Window(bisect_left(times, first), bisect_right(times, last) - 1)
            for first, last in limits
        )
        every.append(Series(name, times, [float(row["value"]) for row in rows], found))
    return every


def tocsin(series: Series) -> list[int]:
    """Rows at which Tocsin rings, at its one fixed default."""
    scorer = SeriesScorer()
    rows = zip(series.times, series.counts, strict=True)
    return [i for i, (at, count) in enumerate(rows) if scorer.score(at, count) >= ALARM]


class Past:
    """Mean and standard deviation of the last values, by running sums."""

    def __init__(self, rows: int) -> None:
        self._values: deque[float] = deque()
        self._rows = rows
        self._sum = self._squares = 0.0

    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation, the latter at least 1: counts are whole."""
        if not self._values:
            return 0.0, 1.0
        mean = self._sum / len(self._values)
        return mean, sqrt(max(self._squares / len(self._values) - mean * mean, 1.0))

    def push(self, value: float) -> None:
        """Take a value, forget the oldest."""
        self._values.append(value)
        gone = self._values.popleft() if len(self._values) > self._rows else 0.0
        self._sum += value - gone
        self._squares += value * value - gone * gone


def z_scores(counts: Iterable[float]) -> list[float]:
    """Standard deviations of each count above the mean of the 12 hours before it."""
    past = Past(12 * ROWS_PER_HOUR)
    scores = []
    for count in counts:
        mean, deviation = past.moments()
        scores.append((count - mean) / deviation)
        past.push(count)
    return scores


def windowed_gaussian(counts: Iterable[float]) -> list[float]:
    """-log10 of the normal tail probability of the mean of the last two rows."""
    past, last = Past(7 * 24 * ROWS_PER_HOUR), Past(2)
    scores = []
    for count in counts:
        mean, deviation = past.moments()
        last.push(count)
        z = (last.moments()[0] - mean) / deviation
        scores.append(-log10(max(erfc(z / sqrt(2.0)) / 2.0, 1e-300)))
        past.push(count)
    return scores


def alarms(scores: list[float], threshold: float, first: int) -> list[int]:
    """First row of every episode at or above a threshold; nine quiet hours end an episode."""
    found: list[int] = []
    last = -QUIET_ROWS - 1
    for row in range(first, len(scores)):
        if scores[row] >= threshold:
            if row - last > QUIET_ROWS:
                found.append(row)
            last = row
    return found


def tuned(every: list[Series], detect: Callable[[list[float]], list[float]]) -> list[Judged]:
    """The alarms of a plain detector at the threshold that scores best on these files."""
    scored = [(series, detect(series.counts)) for series in every]
    levels = sorted({round(score, 1) for _, scores in scored for score in scores if score > 0})
    tried = levels[:: max(1, len(levels) // 100)]
    return max(
        (
            [judge(s, alarms(scores, level, probation(len(scores)))) for s, scores in scored]
            for level in tried
        ),
        key=lambda judged: normalised_score(judged, STANDARD),
    )


def judge(series: Series, rows: list[int]) -> Judged:
    """Put a detector's alarms beside the labels."""
    return Judged(len(series.counts), series.windows, tuple(rows))


def line(name: str, judged: list[Judged], extra: str = "") -> str:
    """One line of the table."""
    figures = "".join(f"{normalised_score(judged, profile):>20.1f}" for profile in PROFILES)
    rung = sum(row >= probation(j.rows) for j in judged for row in j.alarms)
    return f"{name:<34}{figures}{rung:>8}{extra}"


def main(directory: Path) -> None:
    """Print the table."""
    every = read(directory)
    rows = sum(len(series.counts) for series in every)
    print(f"Python {platform.python_version()}, Tocsin {version('tocsin')}, {platform.machine()}")
    print(
        f"{directory}: {len(every)} files, {rows} rows, "
        f"{sum(len(s.windows) for s in every)} windows\n"
    )
    print(f"{'':<34}" + "".join(f"{p.name:>20}" for p in PROFILES) + f"{'alarms':>8}")
    start_s = process_time()
    judged = [judge(series, tocsin(series)) for series in every]
    speed = f"{rows / (process_time() - start_s):>10,.0f} rows/s"
    print(line("Tocsin, fixed default", judged, speed))
    print(line("windowed Gaussian, best threshold", tuned(every, windowed_gaussian)))
    print(line("z-score over 12 h, best threshold", tuned(every, z_scores)))
    print("\nTocsin by file")
    for series, one in zip(every, judged, strict=True):
        print(line(series.name, [one]))


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and its one argument
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
