"""Why people are told: each reason by name, and what follows from it."""

from datetime import timedelta

import pytest
from hypothesis import given

from agents.alerting.policy import Effect, NotifyReason, decide, snapshot
from schemas.incident import Handling, Transition
from support.alert_examples import ONSET, heads_up, rung, transition
from support.any_record import any_record

HELD = Handling(snoozed_by="Ana", snoozed_until=ONSET + timedelta(days=1), snoozed_severity=5)
ENDED = Handling(snoozed_by="Ana", snoozed_severity=5)
TAKEN = Handling(acknowledged_by="Ana", acknowledged_at=ONSET, acknowledged_severity=8)
TRANSITIONS = any_record(Transition)


def step(state: str = "escalating", **changes: object) -> Transition:
    return transition(**{"seq": 1, "state": state, "reason": "growing", **changes})


@pytest.mark.parametrize(
    ("before", "told", "reason"),
    [
        (None, transition(), NotifyReason.RINGS),
        (None, step("peaking"), NotifyReason.RINGS),
        (None, step(handling=HELD), NotifyReason.RINGS),
        (None, step("fading"), NotifyReason.FOUND_EASING),
        (None, step("resolved"), NotifyReason.FOUND_EASING),
        (None, heads_up(), NotifyReason.HEADS_UP),
        (None, heads_up(state="dismissed"), NotifyReason.HEADS_UP),
        (None, transition(state="dismissed"), NotifyReason.HARMLESS),
        (transition(), step("dismissed"), NotifyReason.HARMLESS),
        (transition(), transition(), NotifyReason.DUPLICATE),
        (step(seq=5), step(seq=3, state="reopened"), NotifyReason.DUPLICATE),
        (heads_up(), rung(), NotifyReason.HEADS_UP_RANG),
        (heads_up(), rung(handling=HELD), NotifyReason.HEADS_UP_RANG),
        (heads_up(), heads_up(seq=1), NotifyReason.HEADS_UP_CHANGED),
        (heads_up(), heads_up(seq=1, state="dismissed"), NotifyReason.HEADS_UP_CHANGED),
        (transition(), step(severity=9, handling=HELD), NotifyReason.SNOOZE_HOLDS),
        (transition(), step("reopened", handling=HELD), NotifyReason.SNOOZE_HOLDS),
        (transition(), step(reason="snoozed", handling=HELD), NotifyReason.SNOOZED),
        (transition(), step(reason="snooze_broken", handling=ENDED), NotifyReason.SNOOZE_BROKEN),
        (
            transition(severity=7),
            step(reason="unsnoozed", severity=7, handling=ENDED),
            NotifyReason.GRAVER_AFTER_SNOOZE,
        ),
        (
            transition(severity=5),
            step(reason="unsnoozed", severity=6, handling=ENDED),
            NotifyReason.PROGRESS,
        ),
        (transition(), step(reason="acknowledged", severity=10), NotifyReason.ACKNOWLEDGED),
        (transition(), step("resolved", reason="false_alarm"), NotifyReason.FALSE_ALARM),
        (transition(severity=4), step(severity=8, handling=TAKEN), NotifyReason.PROGRESS),
        (transition(severity=4), step(severity=9, handling=TAKEN), NotifyReason.GRAVER),
        (transition(severity=8), step(severity=9), NotifyReason.GRAVER),
        (transition(severity=7), step(severity=8), NotifyReason.PROGRESS),
        (transition(), step("reopened", severity=2), NotifyReason.REOPENED),
        (transition(), step(reason="larger"), NotifyReason.LARGER),
        (step("fading", seq=0), step(), NotifyReason.SECOND_WAVE),
        (step("fading", seq=0), step(handling=TAKEN), NotifyReason.PROGRESS),
        (step("peaking", seq=0), step(), NotifyReason.PROGRESS),
        (transition(), step("fading", severity=3), NotifyReason.PROGRESS),
    ],
)
def test_the_reason_is_named(
    before: Transition | None, told: Transition, reason: NotifyReason
) -> None:
    assert decide(told, snapshot(before) if before else None) is reason


@pytest.mark.parametrize(
    ("effect", "loud", "makes_message", "tells_step"),
    [
        (Effect.RING, True, True, False),
        (Effect.NEW, False, True, False),
        (Effect.CALL, True, False, True),
        (Effect.STEP, False, False, True),
        (Effect.CHANGE, False, False, False),
        (Effect.NOTHING, False, False, False),
    ],
)
def test_what_follows_from_an_effect(
    effect: Effect, *, loud: bool, makes_message: bool, tells_step: bool
) -> None:
    of_it = [one for one in NotifyReason if one.effect is effect]
    assert of_it
    for one in of_it:
        assert (one.loud, one.makes_message, one.tells_step) == (loud, makes_message, tells_step)


@given(TRANSITIONS, TRANSITIONS)
def test_words_decide_nothing(before: Transition, told: Transition) -> None:
    decided = decide(told, snapshot(before))
    reworded = transition(
        seq=told.seq,
        state=told.state,
        reason=told.reason,
        level=told.level,
        severity=told.severity,
        handling=told.handling,
        heads_up_at=told.heads_up_at,
        refreshed=told.refreshed,
    )
    assert decide(reworded, snapshot(before)) is decided


@given(TRANSITIONS)
def test_the_same_step_is_told_once(told: Transition) -> None:
    again = decide(told, snapshot(told))
    assert again.effect is Effect.NOTHING
