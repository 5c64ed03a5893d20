"""So many standard deviations above the mean of the last hours or days: the usual alert rule.

The control chart of Shewhart ("Economic Control of Quality of Manufactured Product", 1931) with a
moving past. Three deviations are his; over twelve hours they are what a dashboard does by default.
Five over fourteen days is the cautious form.
"""

from lab.evaluate.baselines.baseline import DAY_S, HOUR_S
from lab.evaluate.baselines.past import TrailingWindow


class MovingSigma:
    """Alarming while a row lies more than ``sigmas`` deviations above the past ``window_s``.

    Every row becomes part of the past, alarming or not. It speaks once it has seen its window, or a
    day if that is shorter. A deviation is at least one mention a row.

    >>> detector = z_score_12_h()
    >>> quiet = [detector.update(300 * i, 10 + i % 3) for i in range(200)]
    >>> any(quiet), detector.update(300 * 200, 15)
    (False, True)
    """

    def __init__(self, name: str, *, window_s: int, sigmas: float) -> None:
        self.name = name
        self._sigmas = sigmas
        self._least_s = min(window_s, DAY_S)
        self._past = TrailingWindow(window_s)

    def update(self, start_s: int, count: float) -> bool:
        """Take a row; alarming now?"""
        ready = self._past.length_s(start_s) >= self._least_s
        return self.score(start_s, count) > self._sigmas and ready

    def score(self, start_s: int, count: float) -> float:
        """Take a row; how many deviations it lies above the past."""
        mean, deviation = self._past.moments(start_s)
        self._past.push(start_s, count)
        return (count - mean) / deviation


def z_score_12_h() -> MovingSigma:
    """Three standard deviations over twelve hours."""
    return MovingSigma("z-score over 12 h, 3σ", window_s=12 * HOUR_S, sigmas=3.0)


def five_sigma_14_d() -> MovingSigma:
    """Five standard deviations over fourteen days."""
    return MovingSigma("5σ over 14 days", window_s=14 * DAY_S, sigmas=5.0)
