"""Plain detectors with the threshold that suits these very files best: what hindsight would reach.

NAB chooses a threshold for every detector in this way, so its published figures compare with these
rather than with a detector at a fixed setting. Tocsin does not get this advantage.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final, Protocol

from lab.evaluate.alarms import ring
from lab.evaluate.baselines.baseline import HOUR_S
from lab.evaluate.baselines.sigma import MovingSigma
from lab.evaluate.baselines.windowed_gaussian import WindowedGaussian
from lab.evaluate.nab.form import LabelledSeries
from lab.evaluate.nab.rules import STANDARD, JudgedSeries, normalised_score, probation

TRIED: Final = 100
"""So many thresholds are tried, spread over the scores that occur."""


class RowScorer(Protocol):
    """A detector that gives each row a score and leaves the threshold to others."""

    def score(self, start_s: int, count: float) -> float:
        """Take a row; its score, the higher the stranger."""


SCORERS: Final[Mapping[str, Callable[[], RowScorer]]] = {
    "windowed Gaussian, 7 days": WindowedGaussian,
    "z-score over 12 h": partial(MovingSigma, "", window_s=12 * HOUR_S, sigmas=0.0),
}


def scores_of(make: Callable[[], RowScorer], series: LabelledSeries) -> list[float]:
    """Score of every row."""
    scorer = make()
    return [scorer.score(*row) for row in zip(series.starts_s, series.counts, strict=True)]


def alarms_above(
    series: LabelledSeries, scores: Sequence[float], threshold: float
) -> tuple[int, ...]:
    """Rows at which it rings at this threshold; the part that is not scored is not listened to."""
    first = probation(len(scores))
    loud = iter(score >= threshold and row >= first for row, score in enumerate(scores))
    rows = zip(series.starts_s, series.counts, strict=True)
    return tuple(ring(lambda _start_s, _count: next(loud), rows))


def best_threshold(every: Iterable[tuple[LabelledSeries, Sequence[float]]]) -> float:
    """The threshold, out of ``TRIED``, with the highest standard score over all series.

    Raises:
        ValueError: if no series has a window.
    """
    scored = list(every)
    levels = sorted({round(score, 1) for _, scores in scored for score in scores if score > 0})
    tried = levels[:: max(1, len(levels) // TRIED)] or [1.0]

    def standard(threshold: float) -> float:
        judged = [
            JudgedSeries(len(scores), series.windows, alarms_above(series, scores, threshold))
            for series, scores in scored
        ]
        return normalised_score(judged, STANDARD)

    return max(tried, key=standard)
