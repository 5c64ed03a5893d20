"""Makes the calls of one receiver that no new step makes: when a time has come, and not before.

It runs in the loop of the receiver's dispatcher, so that one thread alone speaks to the sink and to
the log. What is due is reckoned anew at each turn, from the steps and from the log
(``agents.alerting.plan``); nothing else is kept, and so nothing is lost or made twice by a restart.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic
from typing import Final, NamedTuple, Protocol

from kafka.errors import KafkaError

from agents.alerting.log import NotificationLog
from agents.alerting.message.plain import fault
from agents.alerting.notifier import Notifier, Outcome
from agents.alerting.past_steps import PastStep
from agents.alerting.plan import DueCall, ReceiverPlan
from agents.alerting.planned import Planned
from agents.alerting.routing.watch import WatchedIncident
from agents.alerting.sinks.base import Expiring, RejectedError, Sink, SinkError
from schemas.incident import Transition

FIRST_RETRY_S: Final = 1.0
LONGEST_RETRY_S: Final = 60.0
GIVE_UP_S: Final = 900.0

log = logging.getLogger(__name__)


class WrittenSteps(Protocol):
    """Where the steps are that were written before."""

    def before(self, partition: int, offset: int) -> Iterable[PastStep]:
        """Return the steps of a partition that lie before ``offset``."""
        ...


class _Retry(NamedTuple):
    """Times in seconds of ``clock_s``."""

    since_s: float
    due_s: float
    attempts: int


class Caller:
    """The calls of one receiver.

    ``undelivered`` is told of a call that the channel does not take, and why; ``delivered`` of one
    that it took. ``planned``: tells of maintenance windows. ``now``: the wall clock, which
    says when a call is due; ``clock_s``, monotonic, when one that failed is tried again.
    """

    def __init__(
        self,
        plan: ReceiverPlan,
        notifier: Notifier,
        notifications: NotificationLog,
        sink: Sink,
        past: WrittenSteps,
        *,
        now: Callable[[], datetime],
        clock_s: Callable[[], float] = monotonic,
        delivered: Callable[[Outcome, Transition], object],
        errored: Callable[[str], object],
        undelivered: Callable[[Transition, str], object],
        planned: Planned | None = None,
    ) -> None:
        self._planned = planned
        self._plan = plan
        self._notifier = notifier
        self._log = notifications
        self._past = past
        self._now = now
        self._clock_s = clock_s
        self._delivered = delivered
        self._errored = errored
        self._undelivered = undelivered
        self._refresh_s = sink.refresh_s if isinstance(sink, Expiring) else 0.0
        self._refreshed_s: dict[str, float] = {}
        self._retries: dict[str, _Retry] = {}
        self._given_up: dict[str, tuple[int, int]] = {}

    def read(self, partition: int, offset: int) -> None:
        """Learn of the incidents of a partition whose steps before ``offset`` are done with.

        Raises:
            KafkaError: they cannot be read now.
        """
        self._plan.forget(partition)
        for transition, written in self._past.before(partition, offset):
            self._plan.take(transition, written, partition)

    def forget(self, partition: int) -> None:
        """Drop what is known of a partition that was taken away."""
        self._plan.forget(partition)

    def turn(self, idle: Callable[[int], bool]) -> None:
        """Make the calls that are due now, of partitions in which no step waits."""
        if self._planned is not None:
            self._planned.turn(idle)
        now, now_s = self._now(), self._clock_s()
        live = list(self._plan.live())
        self._tidy({watch.newest.incident for watch, _ in live})
        for watch, partition in live:
            incident = watch.newest.incident
            retry = self._retries.get(incident)
            if not idle(partition) or (retry is not None and retry.due_s > now_s):
                continue
            if retry is not None and not self._settled(incident):
                continue
            standing = self._log.of(incident)
            call = self._plan.due(watch, standing.last if standing else None, now)
            if call and self._given_up.get(incident) != (watch.since_seq, call.number):
                self._try(DueCall(watch, call, partition))
            elif self._refresh_s and standing is not None:
                self._refresh(watch)

    def _settled(self, incident: str) -> bool:
        """Whether the log has kept what was delivered last, where an attempt failed."""
        try:
            self._log.settle(incident)
        except SinkError as error:
            self._errored(error.code)
            self._put_off(incident)
            return False
        return True

    def _try(self, due: DueCall) -> None:
        transition = due.watch.newest
        try:
            outcome = self._notifier.call(due)
        except SinkError as error:
            self._errored(error.code)
            retry = self._put_off(transition.incident)
            overdue = self._clock_s() - retry.since_s > GIVE_UP_S
            log.warning("a call for %s failed: %s", transition.incident, error)
            if isinstance(error, RejectedError) or overdue:
                self._give_up(due, str(error))
        except KafkaError:
            raise
        except Exception as error:
            log.exception("a call for %s failed over a fault of ours", transition.incident)
            self._errored("undeliverable")
            self._give_up(due, fault(error))
        else:
            self._retries.pop(transition.incident, None)
            self._delivered(outcome, transition)

    def _give_up(self, due: DueCall, why: str) -> None:
        incident = due.watch.newest.incident
        self._given_up[incident] = due.watch.since_seq, due.call.number
        self._retries.pop(incident, None)
        self._undelivered(due.watch.newest, why)

    def _refresh(self, watch: WatchedIncident) -> None:
        incident = watch.newest.incident
        last_s = self._refreshed_s.get(incident)
        if last_s is not None and self._clock_s() - last_s < self._refresh_s:
            return
        try:
            self._notifier.refresh(watch.newest)
        except SinkError as error:
            self._errored(error.code)
            self._put_off(incident)
        else:
            self._refreshed_s[incident] = self._clock_s()
            self._retries.pop(incident, None)

    def _put_off(self, incident: str) -> _Retry:
        now_s = self._clock_s()
        known = self._retries.get(incident, _Retry(now_s, now_s, 0))
        wait_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(known.attempts, 10))
        retry = _Retry(known.since_s, now_s + wait_s, known.attempts + 1)
        self._retries[incident] = retry
        return retry

    def _tidy(self, live: set[str]) -> None:
        for kept in (self._refreshed_s, self._retries, self._given_up):
            for incident in kept.keys() - live:
                del kept[incident]
