"""River's own anomaly detectors that fit a single series of counts, as its documentation uses them.

Of ``river.anomaly`` 0.26, OneClassSVM, LODA and LocalOutlierFactor look for odd points among many
features and are left out. A score is asked for before its row is learnt.
"""

from collections.abc import Callable
from typing import Any, Final

from river import anomaly, compose, linear_model, optim, preprocessing, time_series

from lab.evaluate.baselines.baseline import DAY_S, ROW_S

DAY_ROWS: Final = DAY_S // ROW_S
WARM_UP_ROWS: Final = 2 * DAY_ROWS
"""Two days, as for Tocsin, before a detector may speak that has no grace period of its own."""
SEED: Final = 42


class RiverDetector:
    """A detector of river that scores and learns a target.

    ``detector``: has ``score_one(x, y)`` and ``learn_one(x, y)``. ``threshold``: alarming at this
    score or above. ``silent_rows``: at the start, in which it may not speak. ``cold_rows``: at the
    start, which are only learnt. ``shift``: added to every count.

    While all rows have been the same there is no deviation to measure by, and nothing is alarming.

    >>> detector = gaussian_scorer()
    >>> quiet = [detector.update(300 * i, 10 + i % 5) for i in range(700)]
    >>> any(quiet), detector.update(300 * 700, 25)
    (False, True)
    """

    def __init__(
        self,
        name: str,
        detector: Any,  # noqa: ANN401 - river ships no types that could be checked
        *,
        threshold: float,
        silent_rows: int = WARM_UP_ROWS,
        cold_rows: int = 0,
        shift: float = 0.0,
    ) -> None:
        self.name = name
        self._detector = detector
        self._threshold = threshold
        self._silent_rows = silent_rows
        self._cold_rows = cold_rows
        self._shift = shift
        self._rows = 0
        self._first: float | None = None
        self._varied = False

    def update(self, start_s: int, count: float) -> bool:  # noqa: ARG002 - rows are all it knows
        """Take a row; alarming now?"""
        value = float(count) + self._shift  # a float, by which river tells a forecaster's target
        if self._first is None:
            self._first = value
        self._varied |= value != self._first
        score = 0.0 if self._rows < self._cold_rows else self._detector.score_one(None, value)
        self._detector.learn_one(None, value)
        self._rows += 1
        return self._varied and bool(score >= self._threshold) and self._rows > self._silent_rows


class HalfSpaceTrees:
    """River's half-space trees behind a quantile filter.

    Scaled to what was seen so far, as they need it; alarming above the 99.5 % quantile of their own
    scores, which river's documentation uses for rare anomalies, and which then are not learnt.
    (Tan, Ting & Liu, "Fast Anomaly Detection for Streaming Data", IJCAI 2011.)

    >>> from random import Random
    >>> dice, detector = Random(0), HalfSpaceTrees()
    >>> quiet = [detector.update(300 * i, dice.gauss(50, 7)) for i in range(2000)]
    >>> sum(quiet) < 20, detector.update(300 * 2000, 100)
    (True, True)
    """

    name = "river HalfSpaceTrees, 99.5 % quantile"

    def __init__(self) -> None:
        self._filter = anomaly.QuantileFilter(anomaly.HalfSpaceTrees(seed=SEED), q=0.995)
        self._model = compose.Pipeline(preprocessing.MinMaxScaler(), self._filter)
        self._rows = 0

    def update(self, start_s: int, count: float) -> bool:  # noqa: ARG002 - rows are all it knows
        """Take a row; alarming now?"""
        features = {"count": count}
        alarming = bool(self._filter.classify(self._model.score_one(features)))
        self._model.learn_one(features)
        self._rows += 1
        return alarming and self._rows > WARM_UP_ROWS


def gaussian_scorer() -> RiverDetector:
    """A normal distribution of the last week; window and threshold of river's own example."""
    return RiverDetector(
        "river GaussianScorer, 7 days",
        anomaly.GaussianScorer(window_size=7 * DAY_ROWS, grace_period=30),
        threshold=0.995,
    )


def standard_absolute_deviation() -> RiverDetector:
    """Three standard deviations from the mean of all that was ever seen."""
    return RiverDetector(
        "river StandardAbsoluteDeviation, 3σ",
        anomaly.StandardAbsoluteDeviation(),
        threshold=3.0,
    )


def holt_winters() -> RiverDetector:
    """Error of a forecast by Holt and Winters' triple smoothing with a season of a day.

    Smoothing as in river's example; three deviations of the squared error, its default.
    """
    model = time_series.HoltWinters(alpha=0.3, beta=0.1, gamma=0.6, seasonality=DAY_ROWS)
    # River starts the season with ratios to the mean, which a silent first day would make 0 / 0.
    # Elsewhere one mention more in every row changes nothing.
    return _predictive("river HoltWinters forecast, 3σ", model, cold_rows=DAY_ROWS, shift=1.0)


def snarimax() -> RiverDetector:
    """Error of a forecast from the last hour and the same rows of the day before.

    Autoregression by river's scaled linear regression, with the step of its example; three
    deviations of the squared error, its default.
    """
    regressor = preprocessing.StandardScaler() | linear_model.LinearRegression(
        optimizer=optim.SGD(0.005)
    )
    model = time_series.SNARIMAX(p=12, d=0, q=12, m=DAY_ROWS, sp=1, sq=1, regressor=regressor)
    return _predictive("river SNARIMAX forecast, 3σ", model)


def _predictive(
    name: str,
    model: Any,  # noqa: ANN401 - river ships no types that could be checked
    *,
    cold_rows: int = 0,
    shift: float = 0.0,
) -> RiverDetector:
    detector = anomaly.PredictiveAnomalyDetection(model, n_std=3.0, warmup_period=WARM_UP_ROWS)
    return RiverDetector(name, detector, threshold=1.0, cold_rows=cold_rows, shift=shift)


RIVER: Final[tuple[Callable[[], RiverDetector | HalfSpaceTrees], ...]] = (
    gaussian_scorer,
    standard_absolute_deviation,
    HalfSpaceTrees,
    holt_winters,
    snarimax,
)
