"""Stance: its packed weights, its sentences, what it learns, and what the shipped weights know."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.learning.golden import ALLOWED_STANCES_WRONG, golden_stances, stances_wrong
from pipeline.sentiment.api import LOG_ODDS_LIMIT, MAX_CHARACTERS, Score, Sentiment, TextSignals
from pipeline.sentiment.features.extraction import WordCache, features
from pipeline.sentiment.lexicon.vader import all_lexicons
from pipeline.sentiment.lexicon.word_lists import SHARED
from pipeline.sentiment.scorer.explain import Explainer
from pipeline.sentiment.scorer.ngram import MIN_BATCH_TEXTS, NgramScorer
from pipeline.sentiment.scorer.stance_weights import (
    MAX_STEPS,
    NOTHING,
    OUTPUTS,
    pack,
    unpack,
    unpack_many,
)
from pipeline.sentiment.scorer.tables import pack_stance
from pipeline.sentiment.scorer.weights import Weights, WeightsError, decode
from pipeline.sentiment.scorer.weights import shipped as shipped_weights
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.stance.card import with_figures
from pipeline.sentiment.training.stance.figures import apart, auc, on_posts
from pipeline.sentiment.training.stance.names import (
    companies,
    invent,
    joined,
    listed,
    names_company,
    renamed,
    retold,
)
from pipeline.sentiment.training.stance.noise import messed
from pipeline.sentiment.training.stance.sentences import (
    ATTACKS,
    HARMLESS,
    SentenceError,
    filled,
    parse,
    shipped,
)
from pipeline.sentiment.training.stance.trainer import StanceRecipe, raw_odds, train_stance
from schemas.reading import CLASSES

STEPS = st.integers(-MAX_STEPS, MAX_STEPS)
LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "it", "pt")


@pytest.fixture(scope="module")
def weights() -> Weights:
    return decode(shipped_weights())[0]


@pytest.fixture(scope="module")
def explainer(weights: Weights) -> Explainer:
    return Explainer(weights)


@given(st.lists(st.tuples(STEPS, STEPS, STEPS), max_size=200))
def test_packed_weights_add_up(triples: list[tuple[int, int, int]]) -> None:
    total = sum(map(pack, triples))
    expected = tuple(sum(triple[at] for triple in triples) for at in range(3))
    assert unpack(total) == expected
    assert tuple(unpack_many(np.array([total, 0]))[:, 0].tolist()) == expected


def test_the_longest_text_of_the_heaviest_words_stays_within_its_lane(model: NgramScorer) -> None:
    """One-character tokens have the most features for their length."""
    words = WordCache(model.weights.lexicons["en"])
    for text in ("😡😂" * MAX_CHARACTERS, "a " * MAX_CHARACTERS, "not bad " * MAX_CHARACTERS):
        vector = features(text[:MAX_CHARACTERS], words)
        count = sum(vector.values()) ** 2
        assert count * MAX_STEPS < 1 << 20


def test_a_weight_beyond_reason_is_refused() -> None:
    with pytest.raises(WeightsError, match="'bad'"):
        pack_stance({"bad": (0, MAX_STEPS + 1, 0)})


@pytest.mark.parametrize("among", [0, MIN_BATCH_TEXTS])
@pytest.mark.parametrize("lang", ["fr", "en", "hi", "nl"])
def test_log_odds_are_those_of_the_features_by_name(
    model: NgramScorer, weights: Weights, lang: str, among: int
) -> None:
    text = "@x vous mentez!! never again, BOYCOTT #honte not good :( http://t.co/a merci"
    padding = [(f"no. {number}", "en") for number in range(among)]
    model.forget_texts()
    score = model.score_many([(text, lang), *padding])[0]
    known = lang if lang in weights.lexicons else SHARED
    raw = raw_odds(weights.stance, features(text, WordCache(weights.lexicons[known])))
    offset = weights.stance.offsets.get(lang, weights.stance.offsets[SHARED])
    expected = [odds + start for odds, start in zip(raw, offset, strict=True)]
    assert score.signals.logits == pytest.approx(expected, abs=1e-9)


@given(text=st.text(), lang=st.sampled_from(LANGUAGES))
def test_any_text_has_log_odds_within_bounds(model: NgramScorer, text: str, lang: str) -> None:
    score = model.score(text, lang)
    signals = score.signals
    limit = LOG_ODDS_LIMIT
    assert all(-limit <= each <= limit for each in signals.logits)
    assert all(0 <= each <= 1 for each in (signals.attack, signals.complaint, signals.harm))


def test_weights_without_stance_know_of_none(weights: Weights) -> None:
    plain = NgramScorer(_with(weights, NOTHING), "0" * 8)
    for among in (0, MIN_BATCH_TEXTS):
        said = [("boycott", "en"), *[(f"no. {number}", "en") for number in range(among)]]
        plain.forget_texts()
        assert plain.score_many(said)[0].signals.attack < 1e-9


def test_sentiment_does_not_depend_on_stance(model: NgramScorer, weights: Weights) -> None:
    plain = NgramScorer(_with(weights, NOTHING), "0" * 8)
    said = [(one.text, one.lang) for one in golden_stances()]
    ours, theirs = model.score_many(said), plain.score_many(said)
    assert [each.sentiment for each in ours] == [each.sentiment for each in theirs]
    assert [_words_of(each) for each in ours] == [_words_of(each) for each in theirs]


def _words_of(score: Score) -> tuple[int, tuple[str, ...]]:
    return score.signals.cues, score.signals.terms


def _with(weights: Weights, stance: object) -> Weights:
    return replace(weights, stance=stance)


def test_an_older_score_attacks_nobody() -> None:
    assert Score(Sentiment(0.9, 0.05, 0.05)).signals.attack < 1e-9


def test_the_golden_texts_are_known(model: NgramScorer) -> None:
    assert {one.lang for one in golden_stances()} == set(LANGUAGES)
    assert len(stances_wrong(model)) <= ALLOWED_STANCES_WRONG


@given(
    text=st.lists(
        st.sampled_from(
            ["shame", "on", "@you", "boycott", "them", "!", "not", "merci", "😡", "#honte"]
        )
    ).map(" ".join),
    output=st.sampled_from(OUTPUTS),
)
def test_an_explanation_adds_up(
    model: NgramScorer, explainer: Explainer, text: str, output: str
) -> None:
    score = model.score(text, "en")
    expected = score.signals.logits[OUTPUTS.index(output)]
    assert explainer.explain_stance(text, "en", output).log_odds == pytest.approx(
        expected, abs=1e-9
    )


def test_a_text_means_the_same_of_another_brand(model: NgramScorer) -> None:
    """Names differ in how many words they have; what is said of them decides."""
    chance = random.Random(5)
    real = ["Monsanto", "BBC", "Planned Parenthood", "Nestlé", "Amazon", "the Guardian"]
    heldout = [one for one in shipped("heldout") if "{brand}" in one.text]
    moved, between = [], []
    for one in heldout[::4]:
        names = [invent(chance, one.lang) for _ in range(3)]
        names += [invent(chance, unseen=True) for _ in range(3)] + real
        said = [(one.text.replace("{brand}", name), one.lang) for name in names]
        odds = [score.signals.attack_logit for score in model.score_many(said)]
        moved.append(float(np.std(odds)))
        between.append(odds[0])
    assert np.mean(moved) < 0.2 * np.std(between)


def test_nothing_is_known_of_a_company_by_its_name(weights: Weights) -> None:
    known = sorted(weights.stance.names)
    assert not [each for each, yes in zip(known, names_company(known), strict=True) if yes]


def test_the_names_that_judge_are_of_other_parts() -> None:
    for part in ("beginning", "middle", "ending", "kind", "plain"):
        assert set(listed(f"unseen_{part}")).isdisjoint(listed(part))
        assert listed(f"unseen_{part}")


@given(seed=st.integers(0, 1 << 30), lang=st.sampled_from(LANGUAGES))
def test_an_invented_name_is_no_company_and_has_a_hashtag(seed: int, lang: str) -> None:
    for unseen in (False, True):
        name = invent(random.Random(seed), lang, unseen=unseen)
        assert joined(name)
        assert name in listed("plain") or not companies(name)


def test_a_post_that_teaches_is_told_of_several_brands() -> None:
    told = retold("Stop Monsanto, says the BBC", seed=1, times=3)
    assert len(set(told)) == 3
    assert not [text for text in told if "Monsanto" in text or "BBC" in text]
    assert retold("no company is named", seed=1, times=3) == ["no company is named"]


def test_an_address_means_the_same_of_another_brand(model: NgramScorer) -> None:
    said = [(f"@{name} shame on you", "en") for name in ("Brand", "Velmora", "Nestle", "x_9")]
    assert len({score.signals.logits for score in model.score_many(said)}) == 1


@pytest.mark.parametrize("folder", ["sentences", "heldout"])
def test_every_language_has_sentences_of_every_class(folder: str) -> None:
    found = Counter((one.lang, one.of) for one in shipped(folder))
    assert {lang for lang, _ in found} == set(LANGUAGES)
    assert all(found[lang, of] for lang in LANGUAGES for of in CLASSES)


def test_what_judges_is_not_learned_from() -> None:
    learned = {one.text.casefold() for one in shipped("sentences")}
    judged = [*shipped("heldout"), *shipped("harmless")]
    assert not [one for one in judged if one.text.casefold() in learned]


def test_every_harmless_kind_has_twenty_posts() -> None:
    assert Counter(one.of for one in shipped("harmless")) == dict.fromkeys(HARMLESS, 20)


@pytest.mark.parametrize("row", ["praise", "praise\t ", "rage\tx", "praise\tthanks {firm}"])
def test_a_faulty_line_is_named(row: str) -> None:
    with pytest.raises(SentenceError, match="mine:2"):
        list(parse(f"praise\tfine {{brand}}\n{row}\n", lang="en", source="mine"))


@given(seed=st.integers(0, 1 << 30))
def test_filled_and_messed_sentences_are_texts_without_slots(seed: int) -> None:
    chance = random.Random(seed)
    one = chance.choice(shipped("sentences"))
    text = filled(one.text, one.lang, invent(chance), chance)
    text = messed(text, one.lang, attack=one.of in ATTACKS, brand="Brand", chance=chance)
    assert text.strip()
    assert "{" not in text


@pytest.mark.parametrize(
    ("post", "told"),
    [
        ("monsanto lies, MONSANTO's lawyers too", "Bel & Co lies, Bel & Co's lawyers too"),
        ("#Monsanto #stopmonsantonow", "#BelCo #stopBelConow"),
        ("Amazon Prime Day is no Prime Day", "Bel & Co is no Bel & Co"),
        ("amazons, a bbcode and #TVW stay", "amazons, a bbcode and #TVW stay"),
        ("T-Mobile and AT&T, T-Mobile", "Bel & Co and Nor, Bel & Co"),
        ("a target, @target and Target", "a target, @BelCo and Bel & Co"),
    ],
)
def test_a_post_that_teaches_is_told_of_another_brand(post: str, told: str) -> None:
    assert renamed(post, "Bel & Co", "Nor") == told


def test_the_area_under_the_curve_counts_pairs() -> None:
    assert auc([2.0, 3.0], [1.0, 0.0]) == 1
    assert auc([1.0], [1.0, 1.0]) == 0.5
    assert auc([0.0], [1.0]) == 0


def _encode(texts: object) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """A stand-in for the encoder: letters, counted."""
    rows = [[text.lower().count(letter) for letter in "abcdehilmnorstuv"] for text in texts]  # type: ignore[attr-defined]
    found = np.array(rows, float) + 0.1
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_learning_is_the_same_each_time_and_tells_attacks_apart(weights: Weights) -> None:
    sentences = [one for one in shipped("sentences") if one.lang == "en"][::6]
    chance = random.Random(2)
    words = [
        "the",
        "weather",
        "tea",
        "garden",
        "train",
        "sunday",
        "rain",
        "film",
        "bus",
        "market",
        "music",
        "long",
    ]
    everyday = [
        LabelledText(" ".join(chance.choices(words, k=8)), "en", number % 3, "invented")
        for number in range(240)
    ]
    recipe = StanceRecipe(draws=2, copies=2, glued=20, background=20, english=2)
    one, two = (
        train_stance(sentences, everyday, all_lexicons(), _encode, recipe=recipe) for _ in range(2)
    )
    assert one == two
    model = NgramScorer(_with(weights, one), "0" * 8)
    assert apart(model, sentences)["en"].everything > 0.9


def test_complaints_that_count_more_look_less_like_attacks(weights: Weights) -> None:
    sentences = [one for one in shipped("sentences") if one.lang == "en"][::12]
    everyday = [LabelledText(f"tea number {number}", "en", 0, "invented") for number in range(40)]
    complaints = [(one.text, "en") for one in sentences if one.of == "complaint"]
    attacks = [(one.text, "en") for one in sentences if one.of in ATTACKS]
    apart_by = []
    for counts in (1.0, 9.0):
        recipe = StanceRecipe(draws=1, copies=1, glued=20, background=20, english_complaint=counts)
        learned = train_stance(sentences, everyday, all_lexicons(), _encode, recipe=recipe)
        model = NgramScorer(_with(weights, learned), "0" * 8)
        of_attacks, of_complaints = (
            [score.signals.attack_logit for score in model.score_many(some)]
            for some in (attacks, complaints)
        )
        apart_by.append(float(np.mean(of_attacks) - np.mean(of_complaints)))
    assert apart_by[1] > apart_by[0]


def test_without_texts_there_is_nothing_to_learn() -> None:
    with pytest.raises(ValueError, match="everyday"):
        train_stance(shipped("heldout"), [], all_lexicons(), _encode, recipe=StanceRecipe())


def test_the_worse_of_own_and_other_names_is_what_counts() -> None:
    class Fan:
        """A scorer that knows nothing but one name."""

        def score_many(self, texts: list[tuple[str, str]]) -> list[Score]:
            odds = [5.0 if "Monsanto" in text else -5.0 for text, _ in texts]
            return [Score(Sentiment(0, 1, 0), TextSignals(attack_logit=each)) for each in odds]

    said = {"Monsanto lies": "accusation", "the BBC is on": "everyday", "a late BBC": "complaint"}
    posts = [(LabelledText(text, "en", 0, "mine"), of) for text, of in said.items()]
    found = on_posts(Fan(), posts)  # type: ignore[arg-type]
    assert found.own[:2] == (1.0, 1.0)
    assert found.worse[:2] == found.renamed[:2] == (0.5, 0.5)


def test_posts_that_nobody_has_leave_their_figures_on_the_card(
    model: NgramScorer, weights: Weights
) -> None:
    posts = [(LabelledText("Monsanto lies", "en", 0, "mine"), "accusation")]
    posts += [(LabelledText("the BBC is on", "en", 0, "mine"), "everyday")]
    card = with_figures("digest `00`, 1 bytes\n", weights, "ab", 1, model, posts=posts)
    assert "On 2 of these real posts (1 attacks)" in card
    assert with_figures(card, weights, "ab", 1, model) == card


def test_the_card_has_one_section_on_stance(model: NgramScorer, weights: Weights) -> None:
    card = "digest `00`, 1 bytes\n\n## Figures\n\nx\n\n## Limits\n\ny\n"
    once = with_figures(card, weights, "ab" * 32, 1_000, model)
    assert once == with_figures(once, weights, "ab" * 32, 1_000, model)
    assert once.count("## Stance") == 1
    assert once.index("## Figures") < once.index("## Stance") < once.index("## Limits")
    assert "`abab" in once
