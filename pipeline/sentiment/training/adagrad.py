"""Learning the weights with river: one-vs-rest logistic regression under AdaGrad.

Deterministic: the same examples, seed and versions give the same bytes. Every feature is learned
twice, once for all languages and once for its own (Daumé, "Frustratingly Easy Domain Adaptation",
2007); only features met in two texts are learned at all.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from typing import NamedTuple

from river import linear_model, optim

from pipeline.sentiment.api import LABELS
from pipeline.sentiment.features.extraction import WordCache, features
from pipeline.sentiment.lexicon.word_lists import SHARED, Lexicon
from pipeline.sentiment.scorer.weights import Pair
from pipeline.sentiment.training.corpus import LabelledText

STEPS = 50
"""Weights are rounded to 1/50: a third of the bytes, no loss that could be measured."""

KEPT = 150_000
"""Features that are exported, over all languages."""

_MIN_TEXTS = 2
"""Features of fewer texts are not learned."""

_LEARNING_RATE = 0.1
"""Of the weights."""

_BIAS_RATE = 0.005
"""Of the intercepts. At .05 they jitter with the last examples: airline ±.01."""

_REPORT_EVERY = 500
"""Steps between two reports of progress."""

Vector = dict[str, float]


class Recipe(NamedTuple):
    """How to learn: the weights are the mean of those after the last ``averaged`` of all passes.

    ``models``: so many are learned, each in an order of its own, and the mean of their weights is
    taken: a linear model's mean is a linear model, with less luck of the order in it (Breiman,
    "Bagging Predictors", 1996). ``balance``: languages whose classes weigh the same, whatever
    their share.
    """

    passes: int = 3
    averaged: int = 2
    seed: int = 0
    models: int = 3
    balance: frozenset[str] = frozenset({"en"})

    def steps(self, examples: int) -> int:
        """How often an example is learned, all in all."""
        return self.models * self.passes * examples


class _AdaGrad(optim.AdaGrad):  # type: ignore[misc]  # river is untyped here
    """river's AdaGrad, bit for bit, in a loop that looks the rate up once: twice as fast."""

    def _step_with_dict(self, w: Vector, g: Vector) -> Vector:
        squares, rate, eps = self.g2, self.learning_rate, self.eps
        for name, slope in g.items():
            squares[name] += slope**2
            w[name] -= rate / (squares[name] + eps) ** 0.5 * slope
        return w


class LearnedTables(NamedTuple):
    """Log-odds against neutral, negative and positive side; ``tables`` by language or ``*``.

    ``texts``: texts that have a feature; ``sizes``: all texts of a language, or of all;
    ``guesses``: label of each example as guessed in the first model's first pass, before it was
    learned.
    """

    bias: tuple[float, float]
    tables: dict[str, dict[str, tuple[float, float]]]
    texts: dict[str, Counter[str]]
    sizes: Counter[str]
    guesses: tuple[int, ...]


def vectors(examples: Iterable[LabelledText], lexicons: dict[str, Lexicon]) -> list[Vector]:
    """Features of each example, in order."""
    caches = {lang: WordCache(lexicon) for lang, lexicon in lexicons.items()}
    return [features(each.text, caches.get(each.lang, caches[SHARED])) for each in examples]


def learn(
    examples: Sequence[LabelledText],
    found: Sequence[Vector],
    recipe: Recipe,
    progress: Callable[[int], object] = lambda _: None,
) -> LearnedTables:
    """Learn from ``examples`` with their features ``found``; ``progress`` is told steps done."""
    texts: dict[str, Counter[str]] = {SHARED: Counter()}
    sizes = Counter(each.lang for each in examples)
    sizes[SHARED] = len(examples)
    for example, vector in zip(examples, found, strict=True):
        texts[SHARED].update(vector.keys())
        texts.setdefault(example.lang, Counter()).update(vector.keys())
    tagged = [
        _tag(vector, example.lang, texts) for example, vector in zip(examples, found, strict=True)
    ]
    weight = _weights(examples, recipe.balance)
    order = list(range(len(examples)))
    chance = random.Random(recipe.seed)  # noqa: S311 - a seeded shuffle, no secret
    mean = _Mean()
    guesses = [0] * len(examples)
    done = 0
    for number in range(recipe.models):
        learners = _learners()
        for turn in range(recipe.passes):
            chance.shuffle(order)
            for at in order:
                label = examples[at].label
                if number == turn == 0:
                    guesses[at] = _guess(learners, tagged[at])
                for mark, learner in enumerate(learners):
                    learner.learn_one(tagged[at], label == mark, weight[at])
                done += 1
                if done % _REPORT_EVERY == 0:
                    progress(done)
            if turn >= recipe.passes - recipe.averaged:
                mean.add(learners)
    progress(done)
    return mean.learned(texts, sizes, tuple(guesses))


