"""The scoring rules of the Numenta Anomaly Benchmark.

A detector earns up to one point a labelled window, the more the earlier it speaks in it, and pays
for every alarm outside of one, the less the nearer after a window. Three profiles weigh the two
kinds of error. 0 is the detector that never speaks, 100 the one that speaks at the first row of
every window and nowhere else.

The benchmark counts no window that begins in the part that is not scored, and takes windows that
overlap for one: ``lab.evaluate.nab.form`` sees to both. It gives every detector the threshold
that suits all its files best; here a detector has its own, and says so where it does not.

Source: Lavin & Ahmad, "Evaluating Real-time Anomaly Detection Algorithms - the Numenta Anomaly
Benchmark", ICMLA 2015, and the benchmark's documentation.
"""

from collections.abc import Iterable, Sequence
from math import exp
from typing import Final, NamedTuple

PROBATION_SHARE: Final = 0.15
PROBATION_ROWS: Final = 750
"""The first 15 % of a series, and no more than of one of 5,000 rows, are not scored."""


class Profile(NamedTuple):
    """What a found window earns, what a false alarm and a missed window cost."""

    name: str
    true_positive: float
    false_positive: float
    false_negative: float


STANDARD: Final = Profile("standard", 1.0, 0.11, 1.0)
LOW_FALSE_POSITIVES: Final = Profile("reward_low_FP_rate", 1.0, 0.22, 1.0)
LOW_FALSE_NEGATIVES: Final = Profile("reward_low_FN_rate", 1.0, 0.11, 2.0)
PROFILES: Final = (STANDARD, LOW_FALSE_POSITIVES, LOW_FALSE_NEGATIVES)


class LabelledWindow(NamedTuple):
    """A labelled stretch of a series: its first and last row, both inside."""

    first: int
    last: int

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.last - self.first + 1


class JudgedSeries(NamedTuple):
    """One series, judged: its rows, its windows and the rows at which a detector spoke."""

    rows: int
    windows: tuple[LabelledWindow, ...]
    alarms: tuple[int, ...]


def scaled_sigmoid(position: float) -> float:
    """Worth of an alarm at ``position``: -1 at the start of a window, 0 at its end, then past it.

    Positions count in window lengths. Beyond three of them an alarm is wholly false.

    >>> round(scaled_sigmoid(-1), 4), scaled_sigmoid(0), scaled_sigmoid(3.1)
    (0.9866, 0.0, -1.0)
    """
    far = 3.0
    return -1.0 if position > far else 2.0 / (1.0 + exp(5.0 * position)) - 1.0


def probation(rows: int) -> int:
    """How many rows at the start of a series of ``rows`` are not scored.

    >>> probation(1000), probation(16000)
    (150, 750)
    """
    return min(int(PROBATION_SHARE * rows), PROBATION_ROWS)


def raw_score(series: JudgedSeries, profile: Profile) -> float:
    """Sum of what the alarms of one series earn and cost, before normalisation."""
    best: dict[LabelledWindow, float] = {}
    cost = 0.0
    for row in sorted(set(series.alarms)):
        if row < probation(series.rows):
            continue
        window = next((w for w in series.windows if w.first <= row <= w.last), None)
        if window is not None:
            worth = scaled_sigmoid(-(window.last - row + 1) / window.rows) / scaled_sigmoid(-1.0)
            best[window] = max(best.get(window, 0.0), worth * profile.true_positive)
        else:
            cost += profile.false_positive * _worth_outside(row, series.windows)
    missed = len(series.windows) - len(best)
    return sum(best.values()) + cost - missed * profile.false_negative


def _worth_outside(row: int, windows: Sequence[LabelledWindow]) -> float:
    before = [w for w in windows if w.last < row]
    if not before:
        return -1.0
    nearest = max(before, key=lambda w: w.last)
    if nearest.rows == 1:
        return -1.0
    return scaled_sigmoid((row - nearest.last) / (nearest.rows - 1))


def normalised_score(judged: Iterable[JudgedSeries], profile: Profile) -> float:
    """Score of a set of series on the scale null detector = 0, perfect detector = 100.

    Raises:
        ValueError: if no series has a window: there is nothing to find, and so no scale.

    >>> series = JudgedSeries(rows=1000, windows=(LabelledWindow(500, 599),), alarms=(500,))
    >>> normalised_score([series], STANDARD)
    100.0
    """
    every = list(judged)
    windows = sum(len(series.windows) for series in every)
    if not windows:
        raise ValueError("no labelled window in any series")
    null = -windows * profile.false_negative
    perfect = windows * profile.true_positive
    raw = sum(raw_score(series, profile) for series in every)
    return 100.0 * (raw - null) / (perfect - null)
