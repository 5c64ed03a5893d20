"""Views of one incident join to the same whole, in any order and however often."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.incident.merge import STEPS, Incident, merge, merge_all, view
from schemas.incident import Completeness, Transition
from support.alert_examples import ONSET, transition


@st.composite
def transitions(draw: st.DrawFn, incident: str = "acme-1") -> Transition:
    seq = draw(st.integers(0, 4))
    minutes = draw(st.integers(0, 3))
    return transition(
        incident=incident,
        seq=seq,
        at=ONSET + timedelta(minutes=minutes),
        onset=ONSET + timedelta(minutes=draw(st.integers(0, 2))),
        rung_at=draw(st.sampled_from([None, ONSET, ONSET + timedelta(minutes=1)])),
        state=draw(st.sampled_from(["open", "escalating", "resolved", "reopened"])),
        reason=draw(st.sampled_from(["crisis_pattern", "acknowledged", "false_alarm"])),
        severity=draw(st.integers(1, 10)),
        by=draw(st.sampled_from(["", "Ana"])),
        completeness=Completeness(behind_s=draw(st.sampled_from([0.0, 30.0]))),
    )


@st.composite
def views(draw: st.DrawFn) -> Incident:
    first, *rest = draw(st.lists(transitions(), min_size=1, max_size=4))
    whole = view(first)
    for one in rest:
        whole = merge(whole, view(one))
    return whole


@given(views(), views())
def test_it_does_not_matter_who_speaks_first(one: Incident, other: Incident) -> None:
    assert merge(one, other) == merge(other, one)


@given(views(), views(), views())
def test_it_does_not_matter_how_they_are_grouped(a: Incident, b: Incident, c: Incident) -> None:
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(views(), views())
def test_a_second_copy_changes_nothing(one: Incident, other: Incident) -> None:
    assert merge(one, one) == one
    assert merge(merge(one, other), other) == merge(one, other)


@given(views(), views())
def test_the_later_word_rules_and_nothing_said_is_lost(one: Incident, other: Incident) -> None:
    both = merge(one, other)
    assert both.newest.seq == max(one.newest.seq, other.newest.seq)
    assert both.worst == max(one.worst, other.worst)
    assert both.onset == min(one.onset, other.onset)
    assert set(both.trail) == {*one.trail, *other.trail}
    assert [step.seq for step in both.trail] == sorted(step.seq for step in both.trail)


def test_of_two_copies_the_one_decided_sooner_speaks() -> None:
    late = transition(completeness=Completeness(behind_s=900), confidence=0.5)
    soon = transition(completeness=Completeness(behind_s=20), confidence=0.9)
    both = merge(view(late), view(soon))
    assert both.newest == soon
    assert len(both.trail) == 1


def test_two_ids_are_two_incidents() -> None:
    with pytest.raises(ValueError, match="acme-1 and acme-2 are two incidents"):
        merge(view(transition(incident="acme-1")), view(transition(incident="acme-2")))


def test_the_trail_is_bounded_and_keeps_the_newest() -> None:
    [whole] = merge_all(transition(seq=seq) for seq in range(STEPS + 5)).values()
    assert (len(whole.trail), whole.trail[-1].seq) == (STEPS, STEPS + 4)


def test_what_was_dismissed_is_no_incident() -> None:
    told = [transition(incident="a"), transition(incident="b", state="dismissed")]
    assert list(merge_all(told)) == ["a"]
