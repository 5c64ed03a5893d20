"""The windowed Gaussian of the Numenta Anomaly Benchmark, as its documentation describes it."""

from collections import deque
from math import erfc, log10, sqrt

from lab.evaluate.baselines.baseline import DAY_S
from lab.evaluate.baselines.past import TrailingWindow

WEEK_S = 7 * DAY_S
LAST_ROWS = 2
SMALLEST_TAIL = 1e-300


class WindowedGaussian:
    """How improbable the last ten minutes are under a normal distribution of the week before.

    It has no threshold of its own: the benchmark gives every detector the one that suits it best,
    and so does ``lab.evaluate.nab.best_threshold``.

    >>> detector = WindowedGaussian()
    >>> quiet = [detector.score(300 * i, 10 + i % 5) for i in range(500)]
    >>> max(quiet[20:]) < 1, detector.score(300 * 500, 30) > 10
    (True, True)
    """

    name = "windowed Gaussian, 7 days"

    def __init__(self) -> None:
        self._past = TrailingWindow(WEEK_S)
        self._last: deque[float] = deque(maxlen=LAST_ROWS)

    def score(self, start_s: int, count: float) -> float:
        """Take a row; -log10 of the upper tail probability of the mean of the last two."""
        mean, deviation = self._past.moments(start_s)
        self._past.push(start_s, count)
        self._last.append(count)
        z = (sum(self._last) / len(self._last) - mean) / deviation
        return -log10(max(erfc(z / sqrt(2.0)) / 2.0, SMALLEST_TAIL))
