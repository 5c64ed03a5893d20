"""The contract of the scorer, on the shipped weights."""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sentiment.api import Cue, Score
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.scorer.batch_scorer import MAX_TERMS
from pipeline.sentiment.scorer.ngram import MIN_BATCH_TEXTS, NgramScorer
from pipeline.sentiment.scorer.weights import shipped

LANGS = st.sampled_from(["fr", "en", "und", "", "hi", "ar", "nl", "fr-CA", "qme", "*", "\x00"])
TWEETLIKE = st.lists(
    st.sampled_from(
        [
            "never",
            "again",
            "!",
            "?",
            "not",
            "bad",
            "plus",
            "jamais",
            "honte",
            "merci",
            "super",
            "@x",
            "#boycott",
            "boycott",
            "do",
            "buy",
            ":)",
            "😂",
            ".",
            ",",
            "http://t.co/a",
            "très",
            "I",
            "j'ai",
            "BAD",
            "worst",
            "love",
            "शर्म",
            "عار",
            "2010",
            "&amp;",
            "~",
            "~+",
            "~$",
            "\ud800",
            "\x00",
        ]
    ),
    max_size=30,
).map(" ".join)


@given(text=st.one_of(st.text(), TWEETLIKE), lang=LANGS)
def test_any_text_gets_probabilities_that_sum_to_one(
    model: NgramScorer, text: str, lang: str
) -> None:
    score = model.score(text, lang)
    assert sum(score.sentiment.probabilities) == pytest.approx(1)
    assert min(score.sentiment.probabilities) > 0
    assert len(score.signals.terms) <= MAX_TERMS
    assert len(set(score.signals.terms)) == len(score.signals.terms)
    assert score.signals.cues == score.signals.cues & 63


@given(text=TWEETLIKE, lang=LANGS)
def test_memory_changes_no_score(model: NgramScorer, text: str, lang: str) -> None:
    first = model.score(text, lang)
    model.forget()
    assert model.score(text, lang) == first


@given(said=st.lists(st.tuples(st.one_of(st.text(), TWEETLIKE), LANGS), max_size=12))
def test_a_score_does_not_depend_on_its_batch(
    model: NgramScorer, said: list[tuple[str, str]]
) -> None:
    """Alone a text is read word by word, among enough others column by column."""
    model.forget()
    padding = [(str(number), "en") for number in range(MIN_BATCH_TEXTS)]
    together = model.score_many(said + padding)[: len(said)]
    model.forget()
    assert [model.score(*each) for each in said] == together


def test_words_forgotten_and_met_again_weigh_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.sentiment.scorer.vocabulary.MEMO_ENTRIES", 30)
    monkeypatch.setattr("pipeline.sentiment.scorer.ngram.MAX_BATCH_TEXTS", 2)
    small, chance = load_ngram(), random.Random(3)
    words = ["great", "great,", "not", "bad", "http://t.co/x", "...http://t.co/y", "#great", "new"]
    for number in range(300):
        said = [
            (" ".join([*chance.choices(words, k=6), f"w{number} ({number}x"]), lang)
            for lang in ("en", "fr", "und", "en", "en")
        ]
        scores = small.score_many(said)
        fresh = load_ngram() if number % 100 == 99 else None
        if fresh:
            assert fresh.score_many(said) == scores


def test_a_batch_of_long_texts_is_read_in_parts(model: NgramScorer) -> None:
    said = [(f"good {number} " + "word " * 3_000, "en") for number in range(30)]
    assert model.score_many(said)[7] == model.score(*said[7])


@pytest.mark.parametrize(
    ("text", "lang", "label"),
    [
        ("Quelle honte, service client lamentable, je suis furieux", "fr", 0),
        ("Ce produit est dégueulasse, une vraie arnaque !!", "fr", 0),
        ("J'adore cette marque, merci beaucoup, c'est génial !", "fr", 2),
        ("Bravo, une très belle journée avec une équipe formidable", "fr", 2),
        ("Le rapport annuel sera publié mardi à Paris http://t.co/x", "fr", 1),
        ("I hate this company, worst service ever, never again", "en", 0),
        ("Disgusting. They lied to us and they should be ashamed", "en", 0),
        ("Love it! Thank you so much, best day ever :)", "en", 2),
        ("So happy with my new phone, it is amazing", "en", 2),
        ("The annual report will be published on Tuesday in London http://t.co/x", "en", 1),
    ],
)
@pytest.mark.parametrize("stated", [True, False])
def test_golden_texts(
    model: NgramScorer, text: str, lang: str, label: int, *, stated: bool
) -> None:
    assert model.score(text, lang if stated else "und").sentiment.label == label


