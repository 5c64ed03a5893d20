"""Carries records from the outbox to Kafka, in order, and tells the outbox what arrived.

Delivery rests on kafka-python's idempotent producer: it keeps one request per partition in flight
and repeats it in place, so records of one partition arrive in the order in which they were read.
It never gives a record up (no delivery timeout): while Kafka is away the records wait, in the
outbox beyond ``window_bytes``. An error that retrying cannot heal (a refused topic, a broker that
lost its log) stops the sender at once, before anything behind it can overtake, and is raised
where the next record is handed in; what is unacknowledged is sent again by the next run.
"""

import logging
from collections import deque
from collections.abc import Callable
from threading import Condition, Event, Thread
from time import monotonic
from typing import Any

from kafka.errors import KafkaTimeoutError

from agents.ingest.outbox.outbox import Outbox, OutboxRecord
from agents.kafka.metadata import faults_of
from pipeline.tracing import OFF, Span, Tracing

Producer = Any
"""A producer of kafka-python, which is untyped."""

log = logging.getLogger(__name__)

_AWAY_AFTER_S = 5.0


class DeliveryError(RuntimeError):
    """Kafka refused a record for good, or its topics are not as they must be."""


class _InFlight:
    """A record that was sent: the position behind it, and whether Kafka has it."""

    __slots__ = ("arrived", "end", "size_bytes", "span")

    def __init__(self, end: int, size_bytes: int, span: Span) -> None:
        self.span = span
        self.end = end
        self.size_bytes = size_bytes
        self.arrived = False


