"""What Tocsin's sentiment is set beside: VADER, river's bag of words, a FastText-style classifier.

Each learns the same texts and is asked the same way; none is tuned on what it is scored on.
"""

import random
import re
import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from pipeline.sentiment.api import LABELS
from pipeline.sentiment.training.corpus import LabelledText

COMPOUND = 0.05
_WORDS = re.compile(r"\w+|[^\w\s]")


class Baseline(Protocol):
    """Learns labelled texts, and gives probabilities of negative, neutral and positive."""

    name: str

    def fit(self, examples: Sequence[LabelledText]) -> None:
        """Learn all of them, from nothing."""
        ...

    def score(self, text: str, lang: str) -> Sequence[float]:
        """Score one text."""
        ...


class Vader:
    """VADER's compound at its customary threshold, as a certain label. Learns nothing."""

    name = "VADER (an English lexicon)"

    def __init__(self) -> None:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415

        self._analyzer = SentimentIntensityAnalyzer()

    def fit(self, examples: Sequence[LabelledText]) -> None:
        """Nothing to learn."""

    def score(self, text: str, _: str) -> Sequence[float]:
        """One of three certainties."""
        compound = self._analyzer.polarity_scores(text)["compound"]
        label = 1 + (compound >= COMPOUND) - (compound <= -COMPOUND)
        return [float(label == each) for each in range(3)]


class RiverBagOfWords:
    """One-vs-rest logistic regression over river's bag of words, as its own guide has it."""

    name = "river BagOfWords | LogisticRegression"

    def __init__(self) -> None:
        """Start untrained."""
        self.fit(())

    def fit(self, examples: Sequence[LabelledText]) -> None:
        """Learn them once, shuffled: the classes and languages lie in blocks on disk."""
        from river import feature_extraction, linear_model, multiclass, optim  # noqa: PLC0415

        learner = linear_model.LogisticRegression(optim.AdaGrad(0.1))
        self._model = feature_extraction.BagOfWords(lowercase=True)
        self._model |= multiclass.OneVsRestClassifier(learner)
        for each in random.Random(0).sample(examples, len(examples)):
            self.learn(each)

    def learn(self, example: LabelledText) -> None:
        """Learn one example."""
        self._model.learn_one(example.text, example.label)

    def score(self, text: str, _: str) -> Sequence[float]:
        """Probabilities, even before anything was learned."""
        found = self._model.predict_proba_one(text)
        return [found.get(label, 0.0) for label in range(3)]


class FastText:
    """Averaged embeddings of words and pairs, then softmax, under SGD with a falling rate.

    After Joulin et al., "Bag of Tricks for Efficient Text Classification" (2017): words and pairs
    are hashed into one table; rate and passes are the defaults of the original. Classes of English
    weigh the same together, as they do for Tocsin.
    """

    name = "FastText-style (words, pairs)"

    def __init__(
        self, *, width: int = 32, buckets: int = 1 << 19, passes: int = 5, rate: float = 0.1
    ) -> None:
        """Start untrained."""
        self._width, self._buckets, self._passes, self._rate = width, buckets, passes, rate
        self.fit(())

    def fit(self, examples: Sequence[LabelledText]) -> None:
        """Learn them in shuffled order."""
        chance = np.random.default_rng(0)
        table = (self._buckets, self._width)
        self._table = (chance.random(table, dtype=np.float32) - 0.5) * (2 / self._width)
        self._out = np.zeros((len(LABELS), self._width), dtype=np.float32)
        rows = [self._rows(each.text) for each in examples]
        weights = _balanced(examples)
        steps = max(self._passes * len(rows), 1)
        done = 0
        for _ in range(self._passes):
            for at in chance.permutation(len(rows)):
                rate = self._rate * (1 - done / steps) * weights[at]
                self._learn(rows[at], examples[at].label, rate)
                done += 1

    def _learn(self, rows: list[int], label: int, rate: float) -> None:
        if not rows:
            return
        mean = self._table[rows].mean(axis=0)
        error = _softmax(self._out @ mean)
        error[label] -= 1
        back = error @ self._out
        self._out -= rate * np.outer(error, mean)
        self._table[rows] -= rate / len(rows) * back

    def score(self, text: str, _: str) -> Sequence[float]:
        """Probabilities; all the same before anything was learned."""
        rows = self._rows(text)
        if not rows:
            return [1 / 3] * 3
        return [float(each) for each in _softmax(self._out @ self._table[rows].mean(axis=0))]

    def _rows(self, text: str) -> list[int]:
        words = _WORDS.findall(text.lower())
        pairs = [f"{one} {other}" for one, other in pairwise(words)]
        return [zlib.crc32(name.encode()) % self._buckets for name in words + pairs]


def _softmax(values: np.ndarray) -> np.ndarray:
    raised = np.exp(values - values.max())
    return raised / raised.sum()


def _balanced(examples: Sequence[LabelledText]) -> list[float]:
    english = [each.label for each in examples if each.lang == "en"]
    share = [english.count(label) * len(LABELS) / max(len(english), 1) for label in range(3)]
    return [1 / share[each.label] if each.lang == "en" else 1.0 for each in examples]
