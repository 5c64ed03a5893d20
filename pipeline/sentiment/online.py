"""A delta over frozen weights, learned label by label.

The weights that were shipped stay as they are. What people say is learned beside them: for each
feature three weights (negative, neutral, positive) that begin at nothing, moved by softmax
regression under AdaGrad (Duchi et al., "Adaptive Subgradient Methods", 2011). Rare classes weigh
more: a label weighs √((n + 3) / (3 · (labels of its class + 1))), n being all labels before it.

Plain arithmetic in a fixed order: the same labels in the same order give the same weights.
"""

from collections.abc import Iterable, Mapping
from math import exp, log, sqrt

from pipeline.sentiment.contract import Score
from pipeline.sentiment.corpus import LABELS
from pipeline.sentiment.evaluation import Probabilities

LEARNING_RATE = 0.2
"""Of what is learned of all brands."""

BRAND_LEARNING_RATE = 0.1
"""Of what a brand adds: its labels are few, and most of what they say is learned already."""

START = 1e-4
"""What AdaGrad's sums begin at: the first label of a feature moves it by about the full rate."""

WEIGHT_LIMIT = 2.0
"""No weight grows beyond, whatever the labels say."""

MAX_FEATURES = 40_000
"""Features of one learner: some 15 MB. With an eighth more, the weakest are dropped."""

MAX_NAME_CHARACTERS = 64
"""Features with longer names are not learned: they will not come again."""

_SLACK = 8
_CERTAIN = 1e-12

Vector = Mapping[str, float]
LogOdds = tuple[float, float]
"""Of negative and of positive against neutral, in nats."""


def log_odds(score: Score) -> LogOdds:
    """Log-odds that a score states.

    >>> log_odds(Score(0.25, 0.5, 0.25))
    (-0.6931471805599453, -0.6931471805599453)
    """
    neutral = max(score.p_neutral, _CERTAIN)
    return _log(score.p_negative, neutral), _log(score.p_positive, neutral)


def moved(odds: LogOdds, by: LogOdds) -> LogOdds:
    """Add a shift to log-odds."""
    return odds[0] + by[0], odds[1] + by[1]


def probabilities(odds: LogOdds) -> Probabilities:
    """Probabilities of negative, neutral and positive; safe for any finite log-odds.

    >>> probabilities((0.0, 0.0))[1]
    0.3333333333333333
    """
    most = max(odds[0], 0.0, odds[1])
    low, middle, high = exp(odds[0] - most), exp(-most), exp(odds[1] - most)
    total = low + middle + high
    return low / total, middle / total, high / total


class Learner:
    """Learns one delta. Bounded: at most ``max_features`` and a slack of an eighth of them.

    >>> learner = Learner()
    >>> learner.learn({"meh": 1.0}, (0.0, 0.0), label=0)
    >>> learner.shift({"meh": 1.0})[0] > 0
    True
    """

    def __init__(
        self, max_features: int = MAX_FEATURES, *, learning_rate: float = LEARNING_RATE
    ) -> None:
        """Start with nothing learned."""
        self._max = max_features
        self._rate = learning_rate
        # Per feature: three weights, AdaGrad's three sums, and how many labels had it.
        self._features: dict[str, list[float]] = {}
        self._labels = [0] * len(LABELS)

    def __len__(self) -> int:
        """Number of features."""
        return len(self._features)

    @property
    def labels(self) -> int:
        """Number of labels learned."""
        return sum(self._labels)

    def shift(self, vector: Vector) -> LogOdds:
        """By how much the delta moves the log-odds of a text with these features."""
        low = middle = high = 0.0
        known = self._features
        for name, value in vector.items():
            weights = known.get(name)
            if weights is not None:
                low += weights[0] * value
                middle += weights[1] * value
                high += weights[2] * value
        return low - middle, high - middle

    def learn(self, vector: Vector, odds: LogOdds, *, label: int, influence: float = 1.0) -> None:
        """Learn one label of a text whose log-odds are ``odds`` without this delta.

        ``influence``: how much it counts; 1 for a label by a person.
        """
        found = probabilities(moved(odds, self.shift(vector)))
        rare = sqrt((self.labels + 3) / (3 * (self._labels[label] + 1)))
        self._labels[label] += 1
        slopes = [(found[at] - (at == label)) * rare * influence for at in range(len(LABELS))]
        known = self._features
        for name, value in vector.items():
            row = known.get(name)
            if row is None:
                if len(name) > MAX_NAME_CHARACTERS:
                    continue
                row = known[name] = [0.0, 0.0, 0.0, START, START, START, 0.0]
            row[6] += 1.0
            for at in (0, 1, 2):
                slope = slopes[at] * value
                row[at + 3] += slope * slope
                weight = row[at] - self._rate * slope / sqrt(row[at + 3])
                row[at] = max(-WEIGHT_LIMIT, min(WEIGHT_LIMIT, weight))
        if len(known) > self._max + self._max // _SLACK:
            kept = sorted(known, key=lambda name: (-_strength(known[name]), name))[: self._max]
            self._features = {name: known[name] for name in kept}

    def weights(self) -> dict[str, tuple[float, float, float]]:
        """Weights of negative and of positive against neutral, and strength, by feature."""
        return {
            name: (row[0] - row[1], row[2] - row[1], _strength(row))
            for name, row in self._features.items()
        }


def _strength(row: list[float]) -> float:
    """How much a feature matters over all texts: its weight times √(labels that had it)."""
    return max(abs(row[0] - row[1]), abs(row[2] - row[1])) * sqrt(row[6])


def summed(
    learners: Iterable[Learner],
) -> dict[str, tuple[float, float, float]]:
    """Weights of several learners that are used together, as one table."""
    total: dict[str, tuple[float, float, float]] = {}
    for learner in learners:
        for name, (negative, positive, strength) in learner.weights().items():
            low, high, before = total.get(name, (0.0, 0.0, 0.0))
            total[name] = (low + negative, high + positive, max(before, strength))
    return total


def _log(share: float, neutral: float) -> float:
    return log(max(share, _CERTAIN) / neutral)
