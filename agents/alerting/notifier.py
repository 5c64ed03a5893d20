"""Tells one sink of one transition: decides why, composes what is said, delivers it, logs it."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final, Literal
from urllib.parse import quote

from kafka.errors import KafkaError
from msgspec.structs import replace

from agents.alerting.log import NotificationLog, UnwrittenError
from agents.alerting.message.brands import BrandOf
from agents.alerting.message.calls import called, with_calls
from agents.alerting.message.compose import (
    answers_to,
    forward_of,
    heads_up_of,
    message_of,
    update_of,
)
from agents.alerting.message.model import HeadsUp, Line, Message, Update
from agents.alerting.message.plain import fault, plainly
from agents.alerting.plan import DueCall, ReceiverPart, ReceiverPlan
from agents.alerting.policy import NotifyReason, decide, snapshot, told_by
from agents.alerting.routing.team import Team
from agents.alerting.routing.watch import OVER, WatchedIncident, done_of
from agents.alerting.sinks.base import (
    FoundMessage,
    Notice,
    Search,
    Searchable,
    Sink,
    SinkError,
    UnsearchableError,
    subject_of,
)
from schemas.brand import Brand
from schemas.incident import Transition
from schemas.notification import Notification, Snapshot

Outcome = Literal["posted", "updated", "duplicate", "harmless", "quiet", "unrouted", "put_off"]
"""``posted``: a new message stands in the channel. ``updated``: one changed. ``duplicate``: the
sink had it already. ``harmless``: dismissed before December 2026, when nothing was said of what
never rang. ``quiet``: a step that only changes what stands, in a channel where nothing stands.
``unrouted``: no route leads it to this receiver, or none does yet. ``put_off``: figures that were
only stated anew and may wait for the next ones, so that the channel stays free for what rings."""

RESTATED_PER_MIN: Final = 20
"""Slack takes about fifty changed messages a minute of an app; what rings must find room."""

MINUTE_S: Final = 60.0

Failed = Callable[[Exception], object]
"""Is told what kept an alert from being composed in full."""

log = logging.getLogger(__name__)


class PlainlyError(Exception):
    """It was delivered, though not in full; ``outcome`` says how. Its cause says what failed."""

    def __init__(self, outcome: Outcome, cause: Exception) -> None:
        super().__init__(fault(cause))
        self.outcome = outcome
        self.__cause__ = cause


class RestatingError(Exception):
    """Figures that were stated anew did not reach the channel; the next ones come by themselves."""

    def __init__(self, cause: SinkError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Notifier:
    """One sink and its place in the log.

    ``now``: the wall clock, for the log and for hours; ``clock_s``: a monotonic one, for how often
    figures are stated anew. ``plan``: the receiver's routes; without
    one, the sink is told of everything. ``page``: the address of the web page, empty for none.
    ``shown`` takes out of a transition what was to be forgotten.
    """

    def __init__(
        self,
        sink: Sink,
        log: NotificationLog,
        brand_of: BrandOf,
        *,
        now: Callable[[], datetime],
        clock_s: Callable[[], float] = monotonic,
        plan: ReceiverPlan | None = None,
        shown: Callable[[Transition], Transition] = lambda transition: transition,
        page: str = "",
    ) -> None:
        self._page = page
        self._restated: deque[float] = deque(maxlen=RESTATED_PER_MIN)
        self._sink = sink
        self._shown = shown
        self._plan = plan
        self._log = log
        self._brand_of = brand_of
        self._now = now
        self._clock_s = clock_s

    def deliver(self, transition: Transition, sent_at: datetime, partition: int = 0) -> Outcome:
        """Bring the sink's channel to the state of ``transition``; at return this is logged, too.

        ``sent_at``: when the transition was written to Kafka, by the wall clock: an event time may
        lie years back in a replay, but no message is older than its transition. ``partition``: of
        the transition.

        Raises:
            SinkError: the channel does not take it (now, or at all), or the log does not.
            RestatingError: the same, of figures that were only stated anew.
            PlainlyError: the channel has it, but only the line that is left where composing fails.
            KafkaError: Kafka refuses what is logged.
        """
        brand = self._brand_of(transition)
        faults: list[Exception] = []
        watch: WatchedIncident | None = None
        try:
            watch = self._plan.take(transition, sent_at, partition) if self._plan else None
            outcome = self._bring(
                transition, brand, sent_at, partition, failed=faults.append, watch=watch
            )
        except (UnwrittenError, KafkaError, RestatingError):
            raise
        except SinkError:
            self._log.doubt(transition.incident)
            raise
        except Exception as error:  # noqa: BLE001 - delivered and handed on: a fault of ours must not keep it quiet
            self._log.doubt(transition.incident)
            outcome = self._deliver_plainly(transition, brand, partition, error, watch)
            faults = [error]
        if faults:
            raise PlainlyError(outcome, faults[0])
        return outcome

    def _bring(
        self,
        transition: Transition,
        brand: Brand,
        sent_at: datetime,
        partition: int,
        *,
        failed: Failed,
        watch: WatchedIncident | None,
    ) -> Outcome:
        if decide(transition, None) is NotifyReason.HARMLESS:
            return "harmless"
        standing = self._log.of(transition.incident)
        last = standing.last if standing else None
        if last is None and not self._is_told(watch):
            # Before anything is looked up, as a channel bears only so many questions.
            return "unrouted"
        in_doubt = standing is None or not standing.sure
        if in_doubt and (last is None or last.told.seq < transition.seq):
            last = self._looked_up(transition, brand, sent_at, last)
        reason = decide(transition, last.told if last else None)
        if reason is NotifyReason.DUPLICATE:
            self._log_found(partition, transition, last)
            return "duplicate"
        part: ReceiverPart | None = None
        if self._plan is not None and watch is not None:
            part = self._plan.part(watch, last, self._now())
        restates = reason is NotifyReason.REFRESHED
        if restates and not self._has_room():
            return "put_off"
        notice = compose(
            self._shown(transition),
            brand,
            reason,
            last.told if last else None,
            failed=failed,
            team=part.team if part else None,
            page=self._page,
        )
        ref = last.ref if last else ""
        notice = replace(notice, ref=ref, in_doubt=in_doubt)
        try:
            return self._send(routed(notice, part) if part else notice, partition)
        except UnwrittenError:
            raise
        except SinkError as error:
            if not restates:
                raise
            self._log.doubt(transition.incident)
            raise RestatingError(error) from error

    def _has_room(self) -> bool:
        """Whether figures may be stated anew now: so many a minute, and no more."""
        now_s = self._clock_s()
        full = len(self._restated) == RESTATED_PER_MIN
        if full and now_s - self._restated[0] < MINUTE_S:
            return False
        self._restated.append(now_s)
        return True

    def call(self, due: DueCall) -> Outcome:
        """Make a call that no new step causes; when this returns, it is logged, too.

        Raises:
            SinkError: the channel does not take it (now, or at all), or the log does not.
            KafkaError: Kafka refuses what is logged.
        """
        assert self._plan is not None  # noqa: S101 - who has no plan has no calls
        watch, call, partition = due
        transition, now = self._shown(watch.newest), self._now()
        brand = self._brand_of(transition)
        self._log.settle(transition.incident)
        standing = self._log.of(transition.incident)
        last = standing.last if standing else None
        in_doubt = standing is None or not standing.sure
        try:
            if in_doubt:
                last = self._looked_up(transition, brand, watch.since, last)
            if last is not None and done_of(watch, last.calls) > call.number:
                self._log_found(partition, transition, last)
                return "duplicate"
            part = self._plan.call_part(watch, call, now)
            before = last.told if last else None
            reason = NotifyReason.CALLED_AGAIN if last else NotifyReason.ESCALATED
            if call.kind == "first" and last is None:
                reason = decide(transition, None)
            notice = compose(
                transition,
                brand,
                reason,
                before,
                failed=_log_fault,
                team=part.team,
                page=self._page,
            )
            because = ""
            if call.kind != "first":
                waited_s = (now - watch.since).total_seconds()
                escalated = self._plan.receiver.name if call.kind == "escalated" else ""
                update = called(transition, brand, escalated, waited_s)
                notice = replace(notice, update=update if last else None)
                because = update.headline if escalated else ""
            notice = replace(
                routed(notice, part, because),
                ref=last.ref if last else "",
                in_doubt=in_doubt,
                call=f"{watch.since_seq}.{call.number}",
            )
            return self._send(notice, partition)
        except UnwrittenError:
            raise
        except SinkError:
            self._log.doubt(transition.incident)
            raise

    def refresh(self, newest: Transition) -> None:
        """Say again what stands in a channel that forgets it, or is to; nothing is logged.

        Raises:
            SinkError: the channel does not take it.
        """
        standing = self._log.of(newest.incident)
        if standing is None or standing.last.told.seq < newest.seq:
            return  # the step itself comes first
        last, brand = standing.last, self._brand_of(newest)
        reason = NotifyReason.REFRESHED
        notice = compose(
            self._shown(newest), brand, reason, last.told, failed=_log_fault, page=self._page
        )
        self._sink.deliver(replace(notice, ref=last.ref, calls=last.calls, whole=True))

    def _is_told(self, watch: WatchedIncident | None) -> bool:
        """Whether this sink, which knows nothing of an incident, is to hear of it now."""
        if self._plan is None or watch is None:
            return True
        return self._plan.part(watch, None, self._now()) is not None

    def _looked_up(
        self, transition: Transition, brand: Brand, sent_at: datetime, logged: Notification | None
    ) -> Notification | None:
        """Return what was told last as the channel itself has it, where it can be asked.

        The log counts where it knows of a later step. Where the channel has nothing any more, as
        people delete messages, nothing stands there.
        """
        if not isinstance(self._sink, Searchable):
            return logged
        since_s = min(transition.onset.timestamp(), sent_at.timestamp())
        search = Search(incident=transition.incident, brand=brand, since_s=since_s)
        try:
            found: FoundMessage | None = self._sink.find(search)
        except UnsearchableError:
            return logged
        if found is None:
            return None
        if logged is not None and logged.told.seq > found.told.seq:
            return logged
        return Notification(
            sink=self._sink.name,
            incident=transition.incident,
            brand=transition.brand,
            at=self._now(),
            reason=NotifyReason.DUPLICATE.value,
            ref=found.ref,
            told=found.told,
            calls=found.calls,
        )

    def _log_found(self, partition: int, transition: Transition, last: Notification | None) -> None:
        """Log what only the channel knew. It stays in doubt: the next step may be half done."""
        standing = self._log.of(transition.incident)
        known = standing is not None and standing.last.told.seq >= transition.seq
        if known or last is None:
            self._log.settle(transition.incident)
        else:
            self._log.keep(partition, last)
            self._log.doubt(transition.incident)

    def _send(self, notice: Notice, partition: int) -> Outcome:
        delivered = self._sink.deliver(notice)
        self._log.keep(
            partition,
            Notification(
                sink=self._sink.name,
                incident=notice.incident,
                brand=notice.brand.id,
                at=self._now(),
                reason=notice.reason.value,
                ref=delivered.ref,
                told=notice.told,
                calls=notice.calls,
                ahead=notice.ahead,
                decides=notice.decides,
            ),
        )
        if not delivered.shown:
            return "quiet"
        new = notice.reason.makes_message or delivered.ref != notice.ref
        return "posted" if new else "updated"

    def _deliver_plainly(
        self,
        transition: Transition,
        brand: Brand,
        partition: int,
        error: Exception,
        watch: WatchedIncident | None,
    ) -> Outcome:
        """Deliver one loud line where not even the way to the channel went well.

        Nothing is looked up, as that may be what failed: after a crash it may be told twice.
        """
        standing = self._log.of(transition.incident)
        if standing is None and not self._is_told(watch):
            return "unrouted"
        if standing is not None and standing.last.told.seq >= transition.seq:
            return "duplicate"
        line = Line(plainly(transition, brand, error))
        notice = Notice(
            incident=transition.incident,
            seq=transition.seq,
            brand=brand,
            reason=NotifyReason.PROGRESS if standing else NotifyReason.RINGS,
            loud=True,
            message=line,
            update=line if standing else None,
            ref=standing.last.ref if standing else "",
            told=snapshot(transition),
            subject=subject_of(transition),
        )
        outcome = self._send(notice, partition)
        self._log.doubt(transition.incident)
        return outcome


def routed(notice: Notice, part: ReceiverPart, because: str = "") -> Notice:
    """Return ``notice`` as its route has it: who is called by it and why, and who is next."""
    message = notice.message
    if isinstance(message, Message) and notice.told.state not in OVER:
        message = with_calls(message, notice.brand, part.ahead, because)
    loud = notice.loud and part.loud
    pings = part.pings if loud else ()
    return replace(
        notice,
        message=message,
        loud=loud,
        pings=pings,
        calls=part.calls,
        ahead=part.ahead,
        decides=part.team.decides,
    )


def _log_fault(error: Exception) -> None:
    log.error("a call was composed in one line only: %s", fault(error))


def compose(
    transition: Transition,
    brand: Brand,
    reason: NotifyReason,
    before: Snapshot | None,
    *,
    failed: Failed,
    team: Team | None = None,
    page: str = "",
) -> Notice:
    """Return the notice of ``transition``, decided as ``reason``, for any sink.

    ``before``: what the sink was told last. ``team``: what the route says of the people. ``page``:
    the address of the web page. What cannot be composed becomes one line, of which people hear, and
    ``failed`` is told why.
    """
    loud = reason.loud

    def line(error: Exception) -> Line:
        failed(error)
        return Line(plainly(transition, brand, error))

    update: Update | Line | None = None
    if reason.tells_step and before is not None:
        try:
            update = update_of(transition, brand, before)
        except Exception as error:  # noqa: BLE001 - told in one line, and handed on
            update, loud = line(error), True
    message: Message | HeadsUp | Line
    try:
        at = f"{page}/incidents/{quote(transition.incident, safe='')}" if page else ""
        if transition.level == "heads_up":
            message = heads_up_of(transition, brand, page=at)
        else:
            message = message_of(transition, brand, team=team, page=at)
    except Exception as error:  # noqa: BLE001 - the same
        message = line(error)
    forward: Line | None = None
    if reason is NotifyReason.HEADS_UP_RANG:
        try:
            forward = Line(forward_of(transition, brand))
        except Exception as error:  # noqa: BLE001 - the same
            forward = line(error)
    return Notice(
        incident=transition.incident,
        seq=transition.seq,
        brand=brand,
        reason=reason,
        loud=loud,
        message=message,
        update=update,
        forward=forward,
        answers=answers_to(transition),
        told=told_by(transition, reason, before),
        now=snapshot(transition),
        subject=subject_of(transition),
    )
