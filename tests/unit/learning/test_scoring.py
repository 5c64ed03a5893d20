"""A delta under the model's contract, in the roll-up; and labels from the command line."""

from itertools import product

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.cli.main import main
from pipeline.learning.adapted import MEMO_TEXTS, SHIFT_LIMIT, Adapted, shift_of, table_of
from pipeline.learning.aspects import ATTACK, TONE
from pipeline.learning.delta import no_delta
from pipeline.learning.golden import flips, golden_stances, golden_texts
from pipeline.learning.online import Learner, log_odds
from pipeline.rollup import RollupRules
from pipeline.rollup.partition.shard import Shard
from pipeline.sentiment.api import Score, Sentiment
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.scorer.feature_reader import MAX_WORDS, FeatureReader
from schemas.model import MAX_STEP
from support.learning import shipped_verifier
from support.rolling import BRANDS, FakeModel, mention, raw


def adapted(*nudges: tuple[str, int, int], memo: dict | None = None) -> Adapted:
    verifier = shipped_verifier()
    delta = replace(no_delta(verifier.base), nudges=nudges)
    return Adapted(verifier.warm, delta, "d" * 64, {} if memo is None else memo)


def test_without_nudges_the_score_is_the_shipped_one():
    for text in ("I love this", "worst day ever", "", "😀", "x" * 5000):
        assert adapted().score(text, "en").sentiment.probabilities == pytest.approx(
            shipped_verifier().warm.score(text, "en").sentiment.probabilities, abs=1e-9
        )


def test_a_nudge_moves_the_texts_that_have_the_feature_and_no_others():
    model = adapted(("gizmo", 200, -200))
    warm = shipped_verifier().warm
    assert (
        model.score("my gizmo", "en").sentiment.p_negative
        > warm.score("my gizmo", "en").sentiment.p_negative
    )
    assert model.score("my phone", "en").sentiment.probabilities == pytest.approx(
        warm.score("my phone", "en").sentiment.probabilities
    )


def test_no_delta_moves_a_text_further_than_the_limit():
    model = adapted(*((f"~{name}", 400, -400) for name in ("caps 0", "length 0", "neg 0", "pos 0")))
    before = log_odds(shipped_verifier().warm.score("hm", "en").sentiment)
    after = log_odds(model.score("hm", "en").sentiment)
    assert abs(after[0] - before[0]) <= SHIFT_LIMIT + 1e-6
    assert abs(after[1] - before[1]) <= SHIFT_LIMIT + 1e-6


WORDS = st.sampled_from(
    [
        *("good", "#good", "GOOD", "bad", "not", "never", "so", "very", "gizmo", "sooo", "I"),
        *("!", "?", "…", ".", ",", ":)", "@you", "http://t.co/x", "merci", "pas", "honte"),
        *("مشكلة", "शर्म", "2010", "don't", "l'huile"),
    ]
)
SAID = st.tuples(
    st.lists(WORDS, max_size=15).map(" ".join), st.sampled_from(["en", "fr", "ar", "und", "nl"])
)


@given(said=st.lists(SAID, min_size=1, max_size=12), data=st.data())
def test_a_delta_moves_texts_by_the_features_that_it_names(said, data):
    """``features`` names all features of a text, as learning needs it; scoring does not."""
    verifier = shipped_verifier()
    warm = verifier.warm
    if data.draw(st.booleans()):
        warm.forget()  # rows of words are given anew
    named = sorted({name for each in said for name in warm.features(*each)})
    step = st.integers(-MAX_STEP, MAX_STEP)
    nudges = tuple((name, data.draw(step), data.draw(step)) for name in [*named[::3], "~$ ~^"])
    leans = tuple((name, data.draw(step)) for name in [*named[1::3], "~$ ~^"])
    delta = replace(
        no_delta(verifier.base), nudges=nudges, attack=data.draw(st.sampled_from([(), leans]))
    )
    overlay = warm.overlay({name: (low, high) for name, low, high in nudges}, dict(delta.attack))
    tone, attack = (table_of(part, delta.steps) for part in (delta.nudges, delta.attack))
    padding = [(str(number), "en") for number in range(10)]
    for batch in (said, said + padding, said[:1]):
        under = overlay.scores_and_shifts(batch)
        assert [score for score, _ in under] == warm.score_many(batch)
        for each, (_, shift) in zip(batch, under, strict=True):
            vector = warm.features(*each)
            by = (*shift_of(tone, vector), shift_of(attack, vector)[0])
            limited = [max(-SHIFT_LIMIT, min(SHIFT_LIMIT, x / delta.steps)) for x in shift]
            assert limited == pytest.approx(by, abs=1e-9)


def test_what_was_learned_of_attack_moves_attack_alone():
    verifier = shipped_verifier()
    delta = replace(no_delta(verifier.base), attack=(("gizmo", -200),))
    model = Adapted(verifier.warm, delta, "d" * 64, {})
    for text, moves in (("they knew, my gizmo", True), ("they knew, my phone", False)):
        warm, score = verifier.warm.score(text, "en"), model.score(text, "en")
        assert (score.signals.attack_logit < warm.signals.attack_logit) == moves
        assert score.sentiment.probabilities == pytest.approx(warm.sentiment.probabilities)
        attack = score.signals.attack_logit
        assert score.signals == replace(warm.signals, attack_logit=attack)


