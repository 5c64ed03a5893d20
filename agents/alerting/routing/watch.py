"""When somebody is called whom no new step calls: group wait, escalation, reminders.

Two pure functions. ``watched`` folds the steps of an incident into what matters here: since when it
is in nobody's hands. ``next_call`` says from that, from the receiver's turns, and from what the
notification log says was done, which call is due next and when. So whoever reads the same steps and
the same log comes to the same answer, after a restart as before.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from agents.alerting.routing.tree import RouteTurn
from pipeline.detection.detector.severity import SeverityBand
from schemas.incident import State, Transition
from schemas.notification import Calls

OVER: Final[frozenset[State]] = frozenset({"resolved", "dismissed"})

CallKind = Literal["first", "escalated", "reminder"]


class WatchedIncident(Struct, frozen=True, kw_only=True):
    """An incident as its steps have left it.

    ``since`` and ``since_seq``: when, by the clock of Kafka, and by which step its present stretch
    began: it was noticed, it rang, rang again, or was let go by whoever had it.
    """

    newest: Transition
    since: datetime
    since_seq: int


class Call(NamedTuple):
    """A call that is due at ``at``. ``number``: how many were made before it in this stretch."""

    at: datetime
    kind: CallKind
    number: int
    turn: RouteTurn


def watched(
    before: WatchedIncident | None, transition: Transition, written: datetime
) -> WatchedIncident:
    """Return the watch after one more step, ``written`` to Kafka then.

    A step that is known already changes nothing.
    """
    if before is not None and transition.seq <= before.newest.seq:
        return before
    if before is None or _begins(before.newest, transition):
        return WatchedIncident(newest=transition, since=written, since_seq=transition.seq)
    return WatchedIncident(newest=transition, since=before.since, since_seq=before.since_seq)


def in_hands(transition: Transition) -> bool:
    """Whether somebody has it, or asked for silence for a time."""
    handling = transition.handling
    return bool(handling.acknowledged_by) or handling.snoozed_until is not None


def known_to_somebody(transition: Transition) -> bool:
    """Whether it is in somebody's hands who has seen it as grave as it is now.

    Then a receiver that hears of it for the first time, since it came to another route, is told
    and not called.
    """
    handling = transition.handling
    seen = max(
        handling.acknowledged_severity if handling.acknowledged_by else 0,
        handling.snoozed_severity if handling.snoozed_until is not None else 0,
    )
    return in_hands(transition) and SeverityBand.of(transition.severity) <= SeverityBand.of(seen)


def over(transition: Transition) -> bool:
    """Whether nobody has to be called any more."""
    return transition.state in OVER


def done_of(watch: WatchedIncident, calls: Calls | None) -> int:
    """Return how many calls of the present stretch were made."""
    return calls.done if calls is not None and calls.since_seq == watch.since_seq else 0


def next_call(
    watch: WatchedIncident, turns: Sequence[RouteTurn], calls: Calls | None
) -> Call | None:
    """Return which call of one receiver comes next; None while nothing is to come.

    ``turns``: of the receiver. ``calls``: what the log says of it.
    """
    if over(watch.newest) or not turns:
        return None
    done = done_of(watch, calls)
    turn = turns[min(done, len(turns) - 1)]
    if done < len(turns) and turn.first:
        return Call(watch.since + timedelta(seconds=turn.after_s), "first", done, turn)
    if watch.newest.level != "ring" or in_hands(watch.newest):
        return None
    if done < len(turns):
        return Call(watch.since + timedelta(seconds=turn.after_s), "escalated", done, turn)
    if turn.repeat_s and calls is not None:
        return Call(calls.at + timedelta(seconds=turn.repeat_s), "reminder", done, turn)
    return None


def _begins(before: Transition, after: Transition) -> bool:
    """Whether a new stretch begins with ``after``: whoever is to be called is called anew."""
    if over(after):
        return False
    rang = after.level == "ring" and (
        before.level != "ring" or _last_ring(after) != _last_ring(before)
    )
    let_go = in_hands(before) and not in_hands(after)
    return rang or let_go or over(before)


def _last_ring(transition: Transition) -> datetime | None:
    return transition.rings[-1].at if transition.rings else transition.rung_at
