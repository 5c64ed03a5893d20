"""S-H-ESD, which Twitter published as AnomalyDetection: outliers of what the hour doesn't explain.

Hochenbaum, Vallis & Kejariwal, "Automatic Anomaly Detection in the Cloud Via Statistical Learning",
2017 (arXiv 1704.07706): take the seasonal part and the median away, then test the rest for outliers
by median and MAD. Settings are the package's defaults: at most 10 % of rows, alpha .05, upwards,
blocks of two weeks (its ``longterm`` form).
"""

from collections import deque
from statistics import median
from typing import Final

from lab.evaluate.baselines.baseline import DAY_S, HOUR_S, ROW_S
from lab.evaluate.baselines.esd import is_upper_outlier

ALPHA: Final = 0.05
LARGEST_SHARE: Final = 0.10
DAYS: Final = 14
LEAST_DAYS: Final = 2
"""A seasonal part needs two periods."""


class SeasonalHybridEsd:
    """Looks back over the last two weeks at the end of each hour.

    Alarming if a row of the newest hour is among the outliers; that stands until the next hour. The
    season is the day: the seasonal part of a row is the median of its time of day, which contains
    the median of the whole. (Two weeks hold two values for an hour of the week: too few.)

    >>> from random import Random
    >>> dice, detector = Random(1), SeasonalHybridEsd()
    >>> quiet = [detector.update(300 * i, dice.uniform(5, 15)) for i in range(8 * 288)]
    >>> loud = [detector.update(300 * i, 60) for i in range(8 * 288, 8 * 288 + 12)]
    >>> any(quiet[-288:]), loud[-2:]
    (False, [False, True])
    """

    name = "S-H-ESD, 14 days, hourly"

    def __init__(self) -> None:
        self._slots: list[deque[float]] = [deque(maxlen=DAYS) for _ in range(DAY_S // ROW_S)]
        self._usual = [0.0] * len(self._slots)
        self._newest: list[tuple[int, float]] = []
        self._hour: int | None = None
        self._first_s: int | None = None
        self._alarming = False

    def update(self, start_s: int, count: float) -> bool:
        """Take a row; was there an outlier in the newest hour?"""
        if self._first_s is None:
            self._first_s = start_s
        if start_s // HOUR_S != self._hour:
            self._close_hour(start_s)  # rows were missing, or are longer than five minutes
            self._hour = start_s // HOUR_S
        slot = start_s % DAY_S // ROW_S
        self._slots[slot].append(count)
        self._usual[slot] = median(self._slots[slot])
        self._newest.append((slot, count))
        if start_s % HOUR_S + ROW_S >= HOUR_S:
            self._close_hour(start_s)
        return self._alarming

    def _close_hour(self, now_s: int) -> None:
        if self._newest and self._first_s is not None:
            ready = now_s - self._first_s >= LEAST_DAYS * DAY_S
            self._alarming = ready and self._look()
            self._newest.clear()

    def _look(self) -> bool:
        largest = max(count - self._usual[slot] for slot, count in self._newest)
        rest = sorted(
            count - usual
            for slot, usual in zip(self._slots, self._usual, strict=True)
            for count in slot
        )
        return is_upper_outlier(rest, largest, alpha=ALPHA, largest_share=LARGEST_SHARE)
