"""Training: repeatable, and the fast scorer is river's model."""

import random
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sentiment.api import Score
from pipeline.sentiment.features.extraction import WordCache, features
from pipeline.sentiment.lexicon.vader import all_lexicons
from pipeline.sentiment.lexicon.word_lists import SHARED
from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.scorer.weights import Weights, decode, encode, shipped
from pipeline.sentiment.training.adagrad import Recipe, learn, strongest, vectors
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.trainer import Trained, fold_of, key_of, train

RECIPE = Recipe(passes=2, seed=7)
SAID = st.lists(
    st.sampled_from(
        [
            "honte",
            "merci",
            "gare",
            "pas",
            "ne",
            "n'",
            "très",
            "plus",
            ".",
            ",",
            "!",
            "!!!",
            "?",
            "BAD",
            "bad",
            "not",
            "never",
            "great",
            "so",
            "the",
            ":)",
            "😂",
            "http://t.co/x",
            "@you",
            "#honte",
            "#great",
            "GREAT",
            "2010",
            "inconnu",
            "don't",
        ]
    ),
    max_size=25,
).map(" ".join)


@pytest.fixture(scope="module")
def trained(invented: list[LabelledText]) -> Trained:
    return train(invented, RECIPE, folds=2)


@pytest.fixture(scope="module")
def scorer(trained: Trained) -> NgramScorer:
    return NgramScorer(trained.weights, "0" * 64)


def test_the_same_examples_and_seed_give_the_same_bytes(
    invented: list[LabelledText], trained: Trained
) -> None:
    assert encode(train(invented, RECIPE, folds=2).weights) == encode(trained.weights)


def test_another_seed_gives_other_weights(invented: list[LabelledText], trained: Trained) -> None:
    other = train(invented, Recipe(passes=2, seed=8), folds=2)
    assert encode(other.weights) != encode(trained.weights)


def test_what_is_held_out_is_learned_all_the_same(trained: Trained) -> None:
    for held in trained.held.values():
        assert held.stated.texts == 180
        assert held.stated.macro_f1 > 0.9


def test_the_weights_survive_the_file(trained: Trained) -> None:
    weights, digest = decode(encode(trained.weights))
    assert weights == trained.weights
    assert len(digest) == 64


FAR = 30.0
"""Log-odds are held within, whatever the weights."""


class Reference:
    """The softmax of weights times features, spelled out."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def score(self, text: str, lang: str) -> list[float]:
        weights = self._weights
        found = features(text, WordCache(weights.lexicons[lang]))
        sides = []
        for side in (0, 1):
            total = float(weights.bias[side])
            for table in (weights.pairs[SHARED], weights.pairs[lang]):
                total += sum(table[name][side] * found[name] for name in found.keys() & table)
            odds = total / weights.steps / weights.temperatures.get(lang, 1)
            sides.append(exp(max(-FAR, min(FAR, odds))))
        whole = 1 + sum(sides)
        return [sides[0] / whole, 1 / whole, sides[1] / whole]


@pytest.fixture(scope="module")
def reference(trained: Trained) -> Reference:
    return Reference(trained.weights)


@pytest.fixture(scope="module")
def shipped_reference() -> Reference:
    return Reference(decode(shipped())[0])


def both_ways(model: NgramScorer, text: str, lang: str) -> list[Score]:
    """Scores of a text alone and of the text among others, which are read differently."""
    model.forget_texts()
    among = model.score_many([(text, lang), *[(f"n{number}", lang) for number in range(9)]])
    model.forget_texts()
    return [model.score(text, lang), among[0]]


@given(text=SAID, lang=st.sampled_from(["fr", "en"]))
def test_the_scorer_is_the_model_of_its_features(
    scorer: NgramScorer, reference: Reference, text: str, lang: str
) -> None:
    expected = pytest.approx(reference.score(text, lang), abs=1e-9)
    for score in both_ways(scorer, text, lang):
        assert score.sentiment.probabilities == expected


@given(text=SAID, lang=st.sampled_from(["fr", "hi"]))
def test_the_shipped_scorer_is_the_model_of_its_features(
    model: NgramScorer, shipped_reference: Reference, text: str, lang: str
) -> None:
    expected = pytest.approx(shipped_reference.score(text, lang), abs=1e-9)
    for score in both_ways(model, text, lang):
        assert score.sentiment.probabilities == expected


def test_rounded_weights_are_those_of_river(invented: list[LabelledText]) -> None:
    found = vectors(invented, all_lexicons())
    learned = learn(invented, found, RECIPE)
    for lang, table in strongest(learned).items():
        for name, pair in table.items():
            exact = learned.tables[lang][name]
            assert pair == pytest.approx((exact[0] * 50, exact[1] * 50), abs=0.5)


def test_the_mean_of_several_models_differs_less_from_seed_to_seed(
    invented: list[LabelledText],
) -> None:
    found = vectors(invented, all_lexicons())

    def apart(models: int) -> float:
        one, other = (learn(invented, found, Recipe(2, 1, seed, models)) for seed in (1, 2))
        shared, same = one.tables[SHARED], other.tables[SHARED]
        return sum(abs(shared[name][0] - same[name][0]) for name in shared)

    assert apart(6) < 0.7 * apart(1)


def test_progress_counts_every_step_of_every_model(invented: list[LabelledText]) -> None:
    told: list[int] = []
    recipe = Recipe(passes=2, models=2)
    learn(invented, vectors(invented, all_lexicons()), recipe, told.append)
    assert told[-1] == recipe.steps(len(invented)) == 4 * len(invented)


def test_a_text_is_guessed_before_its_label_is_learned(invented: list[LabelledText]) -> None:
    found = vectors(invented, all_lexicons())
    recipe = Recipe(passes=1, averaged=1, balance=frozenset())
    order = list(range(len(invented)))
    random.Random(recipe.seed).shuffle(order)
    turn = len(order) // 2
    flipped = invented[order[turn]]
    others = list(invented)
    others[order[turn]] = flipped._replace(label=(flipped.label + 1) % 3)
    before, after = (learn(each, found, recipe).guesses for each in (invented, others))
    assert [before[at] for at in order[: turn + 1]] == [after[at] for at in order[: turn + 1]]


def test_prequential_figures_count_every_text(trained: Trained) -> None:
    for held in trained.held.values():
        assert held.prequential.texts == 180
        assert 0.5 < held.prequential.macro_f1 < 1


def test_only_the_strongest_are_kept(invented: list[LabelledText]) -> None:
    learned = learn(invented, vectors(invented, all_lexicons()), RECIPE)
    kept = strongest(learned, kept=40)
    assert sum(map(len, kept.values())) == 40
    texts, table = learned.texts["fr"], learned.tables["fr"]
    strength = {name: max(map(abs, table[name])) * texts[name] ** 0.5 for name in table}
    assert min(strength[name] for name in kept["fr"]) >= max(
        strength[name] for name in strength if name not in kept["fr"]
    )


def test_copies_of_a_text_share_a_fold() -> None:
    one, other = "@you Such a day! http://t.co/a", "RT @me: such a day http://t.co/b"
    assert key_of(one) == key_of(other)
    assert fold_of(key_of(one), 4) == fold_of(key_of(other), 4)


def test_training_on_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="needs examples"):
        train([], RECIPE, folds=2)
