"""A series of rows with timestamps, of whatever step, judged row by row without looking ahead."""

from datetime import datetime
from itertools import pairwise
from statistics import median

from pipeline.detection.baseline.volume.design import ROW_S
from pipeline.detection.baseline.volume.monitor import VolumeMonitor, check_count

FALSE_ALARMS_PER_WEEK = 1.0
"""One fixed default for every series: a series alone, without text, is worth a look a week."""
PROBE_ROWS = 24
"""The step is inferred from so many rows; nothing can ring so early."""


class SeriesScorer:
    """Scores one series; its step is the median distance of the first rows.

    A row that is not later than the one before counts as the next step. Rows that are missing were
    not seen, which is not the same as silence: nothing is learnt from them.

    >>> from datetime import datetime, timedelta
    >>> start = datetime(2026, 1, 5)
    >>> scorer = SeriesScorer()
    >>> rows = [(start + timedelta(hours=i), 20 + i % 5) for i in range(100)]
    >>> scores = [scorer.score(at, count) for at, count in [*rows, (rows[-1][0], 400)]]
    >>> max(scores[:-1]) < 0.5 <= scores[-1], scorer.step_s
    (True, 3600)
    """

    def __init__(
        self, *, false_alarms_per_week: float = FALSE_ALARMS_PER_WEEK, minimum_mentions: int = 1
    ) -> None:
        self._false_alarms_per_week = false_alarms_per_week
        self._minimum_mentions = minimum_mentions
        self._probe: list[tuple[datetime, float]] = []
        self._start(ROW_S)

    def _start(self, step_s: int) -> None:
        self.step_s = step_s
        self._place = 0
        self._last: datetime | None = None
        self._monitor = VolumeMonitor(
            step_s=step_s,
            false_alarms_per_week=self._false_alarms_per_week,
            minimum_mentions=self._minimum_mentions,
        )

    def score(self, at: datetime, count: float) -> float:
        """Score one row, in [0, 1]; 0.5 or more means: ring now.

        Raises:
            ValueError: if ``count`` is no number from 0 to ``LARGEST_COUNT``.
        """
        check_count(count)
        if len(self._probe) < PROBE_ROWS:
            self._infer(at, count)
        return self._score(at, count)

    def _infer(self, at: datetime, count: float) -> None:
        """Start again from the first row if the step turns out to be another."""
        self._probe.append((at, count))
        distances = [
            (later - earlier).total_seconds() for (earlier, _), (later, _) in pairwise(self._probe)
        ]
        steps = [distance for distance in distances if distance > 0]
        step_s = max(1, round(median(steps))) if steps else ROW_S
        if step_s != self.step_s:
            self._start(step_s)
            for earlier, value in self._probe[:-1]:
                self._score(earlier, value)

    def _score(self, at: datetime, count: float) -> float:
        if self._last is not None:
            steps = round((at - self._last).total_seconds() / self.step_s)
            self._place += max(1, steps)
            if steps > 1:
                self._monitor.pass_over(self._place * self.step_s)
        self._last = at
        return self._monitor.update(self._place * self.step_s, count).score