class KafkaSender(Thread):
    """A thread between an ``Outbox`` and Kafka.

    ``topic_prefix``: how the names of topics begin on this cluster; the outbox does not hold it.
    ``topics`` must have ``partitions`` partitions, else heartbeats would miss some of them.
    ``delivered`` is called with every record that Kafka has acknowledged, from Kafka's own thread,
    and ``dated`` with the time, in seconds since the epoch, under which Kafka keeps it.
    ``tracing``: see ``pipeline.tracing``.
    """

    def __init__(
        self,
        outbox: Outbox,
        make_producer: Callable[[], Producer],
        *,
        topics: tuple[str, ...],
        topic_prefix: str = "",
        partitions: int,
        delivered: Callable[[OutboxRecord], None],
        dated: Callable[[OutboxRecord, float], object] = lambda _record, _at_s: None,
        window_bytes: int = 8_000_000,
        tracing: Tracing = OFF,
    ) -> None:
        self._tracing = tracing
        super().__init__(name="kafka-sender", daemon=True)
        self.error: DeliveryError | None = None
        self._outbox = outbox
        self._make_producer = make_producer
        self._topics = tuple(f"{topic_prefix}{topic}" for topic in topics)
        self._topic_prefix = topic_prefix
        self._partitions = partitions
        self._delivered = delivered
        self._dated = dated
        self._window_bytes = window_bytes
        self._halt = Event()
        self._changed = Condition()
        # In the order of the outbox.
        self._in_flight: deque[_InFlight] = deque()
        self._in_flight_bytes = 0
        self._heard_s = monotonic()
        self._told = False

    def run(self) -> None:
        """Carry until halted or refused."""
        try:
            producer = self._make_producer()
        except Exception as error:  # noqa: BLE001 - raised in the thread that hands in records
            self.error = DeliveryError(f"no Kafka client: {type(error).__name__}: {error}")
            return
        try:
            if self._wait_for_topics(producer):
                self._carry(producer)
        except DeliveryError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - as above
            self.error = DeliveryError(f"{type(error).__name__}: {error}")
        finally:
            _close(producer, clean=not self._in_flight)

    def halt(self) -> None:
        """Stop carrying; what is on its way may or may not arrive."""
        self._halt.set()
        with self._changed:
            self._changed.notify_all()

    def _wait_for_topics(self, producer: Producer) -> bool:
        """Wait until Kafka has told of each topic; False if halted before."""
        found: dict[str, int | None] = {}
        for topic in self._topics:
            count = self._wait_for_topic(producer, topic)
            if count is None:
                return False
            found[topic] = count
        if faults := faults_of(found, self._partitions):
            raise DeliveryError("\n".join(faults))
        return True

    def _wait_for_topic(self, producer: Producer, topic: str) -> int | None:
        """Wait until Kafka answers, and return the topic's partitions; None if halted before."""
        told = False
        while not self._halt.is_set():
            try:
                found = producer.partitions_for(topic)
            except KafkaTimeoutError:
                if not told:
                    log.warning("Kafka does not answer, or has no topic %s yet", topic)
                    told = True
                continue
            return len(found)
        return None

    def _carry(self, producer: Producer) -> None:
        position = self._outbox.acknowledged
        while self._wait_for_room():
            found = self._outbox.read(position, 0.2)
            if found is None:
                continue
            record, position = found
            span = self._tracing.begin(
                "publish", topic=record.topic, mentions=record.mentions, bytes=len(record.value)
            )
            entry = _InFlight(position, len(record.value), span)
            with self._changed:
                if not self._in_flight:
                    self._heard_s = monotonic()
                self._in_flight.append(entry)
                self._in_flight_bytes += entry.size_bytes
            self._send(producer, record, entry)

    def _send(self, producer: Producer, record: OutboxRecord, entry: _InFlight) -> None:
        while not self._halt.is_set():
            try:
                future = producer.send(
                    f"{self._topic_prefix}{record.topic}",
                    record.value,
                    key=record.key,
                    partition=record.partition,
                    headers=entry.span.headers,
                )
            except KafkaTimeoutError:
                continue  # the topic is unknown for a moment while a broker starts
            future.add_callback(self._arrived, entry, record)
            future.add_errback(self._refused, producer, record)
            return

    def _wait_for_room(self) -> bool:
        """Wait until less than the window is on its way; False when it is time to stop."""
        with self._changed:
            while not self._halt.is_set() and self.error is None:
                self._tell_if_away()
                if self._in_flight_bytes < self._window_bytes:
                    return True
                self._changed.wait(0.5)
        return False

    def _tell_if_away(self) -> None:
        silent_s = monotonic() - self._heard_s
        if self._in_flight and silent_s > _AWAY_AFTER_S and not self._told:
            self._told = True
            log.warning(
                "Kafka has not answered for %.0f s; %d bytes wait",
                silent_s,
                self._outbox.waiting_bytes,
            )

    def _arrived(
        self,
        entry: _InFlight,
        record: OutboxRecord,
        metadata: Any,  # noqa: ANN401 - kafka-python is untyped
    ) -> None:
        entry.span.end()
        with self._changed:
            entry.arrived = True
            self._in_flight_bytes -= entry.size_bytes
            position = None
            while self._in_flight and self._in_flight[0].arrived:
                position = self._in_flight.popleft().end
            if position is not None:
                self._acknowledge(position)
            self._heard_s = monotonic()
            if self._told:
                self._told = False
                log.warning("Kafka answers again; %d bytes wait", self._outbox.waiting_bytes)
            self._changed.notify_all()
        if metadata is not None and metadata.timestamp >= 0:
            self._dated(record, metadata.timestamp / 1000)
        self._delivered(record)

    def _acknowledge(self, position: int) -> None:
        try:
            self._outbox.acknowledge(position)
        except OSError as error:
            # Kafka's thread, where this is called, would swallow it.
            self.error = self.error or DeliveryError(f"the outbox cannot be written: {error}")

    def _refused(self, producer: Producer, record: OutboxRecord, error: Exception) -> None:
        # Runs in the producer's own thread, which ends before it sends anything else.
        _abandon(producer)
        if not self._halt.is_set() and self.error is None:
            self.error = DeliveryError(
                f"Kafka refused a record for {record.topic} of {len(record.value)} bytes: "
                f"{type(error).__name__}: {error}"
            )
        with self._changed:
            self._changed.notify_all()


def _close(producer: Producer, *, clean: bool) -> None:
    if clean:
        producer.close(timeout=5)
    else:
        _abandon(producer)


def _abandon(producer: Producer) -> None:
    """Close without waiting. ``KafkaProducer.close`` raises while records are unsent."""
    producer._unregister_cleanup()  # noqa: SLF001 - no public way
    producer._sender.force_close()  # noqa: SLF001
    producer._closed = True  # noqa: SLF001
