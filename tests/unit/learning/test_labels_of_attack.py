"""People say whether a post attacks the brand: learned by the rules by which its tone is."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from pipeline.learning.aspects import ATTACK, TONE, statements
from pipeline.learning.delta import digest_of, no_delta
from pipeline.learning.fold import Champion
from pipeline.learning.golden import ALLOWED_FLIPS, flips
from pipeline.learning.publishing import PublishRules, next_version, roll_back, why_held
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import RefusedVersionError
from pipeline.learning.watched import OTHER, MeasuredScorer, MeasuredScorers
from pipeline.metrics import Metrics
from pipeline.sentiment.api import Score, Sentiment, TextInLanguage, TextSignals
from schemas.codec import Decoder, encode
from schemas.feedback import Feedback
from schemas.model import Delta, Disowned, ModelVersion, Prequential
from support.learning import (
    BRANDS,
    T0,
    TALK,
    attack_accuracy,
    attacks,
    honest,
    label,
    learn,
    new_fold,
    shipped_verifier,
    surely,
    texts,
)

LATER = T0 + timedelta(days=1)
RULES = PublishRules(enough=60, new=20)


def scorer(fold, scope="acme"):
    return shipped_verifier().scorer(fold.delta(scope), "0" * 8)


@pytest.fixture(scope="module")
def taught():
    return learn(new_fold(), attacks(300))


# The record


def test_a_record_from_before_is_read_as_it_was():
    old = encode(label("1", "so so", 0)).replace(b',"attack":null', b"")
    assert b"attack" not in old
    assert Decoder(Feedback).decode(old) == label("1", "so so", 0)


def test_a_delta_that_knows_nothing_of_attack_has_the_digest_it_had_before_there_was_any():
    delta = Delta(base="", tokenizer=1, steps=100, nudges=(("good", 1, -1),))
    assert encode(delta) == b'{"base":"","tokenizer":1,"steps":100,"nudges":[["good",1,-1]]}'
    assert digest_of(replace(delta, attack=(("good", 1),))) != digest_of(delta)


def test_who_says_both_at_once_says_what_two_labels_say():
    both = [replace(one, attack=one.label == "negative") for one in honest(90)]
    apart = [part for one in both for part in statements(one)]
    assert [(part.label, part.attack) for part in apart[:2]] == [
        (both[0].label, None),
        (None, both[0].attack),
    ]
    one, two = new_fold(), new_fold()
    for at, each in enumerate(both):
        one.apply(each, T0.timestamp() + 60 * at)
        for part in statements(each):
            two.apply(part, T0.timestamp() + 60 * at)
    assert encode(one.delta("acme")) == encode(two.delta("acme"))
    assert one.delta("acme").attack
    assert one.delta("acme").nudges


# Learning


def test_people_teach_what_attacks_and_what_does_not(taught):
    unseen = texts(TALK, 200, 99)
    assert attack_accuracy(shipped_verifier().warm, unseen) < 0.8
    assert attack_accuracy(scorer(taught), unseen) > 0.95
    assert attack_accuracy(scorer(taught, "bolt"), unseen) > 0.95  # by the delta of all brands


def test_no_attack_takes_a_word_out_of_the_attacks():
    said = "shame on this brewery, the dark stout is gone again"
    other = [f"shame on {word}, the {word} stout is gone" for word in "abcdefghijklmnopqrstuvwxyz"]
    labels = [
        label(str(at), text, 0, by=f"p{at % 3}", attack=False) for at, text in enumerate(other * 3)
    ]
    fold = learn(new_fold(), [replace(one, label=None) for one in labels])
    before = shipped_verifier().warm.score(said, "en").signals.attack_logit
    assert scorer(fold).score(said, "en").signals.attack_logit < before - 0.2


def test_labels_of_one_aspect_teach_nothing_of_the_other(taught):
    assert taught.delta("acme").nudges == ()
    assert learn(new_fold(), honest(90)).delta("acme").attack == ()


def test_the_same_labels_give_the_same_bytes(taught):
    again = learn(new_fold(), attacks(300))
    for scope in ("*", "acme"):
        assert encode(again.delta(scope)) == encode(taught.delta(scope))


def test_each_label_is_scored_before_it_is_learned(taught):
    found = taught.learner_of("*", ATTACK).contest.result()
    assert found.labels == 300
    assert 0.9 < found.delta < 1
    assert found.warm < found.delta
    assert taught.learner_of("*", TONE).contest.result() == Prequential()


def test_the_version_in_force_is_compared_by_what_it_says_of_attack():
    fold = new_fold(champions=lambda _: Champion(shipped_verifier().warm, 0.0))
    found = learn(fold, attacks(120)).learner_of("*", ATTACK).contest.result()
    assert found.in_force == found.warm


def test_what_was_rolled_back_is_not_learned():
    span = Disowned(start=T0, end=T0 + timedelta(hours=1))
    fold = learn(new_fold(disowned={"acme": (span,)}), attacks(100))
    assert fold.learner_of("acme", ATTACK).refused == {"disowned": 60}
    assert fold.learner_of("acme", ATTACK).learner.labels == 40


# Doubt


@pytest.mark.parametrize("true", [True, False], ids=["hides attacks", "makes attacks"])
def test_who_denies_what_is_certain_is_not_heard(true):
    labels = [
        label(str(at), text, 0, by="mallory", label=None, attack=not true)
        for at, text in enumerate(surely(8, attack=true))
    ]
    fold = learn(new_fold(), labels)
    assert fold.learner_of("acme", ATTACK).learner.labels == 0
    assert fold.learner_of("acme", ATTACK).refused["contradicts"] > 0
    assert fold.delta("acme").attack == ()


def test_who_lies_about_attacks_is_not_believed_about_the_tone():
    lies = [
        label(f"lie-{at}", text, 0, by="person-0", label=None, attack=False)
        for at, text in enumerate(surely(8, attack=True))
    ]
    fold = learn(new_fold(), lies)
    learn(fold, honest(30, authors=1), LATER)
    assert fold.learner_of("acme", TONE).learner.labels == 0


def test_saying_it_twice_counts_once_and_so_does_a_replay():
    once, again = learn(new_fold(), attacks(60)), learn(new_fold(), attacks(60))
    learn(again, attacks(60), LATER)
    learn(again, [replace(one, id=f"new-{one.id}") for one in attacks(60)], LATER)
    assert digest_of(again.delta("acme")) == digest_of(once.delta("acme"))
    assert again.learner_of("*", ATTACK).refused["repeated"] == 120


def test_what_others_said_of_the_tone_gives_nobody_more_say_about_attacks():
    fold = learn(new_fold(), honest(600, authors=6))
    learn(fold, attacks(300, seed=8, authors=1), LATER, step_s=60)
    assert fold.learner_of("acme", ATTACK).learner.labels <= 100
    assert fold.learner_of("acme", ATTACK).refused["author_share"] > 0


def test_both_aspects_share_the_caps_of_an_hour():
    labels = [
        label(str(at), f"word{at} mundo", 1, attack=False) for at in range(100)
    ]  # fmt: skip
    fold = learn(new_fold(), labels, step_s=1)
    refused = [
        fold.learner_of("*", aspect).refused.get("author_rate", 0) for aspect in (TONE, ATTACK)
    ]
    assert sum(refused) == 200 - 120


# Versions


def turned() -> Delta:
    """A delta that takes every text for an attack."""
    names = ("~caps 0", "~length 0", "~length 1", "~length 2", "~neg 0", "~pos 0")
    base = shipped_verifier().base
    return replace(no_delta(base), attack=tuple((name, 400) for name in sorted(names)))


def test_a_delta_that_turns_the_golden_texts_of_stance_is_refused():
    verifier = shipped_verifier()
    assert flips(turned(), verifier.asked) > ALLOWED_FLIPS
    with pytest.raises(RefusedVersionError) as caught:
        verifier.check(turned())
    assert caught.value.reason == "golden"


def test_and_is_not_published(taught, monkeypatch):
    monkeypatch.setattr(taught, "delta", lambda _: turned())
    store = ModelStore(shipped_verifier(), dict.fromkeys(BRANDS))
    made = next_version("acme", taught, store, shipped_verifier(), at=LATER, made_with="test")
    assert made == "golden"


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        ((("a", 1), ("a", 2)), "order"),
        ((("b", 1), ("a", 2)), "order"),
        (tuple((f"n{at:05}", 400) for at in range(1_000)), "norm"),
    ],
)
def test_its_bounds_are_those_of_the_tone(attack, reason):
    verifier = shipped_verifier()
    with pytest.raises(RefusedVersionError) as caught:
        verifier.check(replace(no_delta(verifier.base), attack=attack))
    assert caught.value.reason == reason


def version(fold, store, at=LATER) -> ModelVersion:
    assert why_held("acme", fold, store, RULES) is None
    made = next_version("acme", fold, store, shipped_verifier(), at=at, made_with="test")
    assert isinstance(made, ModelVersion)
    return made


def test_labels_of_attack_alone_make_a_version_and_a_roll_back_takes_it_back(taught):
    store = ModelStore(shipped_verifier(), dict.fromkeys(BRANDS))
    made = version(taught, store)
    assert (made.labels, made.attack_labels) == (0, 300)
    assert made.attack_prequential.labels == 300
    assert made.authors == (("person-0", 100), ("person-1", 100), ("person-2", 100))
    assert made.until == T0 + timedelta(minutes=299)
    text, warm = "the crew was glorbish and vrenk", shipped_verifier().warm
    store.take(encode(made), 0)
    assert store.of("acme").score_many([(text, "en")])[0].signals.attack_logit > 0
    back = roll_back([made], "shipped", base=shipped_verifier().base, at=LATER, by="ana")
    store.take(encode(back), 1)
    score = store.of("acme").score_many([(text, "en")])[0]
    assert score.signals.attack_logit == warm.score(text, "en").signals.attack_logit
    assert back.attack_labels == 0


def test_labels_of_both_kinds_together_are_enough():
    fold = learn(learn(new_fold(), honest(40)), attacks(40), LATER)
    store = ModelStore(shipped_verifier(), dict.fromkeys(BRANDS))
    made = version(fold, store)
    assert (made.labels, made.attack_labels) == (40, 40)
    assert sum(count for _, count in made.authors) == 80


def test_what_is_worse_about_attacks_is_held_back():
    fold = learn(learn(new_fold(), honest(120)), attacks(60), LATER)
    store = ModelStore(shipped_verifier(), dict.fromkeys(BRANDS))
    assert why_held("acme", fold, store, RULES) is None
    for at in range(30):
        fold.learner_of("acme", ATTACK).contest.add((at % 2, at % 2, at % 2, (at + 1) % 2))
    assert why_held("acme", fold, store, RULES) == "worse"


# What the stream itself shows


class Accusing:
    """Takes what is said in capitals for an attack."""

    version = "accusing-1"

    def score_many(self, said: list[TextInLanguage]) -> list[Score]:
        return [
            Score(Sentiment(0, 1, 0), TextSignals(attack_logit=2.0 if text.isupper() else -2.0))
            for text, _ in said
        ]


def test_how_much_of_each_language_seems_to_attack_is_counted():
    registry = CollectorRegistry()
    model = MeasuredScorer(Accusing(), Metrics(registry), ("en", "fr"))
    said = [("LIARS", "en"), ("hm", "en"), ("HM", "nl"), ("HM", "und"), ("bof", "fr")]
    assert model.score_many(said) == Accusing().score_many(said)
    assert model.version == "accusing-1"
    counted = {
        lang: tuple(
            registry.get_sample_value(f"tocsin_texts_{what}_total", {"lang": lang})
            for what in ("scored", "attacking")
        )
        for lang in ("en", "fr", OTHER)
    }
    assert counted == {"en": (2, 1), "fr": (1, 0), OTHER: (2, 2)}


def test_brands_that_share_a_scorer_share_what_watches_it() -> None:
    one, other = Accusing(), Accusing()
    watching = MeasuredScorers(Metrics(CollectorRegistry()), ())
    first = watching.of(one)
    assert watching.of(one) is first
    assert watching.of(other) is not first
