"""The notification log: what each sink was told last of each incident.

``MemoryLog`` forgets with the process. ``TopicLog`` keeps it on ``tocsin.notifications`` as well:
each record is written after the sink has accepted, and before the offset of the transition is
committed, into the partition of the transition. So whoever is given the partition next reads
there what was delivered (docs/adr/0021-notifications.md).
"""

import logging
from collections import OrderedDict
from contextlib import closing
from typing import Any, Final, NamedTuple, Protocol

from kafka.errors import KafkaTimeoutError
from msgspec import Struct

from agents.alerting.sinks.base import RetryableError
from agents.kafka.clients import KafkaClients
from agents.kafka.topic_reader import Read
from schemas.codec import Decoder, UnreadableError, encode
from schemas.notification import Notification
from schemas.topics import NOTIFICATIONS

_OVER: Final = frozenset({"resolved", "dismissed"})
REMEMBERED: Final = 10_000
"""Incidents of a sink, over all partitions; the one that was told longest ago is dropped first."""
WRITE_S: Final = 10.0
READ_S: Final = 30.0

log = logging.getLogger(__name__)


class LastTold(NamedTuple):
    """What a sink was told last. ``sure``: by this process, and nothing went wrong since."""

    last: Notification
    sure: bool


class UnwrittenError(RetryableError):
    """The sink has accepted a notice and Kafka did not take its record yet."""


class NotificationLog(Protocol):
    """What one sink was told last of each incident of the partitions that are ours."""

    def read(self, partition: int) -> None:
        """Learn what was delivered of a partition that was given to us.

        Raises:
            KafkaError: it cannot be read now.
        """
        ...

    def forget(self, partition: int) -> None:
        """Drop what is known of a partition that was taken away."""
        ...

    def of(self, incident: str) -> LastTold | None:
        """Return what was told last of an incident; None where nothing is known."""
        ...

    def doubt(self, incident: str) -> None:
        """Note that what the channel shows of an incident is no longer certain."""
        ...

    def keep(self, partition: int, delivered: Notification) -> None:
        """Note what was delivered; when this returns, it is kept.

        Raises:
            UnwrittenError: Kafka has not taken it yet; ``settle`` goes on waiting for it.
        """
        ...

    def settle(self, incident: str) -> None:
        """Return when what was noted of an incident is kept; raises ``UnwrittenError``."""
        ...


class MemoryLog:
    """A log that ends with the process, for sinks whose channel keeps nothing."""

    def __init__(self) -> None:
        self._standing: OrderedDict[str, LastTold] = OrderedDict()
        self._partitions: dict[str, int] = {}

    def read(self, partition: int) -> None:
        """Nothing is kept that could be read."""

    def forget(self, partition: int) -> None:
        """Nothing: no other process can have delivered meanwhile what only this one shows."""

    def of(self, incident: str) -> LastTold | None:
        """Return what was told last of an incident; None where nothing is known."""
        return self._standing.get(incident)

    def doubt(self, incident: str) -> None:
        """Note that what the channel shows of an incident is no longer certain."""
        if (known := self._standing.get(incident)) is not None:
            self._standing[incident] = known._replace(sure=False)

    def keep(self, partition: int, delivered: Notification) -> None:
        """Note what was delivered."""
        self._note(partition, LastTold(delivered, sure=True))

    def under_way(self) -> set[str]:
        """Return the brands of which something goes on, as far as was told; for any thread."""
        told = [one.last for one in self._standing.copy().values()]
        return {last.brand for last in told if last.told.state not in _OVER}

    def settle(self, incident: str) -> None:
        """Nothing is written that could be waited for."""

    def _note(self, partition: int, standing: LastTold) -> None:
        incident = standing.last.incident
        self._standing[incident] = standing
        self._standing.move_to_end(incident)
        self._partitions[incident] = partition
        if len(self._standing) > REMEMBERED:
            oldest, _ = self._standing.popitem(last=False)
            del self._partitions[oldest]

    def _drop(self, partition: int) -> None:
        for incident in [one for one, where in self._partitions.items() if where == partition]:
            del self._standing[incident]
            del self._partitions[incident]


class _Unwritten(Struct):
    """What is not known to be with Kafka. ``sent``: the producer's promise, once it has it."""

    partition: int
    delivered: Notification
    sent: Any = None


class TopicLog(MemoryLog):
    """A log that outlives the process, of one sink.

    Args:
        kafka: makes its clients.
        sink: the sink's name; records of others are passed over.
        topic: compacted, with as many partitions as the topic of incidents.
        write_s: how long to wait for Kafka to take a record before ``UnwrittenError`` is raised.
    """

    def __init__(
        self,
        kafka: KafkaClients,
        sink: str,
        *,
        topic: str = NOTIFICATIONS.name,
        write_s: float = WRITE_S,
    ) -> None:
        super().__init__()
        self._kafka = kafka
        self._prefix = f"{sink}/"
        self._topic = topic
        self._write_s = write_s
        self._decode = Decoder(Notification).decode
        self._producer: Any = None
        self._unwritten: dict[str, _Unwritten] = {}

    def read(self, partition: int) -> None:
        """Read the partition from its beginning to where it ends now."""
        self._drop(partition)
        reader = self._kafka.reader(
            "tocsin-alert-notifications", [self._topic], partition=partition
        )
        with closing(reader):
            for record in reader.there_now(patience_s=READ_S):
                self._take(record)

    def forget(self, partition: int) -> None:
        """Drop what is known of a partition that was taken away."""
        self._drop(partition)
        for incident, waiting in list(self._unwritten.items()):
            if waiting.partition == partition:
                del self._unwritten[incident]

    def keep(self, partition: int, delivered: Notification) -> None:
        """Note what was delivered, and write it down."""
        super().keep(partition, delivered)
        self._unwritten[delivered.incident] = _Unwritten(partition, delivered)
        self.settle(delivered.incident)

    def settle(self, incident: str) -> None:
        """Return when what was noted of an incident is kept."""
        waiting = self._unwritten.get(incident)
        if waiting is None:
            return
        try:
            if waiting.sent is None:
                waiting.sent = self._send(waiting.partition, waiting.delivered)
            # The producer never gives up what it has taken: it is waited for, not sent again.
            waiting.sent.get(timeout=self._write_s)
        except KafkaTimeoutError as error:
            raise UnwrittenError("notification_log", str(error)) from error
        del self._unwritten[incident]

    def close(self) -> None:
        """Let the connection go."""
        if self._producer is not None:
            self._producer.close(timeout=1)

    def _send(self, partition: int, delivered: Notification) -> Any:  # noqa: ANN401 - kafka-python is untyped
        if self._producer is None:
            self._producer = self._kafka.producer()
        key = f"{self._prefix}{delivered.incident}".encode()
        return self._producer.send(
            f"{self._kafka.prefix}{self._topic}",
            key=key,
            value=encode(delivered),
            partition=partition,
        )

    def _take(self, record: Read) -> None:
        if not record.key.startswith(self._prefix.encode()) or not record.value:
            return
        try:
            last = self._decode(record.value)
        except UnreadableError as error:
            log.warning("%s is no notification, and is passed over: %s", record.place, error)
            return
        known = self.of(last.incident)
        if known is None or known.last.told.seq <= last.told.seq:
            self._note(record.partition, LastTold(last, sure=False))
