"""Reads the steps that were written before a process took over a partition of incidents."""

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Final, NamedTuple

from agents.kafka.clients import KafkaClients
from agents.kafka.topic_reader import Read
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
        self, kafka: KafkaClients, *, oldest_s: float = 0.0, topic: str = INCIDENTS.name
    ) -> None:
        self._kafka = kafka
        self._since_ms = max(0, round(oldest_s * 1000))
        self._topic = topic
        self._decode = Decoder(Transition).decode

    def before(self, partition: int, offset: int) -> Iterator[PastStep]:
        """Yield the steps of a partition that lie before ``offset``.

        Raises:
            KafkaError: it cannot be read now.
        """
        reader = self._kafka.reader(
            "tocsin-alert-past-steps",
            [self._topic],
            partition=partition,
            since_ms={self._topic: self._since_ms},
        )
        with closing(reader):
            for record in reader.there_now(patience_s=READ_S):
                if record.offset >= offset:
                    return
                if record.value and record.written_ms >= self._since_ms:
                    yield from self._read(record)

    def _read(self, record: Read) -> Iterator[PastStep]:
        try:
            written = datetime.fromtimestamp(record.written_ms / 1000, UTC)
            yield PastStep(self._decode(record.value), written)
        except UnreadableError as error:
            # Whoever delivered it, or should have, has set it aside.
            log.debug("%s, a past step, cannot be read: %s", record.place, error)
