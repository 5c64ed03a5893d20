"""What is remembered of incidents: where they stand, and each post that was shown."""

from datetime import timedelta
from itertools import permutations

import pytest

from agents.incidents import memory as incident_memory
from agents.incidents.memory import LEAST_STEPS, POSTS, IncidentMemory
from agents.labelling import post_key
from schemas.deletion import Deletion
from support.alert_examples import ONSET, example, transition

INCIDENT = "nestle-20100317T0910"


def memory(*told: object, most: int = 10) -> IncidentMemory:
    known = IncidentMemory(most)
    for one in told:
        known.take(one)
    return known


def step(seq: int, **changes: object) -> object:
    at = ONSET + timedelta(hours=seq)
    return transition(**{"seq": seq, "at": at, "examples": (example(seq),), **changes})


def test_the_order_and_copies_make_no_difference() -> None:
    steps = [step(0), step(1), step(2)]
    seen = {
        (memory(*order, *order).of(INCIDENT).newest.seq, len(memory(*order).of(INCIDENT).trail))
        for order in permutations(steps)
    }
    assert seen == {(2, 3)}


def test_a_post_that_the_alert_no_longer_shows_is_still_known() -> None:
    known = memory(step(1), step(2))
    assert known.post(INCIDENT, post_key(example(1))) == example(1)
    assert known.post(INCIDENT, post_key(example(3))) is None
    assert known.post("another", post_key(example(1))) is None


def test_another_text_under_the_same_id_is_another_post() -> None:
    assert post_key(example(1, "a")) != post_key(example(1, "b"))
    assert post_key(example(1, "a")) != post_key(example(2, "a"))


def test_what_was_dismissed_is_none() -> None:
    assert memory(step(0, state="dismissed")).all() == []


def test_the_one_longest_without_a_word_is_forgotten() -> None:
    known = memory(
        step(0, incident="a"), step(0, incident="b"), step(1, incident="a"), step(0, incident="c"),
        most=2,
    )  # fmt: skip
    assert {one.newest.incident for one in known.all()} == {"a", "c"}


def test_posts_of_an_incident_are_bounded_and_the_ones_shown_last_stay() -> None:
    known = memory(*(step(number) for number in range(POSTS + 5)))
    found = [known.post(INCIDENT, post_key(example(n))) is not None for n in range(POSTS + 5)]
    assert found == [False] * 5 + [True] * POSTS


def test_the_latest_onset_comes_first() -> None:
    later = {"incident": "b", "onset": ONSET + timedelta(days=1)}
    known = memory(step(0, **later), step(0, incident="a"))
    assert [one.newest.incident for one in known.all()] == ["b", "a"]


def test_what_is_looked_for_does_not_grow_with_all_that_was_ever_shown() -> None:
    known = IncidentMemory()
    known.take(step(0))
    for number in range(1, 4 * POSTS):
        known.take(step(number))
    names = len(known._shown_in)
    for number in range(4 * POSTS, 8 * POSTS):
        known.take(step(number))
    assert len(known._shown_in) == names
    assert known._known[INCIDENT].names == set(known._shown_in)


def test_a_deletion_still_reaches_each_post_that_is_held() -> None:
    told: list[str] = []
    known = IncidentMemory(told=told.append)
    for number in range(2 * POSTS):
        known.take(step(number))
    for number in (POSTS + 1, 2 * POSTS - 1):
        post = example(number)
        assert known.post(INCIDENT, post_key(post)) is not None
        known.forget(Deletion(id=f"d{number}", at=ONSET, kind="post", subject=post.id, by="x"))
        assert known.post(INCIDENT, post_key(post)) is None
    assert told == [INCIDENT]


def test_all_trails_together_are_bounded_and_those_of_now_stay_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(incident_memory, "STEPS_IN_ALL", 400)
    known = IncidentMemory()
    for incident in "abcdef":
        for number in range(100):
            known.take(step(number, incident=incident))
    trails = {one.newest.incident: one.trail for one in known.all()}
    assert sum(map(len, trails.values())) <= 400
    assert known._steps == sum(map(len, trails.values()))
    assert [one.seq for one in trails["f"]] == list(range(100))
    assert [one.seq for one in trails["a"]] == list(range(100 - LEAST_STEPS, 100))
