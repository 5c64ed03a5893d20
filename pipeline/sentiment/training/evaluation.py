"""How good and how well calibrated: figures over labels and probabilities. Plain arithmetic."""

from collections.abc import Callable, Sequence
from math import exp, log

from msgspec import Struct

from pipeline.sentiment.api import LABELS, label_of
from pipeline.sentiment.training.corpus import LabelledText

CLASSES = range(len(LABELS))
"""Indices of the classes."""

_BINS = 10
"""Bins of certainty, over which calibration is measured."""

_GOLDEN = 0.6180339887498949
"""The golden ratio less 1, by which golden-section search narrows its interval."""

_TEMPERATURES = (-1.5, 1.5)
"""Logarithms between which a temperature is looked for."""

Probabilities = tuple[float, float, float]


class ModelFigures(Struct, frozen=True):
    """Figures of one set of texts; ``recall``, ``precision``, ``f1`` by class, as in ``LABELS``.

    ``calibration_error``: mean gap between stated and true certainty of the chosen label, over ten
    bins of equal width (Guo et al., "On Calibration of Modern Neural Networks", 2017).
    """

    texts: int
    macro_f1: float
    macro_recall: float
    accuracy: float
    recall: tuple[float, ...]
    precision: tuple[float, ...]
    f1: tuple[float, ...]
    calibration_error: float


def figures(labels: Sequence[int], scores: Sequence[Sequence[float]]) -> ModelFigures:
    """Compare true ``labels`` with ``scores``: the probabilities of all classes of each text.

    >>> figures([0, 2], [(0.9, 0.1, 0.0), (0.6, 0.1, 0.3)]).accuracy
    0.5
    """
    chosen = [label_of(row) for row in scores]
    pairs = list(zip(labels, chosen, strict=True))
    recall, precision, f1 = [], [], []
    for each in CLASSES:
        hits = sum(label == guess == each for label, guess in pairs)
        labelled = sum(label == each for label, _ in pairs)
        guessed = sum(guess == each for _, guess in pairs)
        recall.append(hits / labelled if labelled else 0.0)
        precision.append(hits / guessed if guessed else 0.0)
        f1.append(2 * hits / (labelled + guessed) if labelled + guessed else 0.0)
    total = len(pairs) or 1
    return ModelFigures(
        texts=len(pairs),
        macro_f1=sum(f1) / len(f1),
        macro_recall=sum(recall) / len(recall),
        accuracy=sum(label == guess for label, guess in pairs) / total,
        recall=tuple(recall),
        precision=tuple(precision),
        f1=tuple(f1),
        calibration_error=_calibration_error(pairs, scores),
    )


ALL = "all"
"""Stands for all languages together."""


def by_language(
    examples: Sequence[LabelledText], scores: Sequence[Sequence[float]]
) -> dict[str, ModelFigures]:
    """Figures per language of the examples, and over ``all`` of them, which come last."""
    found: dict[str, ModelFigures] = {}
    for lang in sorted({each.lang for each in examples}):
        chosen = [at for at, each in enumerate(examples) if each.lang == lang]
        found[lang] = figures([examples[at].label for at in chosen], [scores[at] for at in chosen])
    return found | {ALL: figures([each.label for each in examples], scores)}


def _calibration_error(
    pairs: Sequence[tuple[int, int]], scores: Sequence[Sequence[float]]
) -> float:
    gaps = [0.0] * _BINS
    for (label, guess), row in zip(pairs, scores, strict=True):
        certainty = row[guess]
        gaps[min(int(certainty * _BINS), _BINS - 1)] += certainty - (label == guess)
    return sum(map(abs, gaps)) / (len(pairs) or 1)


def softmax(negative: float, positive: float, temperature: float) -> Probabilities:
    """Probabilities from log-odds against neutral."""
    low, high = exp(negative / temperature), exp(positive / temperature)
    total = 1 + low + high
    return low / total, 1 / total, high / total


def temperature_of(labels: Sequence[int], logits: Sequence[tuple[float, float]]) -> float:
    """Temperature under which the log-odds ``logits`` make ``labels`` most likely.

    Found by golden-section search, between e^-1.5 and e^1.5: the loss has one minimum.
    """

    def loss(log_temperature: float) -> float:
        temperature = exp(log_temperature)
        return -sum(
            log(softmax(*each, temperature)[label])
            for label, each in zip(labels, logits, strict=True)
        )

    return round(exp(_minimum(loss, *_TEMPERATURES)), 4)


def _minimum(loss: Callable[[float], float], low: float, high: float) -> float:
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = loss(left), loss(right)
    for _ in range(16):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = loss(right)
    return (low + high) / 2
