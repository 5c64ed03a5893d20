"""How alerts speak of what people said, and of judgements that came late."""

import io
from datetime import timedelta

import pytest
from rich.console import Console

from agents.alerting.message.compose import message_of, update_of
from agents.alerting.message.model import Message
from agents.alerting.policy import NotifyReason, decide, snapshot
from agents.alerting.sinks.console import ConsoleSink
from schemas.incident import Completeness, Handling, Learned, Transition
from support.alert_examples import BRAND, MARQUE, ONSET, transition
from support.notifying import Told

UNTIL = ONSET + timedelta(hours=6)
SNOOZED = Handling(snoozed_by="Ana", snoozed_until=UNTIL, snoozed_severity=5)
WOKEN = Handling(snoozed_by="Ana", snoozed_severity=5)
TAKEN = Handling(acknowledged_by="Ana", acknowledged_at=ONSET, acknowledged_severity=6)


def lines(story: Message) -> str:
    told = [line for part in (*story.parts, *story.closing) for line in part.lines]
    return "\n".join(told)


def step(seq: int = 1, state: str = "escalating", **changes: object) -> Transition:
    at = ONSET + timedelta(hours=seq)
    return transition(**{"seq": seq, "at": at, "state": state, "reason": "growing", **changes})


@pytest.mark.parametrize(
    ("before", "after", "handling", "reason", "loud"),
    [
        (5, 9, SNOOZED, "growing", False),
        (5, 5, SNOOZED, "snoozed", False),
        (5, 7, WOKEN, "snooze_broken", True),
        (7, 7, WOKEN, "unsnoozed", True),
        (5, 5, WOKEN, "unsnoozed", False),
        (5, 6, TAKEN, "growing", False),
        (4, 6, TAKEN, "growing", False),
        (6, 7, TAKEN, "growing", True),
        (4, 9, TAKEN, "acknowledged", False),
        (6, 6, Handling(), "growing", False),
    ],
)
def test_who_must_hear_of_it(
    before: int, after: int, handling: Handling, reason: str, *, loud: bool
) -> None:
    told = step(severity=after, handling=handling, reason=reason)
    assert decide(told, snapshot(transition(severity=before))).loud is loud


def test_a_second_wave_calls_nobody_once_somebody_has_it_in_hand() -> None:
    ebbed = snapshot(step(state="fading", severity=6))
    assert decide(step(2, severity=6), ebbed).loud
    assert not decide(step(2, severity=6, handling=TAKEN), ebbed).loud


def test_only_that_somebody_snoozed_is_shown_in_a_snooze() -> None:
    before = snapshot(transition(severity=5))

    def reason(told: Transition) -> NotifyReason:
        return decide(told, before)

    assert reason(step(handling=SNOOZED)) is NotifyReason.SNOOZE_HOLDS
    assert not NotifyReason.SNOOZE_HOLDS.tells_step
    assert reason(step(handling=SNOOZED, reason="snoozed")) is NotifyReason.SNOOZED
    assert reason(step(handling=WOKEN, reason="snooze_broken")) is NotifyReason.SNOOZE_BROKEN
    assert NotifyReason.SNOOZED.tells_step
    assert NotifyReason.SNOOZE_BROKEN.tells_step


def test_what_was_learned_is_a_figure_of_the_next_alerts_only() -> None:
    learned = Learned(budget=0.5, weights=(("boycott-call", 0.25),))
    fact = message_of(transition(learned=learned), BRAND).facts[-1]
    assert fact.label == "Learned from false alarms"
    assert fact.value == (
        "For this brand, a volume must now be 2 times as rare to be looked at. "
        "Likeness to a call for a boycott counts 25% of its weight."
    )
    assert len(message_of(transition(), BRAND).facts) == 5
    assert (
        len(message_of(step(state="resolved", reason="false_alarm", learned=learned), BRAND).facts)
        == 4
    )


def test_a_note_comes_from_outside() -> None:
    told = step(reason="acknowledged", by="A\u202ena", note="see\n<!channel>", handling=TAKEN)
    change = update_of(told, BRAND, snapshot(transition()))
    assert "Ana: “see ‹!channel>”" in change.lines
    assert change.headline.startswith("In hand: ")


def test_in_french() -> None:
    shown = lines(message_of(step(handling=SNOOZED, reason="snoozed"), MARQUE))
    assert (
        "Mis en veille par Ana\u202f; fin\u00a0: 15\u00a0h\u00a010 UTC, ou dès la gravité 7."
        in shown
    )


@pytest.mark.parametrize(
    ("behind_s", "said"),
    [
        (30, ""),
        (600, "Decided 10 min after the time it tells of; how sure it is was lowered for that."),
        (3e8, "Decided more than a day after the time it tells of: a replay, or a long outage."),
    ],
)
def test_a_judgement_that_came_late_is_called_so(behind_s: float, said: str) -> None:
    shown = lines(message_of(transition(completeness=Completeness(behind_s=behind_s)), BRAND))
    assert said in shown
    assert ("Decided" in shown) is bool(said)
    assert ("by all sources" in shown) is (behind_s != 600)


def test_posts_that_came_too_late_are_told() -> None:
    shown = lines(message_of(transition(completeness=Completeness(late=0.12)), BRAND))
    assert "12% of the posts came too late to be counted." in shown


def test_wrong_clocks_and_posts_of_the_future_are_told() -> None:
    seen = Completeness(future=0.12, quarantined=("rss",))
    shown = lines(message_of(transition(completeness=seen), BRAND))
    assert "Sources with a wrong clock, so that posts may be missing: rss." in shown
    assert "12% of the posts bore a date still to come and were not counted." in shown
    assert "by all sources" not in shown


def test_the_console_is_silent_in_a_snooze() -> None:
    written = io.StringIO()
    sink = Told(ConsoleSink(Console(file=written, width=120)))
    sink.deliver(transition(), BRAND)
    before = written.getvalue()
    assert sink.deliver(step(1, handling=SNOOZED), BRAND) == "quiet"
    assert written.getvalue() == before
    assert sink.deliver(step(1, handling=SNOOZED), BRAND) == "duplicate"
    assert sink.deliver(step(2, handling=WOKEN, reason="snooze_broken"), BRAND) == "updated"
    assert "Snooze broken" in written.getvalue()