@pytest.mark.parametrize(
    ("text", "lang", "cue"),
    [
        ("Quelle HONTE cette entreprise", "fr", Cue.OUTRAGE),
        ("Shame on you @brand", "en", Cue.OUTRAGE),
        ("#BoycottBrand tout de suite", "fr", Cue.BOYCOTT),
        ("Plus jamais chez eux", "fr", Cue.BOYCOTT),
        ("never again, cancelling today", "en", Cue.BOYCOTT),
        ("votre appli ne marche pas", "fr", Cue.COMPLAINT),
        ("still waiting for my parcel", "en", Cue.COMPLAINT),
        ("j'ai reçu mon colis", "fr", Cue.FIRST_PERSON),
        ("my parcel is here", "en", Cue.FIRST_PERSON),
        ("merci bravo, encore deux heures de perdues", "fr", Cue.COMPLAINT),
        ("Thanks for nothing @brand", "en", Cue.COMPLAINT),
        ("Nos pensées vont aux familles, toutes nos condoléances", "fr", Cue.SAD_NEWS),
        ("So sad, he passed away last night. RIP", "en", Cue.SAD_NEWS),
    ],
)
def test_cues(model: NgramScorer, text: str, lang: str, cue: Cue) -> None:
    assert model.score(text, lang).signals.cues & cue


@pytest.mark.parametrize("among", [0, MIN_BATCH_TEXTS])
def test_a_phrase_has_its_cue_only_whole(model: NgramScorer, among: int) -> None:
    padding = [(f"no. {number}", "en") for number in range(among)]
    model.forget_texts()
    whole, begun, cut = model.score_many(
        [("do not buy this", "en"), ("do not look at this", "en"), ("do not", "en"), *padding]
    )[:3]
    assert whole.signals.cues & Cue.BOYCOTT
    assert not (begun.signals.cues | cut.signals.cues) & Cue.BOYCOTT


def test_news_in_neutral_words_has_no_cue(model: NgramScorer) -> None:
    assert model.score("Results published on Tuesday in Geneva", "en").signals.cues == 0


def test_terms_are_content_words_in_order(model: NgramScorer) -> None:
    score = model.score("Le Chocolat de la marque et l'huile de palme #Palme le chocolat", "fr")
    assert score.signals.terms == ("chocolat", "marque", "huile", "palme")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("je ne sais pas pourquoi ils ont fait cela", "fr"),
        ("they do not know what you are talking about", "en"),
        ("ich weiß nicht, warum sie das gemacht haben", "de"),
        ("لا أعرف لماذا فعلوا هذا", "ar"),
        ("मुझे नहीं पता क्यों", "hi"),
        ("日本語のツイート", "*"),
        ("", "*"),
    ],
)
def test_an_unstated_language_is_guessed(model: NgramScorer, text: str, lang: str) -> None:
    assert model.language(text, "") == lang


@given(
    words=st.lists(st.sampled_from(["der", "la", "und", "è", "عار", "x", "!", "don't"]), min_size=1)
)
def test_votes_of_a_long_chunk_are_those_of_its_words(model: NgramScorer, words: list[str]) -> None:
    votes = model._votes
    words = words * 30
    assert votes.winners([[".".join(words)], [], words]) == [
        votes.winners([words])[0],
        "",
        votes.winners([words])[0],
    ]


def test_a_region_does_not_matter(model: NgramScorer) -> None:
    text = "Quelle honte"
    assert model.score(text, "fr-CA") == model.score(text, "fr")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.sentiment.scorer.ngram.MEMO_TEXTS", 10)
    monkeypatch.setattr("pipeline.sentiment.scorer.vocabulary.MEMO_ENTRIES", 10)
    monkeypatch.setattr("pipeline.sentiment.scorer.language_votes.MEMO_VOTES", 10)
    small = load_ngram()
    most = 40  # entries: what was remembered before, and the words and chunks of one text
    for number in range(200):
        long_chunk = f"a-{number}b" * 20
        small.score(f"word{number} x{number} {long_chunk}", ("fr", "en", "und")[number % 3])
        assert len(small._scores) <= 10
        assert len(small._votes) <= 10
        languages = small._vocabulary.languages.values()
        assert sum(len(each) + len(each.old) + len(each.words) for each in languages) <= most
        assert small._vocabulary.columns.size <= most


def test_the_version_names_the_digest(model: NgramScorer) -> None:
    assert model.version == f"tocsin-tweets+{shipped()[11:19].decode()}"


def test_a_score_is_the_same_object_for_a_repost(model: NgramScorer) -> None:
    score: Score = model.score("a repost", "en")
    assert model.score("a repost", "en") is score


def test_scoring_does_not_load_what_learning_needs() -> None:
    code = (
        "import sys; from pipeline.sentiment.load import load_ngram;"
        "load_ngram().score('x', 'und');"
        "sys.exit(bool({'river', 'scipy', 'vaderSentiment'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("text", "lang"), [("great job", "en"), ("super service", "fr")])
def test_a_sign_of_irony_lowers_the_tone_and_is_a_complaint(
    model: NgramScorer, text: str, lang: str
) -> None:
    plain, ironic = model.score(text, lang), model.score(f"{text} /s", lang)
    assert ironic.sentiment.p_negative > plain.sentiment.p_negative
    assert ironic.sentiment.p_positive < plain.sentiment.p_positive
    assert ironic.signals.cues & Cue.COMPLAINT
