"""A delta over frozen weights, learned label by label.

The weights that were shipped stay as they are. What people say is learned beside them: for each
feature a weight of each class (negative, neutral, positive; or no attack, attack) that begins at
nothing, moved by softmax regression under AdaGrad (Duchi et al., "Adaptive Subgradient Methods",
2011). Rare classes weigh more: of K classes, a label weighs √((n + K) / (K · (labels of its class +
1))), n being all labels before it.

Plain arithmetic in a fixed order: the same labels in the same order give the same weights.
"""

from collections.abc import Iterable, Mapping
from math import exp, log, sqrt
from typing import NamedTuple

from pipeline.sentiment.api import LABELS, Sentiment

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
LogOdds = tuple[float, ...]
"""Of each class but one against that one, in nats: of the tone, those of negative and of positive
against neutral."""

NEUTRAL = LABELS.index("neutral")


def log_odds(sentiment: Sentiment) -> tuple[float, float]:
    """Log-odds of negative and of positive against neutral.

    >>> log_odds(Sentiment(0.25, 0.5, 0.25))
    (-0.6931471805599453, -0.6931471805599453)
    """
    neutral = max(sentiment.p_neutral, _CERTAIN)
    return _log(sentiment.p_negative, neutral), _log(sentiment.p_positive, neutral)


def moved(odds: LogOdds, by: LogOdds) -> LogOdds:
    """Add a shift to log-odds."""
    return tuple([one + two for one, two in zip(odds, by, strict=True)])


def probabilities(odds: LogOdds, against: int = NEUTRAL) -> tuple[float, ...]:
    """Probabilities of all classes, in order; safe for any finite log-odds.

    ``against``: the class that the log-odds are against.

    >>> probabilities((0.0, 0.0))[1]
    0.3333333333333333
    """
    every = (*odds[:against], 0.0, *odds[against:])
    most = max(every)
    powers = [exp(each - most) for each in every]
    total = sum(powers)
    return tuple([each / total for each in powers])


class Learner:
    """Learns one delta. Bounded: at most ``max_features`` and a slack of an eighth of them.

    >>> learner = Learner()
    >>> learner.learn({"meh": 1.0}, (0.0, 0.0), label=0)
    >>> learner.shift({"meh": 1.0})[0] > 0
    True
    """

    def __init__(
        self,
        max_features: int = MAX_FEATURES,
        *,
        learning_rate: float = LEARNING_RATE,
        classes: int = len(LABELS),
        against: int = NEUTRAL,
        start: float = START,
    ) -> None:
        """Start with nothing learned of so many classes; log-odds are ``against`` one of them.

        ``start``: what AdaGrad's sums begin at; with more, the first labels of a feature move it
        less.
        """
        self._max = max_features
        self._rate = learning_rate
        self._against = against
        self._start = start
        self._others = [at for at in range(classes) if at != against]
        # Per feature: weights, as many sums of AdaGrad, and how many labels had it.
        self._features: dict[str, list[float]] = {}
        self._labels = [0] * classes

    def __len__(self) -> int:
        """Number of features."""
        return len(self._features)

    @property
    def labels(self) -> int:
        """Number of labels learned."""
        return sum(self._labels)

    def shift(self, vector: Vector) -> LogOdds:
        """By how much the delta moves the log-odds of a text with these features."""
        known = self._features
        rows = [(known[name], value) for name, value in vector.items() if name in known]
        sums = [sum([row[at] * value for row, value in rows]) for at in range(len(self._labels))]
        return tuple([sums[at] - sums[self._against] for at in self._others])

    def learn(self, vector: Vector, odds: LogOdds, *, label: int, influence: float = 1.0) -> None:
        """Learn one label of a text whose log-odds are ``odds`` without this delta.

        ``influence``: how much it counts; 1 for a label by a person.
        """
        classes = len(self._labels)
        found = probabilities(moved(odds, self.shift(vector)), self._against)
        rare = sqrt((self.labels + classes) / (classes * (self._labels[label] + 1)))
        self._labels[label] += 1
        slopes = [(each - (at == label)) * rare * influence for at, each in enumerate(found)]
        known = self._features
        for name, value in vector.items():
            row = known.get(name)
            if row is None:
                if len(name) > MAX_NAME_CHARACTERS:
                    continue
                row = known[name] = [0.0] * classes + [self._start] * classes + [0.0]
            row[-1] += 1.0
            for at, steep in enumerate(slopes):
                slope = steep * value
                row[at + classes] += slope * slope
                weight = row[at] - self._rate * slope / sqrt(row[at + classes])
                row[at] = max(-WEIGHT_LIMIT, min(WEIGHT_LIMIT, weight))
        if len(known) > self._max + self._max // _SLACK:
            weights = self.weights()
            kept = sorted(weights, key=lambda name: (-weights[name].strength, name))[: self._max]
            self._features = {name: known[name] for name in kept}

    def weights(self) -> "dict[str, FeatureWeight]":
        """Weights of all features by name."""
        return {name: self._weight(row) for name, row in self._features.items()}

    def _weight(self, row: list[float]) -> "FeatureWeight":
        odds = tuple([row[at] - row[self._against] for at in self._others])
        return FeatureWeight(odds, max(map(abs, odds)) * sqrt(row[-1]))


class FeatureWeight(NamedTuple):
    """What a feature adds to log-odds, and how much it matters over all texts.

    ``strength``: the largest of ``odds`` times √(labels that had the feature).
    """

    odds: LogOdds
    strength: float


def summed(learners: Iterable[Learner]) -> dict[str, FeatureWeight]:
    """Weights of several learners that are used together, as one table."""
    total: dict[str, FeatureWeight] = {}
    for learner in learners:
        for name, weight in learner.weights().items():
            known = total.get(name)
            if known is not None:
                weight = FeatureWeight(  # noqa: PLW2901 - the sum of both stands where one stood
                    moved(known.odds, weight.odds), max(known.strength, weight.strength)
                )
            total[name] = weight
    return total


def _log(share: float, neutral: float) -> float:
    return log(max(share, _CERTAIN) / neutral)
