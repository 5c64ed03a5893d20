"""When posts come: counts of real brands, under made-up talk.

A folder holds series of real brands' mentions: ``nab/*.csv`` (``timestamp,value``, rows of five
minutes) and ``twitterdev/mentions-5min-*.csv.gz`` (the same). Without one, the talk's own cascades,
and the luck of each ten minutes, decide.
"""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.world.mentions import Floats, Ints
from lab.evaluate.replays.world.timing.rhythm import DAY_S, HOUR_S
from pipeline.phrase import Phrase

ROW_S: Final = 300
DAY_ROWS: Final = DAY_S // ROW_S
PATTERNS: Final = ("nab/*.csv", "twitterdev/mentions-5min-*.csv.gz")
_NEAR: Final = 4.0
"""A brand takes one of the series whose rate is within so many times that of the nearest."""


class ArrivalsError(ValueError):
    """What is said to be counts of arrivals can't be read."""


class Series(NamedTuple):
    """Counts of a real brand, in rows of five minutes; whole days. ``first_s``: epoch seconds."""

    name: str
    first_s: float
    counts: Ints

    @property
    def per_hour(self) -> float:
        """Its mean rate."""
        return float(self.counts.mean()) * HOUR_S / ROW_S


class Arrivals(NamedTuple):
    """One series from one of its days on, thinned or thickened by ``factor``, over and over."""

    series: Series
    first_day: int
    factor: float

    def times(self, rng: np.random.Generator, day: int, start_s: float) -> Floats:
        """When the mentions of the ``day``-th day come, in order of time.

        Where it is thickened, each row keeps the luck that it had.
        """
        days = len(self.series.counts) // DAY_ROWS
        row = (self.first_day + day) % days * DAY_ROWS
        counts = self.series.counts[row : row + DAY_ROWS]
        if self.factor <= 1:
            counts = rng.binomial(counts, self.factor)
        else:
            counts = rng.poisson(counts * self.factor)
        starts = start_s + np.arange(DAY_ROWS) * float(ROW_S)
        at_s: Floats = np.repeat(starts, counts) + rng.random(int(counts.sum())) * ROW_S
        return np.sort(at_s)


def draw_arrivals(rng: np.random.Generator, folder: Path, per_hour: float) -> Arrivals:
    """A stretch of one of the series that are about as large as the brand.

    Raises:
        ArrivalsError: as ``read_series``.
    """
    every = read_series(folder)
    far = np.array([abs(np.log(one.per_hour / per_hour)) for one in every])
    near = np.flatnonzero(far <= far.min() + np.log(_NEAR))
    series = every[int(near[rng.integers(len(near))])]
    day = int(rng.integers(len(series.counts) // DAY_ROWS))
    return Arrivals(series, day, per_hour / series.per_hour)


@cache
def read_series(folder: Path) -> tuple[Series, ...]:
    """All series of a folder, in order of name.

    Raises:
        ArrivalsError: there is none, or a file is not of the form.
    """
    paths = [path for pattern in PATTERNS for path in sorted(folder.glob(pattern))]
    if not paths:
        raise ArrivalsError(
            Phrase("{folder}: none of {names} there", folder=folder, names=", ".join(PATTERNS))
        )
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Series:
    try:
        rows = list(_rows(path))
        counts = np.array([round(float(row["value"])) for row in rows], np.int64)
        first = datetime.fromisoformat(rows[0]["timestamp"])
    except (IndexError, KeyError, TypeError, ValueError, OSError) as error:
        raise ArrivalsError(
            Phrase("{path}: no readable columns timestamp,value: {why}", path=path, why=repr(error))
        ) from error
    whole = len(counts) // DAY_ROWS * DAY_ROWS
    if not counts[:whole].any():
        raise ArrivalsError(Phrase("{path}: not a day of mentions", path=path))
    return Series(path.name, first.replace(tzinfo=UTC).timestamp(), counts[:whole])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
