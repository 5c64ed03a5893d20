"""Whom alerting has told and called of an incident, and who is next, as its own log says.

Alerting writes to tocsin.notifications what each channel has taken; the page reads that back, so
that whoever looks here sees who was called and who comes next, whatever channel told them.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final

from agents.kafka.clients import KafkaClients
from agents.kafka.follower import Follower
from agents.kafka.topic_reader import Read
from pipeline.metrics import Metrics
from schemas.codec import Decoder, UnreadableError
from schemas.notification import Notification
from schemas.topics import NOTIFICATIONS

INCIDENTS: Final = 1_000
CHANNELS: Final = 50
"""Of one incident."""


class NotifiedMemory:
    """The newest word of each channel on each incident; safe for several threads.

    ``most`` incidents are known; beyond that, the one of which nothing was said longest is
    forgotten.
    """

    def __init__(self, most: int = INCIDENTS) -> None:
        self._most = most
        self._known: OrderedDict[str, dict[str, Notification]] = OrderedDict()
        self._lock = Lock()
        self._decode = Decoder(Notification).decode
        self.taken = 0
        """How many records were taken: whoever shows them sees whether there is news."""

    def take(self, record: Read) -> None:
        """Take a record of the log.

        Raises:
            UnreadableError: it is none.
        """
        if record.value:
            self.note(self._decode(record.value))

    def note(self, said: Notification) -> None:
        """Keep what a channel was told, unless a newer word of it is known."""
        with self._lock:
            channels = self._known.setdefault(said.incident, {})
            known = channels.get(said.sink)
            if known is not None and (known.told.seq, known.at) > (said.told.seq, said.at):
                return
            self.taken += 1
            if known is not None or len(channels) < CHANNELS:
                channels[said.sink] = said
            self._known.move_to_end(said.incident)
            if len(self._known) > self._most:
                self._known.popitem(last=False)

    def of(self, incident: str) -> Sequence[Notification]:
        """What each channel was told last of an incident, in the order in which they were told."""
        with self._lock:
            known = list(self._known.get(incident, {}).values())
        return sorted(known, key=lambda one: (one.at, one.sink))


def watch(
    kafka: KafkaClients,
    memory: NotifiedMemory,
    *,
    metrics: Metrics,
    crash: Callable[[BaseException], object],
) -> Follower:
    """Return the thread, not yet started, that tells ``memory`` what the log holds and is added.

    Raises:
        NoTopicError: there is no log.
    """

    def take(record: Read) -> None:
        try:
            memory.take(record)
        except UnreadableError as error:
            metrics.errored("page", error.reason)

    return Follower(
        "notifications",
        kafka.reader("tocsin-page-notifications", (NOTIFICATIONS.name,)),
        take,
        spoiled=lambda: metrics.errored("page", "unusable"),
        crash=crash,
    )
