"""In whose hands an incident is, as pure steps: acknowledged, snoozed, awake again.

A snooze ends when its time is over, and breaks when severity rises by ``BREAKS_AT`` over what the
person had seen. Its time is event time: a judge that lags behind counts from where it is, so that
"two hours" are two hours of what is shown, also in a replay.
"""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from pipeline.detection.incident.transition import Identity, utc
from pipeline.detection.reasons import FeedbackRule
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


def wake(who: Identity, severity: int, now_s: int) -> FeedbackRule | None:
    """End the snooze of ``who`` where it is time; the rule by which.

    By whom it was, and at what severity, stays to be told.
    """
    until = who.handling.snoozed_until
    if until is None:
        return None
    broken = severity >= who.handling.snoozed_severity + BREAKS_AT
    if not broken and utc(now_s) < until:
        return None
    who.handling = replace(who.handling, snoozed_until=None)
    return "snooze_broken" if broken else "unsnoozed"


def reopen(who: Identity, severity: int, now_s: int) -> None:
    """The incident came back: nobody has it in hand, but a promise of silence is kept."""
    wake(who, severity, now_s)
    who.handling = replace(
        who.handling, acknowledged_by="", acknowledged_at=None, acknowledged_severity=0
    )