def _learners() -> list[linear_model.LogisticRegression]:
    """One for each class, with nothing learned."""
    return [
        linear_model.LogisticRegression(
            optimizer=_AdaGrad(_LEARNING_RATE), intercept_lr=_BIAS_RATE, l2=0.0
        )
        for _ in LABELS
    ]


def _guess(learners: Sequence[linear_model.LogisticRegression], vector: Vector) -> int:
    sure = [learner.predict_proba_one(vector)[True] for learner in learners]
    return sure.index(max(sure))


def _tag(vector: Vector, lang: str, texts: dict[str, Counter[str]]) -> Vector:
    """Shared and language-tagged copy of each feature that enough texts have."""
    shared, own = texts[SHARED], texts[lang]
    both = {f"{SHARED}\t{n}": v for n, v in vector.items() if shared[n] >= _MIN_TEXTS}
    both.update((f"{lang}\t{n}", v) for n, v in vector.items() if own[n] >= _MIN_TEXTS)
    return both


def _weights(examples: Sequence[LabelledText], balance: frozenset[str]) -> list[float]:
    """Weight of each example: all classes of a balanced language together weigh the same."""
    counts = Counter((each.lang, each.label) for each in examples)
    sizes = Counter(each.lang for each in examples)
    return [
        sizes[each.lang] / (len(LABELS) * counts[each.lang, each.label])
        if each.lang in balance
        else 1.0
        for each in examples
    ]


class _Mean:
    """Mean over several moments of log-odds against neutral."""

    def __init__(self) -> None:
        self._moments = 0
        self._bias = (0.0, 0.0)
        self._sums: dict[str, tuple[float, float]] = {}

    def add(self, learners: list[linear_model.LogisticRegression]) -> None:
        """Take the three learners as they stand."""
        negative, neutral, positive = (learner.weights for learner in learners)
        low, middle, high = (learner.intercept for learner in learners)
        self._moments += 1
        self._bias = (self._bias[0] + low - middle, self._bias[1] + high - middle)
        for key, between in neutral.items():
            sums = self._sums.get(key, (0.0, 0.0))
            self._sums[key] = (sums[0] + negative[key] - between, sums[1] + positive[key] - between)

    def learned(
        self, texts: dict[str, Counter[str]], sizes: Counter[str], guesses: tuple[int, ...]
    ) -> LearnedTables:
        """Divide, and sort into tables."""
        tables: dict[str, dict[str, tuple[float, float]]] = {lang: {} for lang in sorted(texts)}
        count = self._moments
        for key, sums in sorted(self._sums.items()):
            lang, _, name = key.partition("\t")
            tables[lang][name] = (sums[0] / count, sums[1] / count)
        return LearnedTables(
            (self._bias[0] / count, self._bias[1] / count), tables, texts, sizes, guesses
        )


def strongest(learned: LearnedTables, kept: int = KEPT) -> dict[str, dict[str, Pair]]:
    """Round to ``STEPS`` and keep the ``kept`` features that matter most: by |w|·√frequency.

    The frequency is that in the texts of a table's language: counted in texts, the languages with
    few of them would lose most.
    """
    ranked = sorted(
        (
            -max(map(abs, pair)) * sqrt(learned.texts[lang][name] / learned.sizes[lang]),
            lang,
            name,
            (round(pair[0] * STEPS), round(pair[1] * STEPS)),
        )
        for lang, table in learned.tables.items()
        for name, pair in table.items()
    )
    tables: dict[str, dict[str, Pair]] = {lang: {} for lang in learned.tables}
    for _, lang, name, pair in [entry for entry in ranked if any(entry[3])][:kept]:
        tables[lang][name] = pair
    return tables
