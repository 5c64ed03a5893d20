"""EARS C1, C2 and C3: how epidemiologists look for outbreaks in daily counts.

Counts are summed by day (UTC), because that is what these methods are for. A day is judged once,
with the first row after it, and its judgement stands until the next one: C1 to C3 can't be earlier
than the night after. A day is compared with seven days before it:

- C1 with the seven days just before; alarm above 3 standard deviations;
- C2 with seven days that end two days earlier, so that a slow rise does not hide itself; above 3;
- C3 with the sum, over this day and the two before, of how far each C2 lies above 1; above 2.

Source: Hutwagner, Thompson, Seeman & Treadwell, "The bioterrorism preparedness and response Early
Aberration Reporting System (EARS)", Journal of Urban Health 80, 2003; thresholds as given by
Fricker, Hegler & Dunfee, Statistics in Medicine 27, 2008.
"""

from collections import deque
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Final, Literal

from lab.evaluate.baselines.baseline import DAY_S, ROW_S

Method = Literal["C1", "C2", "C3"]

BASELINE_DAYS: Final = 7
GUARD_DAYS: Final = 2
SUMMED_DAYS: Final = 3
THRESHOLDS: Final[dict[Method, float]] = {"C1": 3.0, "C2": 3.0, "C3": 2.0}
LOWEST_DEVIATION: Final = 0.5
"""Of a day's count; what Burkom advises for sparse counts. Seven equal days have none at all."""


def deviations(days: Sequence[float], guard_days: int) -> float:
    """How many standard deviations the last day lies above its baseline.

    >>> week = [10, 12, 8, 10, 12, 8, 10]
    >>> round(deviations([*week, 15], 0), 4), round(deviations([*week, 90, 90, 15], 2), 4)
    (3.0619, 3.0619)
    """
    end = len(days) - 1 - guard_days
    baseline = days[end - BASELINE_DAYS : end]
    return (days[-1] - fmean(baseline)) / max(stdev(baseline), LOWEST_DEVIATION)


class Ears:
    """One of the three methods over a stream of rows.

    The day in which the series begins is left out unless it is whole. Days without any row were not
    seen and are no days.

    >>> detector = Ears("C1")
    >>> counts = [10, 12, 8, 10, 12, 8, 10, 90, 10]
    >>> [detector.update(day * DAY_S, count) for day, count in enumerate(counts)][-3:]
    [False, False, True]
    """

    def __init__(self, method: Method) -> None:
        self.name = f"EARS {method}, daily"
        self._threshold = THRESHOLDS[method]
        self._guard_days = 0 if method == "C1" else GUARD_DAYS
        self._summed_days = SUMMED_DAYS if method == "C3" else 1
        needed = BASELINE_DAYS + self._guard_days + self._summed_days
        self._days: deque[float] = deque(maxlen=needed)
        self._day: int | None = None
        self._count = 0.0
        self._whole = False
        self._alarming = False

    def update(self, start_s: int, count: float) -> bool:
        """Take a row; did the last whole day call for an alarm?"""
        day, into_s = divmod(start_s, DAY_S)
        if day != self._day:
            if self._whole:
                self._days.append(self._count)
                self._alarming = len(self._days) == self._days.maxlen and self._judge()
            self._whole = self._day is not None or into_s < ROW_S
            self._day, self._count = day, 0.0
        self._count += count
        return self._alarming

    def _judge(self) -> bool:
        days = list(self._days)
        ends = range(len(days) - self._summed_days + 1, len(days) + 1)
        scores = [deviations(days[:end], self._guard_days) for end in ends]
        if self._summed_days == 1:
            return scores[0] > self._threshold
        return sum(max(0.0, score - 1.0) for score in scores) > self._threshold
