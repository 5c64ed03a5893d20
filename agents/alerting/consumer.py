"""From tocsin.incidents to a sink: nothing is committed before it is delivered.

One loop, no threads. A record that cannot be delivered now is put back: its partition is rewound
and paused until a retry is due, while the other partitions go on. So order within a brand holds,
polling keeps the group membership alive, and one bad place holds back nobody else for long.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Event
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata
from msgspec import Struct

from agents.alerting.errors import AccountError, PlaceError, SlackError, TryLaterError
from agents.alerting.report import Report
from agents.alerting.sink import Outcome
from schemas.codec import Decoder, UnreadableError
from schemas.dead_letter import PAYLOAD_LIMIT_BYTES, DeadLetter
from schemas.incident import Transition
from schemas.topics import INCIDENTS

API_VERSION = (2, 1)
"""Spoken with every broker: Kafka 2.1 to 4 know it, and so does the embedded one."""

JOIN_MS = 5_000
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
LONGEST_ASKED_S = 900.0
PATIENCE_S = 900.0

Deliver = Callable[[Transition, datetime], Outcome]

log = logging.getLogger(__name__)
_decode = Decoder(Transition).decode


class NoTopicError(Exception):
    """The topic does not exist."""


class Waiting(Struct):
    """A partition whose next record could not be delivered yet. Times in seconds of ``now``."""

    offset: int
    since_s: float
    due_s: float
    attempts: int = 0


def connect(
    bootstrap: str,
    group: str,
    *,
    api_version: tuple[int, ...] = API_VERSION,
) -> Any:  # noqa: ANN401 - kafka-python is untyped
    """Make the consumer: a new group begins at the oldest record; nothing commits by itself."""
    return KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        group_id=group,
        client_id=group,
        api_version=api_version,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
        max_poll_records=20,
        metadata_max_age_ms=30_000,
        reconnect_backoff_max_ms=2_000,
        metrics_enabled=False,
    )


class IncidentConsumer:
    """Hands every transition to ``deliver``, in order per partition, at least once.

    Args:
        consumer: from ``connect``, not yet subscribed. The caller closes it.
        deliver: returns when the sink has the transition; raises a ``SlackError`` otherwise.
        last_resort: shows a transition that no channel takes, so that it is not lost in silence.
        slack_answers: tells an outage of Slack (wait as long as it takes) from a message that
            alone fails (after ``PATIENCE_S`` it goes to the last resort).
        dead: takes what could not be read.
        report: is told what happens, for metrics and health.
        now: seconds since the epoch.
        oldest_s: records written before then are stale and dropped.
        from_beginning: read the whole topic again, whatever was committed.
        poll_s: how long to wait for records before looking at due retries and at ``stop``.
        topic: of transitions.

    Raises:
        NoTopicError: it does not exist.
    """

    def __init__(
        self,
        consumer: KafkaConsumer,
        *,
        deliver: Deliver,
        last_resort: Callable[[Transition], object],
        slack_answers: Callable[[], bool],
        dead: Callable[[DeadLetter], None],
        report: Report,
        now: Callable[[], float],
        oldest_s: float = 0.0,
        from_beginning: bool = False,
        poll_s: float = 0.5,
        topic: str = INCIDENTS.name,
    ) -> None:
        self._consumer = consumer
        self._poll_ms = round(poll_s * 1000)
        self._deliver = deliver
        self._last_resort = last_resort
        self._slack_answers = slack_answers
        self._dead = dead
        self._report = report
        self._now = now
        self._oldest_s = oldest_s
        self._rewind = from_beginning
        self._waiting: dict[TopicPartition, Waiting] = {}
        consumer.subscribe([topic], listener=_Rebalance(self.assigned, self.revoked))
        # Metadata must be there before the group is joined: kafka-python would join once more when
        # it comes, or be left with nothing until its next refresh.
        if topic not in consumer.topics():
            raise NoTopicError(f"there is no topic {topic}: make it with tocsin topics")

    def run(self, stop: Event, *, once: bool = False) -> None:
        """Consume until ``stop`` is set; with ``once``, until all there is now is done with."""
        ends: Mapping[TopicPartition, int] | None = None
        while not stop.is_set():
            # A poll that ends while the group is being joined makes kafka-python join once more.
            wait_ms = self._poll_ms if self._consumer.assignment() else JOIN_MS
            for partition, batch in self._consumer.poll(timeout_ms=wait_ms).items():
                self._take(partition, batch, stop)
            self._resume_due()
            self._report.polled(waiting=bool(self._waiting))
            assigned = self._consumer.assignment()
            for partition in assigned:
                self._state_lag(partition)
            if once and assigned:
                ends = ends or self._consumer.end_offsets(list(assigned))
                mine = [one for one in ends if one in assigned]
                if all(self._consumer.position(one) >= ends[one] for one in mine):
                    return

    def assigned(self, partitions: list[TopicPartition]) -> None:
        """Begin on partitions that were given."""
        if self._rewind and partitions:
            self._consumer.seek_to_beginning(*partitions)

    def revoked(self, partitions: list[TopicPartition]) -> None:
        """Drop what is known of partitions that were taken away."""
        for partition in partitions:
            self._waiting.pop(partition, None)
            self._report.lag(partition.topic, partition.partition, None)

    def _take(self, partition: TopicPartition, batch: list[Any], stop: Event) -> None:
        for record in batch:
            if stop.is_set() or not self._handle(partition, record):
                self._consumer.seek(partition, record.offset)
                return
            self._waiting.pop(partition, None)
            self._commit(partition, record.offset + 1)

    def _handle(self, partition: TopicPartition, record: Any) -> bool:  # noqa: ANN401 - kafka-python is untyped
        """Return whether the record is done with, one way or another."""
        if partition not in self._waiting:
            self._report.received()
        origin = f"{partition.topic}[{partition.partition}]@{record.offset}"
        written_s = max(0, record.timestamp) / 1000
        try:
            transition = _decode(record.value or b"")
        except UnreadableError as error:
            self._set_aside(origin, record.value or b"", error)
            return True
        if written_s < self._oldest_s:
            log.warning("%s is stale: incident %s does not ring", origin, transition.incident)
            self._report.dropped("stale")
            return True
        try:
            outcome = self._deliver(transition, datetime.fromtimestamp(written_s, UTC))
        except SlackError as error:
            if not isinstance(error, PlaceError) and self._put_back(partition, record, error):
                return False
            self._give_up(transition, error)
        else:
            self._report.delivered(outcome, transition)
        return True

    def _put_back(self, partition: TopicPartition, record: Any, error: SlackError) -> bool:  # noqa: ANN401 - kafka-python is untyped
        """Have the record read again later; False where waiting on would help nobody."""
        now = self._now()
        waiting = self._waiting.setdefault(partition, Waiting(record.offset, now, now))
        waiting.attempts += 1
        self._report.retried(error)
        overdue = now - waiting.since_s > PATIENCE_S
        if overdue and not isinstance(error, AccountError) and self._slack_is_there():
            return False
        wait_s = _wait_s(error, waiting.attempts)
        waiting.due_s = now + wait_s
        self._consumer.pause(partition)
        log.warning(
            "%s[%s]@%s waits %.0f s, attempt %s: Slack: %s",
            partition.topic,
            partition.partition,
            record.offset,
            wait_s,
            waiting.attempts,
            error,
        )
        return True

    def _slack_is_there(self) -> bool:
        try:
            return self._slack_answers()
        except SlackError:
            return False

    def _give_up(self, transition: Transition, error: SlackError) -> None:
        log.error(
            "no Slack channel takes incident %s of brand %s: %s; shown on the console instead",
            transition.incident,
            transition.brand,
            error,
        )
        self._report.errored(error.code)
        self._last_resort(transition)

    def _set_aside(self, origin: str, raw: bytes, error: UnreadableError) -> None:
        log.error("%s cannot be read and is set aside: %s", origin, error)
        self._report.errored(error.reason)
        self._dead(
            DeadLetter(
                at=datetime.fromtimestamp(self._now(), UTC),
                origin=origin,
                reason=error.reason,
                detail=error.detail,
                payload=raw[:PAYLOAD_LIMIT_BYTES],
                payload_bytes=len(raw),
            )
        )

    def _resume_due(self) -> None:
        now = self._now()
        due = {one for one, waiting in self._waiting.items() if now >= waiting.due_s}
        if due := due & self._consumer.paused():
            self._consumer.resume(*due)

    def _state_lag(self, partition: TopicPartition) -> None:
        end = self._consumer.highwater(partition)
        if end is not None:
            left = max(0, end - self._consumer.position(partition))
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


def _wait_s(error: SlackError, attempts: int) -> float:
    """Seconds until the next attempt: what Slack asks for, else doubling from 1 s to a minute."""
    if isinstance(error, AccountError):
        return LONGEST_RETRY_S
    if isinstance(error, TryLaterError) and error.after_s > 0:
        return min(error.after_s, LONGEST_ASKED_S)
    return min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(attempts - 1, 10))
