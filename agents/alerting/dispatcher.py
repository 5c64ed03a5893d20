"""From tocsin.incidents to one sink: nothing is committed before it is delivered and logged.

One loop, no threads. Records wait in a lane per partition; one that cannot be delivered now stays
first in its lane until a retry is due, while the other lanes go on. So order within a brand holds,
polling keeps the group membership alive, and one bad place holds back nobody else for long.
Where the sink asks for patience everywhere all lanes wait. Each sink has a dispatcher, a consumer
group and a place in the notification log of its own, so that none waits for another.

One incident that cannot be composed or delivered, whatever the fault, is set aside with its reason
and shown on the console, and the others go on. Only Kafka's own errors end the process.

Lanes, rather than kafka-python's ``pause``: in 3.0 a partition that is paused with records already
fetched is never read again once another one has been read to its end. And a partition that stays
ours through a rebalance keeps its position there, so what a lane dropped is asked for again.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from math import inf
from threading import Event
from time import monotonic
from typing import Any

from kafka import ConsumerRebalanceListener, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata
from msgspec import Struct, field

from agents.alerting.caller import Caller
from agents.alerting.log import MemoryLog, NotificationLog, UnwrittenError
from agents.alerting.message.neutral import outside
from agents.alerting.message.plain import fault
from agents.alerting.notifier import Outcome, PlainlyError, RestatingError
from agents.alerting.report import Report
from agents.alerting.sinks.base import (
    RejectedError,
    RetryableError,
    SinkError,
    UnauthorizedError,
)
from agents.kafka.topic_reader import NoTopicError, patient_poll
from pipeline.phrase import Phrase
from pipeline.tracing import OFF, Tracing
from schemas.codec import Decoder, UnreadableError
from schemas.dead_letter import DeadLetter, DeadReason
from schemas.incident import Transition
from schemas.topics import INCIDENTS

JOIN_MS = 5_000
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
LONGEST_ASKED_S = 300.0
"""A channel asks for seconds, a minute at most. More than this is a fault, perhaps of a proxy, and
is not waited for: the channel would only ask again."""
PATIENCE_S = 900.0
"""So long a record is tried that alone fails: the channel answers, and has taken others."""
LONGEST_PATIENCE_S = 7_200.0
"""And so long where it answers, but has taken no other meanwhile: it may be the channel after all,
which is slow to take anything. Beyond that, what waits behind the record has waited long enough."""
ELSEWHERE_AFTER_S = 60.0
"""So long a record waits for its sink before another receiver of its route is told."""

Deliver = Callable[[Transition, datetime, int], Outcome]
"""Is handed a transition, when it was written, and its partition."""

log = logging.getLogger(__name__)
_decode = Decoder(Transition).decode


class PartitionLane(Struct):
    """What was read of a partition and is not delivered yet. Times in seconds of ``clock_s``.

    ``since_s``, ``due_s`` and ``attempts`` are about the first record: when it was first tried,
    when it will be tried again, and how often it was. ``told_elsewhere``: another receiver was
    told of it meanwhile.
    """

    records: deque[Any] = field(default_factory=deque)
    since_s: float = 0.0
    due_s: float = 0.0
    attempts: int = 0
    told_elsewhere: bool = False

    def next(self) -> None:
        """The first record is done with."""
        self.records.popleft()
        self.due_s, self.attempts, self.told_elsewhere = 0.0, 0, False


class Dispatcher:
    """Hands every transition to ``deliver``, in order per partition, at least once.

    Args:
        consumer: from ``connect``, not yet subscribed. The caller closes it.
        deliver: returns when the sink has the transition and the log says so; raises a
            ``SinkError`` otherwise, or a ``PlainlyError`` where the sink has no more than a line
            of it. Anything else that it raises is a fault of ours with this one transition.
        sink: what people call the sink.
        notifications: the sink's notification log; a partition is read before anything of it is
            delivered.
        last_resort: shows a transition that no channel takes, so that it is not lost in silence.
        answers: tells an outage of the channel (wait as long as it takes) from a message that
            alone fails (after ``PATIENCE_S``, or ``LONGEST_PATIENCE_S``, it goes to the last
            resort).
        dead: takes what could not be read, or told, or delivered.
        report: is told what happens, for metrics and health.
        now: seconds since the epoch.
        clock_s: seconds of a monotonic clock, for all waiting: the host's own may jump by an hour.
        oldest_s: records written before then are stale and dropped.
        from_beginning: read the whole topic again, whatever was committed.
        poll_s: how long to wait for records before looking at retries and at ``stop``.
        topic: of transitions.
        caller: makes the calls that no new record causes, where there are routes.
        elsewhere: tells another receiver of a transition that is refused, or that waits for longer
            than ``ELSEWHERE_AFTER_S``, and why; once each while the process lives.
        turn: is called in each turn of the loop, for what no record causes.
        tracing: see ``pipeline.tracing``.

    Raises:
        NoTopicError: it does not exist.
    """

    def __init__(
        self,
        consumer: Any,  # noqa: ANN401 - kafka-python is untyped
        *,
        deliver: Deliver,
        sink: str,
        notifications: NotificationLog | None = None,
        last_resort: Callable[[Transition], object],
        answers: Callable[[], bool],
        dead: Callable[[DeadLetter], None],
        report: Report,
        now: Callable[[], float],
        clock_s: Callable[[], float] = monotonic,
        oldest_s: float = 0.0,
        from_beginning: bool = False,
        poll_s: float = 0.5,
        topic: str = INCIDENTS.name,
        caller: Caller | None = None,
        elsewhere: Callable[[Transition, str], object] = lambda _transition, _why: None,
        turn: Callable[[], object] = lambda: None,
        tracing: Tracing = OFF,
    ) -> None:
        self._tracing = tracing
        self._turn = turn
        self._caller = caller
        self._elsewhere = elsewhere
        self._consumer = consumer
        self._topic = topic
        self._poll_ms = round(poll_s * 1000)
        self._deliver = deliver
        self._last_resort = last_resort
        self._sink = sink
        self._notifications = notifications or MemoryLog()
        self._answers = answers
        self._dead = dead
        self._report = report
        self._now = now
        self._clock_s = clock_s
        self._oldest_s = oldest_s
        self._rewind = from_beginning
        self._rewound: set[TopicPartition] = set()
        self._lanes: dict[TopicPartition, PartitionLane] = {}
        # Of partitions that were taken away: the first record that was read and not delivered.
        self._undelivered: dict[TopicPartition, int] = {}
        self._unread: set[TopicPartition] = set()
        self._asked_until_s = 0.0
        self._took_s = -inf
        """When the channel took something last."""
        consumer.subscribe([topic], listener=_Rebalance(self.assigned, self.revoked))
        # Metadata must be there before the group is joined: kafka-python would join once more when
        # it comes, or be left with nothing until its next refresh.
        if topic not in consumer.topics():
            raise NoTopicError(
                Phrase("there is no topic {topic}: make it with tocsin topics", topic=topic)
            )

    def run(self, stop: Event, *, once: bool = False) -> None:
        """Consume until ``stop`` is set; with ``once``, until all there is now is done with."""
        ends: Mapping[TopicPartition, int] | None = None
        while not stop.is_set():
            self._fetch()
            for partition in list(self._lanes):
                # One record a turn: a slow channel must not keep us from polling in time.
                self._deliver_first(partition)
            assigned = self._consumer.assignment()
            if self._caller is not None:
                self._begin_calls(assigned)
                self._caller.turn(self._is_idle)
            self._turn()
            for partition in assigned:
                self._state_lag(partition)
            self._report.polled(waiting=any(lane.attempts for lane in self._lanes.values()))
            if once and assigned:
                ends = ends or self._consumer.end_offsets(list(assigned))
                if all(self._reached(one) >= ends[one] for one in ends if one in assigned):
                    return

    def assigned(self, partitions: list[TopicPartition]) -> None:
        """Begin on partitions that were given.

        One that was ours before, and is again at the end of the same rebalance, keeps its position
        in kafka-python 3, behind what was read: what was dropped undelivered has to be read again,
        else it is never delivered, and passed by the next commit.
        """
        for partition in partitions:
            if (offset := self._undelivered.get(partition)) is not None:
                self._consumer.seek(partition, offset)
        self._undelivered.clear()
        # Read in the loop, not here: kafka-python keeps to itself what a listener raises.
        self._unread.update(partitions)
        fresh = [one for one in partitions if one not in self._rewound]
        if self._rewind and fresh:
            self._consumer.seek_to_beginning(*fresh)
            self._rewound.update(fresh)

    def revoked(self, partitions: list[TopicPartition]) -> None:
        """Drop what is known of partitions that were taken away."""
        for partition in partitions:
            self._unread.discard(partition)
            self._notifications.forget(partition.partition)
            if self._caller is not None:
                self._caller.forget(partition.partition)
            lane = self._lanes.pop(partition, None)
            if lane and lane.records:
                self._undelivered[partition] = int(lane.records[0].offset)
            self._report.lag(partition.topic, partition.partition, None)

    def _fetch(self) -> None:
        now = self._clock_s()
        if not self._consumer.assignment():
            # A poll that ends while the group is being joined makes kafka-python join once more.
            wait_ms = JOIN_MS
        elif any(lane.records and self._due_s(lane) <= now for lane in self._lanes.values()):
            wait_ms = 0
        else:
            wait_ms = self._poll_ms
        for partition, batch in patient_poll(self._consumer, wait_ms / 1000).items():
            self._lanes.setdefault(partition, PartitionLane()).records.extend(batch)
            self._report.received(len(batch))

    def _deliver_first(self, partition: TopicPartition) -> None:
        lane = self._lanes[partition]
        if not lane.records or self._due_s(lane) > self._clock_s():
            return
        if partition in self._unread and not self._read_log(partition):
            return
        record = lane.records[0]
        if self._handle(partition, lane, record):
            lane.next()
            self._commit(partition, record.offset + 1)

    def _begin_calls(self, assigned: Iterable[TopicPartition]) -> None:
        """Learn of a partition in which nothing new has come: calls may be due all the same.

        One a turn, so that many of them do not keep us from polling in time.
        """
        unread = next((one for one in assigned if one in self._unread), None)
        if unread is not None:
            self._read_log(unread)

    def _is_idle(self, number: int) -> bool:
        """Whether a partition is ours, known, and has no record that waits."""
        partition = TopicPartition(self._topic, number)
        lane = self._lanes.get(partition)
        ours = partition in self._consumer.assignment() and partition not in self._unread
        return ours and not (lane and lane.records)

    def _read_log(self, partition: TopicPartition) -> bool:
        """Learn what was delivered of a partition; False where Kafka does not tell it now."""
        try:
            self._notifications.read(partition.partition)
            if self._caller is not None:
                self._caller.read(partition.partition, self._reached(partition))
        except KafkaError as error:
            if not error.retriable:
                raise
            log.warning("what was delivered of %s is not known yet: %r", partition, error)
            self._report.errored("notification_log")
            return False
        self._unread.discard(partition)
        return True

    def _due_s(self, lane: PartitionLane) -> float:
        return max(lane.due_s, self._asked_until_s)

    def _handle(self, partition: TopicPartition, lane: PartitionLane, record: Any) -> bool:  # noqa: ANN401 - kafka-python is untyped
        """Return whether the record is done with, one way or another."""
        origin = f"{partition.topic}[{partition.partition}]@{record.offset}"
        raw = record.value or b""
        written_s = max(0, record.timestamp) / 1000
        transition = self._to_tell(lane, origin, raw, written_s)
        if transition is None:
            return True
        try:
            sent_at = datetime.fromtimestamp(written_s, UTC)
            with self._tracing.begin(
                "deliver",
                came=record.headers,
                receiver=self._sink,
                brand=transition.brand,
                incident=transition.incident,
                seq=transition.seq,
            ) as span:
                outcome = self._deliver(transition, sent_at, partition.partition)
        except RestatingError as error:
            self._leave(transition, error.cause)
        except SinkError as error:
            if not isinstance(error, RejectedError) and self._put_off(
                lane, origin, transition, error
            ):
                return False
            self._report.errored(error.code)
            self._give_up(origin, raw, transition, f"{self._sink}: {error}")
        except PlainlyError as error:
            log.exception("%s was told in one line only", _name(transition))
            self._set_aside(origin, raw, "undeliverable", f"told in one line: {error}")
            self._report.delivered(error.outcome, transition, span.exemplar)
        except KafkaError:
            raise
        except Exception as error:
            log.exception("%s cannot be delivered", _name(transition))
            self._give_up(origin, raw, transition, fault(error))
        else:
            if outcome in {"posted", "updated"}:
                self._took_s = self._clock_s()
            self._report.delivered(outcome, transition, span.exemplar)
        return True

    def _to_tell(
        self, lane: PartitionLane, origin: str, raw: bytes, written_s: float
    ) -> Transition | None:
        """Return what the record tells; None where there is nothing to tell of it, or no longer."""
        if not raw:
            log.warning("%s is an empty record (a tombstone), and is passed over", origin)
            self._report.dropped("tombstone")
            return None
        try:
            transition = _decode(raw)
        except UnreadableError as error:
            log.error("%s cannot be read and is set aside: %s", origin, error)  # noqa: TRY400 - says all
            self._set_aside(origin, raw, error.reason, error.detail)
            return None
        if written_s < self._oldest_s:
            log.warning("%s is stale: %s does not ring", origin, _name(transition))
            self._report.dropped("stale")
            return None
        if transition.refreshed and _is_overtaken(lane, transition):
            self._report.dropped("overtaken")
            return None
        return transition

    def _leave(self, transition: Transition, error: SinkError) -> None:
        """Leave figures as they stand: newer ones come by themselves, and nothing waits here."""
        self._report.errored(error.code)
        if isinstance(error, RetryableError) and error.everywhere:
            wait_s = _wait_s(error, 1)
            self._asked_until_s = max(self._asked_until_s, self._clock_s() + wait_s)
        log.warning("the figures of %s stay as they were: %s", _name(transition), error)

    def _put_off(
        self, lane: PartitionLane, origin: str, transition: Transition, error: SinkError
    ) -> bool:
        """Have the first record tried again later; False where waiting on would help nobody."""
        now = self._clock_s()
        if lane.attempts == 0:
            lane.since_s = now
        lane.attempts += 1
        self._report.retried(error)
        if now - lane.since_s > ELSEWHERE_AFTER_S:
            self._tell_elsewhere(lane, transition, error)
        takes_others = self._took_s >= lane.since_s
        overdue = now - lane.since_s > (PATIENCE_S if takes_others else LONGEST_PATIENCE_S)
        alone = not isinstance(error, UnauthorizedError | UnwrittenError)
        if overdue and alone and self._sink_is_there():
            return False
        wait_s = _wait_s(error, lane.attempts)
        lane.due_s = now + wait_s
        if isinstance(error, RetryableError) and error.everywhere:
            self._asked_until_s = max(self._asked_until_s, lane.due_s)
        log.warning(
            "%s waits %.0f s, attempt %s: %s: %s",
            origin,
            wait_s,
            lane.attempts,
            self._sink,
            error,
        )
        return True

    def _tell_elsewhere(
        self, lane: PartitionLane, transition: Transition, error: SinkError
    ) -> None:
        if not lane.told_elsewhere:
            lane.told_elsewhere = True
            self._elsewhere(transition, error.code)

    def _sink_is_there(self) -> bool:
        try:
            return self._answers()
        except SinkError:
            return False

    def _give_up(self, origin: str, raw: bytes, transition: Transition, detail: str) -> None:
        log.error("%s reaches nobody: %s; shown here instead", _name(transition), detail)
        try:
            self._last_resort(transition)
        except Exception:
            log.exception("%s cannot be shown here either", _name(transition))
        self._set_aside(origin, raw, "undeliverable", detail)

    def _set_aside(self, origin: str, raw: bytes, reason: DeadReason, detail: str) -> None:
        self._report.errored(reason)
        self._dead(
            DeadLetter.of(
                raw,
                at=datetime.fromtimestamp(self._now(), UTC),
                origin=origin,
                reason=reason,
                detail=detail,
            )
        )

    def _reached(self, partition: TopicPartition) -> int:
        """Offset of the first record that is not done with."""
        lane = self._lanes.get(partition)
        if lane and lane.records:
            return int(lane.records[0].offset)
        return int(self._consumer.position(partition))

    def _state_lag(self, partition: TopicPartition) -> None:
        end = self._consumer.highwater(partition)
        if end is not None:
            left = max(0, end - self._reached(partition))
            self._report.lag(partition.topic, partition.partition, left)

    def _commit(self, partition: TopicPartition, offset: int) -> None:
        try:
            self._consumer.commit({partition: OffsetAndMetadata(offset, "", -1)})
        except KafkaError as error:
            # The next commit covers this one. If none comes, the record is delivered a second
            # time, and recognised as a second copy.
            log.warning("offset %s of %s is not committed: %r", offset, partition, error)
            self._report.errored("commit")


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python is untyped
    def __init__(
        self,
        assigned: Callable[[list[TopicPartition]], None],
        revoked: Callable[[list[TopicPartition]], None],
    ) -> None:
        self._assigned = assigned
        self._revoked = revoked

    def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:
        self._revoked(list(revoked))

    def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        self._assigned(list(assigned))


def _is_overtaken(lane: PartitionLane, transition: Transition) -> bool:
    """Whether figures that were only stated anew are followed by newer ones that wait already."""
    key = transition.brand.encode()
    for record in islice(lane.records, 1, None):
        if record.key != key:
            continue
        try:
            later = _decode(record.value or b"")
        except UnreadableError:
            continue
        if later.incident == transition.incident and later.seq > transition.seq:
            return True
    return False


def _name(transition: Transition) -> str:
    """Name an incident in a log, whatever its id is made of."""
    return f"incident {outside(transition.incident, 80)} of brand {outside(transition.brand, 80)}"


def _wait_s(error: SinkError, attempts: int) -> float:
    """Seconds until the next attempt: what the sink asks for, else 1 s doubling to a minute."""
    if isinstance(error, UnauthorizedError):
        return LONGEST_RETRY_S
    if isinstance(error, RetryableError) and error.after_s > 0:
        return min(error.after_s, LONGEST_ASKED_S)
    return min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(attempts - 1, 10))
