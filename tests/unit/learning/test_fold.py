"""The same labels give the same bytes; what is learned is learned of all and of each brand."""

import random
from datetime import timedelta

import pytest
from msgspec.structs import replace

from pipeline.learning.delta import digest_of
from pipeline.learning.fold import Champion
from pipeline.learning.prequential import Contest
from schemas.codec import encode
from schemas.model import Disowned
from support.learning import (
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


def scorer(fold, scope="acme"):
    return shipped_verifier().scorer(fold.delta(scope), "0" * 8)


@pytest.fixture(scope="module")
def taught():
    return learn(new_fold(), honest(300))


def test_people_teach_what_the_shipped_weights_did_not_know(taught):
    unseen = texts(TALK, 200, 99)
    assert macro_f1(shipped_verifier().warm, unseen) < 0.4
    assert macro_f1(scorer(taught), unseen) > 0.9
    assert macro_f1(scorer(taught, "bolt"), unseen) > 0.9  # through the delta of all brands


def test_the_same_labels_in_the_same_order_give_the_same_bytes(taught):
    again = learn(new_fold(), honest(300))
    for scope in ("*", "acme"):
        assert encode(again.delta(scope)) == encode(taught.delta(scope))


def test_the_order_matters_so_it_is_fixed():
    labels = honest(60)
    turned = random.Random(1).sample(labels, len(labels))
    one, two = (learn(new_fold(), each).delta("acme") for each in (labels, turned))
    assert digest_of(one) != digest_of(two)


def test_what_is_compared_moves_no_weight(taught):
    champion = Champion(shipped_verifier().warm, 0.0)
    watched = learn(new_fold(champions=lambda _: champion), honest(300))
    assert encode(watched.delta("acme")) == encode(taught.delta("acme"))


def test_each_label_is_scored_before_it_is_learned(taught):
    found = taught.learner_of("*").contest.result()
    assert found.labels == 300
    assert found.warm < 0.4
    assert 0.9 < found.delta < 1


def test_only_labels_that_the_version_in_force_does_not_know_count_against_it():
    champion = Champion(shipped_verifier().warm, (T0 + timedelta(hours=3)).timestamp())
    fold = learn(new_fold(champions=lambda _: champion), honest(240))
    assert fold.learner_of("*").contest.result().labels == 59


def test_what_was_rolled_back_is_not_learned_in_that_scope():
    span = Disowned(start=T0, end=T0 + timedelta(hours=1))
    fold = learn(new_fold(disowned={"acme": (span,)}), honest(100))
    assert fold.learner_of("acme").refused == {"disowned": 60}
    assert fold.learner_of("acme").learner.labels == 39 + 1  # the first one lies at the very start
    assert fold.learner_of("*").learner.labels == 100


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"label": None}, "no_label"),
        ({"text": " "}, "no_text"),
        ({"text": "x" * 1001}, "text_too_long"),
        ({"lang": "x" * 36}, "text_too_long"),
        ({"brand": "nobody"}, "unknown_brand"),
    ],
)
def test_a_label_that_cannot_be_learned_says_why(wrong, reason):
    fold = new_fold()
    assert fold.apply(replace(label("1", "so so", 0), **wrong), T0.timestamp()) == {reason: 1}
    assert fold.learner_of("*").refused == {reason: 1}


def test_an_author_and_a_brand_have_only_so_many_labels_an_hour():
    fold = new_fold()
    labels = [label(str(at), f"word{at} mundo", 1, by=f"p{at % 8}") for at in range(1000)]
    learn(fold, labels, step_s=3)
    assert fold.learner_of("*").refused["brand_rate"] == 400
    alone = learn(new_fold(), [replace(each, by="ana") for each in labels], step_s=3)
    assert alone.learner_of("*").refused["author_rate"] == 880


def test_a_new_author_waits_until_it_is_known_who_that_is():
    fold = learn(new_fold(), honest(19, authors=1))
    assert fold.learner_of("*").learner.labels == 0
    learn(fold, honest(1, seed=5, authors=1), T0 + timedelta(hours=1))
    assert fold.learner_of("*").learner.labels == 20


def test_one_who_says_what_all_know_is_known_soon():
    fold = learn(new_fold(), honest(10, authors=1, words=PLAIN))
    assert fold.learner_of("*").learner.labels == 10


def test_a_weak_label_moves_less():
    strong = learn(new_fold(), honest(60))
    weak = learn(new_fold(), [replace(each, weak=True) for each in honest(60)])

    def pull(fold):
        return sum(abs(low) + abs(high) for _, low, high in fold.delta("*").nudges)

    assert weak.learner_of("*").learner.labels == strong.learner_of("*").learner.labels
    assert pull(weak) < pull(strong)


def test_when_the_talk_changes_the_comparison_begins_anew():
    contest = Contest()
    steady = [contest.add((at % 3, 0, 0, at % 3)) for at in range(600)]
    assert not any(steady)
    changed = [contest.add((at % 3, 0, 0, (at + 1) % 3)) for at in range(200)]
    assert any(changed)
    assert contest.drifts == sum(changed)
    assert contest.result().labels < 200
    better = [contest.add((at % 3, 0, 0, at % 3)) for at in range(600)]
    assert not any(better[100:])  # fewer errors than before are no trouble


def contest_of(*rows: tuple[int, int, int, int]) -> Contest:
    contest = Contest()
    for row in rows:
        contest.add(row)
    return contest


RIGHT = tuple((at % 3, at % 3, at % 3, at % 3) for at in range(30))
LOST, WON = (0, 0, 0, 1), (0, 1, 1, 0)


@pytest.mark.parametrize(
    ("rows", "worse"),
    [
        ((), False),
        (RIGHT, False),
        ((*RIGHT, LOST), False),  # one label may go either way
        ((*RIGHT, LOST, LOST), True),
        ((*RIGHT, LOST, LOST, LOST, WON), False),
        ((*RIGHT, *[LOST] * 8, *[WON] * 2), True),
    ],
)
def test_worse_is_what_chance_does_not_explain(rows, worse):
    assert contest_of(*rows).worse() is worse


def test_many_small_steps_down_are_seen_against_the_shipped_weights():
    contest = Contest()
    published = 0
    for _ in range(10):
        for row in (*RIGHT[:9], (0, 0, 2, 1)):  # the shipped weights are right, the others are not
            contest.add(row)
        if not contest.worse():
            published += 1
            contest.begin()
    assert published == 1


def test_what_the_version_in_force_knows_still_counts_against_the_shipped_weights():
    contest = Contest()
    for _ in range(5):
        contest.recall((0, 0, 1))
    assert contest.worse()
    assert contest.labels == contest.result().labels == 0