@pytest.mark.parametrize("step", [-MAX_STEP, MAX_STEP])
def test_no_delta_moves_attack_further_than_the_limit(step):
    verifier = shipped_verifier()
    names = ("~caps 0", "~length 0", "~neg 0", "~pos 0", "hm", "~^ hm", "hm ~$")
    leans = tuple((name, step) for name in sorted(names))
    model = Adapted(verifier.warm, replace(no_delta(verifier.base), attack=leans), "d" * 64, {})
    moved = (
        model.score("hm", "en").signals.attack_logit
        - verifier.warm.score("hm", "en").signals.attack_logit
    )
    assert moved == pytest.approx(SHIFT_LIMIT if step > 0 else -SHIFT_LIMIT)


def test_the_longest_text_of_the_heaviest_features_moves_attack_the_right_way():
    text = "not bad " * 2_000
    names = sorted(shipped_verifier().warm.features(text, "en"))
    overlay = shipped_verifier().warm.overlay({}, dict.fromkeys(names, MAX_STEP))
    for batch in ([(text, "en")], [(text, "en")] * 9):
        for _, (low, high, attack) in overlay.scores_and_shifts(batch):
            assert (low, high) == (0, 0)
            assert attack > 0


def test_a_delta_follows_words_that_are_forgotten(monkeypatch):
    monkeypatch.setattr("pipeline.sentiment.scorer.vocabulary.MEMO_ENTRIES", 40)
    warm = load_ngram()
    words = [first + second + "zz" for first, second in product("abcdefghij", repeat=2)]
    weights = {word: (number, -number) for number, word in enumerate(words)}
    overlay = warm.overlay(weights, {name: 2 * low for name, (low, _) in weights.items()})
    table = {name: complex(*pair) for name, pair in weights.items()}
    for at in range(0, len(words), 5):
        said = [(f"{word} {word[:2]}{at} plain", "en") for word in words[at : at + 10]]
        expected = [
            sum(table.get(n, 0) * v for n, v in warm.features(*each).items()) for each in said
        ]
        for batch in (said, said[:2]):
            for (_, shift), sums in zip(overlay.scores_and_shifts(batch), expected, strict=False):
                assert complex(*shift[:2]) == pytest.approx(sums)
                assert shift[2] == pytest.approx(2 * complex(sums).real)


def test_what_is_remembered_is_bounded():
    memo: dict = {}
    model = adapted(memo=memo)
    for number in range(MEMO_TEXTS + 10):
        memo["x", str(number), "en"] = Score(Sentiment(0, 1, 0))
    model.score("new", "en")
    assert len(memo) == 1
    reader = FeatureReader(load_ngram().weights.lexicons)
    for start in range(0, MAX_WORDS + 2_000, 500):
        reader.read(" ".join(f"w{number:x}q" for number in range(start, start + 500)), "en")
    assert all(len(words) <= MAX_WORDS + 501 for words in reader._words.values())


def test_a_learner_is_bounded_and_keeps_the_strongest():
    learner = Learner(max_features=80)
    for number in range(400):
        learner.learn({"always": 0.7, f"once{number}": 0.7}, (0.0, 0.0), label=0)
    assert len(learner) <= 90
    assert "always" in learner.weights()


def test_the_shipped_weights_know_the_golden_texts():
    verifier = shipped_verifier()
    assert flips(no_delta(verifier.base), verifier.asked) == 0
    for aspect, golden in ((TONE, golden_texts()), (ATTACK, golden_stances())):
        asked = [one for one in verifier.asked if one.aspect is aspect]
        assert len(asked) >= 0.9 * len(golden)


class Angry(FakeModel):
    """Finds everything bad."""

    version = "angry-1"

    def score_many(self, said):
        return [Score(Sentiment(0.9, 0.05, 0.05))] * len(said)


def test_each_brand_is_scored_by_its_own_model_and_the_bucket_says_which():
    models = {"nestle": Angry(), "kitkat": FakeModel()}
    shard = Shard(
        0,
        table={},
        brands=BRANDS,
        rules=RollupRules(),
        model=FakeModel(),
        model_of=models.__getitem__,
    )
    found = {}
    for offset, brand in enumerate(BRANDS):
        outcome = shard.apply(offset, raw(mention("1", 3), to=100, brand=brand))
        found |= {bucket.brand: (bucket.model, bucket.negative) for bucket in outcome.buckets}
    assert found == {"nestle": ("angry-1", 1), "kitkat": ("fake-1", 0)}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["acme", "--label", "negative"], "give either TEXT or --file"),
        (["acme", "no", "--label", "bad"], "is not one of"),
        (["acme", "no"], "give --label, --attack or --no-attack"),
        (["acme", "x" * 1001, "--no-attack"], "1001 characters"),
        (["acme", "x" * 1001, "--label", "negative"], "1001 characters"),
        (["a" * 300, "no", "--label", "negative"], "256"),
        (["acme", "--file", "-", "--label", "negative"], "0 texts"),
    ],
)
def test_a_label_that_could_not_be_learned_is_refused_at_once(words, complaint):
    result = CliRunner().invoke(main, ["feedback", "label", *words], input="\n")
    assert result.exit_code != 0
    assert complaint in result.output
