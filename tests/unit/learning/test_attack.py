"""Somebody hostile writes labels and versions: by how much they can move anything at most."""

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from pipeline.learning.delta import digest_of, make_delta, norm_of
from pipeline.learning.golden import ALLOWED_FLIPS, flips
from pipeline.learning.online import FeatureWeight
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import RefusedVersionError
from schemas.codec import encode
from schemas.model import MAX_RECORD_BYTES, Delta, ModelVersion
from support.learning import (
    BRANDS,
    PLAIN,
    T0,
    TALK,
    honest,
    label,
    learn,
    macro_f1,
    new_fold,
    shipped_verifier,
    texts,
)

MOVED_AT_MOST = 0.02
"""Of macro-F1 on clean texts, whoever floods."""

LATER = T0 + timedelta(days=1)


def flipped(count: int, words, by: str = "mallory", **fields) -> list:
    """Labels that say the opposite of what is meant."""
    return [
        label(f"flip-{by}-{at}", text, 2 - true if true != 1 else 0, by=by, **fields)
        for at, (text, true) in enumerate(texts(words, count, 7))
    ]


def scorer(fold, scope: str = "acme"):
    return shipped_verifier().scorer(fold.delta(scope), "0" * 8)


@pytest.fixture(scope="module", params=[TALK, PLAIN], ids=["what the brand knows", "what all know"])
def clean(request):
    return request.param, texts(request.param, 200, 99)


@pytest.mark.parametrize("weak", [False, True], ids=["as a person", "as a weak rule"])
def test_a_flood_of_flipped_labels_by_one_author_moves_next_to_nothing(clean, weak):
    words, unseen = clean
    before = learn(new_fold(), honest(200))
    after = learn(new_fold(), honest(200))
    learn(after, flipped(1500, words, weak=weak), LATER, step_s=20)
    assert macro_f1(scorer(after), unseen) >= macro_f1(scorer(before), unseen) - MOVED_AT_MOST
    assert flips(after.delta("acme"), shipped_verifier().asked) <= ALLOWED_FLIPS


def test_a_flood_before_anybody_else_speaks_is_not_learned_where_the_weights_are_sure():
    fold = learn(new_fold(), flipped(500, PLAIN), step_s=20)
    assert fold.learner_of("acme").learner.labels == 0
    assert fold.learner_of("acme").refused["contradicts"] > 0
    assert fold.delta("acme").nudges == ()


def test_where_no_model_is_sure_one_author_has_the_free_labels_and_no_more():
    fold = learn(new_fold(), flipped(500, TALK), step_s=20)
    assert fold.learner_of("acme").learner.labels <= 100


def test_who_floods_one_brand_is_not_heard_in_another():
    fold = learn(new_fold(), flipped(40, PLAIN), step_s=40)
    learn(fold, [replace(each, id=f"b{each.id}", brand="bolt") for each in flipped(200, PLAIN)],
          LATER)  # fmt: skip
    assert fold.learner_of("bolt").learner.labels == 0


def test_one_who_earned_trust_and_turns_is_soon_unheard():
    fold = learn(new_fold(), honest(200) + honest(60, seed=3, authors=1, words=PLAIN))
    before = fold.learner_of("acme").learner.labels
    learn(fold, flipped(200, PLAIN, by="person-0"), LATER)
    assert fold.learner_of("acme").learner.labels - before <= 16


def test_replayed_ids_and_repeated_words_count_once():
    once = learn(new_fold(), honest(60))
    again = learn(new_fold(), honest(60))
    learn(again, honest(60), LATER)  # the same records
    learn(again, [replace(each, id=f"new-{each.id}") for each in honest(60)], LATER)
    assert digest_of(again.delta("acme")) == digest_of(once.delta("acme"))
    assert again.learner_of("*").refused["repeated"] == 120


def version(delta: Delta, **fields) -> ModelVersion:
    given = {"scope": "acme", "seq": 0, "at": T0, "digest": digest_of(delta), "delta": delta}
    return ModelVersion(**given | fields)


@pytest.fixture(scope="module")
def learned() -> Delta:
    return learn(new_fold(), honest(120)).delta("acme")


def refusal(raw: bytes) -> str:
    store = ModelStore(shipped_verifier(), dict.fromkeys(BRANDS))
    with pytest.raises(RefusedVersionError) as caught:
        store.take(raw, 0)
    assert store.of("acme") is shipped_verifier().warm
    return caught.value.reason


def test_an_honest_version_is_taken(learned):
    store = ModelStore(shipped_verifier(), dict.fromkeys(BRANDS))
    store.take(encode(version(learned)), 0)
    assert store.of("acme").version.endswith(digest_of(learned)[:8])
    assert store.of("bolt") is shipped_verifier().warm


def test_a_forged_digest_is_refused(learned):
    assert refusal(encode(version(learned, digest="a" * 64))) == "digest"
    moved = replace(learned, nudges=(("zzz", 1, 1), *learned.nudges))
    assert refusal(encode(version(moved, digest=digest_of(learned)))) == "digest"


def test_an_oversized_record_is_refused(learned):
    assert refusal(encode(version(learned, made_with="x" * MAX_RECORD_BYTES))) == "too_large"
    many = tuple((f"n{at:05}", 1, 1) for at in range(8_001))
    assert refusal(encode(version(replace(learned, nudges=many)))) == "unreadable"


@pytest.mark.parametrize("weight", ["NaN", "Infinity", "-Infinity", "1e999", "0.5", "401", '"1"'])
def test_a_weight_that_is_none_is_refused(learned, weight):
    one = replace(learned, nudges=(("good", 77, 0),))
    assert refusal(encode(version(one)).replace(b"77", weight.encode())) == "unreadable"


def test_deep_nesting_is_refused_and_does_no_harm(learned):
    deep = b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"," + encode(version(learned))[1:]
    assert refusal(deep) == "unreadable"


def test_another_tokenizer_or_other_weights_are_refused(learned):
    assert refusal(encode(version(replace(learned, tokenizer=99)))) == "tokenizer"
    assert refusal(encode(version(replace(learned, base="b" * 64)))) == "base"


def test_weights_that_are_too_long_together_are_refused(learned):
    huge = tuple((f"n{at:05}", 400, -400) for at in range(1_000))
    assert refusal(encode(version(replace(learned, nudges=huge)))) == "norm"


def test_features_that_come_twice_are_refused(learned):
    assert refusal(encode(version(replace(learned, nudges=(("a", 1, 1), ("a", 2, 2)))))) == "order"


def test_a_version_that_turns_everything_is_refused_by_the_golden_texts(learned):
    names = ("~length 0", "~length 1", "~length 2", "~pos 0", "~neg 0", "~caps 0")
    turned = replace(learned, nudges=tuple((name, 400, -400) for name in sorted(names)))
    assert refusal(encode(version(turned))) == "golden"


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"\x80\x04K\x01.", b'{"schema":2}'])
def test_what_is_no_version_is_refused(raw):
    assert refusal(raw) == "unreadable"


def test_what_was_learned_is_bounded_whatever_was_said():
    tone = {f"n{at}": FeatureWeight((50.0, -50.0), 1.0) for at in range(20_000)}
    attack = {f"n{at}": FeatureWeight((-50.0,), 1.0) for at in range(20_000)}
    delta = make_delta(tone, attack, base=shipped_verifier().base)
    for part in (delta.nudges, delta.attack):
        assert len(part) == 8_000
        assert norm_of(part, delta.steps) <= 120
    assert len(msgspec.json.encode(delta)) < MAX_RECORD_BYTES
