"""Keeps a memory of incidents current from Kafka."""

from collections.abc import Callable

from agents.incidents.memory import IncidentMemory
from agents.kafka.clients import KafkaClients
from agents.kafka.follower import Follower
from agents.kafka.topic_reader import Read, TopicReader
from schemas.codec import Decoder, UnreadableError
from schemas.deletion import Deletion
from schemas.incident import Transition
from schemas.topics import DELETIONS, INCIDENTS

DAY_S = 86_400


def open_incidents(kafka: KafkaClients, client_id: str, *, since_s: float) -> TopicReader:
    """Read incidents from ``since_s`` (seconds since the epoch) on, as far as Kafka can tell.

    And all deletions, since they may be about any of them.

    Raises:
        NoTopicError: there are no incidents.
    """
    since_ms = {INCIDENTS.name: max(0, round(since_s * 1000))}
    return kafka.reader(client_id, (INCIDENTS.name, DELETIONS.name), since_ms=since_ms)


def follow(
    reader: TopicReader,
    memory: IncidentMemory,
    *,
    unreadable: Callable[[str], object],
    dropped: Callable[[str], object] = lambda _: None,
    crash: Callable[[BaseException], object],
    polled: Callable[[], object] = lambda: None,
) -> Follower:
    """Return the thread, not yet started, that tells ``memory`` of what is written.

    ``reader``: from ``open_incidents``. ``unreadable`` is told why a record could not be read, or
    that it could not be used; alerting sets it aside. ``dropped`` is told why a record was left out
    on purpose.
    """
    decode, decode_deletion = Decoder(Transition).decode, Decoder(Deletion).decode

    def take(record: Read) -> None:
        if not record.value:
            dropped("tombstone")
            return
        try:
            if record.topic == DELETIONS.name:
                memory.forget(decode_deletion(record.value))
            else:
                memory.take(decode(record.value))
        except UnreadableError as error:
            unreadable(error.reason)

    return Follower(
        "incidents",
        reader,
        take,
        spoiled=lambda: unreadable("unusable"),
        crash=crash,
        polled=polled,
    )
