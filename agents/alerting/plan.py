"""What one receiver has to do with each incident: its routes, applied to the steps and the log."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from agents.alerting.routing.model import Receiver, Routes
from agents.alerting.routing.team import Team
from agents.alerting.routing.tree import RouteTurn, deliveries, turns_of
from agents.alerting.routing.watch import (
    Call,
    WatchedIncident,
    done_of,
    in_hands,
    known_to_somebody,
    next_call,
    over,
    watched,
)
from schemas.incident import Transition
from schemas.notification import MOST_AHEAD, Calls, NextCall, Notification


class ReceiverPart(NamedTuple):
    """A receiver's part in one step.

    ``loud``: people may be called, where the step calls them. ``pings``: they. ``calls``: what the
    log is to say of calls. ``ahead``: who is called next, where nobody has it by then. ``team``:
    what the route says of the people.
    """

    loud: bool
    pings: tuple[str, ...]
    calls: Calls
    ahead: tuple[NextCall, ...]
    team: Team = Team()


class DueCall(NamedTuple):
    """A call that is due now, and the incident's partition."""

    watch: WatchedIncident
    call: Call
    partition: int


class ReceiverPlan:
    """The routes as one receiver sees them, and the incidents that go on. Used by one thread."""

    def __init__(self, routes: Routes, receiver: Receiver) -> None:
        self.routes = routes
        self.receiver = receiver
        self._watches: dict[str, tuple[WatchedIncident, int]] = {}

    def take(self, transition: Transition, written: datetime, partition: int) -> WatchedIncident:
        """Learn of a step that was ``written`` to Kafka then; return the incident with it."""
        known = self._watches.get(transition.incident)
        watch = watched(known[0] if known else None, transition, written)
        if over(watch.newest):
            self._watches.pop(transition.incident, None)
        else:
            self._watches[transition.incident] = watch, partition
        return watch

    def forget(self, partition: int) -> None:
        """Drop what is known of a partition that was taken away, or is read anew."""
        for incident in [one for one, (_, where) in self._watches.items() if where == partition]:
            del self._watches[incident]

    def live(self) -> Iterator[tuple[WatchedIncident, int]]:
        """Yield the incidents that go on, each with its partition."""
        yield from list(self._watches.values())

    def part(
        self, watch: WatchedIncident, last: Notification | None, now: datetime
    ) -> ReceiverPart | None:
        """Return the receiver's part in the newest step; None where it has none, or none yet.

        ``last``: what it was told last. Whoever was told of an incident hears how it goes on.
        """
        turns = self._turns(watch)
        first = bool(turns) and turns[0].first
        waits = first and now < watch.since + timedelta(seconds=turns[0].after_s)
        if last is None and (not first or waits):
            return None
        done = done_of(watch, self._calls(watch, last))
        made = Calls(
            since_seq=watch.since_seq,
            done=max(done, 1 if first else 0),
            at=last.calls.at if last and last.calls and done else now,
        )
        return ReceiverPart(
            loud=(first or done > 0)
            and not self._quiet(watch.newest, now)
            and not (last is None and known_to_somebody(watch.newest)),
            pings=self._pings(watch, turns[0] if turns else None),
            calls=made,
            ahead=self._ahead(watch, now),
            team=self._team(watch),
        )

    def call_part(self, watch: WatchedIncident, call: Call, now: datetime) -> ReceiverPart:
        """Return the receiver's part in a call that is due."""
        return ReceiverPart(
            loud=not self._quiet(watch.newest, now),
            pings=self._pings(watch, call.turn),
            calls=Calls(since_seq=watch.since_seq, done=call.number + 1, at=now),
            ahead=self._ahead(watch, now),
            team=self._team(watch),
        )

    def due(self, watch: WatchedIncident, last: Notification | None, now: datetime) -> Call | None:
        """Return the call of an incident that is due, if one is.

        In a maintenance window that keeps people from being called, none but the first is.
        """
        call = next_call(watch, self._turns(watch), self._calls(watch, last))
        if call is None or call.at > now:
            return None
        return None if call.kind != "first" and self._quiet(watch.newest, now) else call

    def others(self, transition: Transition, since: datetime) -> list[str]:
        """Return the other receivers of an incident, in the order in which they are told."""
        found = deliveries(self.routes, transition, since)
        names = dict.fromkeys(one.receiver for one in found)
        return [name for name in names if name != self.receiver.name]

    def _turns(self, watch: WatchedIncident) -> tuple[RouteTurn, ...]:
        found = deliveries(self.routes, watch.newest, watch.since)
        return turns_of(self.receiver.name, found)

    def _calls(self, watch: WatchedIncident, last: Notification | None) -> Calls | None:
        """Return what the log says of calls; a step that was told at first was a call."""
        if last is None:
            return None
        if last.calls is None and last.told.seq >= watch.since_seq:
            return Calls(since_seq=watch.since_seq, done=1, at=last.at)
        return last.calls

    def _quiet(self, transition: Transition, now: datetime) -> bool:
        return any(one.quiets(transition, now) for one in self.routes.maintenance)

    def _pings(self, watch: WatchedIncident, turn: RouteTurn | None) -> tuple[str, ...]:
        own = self.receiver.pinged(watch.newest.severity)
        return (turn.pings or own) if turn is not None else own

    def _team(self, watch: WatchedIncident) -> Team:
        """Return what the first of the receiver's routes says, or the first of all."""
        found = deliveries(self.routes, watch.newest, watch.since)
        turns = (*turns_of(self.receiver.name, found), *found)
        return next((one.team for one in turns if one.team != Team()), Team())

    def _ahead(self, watch: WatchedIncident, now: datetime) -> tuple[NextCall, ...]:
        if over(watch.newest) or in_hands(watch.newest) or self._quiet(watch.newest, now):
            return ()
        found = deliveries(self.routes, watch.newest, watch.since)
        times = ((one, watch.since + timedelta(seconds=one.after_s)) for one in found)
        later = (
            NextCall(receiver=one.receiver, at=at)
            for one, at in times
            if not one.first and at > now
        )
        return tuple(later)[:MOST_AHEAD]
