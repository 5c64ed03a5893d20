"""Reads the steps that were written before a process took over a partition of incidents."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import Final, NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from agents.kafka.clients import make_consumer
from agents.kafka.topic_reader import patient_poll
from schemas.codec import Decoder, UnreadableError
from schemas.incident import Transition
from schemas.topics import INCIDENTS

READ_S: Final = 30.0
SINCE_S: Final = 14 * 86_400.0
"""An incident lasts a week, and may come back within a day of its end."""

log = logging.getLogger(__name__)


class PastStep(NamedTuple):
    """A step, and when it was written to Kafka."""

    transition: Transition
    written: datetime


class PastSteps:
    """The topic of incidents, read one partition at a time.

    ``oldest_s``: seconds since the epoch; what was written before is passed over.
    """

    def __init__(
        self, bootstrap: str, *, oldest_s: float = 0.0, topic: str = INCIDENTS.name
    ) -> None:
        self._bootstrap = bootstrap
        self._oldest_s = oldest_s
        self._topic = topic
        self._decode = Decoder(Transition).decode

    def before(self, partition: int, offset: int) -> Iterator[PastStep]:
        """Yield the steps of a partition that lie before ``offset``.

        Raises:
            KafkaError: it cannot be read now.
        """
        part = TopicPartition(self._topic, partition)
        consumer = make_consumer(self._bootstrap, "tocsin-alert-past-steps")
        try:
            consumer.assign([part])
            consumer.seek_to_beginning(part)
            since_ms = max(0, round(self._oldest_s * 1000))
            found = consumer.offsets_for_times({part: since_ms}).get(part)
            if found is not None:
                consumer.seek(part, found.offset)
            heard_s = monotonic()
            while consumer.position(part) < offset:
                for record in patient_poll(consumer, 0.5).get(part, ()):
                    heard_s = monotonic()
                    if record.offset >= offset:
                        return
                    if record.value and record.timestamp >= since_ms:
                        yield from self._read(record.value, record.timestamp / 1000)
                if monotonic() - heard_s > READ_S:
                    raise KafkaTimeoutError(f"{part.topic}[{partition}] is not handed out")
        finally:
            consumer.close(autocommit=False)

    def _read(self, raw: bytes, written_s: float) -> Iterator[PastStep]:
        try:
            yield PastStep(self._decode(raw), datetime.fromtimestamp(written_s, UTC))
        except UnreadableError as error:
            # Whoever delivered it, or should have, has set it aside.
            log.debug("a past step cannot be read: %s", error)
