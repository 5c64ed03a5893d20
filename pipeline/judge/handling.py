"""In whose hands an incident is, as pure steps: acknowledged, snoozed, awake again.

A snooze ends when its time is over, and breaks when severity rises by ``BREAKS_AT`` over what the
person had seen. Its time is event time: a judge that lags behind counts from where it is, so that
"two hours" are two hours of what is shown, also in a replay.
"""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from pipeline.judge.rules import FeedbackRule
from pipeline.judge.transition import utc
from schemas.codec import UnreadableError
from schemas.feedback import Feedback
from schemas.incident import Handling

BREAKS_AT: Final = 2
LONGEST_SNOOZE: Final = timedelta(days=7)


def acknowledge(handling: Handling, said: Feedback, severity: int) -> Handling:
    """Somebody takes care; whoever says so last."""
    return replace(
        handling,
        acknowledged_by=said.by,
        acknowledged_at=said.at,
        acknowledged_severity=severity,
    )


def snooze(handling: Handling, said: Feedback, severity: int, now_s: int) -> Handling:
    """Silence until the time that was asked for; the last snooze counts.

    Raises:
        UnreadableError: (``invalid``) without an end, with one in the past, or a too long one.
    """
    length = said.until - said.at if said.until is not None else timedelta()
    if not timedelta() < length <= LONGEST_SNOOZE:
        raise UnreadableError(
            "invalid",
            f"a snooze needs an `until` after its `at`, at most {LONGEST_SNOOZE.days} days later",
        )
    until = min(said.at, utc(now_s)) + length
    return replace(handling, snoozed_by=said.by, snoozed_until=until, snoozed_severity=severity)


def waking(handling: Handling, severity: int, now_s: int) -> FeedbackRule | None:
    """The rule by which a snooze ends now, if it does."""
    if handling.snoozed_until is None:
        return None
    if severity >= handling.snoozed_severity + BREAKS_AT:
        return "snooze_broken"
    return "unsnoozed" if utc(now_s) >= handling.snoozed_until else None


def awake(handling: Handling) -> Handling:
    """Without the snooze; by whom it was, and at what severity, stays."""
    return replace(handling, snoozed_until=None)


def reopened(handling: Handling, severity: int, now_s: int) -> Handling:
    """After the incident came back: nobody has it in hand, but a promise of silence is kept."""
    if waking(handling, severity, now_s) is not None:
        handling = awake(handling)
    return replace(handling, acknowledged_by="", acknowledged_at=None, acknowledged_severity=0)
