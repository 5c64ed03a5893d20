"""From labelled texts to weights and their held-out figures. Pure and deterministic."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from pipeline.sentiment.api import TOKENIZER
from pipeline.sentiment.features.language import count_votes
from pipeline.sentiment.features.tokens import LINK, tokens
from pipeline.sentiment.lexicon.vader import all_lexicons
from pipeline.sentiment.lexicon.word_lists import SHARED
from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.scorer.weights import Weights
from pipeline.sentiment.training.adagrad import (
    STEPS,
    LearnedTables,
    Recipe,
    Vector,
    learn,
    strongest,
    vectors,
)
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.evaluation import ModelFigures, figures, softmax, temperature_of

NAME = "tocsin-tweets"
"""Name of the weights, with which the scorer's version begins."""

_KEY_CHARACTERS = 45
"""Letters by which copies of a text are told."""

_TEXTS_FOR_LANGUAGE = 4_000
"""Texts of a language from which its votes are learned, at most."""


class OnProgress(Protocol):
    """Is told of a stage, how many of its steps are done, and ``of`` how many."""

    def __call__(self, stage: str, done: int, of: int) -> object:
        """Take note."""
        ...


def _silent(stage: str, done: int, of: int) -> None:
    """Take no note."""


class HeldOut(Struct, frozen=True):
    """Held-out figures of one source: language stated, language left to guess, and raw.

    ``guessed`` is the share of texts whose language was guessed right. ``prequential``: each text
    guessed by what was learned from those before it, in one walk in shuffled order (Dawid, 1984).
    """

    lang: str
    stated: ModelFigures
    unstated: ModelFigures
    guessed: float
    prequential: ModelFigures


class Trained(Struct, frozen=True):
    """Weights learned from all examples; figures by source from models that never saw them."""

    weights: Weights
    held: dict[str, HeldOut]


def key_of(text: str) -> str:
    """First letters of a text without mentions and links: the same for copies and near-copies."""
    words = [token for token in tokens(text) if token[0].isalnum() and token not in {LINK, "rt"}]
    return "".join(words)[:_KEY_CHARACTERS]


def fold_of(key: str, folds: int) -> int:
    """Fold of a text: all its copies fall into the same one."""
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:4]) % folds


def train(
    examples: Sequence[LabelledText],
    recipe: Recipe,
    *,
    folds: int,
    progress: OnProgress = _silent,
) -> Trained:
    """Learn weights from all ``examples``, and figures and temperatures from ``folds`` held out.

    Raises:
        ValueError: no examples, or fewer than two folds.
    """
    if not examples or folds < 2:  # noqa: PLR2004 - one fold would leave nothing to learn from
        raise ValueError("training needs examples and at least two folds")
    progress("reading", 0, 1)
    lexicons = all_lexicons()
    found = vectors(examples, lexicons)
    progress("reading", 1, 1)
    fold = [fold_of(key_of(each.text), folds) for each in examples]
    outcomes: dict[int, _Outcome] = {}
    for number in range(folds):
        chosen = [at for at, each in enumerate(fold) if each != number]
        weights = fit(
            [examples[at] for at in chosen],
            recipe,
            found=[found[at] for at in chosen],
            step=partial(progress, f"part {number + 1}", of=recipe.steps(len(chosen))),
        )
        model = NgramScorer(weights, "0" * 8)
        left_out = [at for at, each in enumerate(fold) if each == number]
        outcomes |= zip(left_out, _outcomes(model, [examples[at] for at in left_out]), strict=True)
    everything = range(len(examples))
    learned = learn(
        examples, found, recipe, partial(progress, "final", of=recipe.steps(len(examples)))
    )
    weights = _weights(examples, learned)
    temperatures = {
        lang: _temperature(
            examples, outcomes, [at for at in everything if examples[at].lang == lang]
        )
        for lang in sorted({each.lang for each in examples})
    }
    temperatures[SHARED] = _temperature(examples, outcomes, everything)
    return Trained(
        replace(weights, temperatures=temperatures),
        {
            source: _held(examples, outcomes, fold, learned.guesses, source)
            for source in sorted({each.source for each in examples})
        },
    )


class _Outcome(Struct, frozen=True):
    stated: tuple[float, float]
    unstated: tuple[float, float]
    guess: str


def _outcomes(model: NgramScorer, examples: Sequence[LabelledText]) -> list[_Outcome]:
    guesses = [model.language(each.text, "") for each in examples]
    stated = model.log_odds_many([(each.text, each.lang) for each in examples])
    unstated = model.log_odds_many(
        [(each.text, guess) for each, guess in zip(examples, guesses, strict=True)]
    )
    return list(map(_Outcome, stated, unstated, guesses))


def fit(
    examples: Sequence[LabelledText],
    recipe: Recipe,
    *,
    found: Sequence[Vector] | None = None,
    step: Callable[[int], object] = lambda _: None,
) -> Weights:
    """Learn weights without temperatures. ``found``: the features of the examples, if at hand."""
    found = found or vectors(examples, all_lexicons())
    return _weights(examples, learn(examples, found, recipe, step))


def _weights(examples: Sequence[LabelledText], learned: LearnedTables) -> Weights:
    taken = Counter[str]()
    voters: list[tuple[list[str], str]] = []
    for each in examples:
        taken[each.lang] += 1
        if taken[each.lang] <= _TEXTS_FOR_LANGUAGE:
            voters.append((tokens(each.text), each.lang))
    return Weights(
        name=NAME,
        tokenizer=TOKENIZER,
        made_with={"river": version("river"), "tocsin": version("tocsin")},
        sources=tuple(sorted({each.source for each in examples})) + _LEXICONS,
        steps=STEPS,
        bias=(round(learned.bias[0] * STEPS), round(learned.bias[1] * STEPS)),
        lexicons=all_lexicons(),
        pairs=strongest(learned),
        temperatures={},
        votes=count_votes(voters, tuple(sorted(taken))),
    )


_LEXICONS = ("lexicon: tocsin", f"lexicon: VADER {version('vaderSentiment')} (MIT)")


def _temperature(
    examples: Sequence[LabelledText], outcomes: dict[int, _Outcome], chosen: Sequence[int]
) -> float:
    return temperature_of(
        [examples[at].label for at in chosen], [outcomes[at].stated for at in chosen]
    )


def _held(
    examples: Sequence[LabelledText],
    outcomes: dict[int, _Outcome],
    fold: Sequence[int],
    guesses: Sequence[int],
    source: str,
) -> HeldOut:
    """Figures of one source; each half of the folds is calibrated on the other half."""
    chosen = [at for at, each in enumerate(examples) if each.source == source]
    lang = examples[chosen[0]].lang
    alike = [at for at in range(len(examples)) if examples[at].lang == lang]
    temperature = [
        _temperature(examples, outcomes, [at for at in alike if fold[at] % 2 != half] or alike)
        for half in (0, 1)
    ]
    labels = [examples[at].label for at in chosen]
    return HeldOut(
        lang,
        figures(
            labels, [softmax(*outcomes[at].stated, temperature[fold[at] % 2]) for at in chosen]
        ),
        figures(
            labels, [softmax(*outcomes[at].unstated, temperature[fold[at] % 2]) for at in chosen]
        ),
        sum(outcomes[at].guess == lang for at in chosen) / len(chosen),
        figures(labels, [_CERTAIN[guesses[at]] for at in chosen]),
    )


_CERTAIN = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
