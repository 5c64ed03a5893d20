"""Who scores with what: versions, brands, incidents."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.learning.delta import digest_of, no_delta
from pipeline.learning.publishing import (
    PublishRules,
    RollBackError,
    next_version,
    record_key,
    roll_back,
    why_held,
)
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import RefusedVersionError
from schemas.codec import encode
from schemas.incident import Transition, Volume
from schemas.model import KEPT_VERSIONS, Delta, ModelVersion
from support.learning import BRANDS, T0, honest, learn, new_fold, shipped_verifier

RULES = PublishRules(enough=100, new=25)


def delta(number: int) -> Delta:
    return replace(no_delta(shipped_verifier().base), nudges=((f"word{number}", 1, 0),))


def version(number: int, scope: str = "*", **fields) -> ModelVersion:
    made, at = delta(number), T0 + timedelta(minutes=number)
    given = {"scope": scope, "seq": number, "at": at, "until": at, "delta": made}
    given["digest"] = digest_of(made)
    return ModelVersion(**given | fields)


def transition(state: str, brand: str = "acme", incident: str = "acme-1") -> Transition:
    volume = Volume(
        last_10_min=9, last_hour=9, usual_per_hour=1, since_onset=9, return_period_s=1e6
    )
    return Transition(
        incident=incident, seq=0, brand=brand, state=state, reason="surge", at=T0, onset=T0,
        severity=4, pattern="crisis", evidence=1.5, confidence=0.9, volume=volume,
    )  # fmt: skip


def new_store() -> ModelStore:
    return ModelStore(shipped_verifier(), dict.fromkeys(BRANDS))


def scoring(store: ModelStore, brand: str = "acme") -> str:
    return store.of(brand).version.rpartition("+")[2]


def test_a_brand_has_its_own_version_else_that_of_all_else_the_shipped_one():
    store = new_store()
    assert store.of("acme") is shipped_verifier().warm
    store.take(encode(version(0)), 10)
    store.take(encode(version(1, "acme")), 20)
    assert scoring(store) == digest_of(delta(1))[:8]
    assert scoring(store, "bolt") == digest_of(delta(0))[:8]


def test_versions_of_brands_that_are_not_ours_are_passed_over():
    store = new_store()
    store.take(encode(version(0, "stranger")), 10)
    assert store.versions() == []


def test_a_brand_in_an_incident_keeps_its_version_until_it_is_over():
    store = new_store()
    store.take(encode(version(0)), 10)
    store.incident(transition("open"), 15)
    store.take(encode(version(1)), 20)
    store.incident(transition("escalating"), 25)
    assert scoring(store) == digest_of(delta(0))[:8]
    assert scoring(store, "bolt") == digest_of(delta(1))[:8]
    store.incident(transition("resolved"), 30)
    assert scoring(store) == digest_of(delta(1))[:8]


def test_what_is_dismissed_freezes_nothing():
    store = new_store()
    store.incident(transition("dismissed"), 15)
    assert not store.frozen("acme")


@given(st.permutations([("model", 0, 10), ("model", 1, 20), ("model", 2, 40), ("open", 0, 30)]))
def test_any_order_of_reading_gives_the_same_answer(events):
    store = new_store()
    for kind, number, written_ms in events:
        if kind == "model":
            store.take(encode(version(number)), written_ms)
        else:
            store.incident(transition("open"), written_ms)
    assert scoring(store) == digest_of(delta(1))[:8]
    assert scoring(store, "bolt") == digest_of(delta(2))[:8]


def test_memory_is_bounded_and_the_topic_keeps_the_same_versions():
    store = new_store()
    for number in range(20):
        store.take(encode(version(number)), number)
    assert [held.seq for held, _ in store.versions()] == [15, 16, 17, 18, 19]
    keys = [record_key(version(number)) for number in range(20)]
    assert len(set(keys)) == KEPT_VERSIONS
    assert all(one != two for one, two in itertools.pairwise(keys))


def test_no_version_pushes_out_one_that_an_incident_needs():
    store = new_store()
    store.take(encode(version(0)), 0)
    store.incident(transition("open"), 1)
    for number in range(1, 5):
        assert not store.pinned("*")
        store.take(encode(version(number)), 1 + number)
    assert store.pinned("*")
    store.incident(transition("resolved"), 9)
    assert not store.pinned("*")


def test_every_version_is_scored_with_apart():
    store = new_store()
    strong = replace(delta(0), nudges=(("seat", 300, -300),))
    store.take(encode(version(0, delta=strong, digest=digest_of(strong))), 0)
    store.take(encode(version(1, "bolt")), 0)
    first, second = (
        store.of(brand).score_many([("the seat today", "en")])[0] for brand in ("acme", "bolt")
    )
    assert first.sentiment.p_negative > second.sentiment.p_negative
    assert sum(first.sentiment.probabilities) == pytest.approx(1)
    assert (first.signals.cues, first.signals.terms) == (second.signals.cues, second.signals.terms)


# Publishing


@pytest.fixture(scope="module")
def taught():
    return learn(new_fold(), honest(120))


def publish(scope, fold, store):
    return next_version(scope, fold, store, shipped_verifier(), at=T0, made_with="test")


def test_a_version_says_what_it_is_made_of(taught):
    store = new_store()
    assert why_held("acme", taught, store, RULES) is None
    made = publish("acme", taught, store)
    assert (made.seq, made.parent, made.status, made.labels) == (0, "", "published", 120)
    assert made.authors == (("person-0", 40), ("person-1", 40), ("person-2", 40))
    assert made.until == T0 + timedelta(minutes=119)
    assert made.prequential.delta > made.prequential.warm
    store.take(encode(made), 0)
    assert publish("acme", taught, store) == "same"


def test_too_few_labels_make_no_version(taught):
    assert why_held("bolt", taught, new_store(), RULES) == "few_labels"
    assert why_held("acme", taught, new_store(), PublishRules(enough=121)) == "few_labels"


@pytest.mark.parametrize(("known", "due"), [(50, 10), (100, 10), (180, 18), (250, 25), (9_000, 25)])
def test_the_more_is_known_the_more_must_be_new(known, due):
    assert PublishRules().due(known) == due
    assert PublishRules(new=5).due(known) == 5


def test_too_few_new_labels_make_no_version():
    fold = learn(new_fold(), honest(120))
    contest = fold.learner_of("acme").contest
    contest.begin()
    for _ in range(11):
        contest.add((0, 0, 0, 0))
    assert why_held("acme", fold, new_store(), RULES) == "few_new"
    contest.add((0, 0, 0, 0))
    assert why_held("acme", fold, new_store(), RULES) is None


def test_nothing_is_published_for_a_brand_in_an_incident(taught):
    store = new_store()
    store.incident(transition("open"), 0)
    assert why_held("acme", taught, store, RULES) == "incident"
    assert why_held("*", taught, store, RULES) is None


def test_a_worse_version_is_not_published():
    fold = learn(new_fold(), honest(120))
    for _ in range(40):  # the talk has changed: now the delta is wrong and the others are right
        fold.learner_of("acme").contest.begin()
    for at in range(30):
        fold.learner_of("acme").contest.add((at % 3, at % 3, at % 3, (at + 1) % 3))
    assert why_held("acme", fold, new_store(), RULES) == "worse"


# The way back


def test_a_roll_back_puts_an_older_delta_in_force_and_disowns_what_came_after():
    versions = [version(number) for number in range(3)]
    back = roll_back(
        versions, versions[0].digest[:8], base="", at=T0 + timedelta(hours=1), by="ana"
    )
    assert (back.seq, back.status, back.by) == (3, "rolled_back", "ana")
    assert (back.digest, back.parent) == (versions[0].digest, versions[2].digest)
    [span] = back.disowned
    assert (span.start, span.end) == (versions[0].until, back.at)
    store = new_store()
    for each in (*versions, back):
        store.take(encode(each), each.seq)
    assert scoring(store) == versions[0].digest[:8]


def test_a_roll_back_to_the_shipped_weights_disowns_everything():
    base = shipped_verifier().base
    back = roll_back([version(0)], "shipped", base=base, at=T0 + timedelta(hours=1), by="ana")
    store = new_store()
    store.take(encode(back), 0)
    score, warm = (
        store.of("acme").score_many([("the seat", "en")])[0],
        shipped_verifier().warm.score("the seat", "en"),
    )
    assert score.sentiment.probabilities == pytest.approx(warm.sentiment.probabilities)
    fold = learn(new_fold(disowned={"acme": back.disowned, "*": back.disowned}), honest(60))
    assert fold.learner_of("acme").learner.labels == 0


def test_what_was_rolled_back_is_not_published_again(taught):
    store = new_store()
    made = publish("acme", taught, store)
    back = roll_back([made], "shipped", base=shipped_verifier().base, at=T0, by="ana")
    for each in (made, back):
        store.take(encode(each), each.seq)
    assert publish("acme", taught, store) == "same"


@pytest.mark.parametrize("to", ["", "zzz"])
def test_a_roll_back_to_nothing_known_says_what_there_is(to):
    with pytest.raises(RollBackError, match=digest_of(delta(0))[:8]):
        roll_back([version(0)], to, base="", at=T0, by="ana")
    with pytest.raises(RollBackError, match="no versions"):
        roll_back([], to, base="", at=T0, by="ana")


def test_what_was_rolled_back_stays_so_when_other_weights_are_shipped(taught):
    former = roll_back([version(6, "acme")], "shipped", base="f" * 64, at=T0, by="ana")
    store = new_store()
    with pytest.raises(RefusedVersionError, match="base"):
        store.take(encode(former), 0)
    assert store.of("acme") is shipped_verifier().warm
    assert store.disowned("acme") == former.disowned
    made = publish("acme", taught, store)
    assert (made.seq, made.disowned, made.parent) == (8, former.disowned, "")
