"""From tocsin.incidents to a sink: nothing is committed before it is delivered.

One loop, no threads. A record that cannot be delivered now is put back (its partition is rewound
and paused until a retry is due) while the other partitions go on; so order within a brand holds,
the group membership is kept alive by polling, and one bad place holds back nobody else for long.
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

POLL_MS = 500
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
LONGEST_PATIENCE_ASKED_S = 900.0
PATIENCE_S = 900.0

log = logging.getLogger(__name__)
_decode = Decoder(Transition).decode

Deliver = Callable[[Transition, datetime], Outcome]


class Waiting(Struct):
    """A partition whose next record could not be delivered yet."""

    offset: int
    since_s: float
    attempts: int
    due_s: float


class IncidentConsumer:
    """Hand every transition to ``deliver``, in order per partition, at least once.

    Args:
        consumer: a ``KafkaConsumer`` with a group, without automatic commits, not yet subscribed.
        deliver: returns when the sink has the transition; raises a ``SlackError`` otherwise.
        last_resort: shows a transition that no channel takes, so that it is not lost in silence.
        slack_answers: tells an outage of Slack (wait as long as it takes) from a message that
            alone fails (after ``PATIENCE_S`` it goes to the last resort).
        dead: takes what could not be read.
        report: is told what happens, for metrics and health.
        now: seconds since the epoch.
        oldest_s: records written before are stale and dropped.
        from_beginning: read all of the topic again, whatever was committed.
    """

    def __init__(
        self,
        consumer: KafkaConsumer,
        *,
        deliver: Deliver,
        last_resort: Callable[[Transition], None],
        slack_answers: Callable[[], bool],
        dead: Callable[[DeadLetter], None],
        report: Report,
        now: Callable[[], float],
        oldest_s: float = 0.0,
        from_beginning: bool = False,
    ) -> None:
        self._consumer = consumer
        self._deliver = deliver
        self._last_resort = last_resort
        self._slack_answers = slack_answers
        self._dead = dead
        self._report = report
        self._now = now
        self._oldest_s = oldest_s
        self._waiting: dict[TopicPartition, Waiting] = {}
        self._rewind = from_beginning
        consumer.subscribe([INCIDENTS.name], listener=_Rebalance(self))

    def run(self, stop: Event, *, once: bool = False) -> None:
        """Consume until ``stop`` is set; with ``once``, until all that is there now is delivered.

        The caller closes the consumer.
        """
        ends: Mapping[TopicPartition, int] | None = None
        while not stop.is_set():
            records = self._consumer.poll(timeout_ms=POLL_MS)
            self._report.alive(waiting=bool(self._waiting))
            for partition, batch in records.items():
                self._take(partition, batch, stop)
            self._resume_due()
            if once and self._consumer.assignment():
                if ends is None:
                    ends = self._consumer.end_offsets(list(self._consumer.assignment()))
                if all(self._consumer.position(p) >= end for p, end in ends.items()):
                    return

    def forget(self, partitions: list[TopicPartition]) -> None:
        """Drop what is known of partitions that were taken away."""
        for partition in partitions:
            self._waiting.pop(partition, None)

    def assigned(self, partitions: list[TopicPartition]) -> None:
        """Begin on partitions that were given."""
        if self._rewind and partitions:
            self._consumer.seek_to_beginning(*partitions)

    def _take(self, partition: TopicPartition, batch: list[Any], stop: Event) -> None:
        for record in batch:
            if stop.is_set() or not self._handle(partition, record):
                self._consumer.seek(partition, record.offset)
                return
            self._commit(partition, record.offset + 1)

    def _handle(self, partition: TopicPartition, record: Any) -> bool:  # noqa: ANN401 - kafka-python's record is untyped
        """Return whether the record is done with, one way or another."""
        origin = f"{partition.topic}[{partition.partition}]@{record.offset}"
        waiting = self._waiting.get(partition)
        if waiting is None or waiting.offset != record.offset:
            self._report.received()
        raw = record.value or b""
        try:
            transition = _decode(raw)
        except UnreadableError as error:
            log.error("%s cannot be read: %s", origin, error)  # noqa: TRY400 - the reason says it all
            self._report.errored(error.reason)
            self._dead(_dead_letter(origin, raw, error, datetime.fromtimestamp(self._now(), UTC)))
            return True
        if record.timestamp / 1000 < self._oldest_s:
            log.warning("%s is stale: incident %s does not ring", origin, transition.incident)
            self._report.dropped("stale")
            return True
        sent_at = datetime.fromtimestamp(max(0, record.timestamp) / 1000, UTC)
        try:
            outcome = self._deliver(transition, sent_at)
        except PlaceError as error:
            self._give_up(transition, error)
        except SlackError as error:
            if not self._lost_patience(partition, record.offset, error):
                return False
            self._give_up(transition, error)
        else:
            self._report.delivered(outcome, transition)
        self._waiting.pop(partition, None)
        return True

    def _give_up(self, transition: Transition, error: SlackError) -> None:
        log.error(
            "no Slack channel takes incident %s of brand %s (%s): shown here instead",
            transition.incident,
            transition.brand,
            error,
        )
        self._report.errored(error.code)
        self._last_resort(transition)

    def _lost_patience(self, partition: TopicPartition, offset: int, error: SlackError) -> bool:
        """Put the record back for later; True when waiting longer would hold others for nothing."""
        now = self._now()
        waiting = self._waiting.get(partition)
        if waiting is None or waiting.offset != offset:
            waiting = self._waiting[partition] = Waiting(offset, now, 0, now)
        waiting.attempts += 1
        self._report.retried(error.code)
        if isinstance(error, AccountError):
            self._report.account_refused(str(error))
            wait_s = LONGEST_RETRY_S
        else:
            wait_s = _backoff_s(waiting.attempts, error)
            if now - waiting.since_s > PATIENCE_S and self._slack_is_there():
                return True
        waiting.due_s = now + wait_s
        log.warning(
            "%s@%s: Slack: %s; attempt %s, next in %.0f s",
            partition.partition,
            offset,
            error,
            waiting.attempts,
            wait_s,
        )
        self._consumer.pause(partition)
        return False

    def _slack_is_there(self) -> bool:
        try:
            return self._slack_answers()
        except SlackError:
            return False

    def _resume_due(self) -> None:
        for partition, waiting in self._waiting.items():
            if self._now() >= waiting.due_s and partition in self._consumer.paused():
                self._consumer.resume(partition)

    def _commit(self, partition: TopicPartition, offset: int) -> None:
        try:
            self._consumer.commit({partition: OffsetAndMetadata(offset, "", -1)})
        except KafkaError as error:
            # The next commit covers this one; if none comes, the record is delivered a second time
            # and recognised as such.
            log.warning("offset %s of %s is not committed: %r", offset, partition, error)
            self._report.errored("commit")


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells the consumer what it was given and what it lost."""

    def __init__(self, owner: IncidentConsumer) -> None:
        self._owner = owner

    def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:
        self._owner.forget(list(revoked))

    def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        self._owner.assigned(list(assigned))


def _backoff_s(attempts: int, error: SlackError) -> float:
    asked_s = error.after_s if isinstance(error, TryLaterError) else 0.0
    own_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(attempts - 1, 10))
    return max(own_s if asked_s == 0 else 0.0, min(asked_s, LONGEST_PATIENCE_ASKED_S))


def _dead_letter(origin: str, raw: bytes, error: UnreadableError, at: datetime) -> DeadLetter:
    return DeadLetter(
        at=at,
        origin=origin,
        reason=error.reason,
        detail=error.detail,
        payload=raw[:PAYLOAD_LIMIT_BYTES],
        payload_bytes=len(raw),
    )
