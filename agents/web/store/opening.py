"""Keeps the store current from Kafka."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from agents.kafka.clients import KafkaClients
from agents.kafka.follower import Follower
from agents.kafka.topic_reader import Read
from agents.web.store.store import Store
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError
from schemas.deletion import Deletion
from schemas.feedback import Feedback
from schemas.topics import BUCKETS, DELETIONS, FEEDBACK

AGAIN_S: Final = 600
"""So much is read again at the start: partitions are not equally far, and a copy does no harm."""

PRUNE_S: Final = 3600.0

log = logging.getLogger(__name__)


class Keeper:
    """Takes records of its topics; writes after each poll, and forgets what is too old.

    A database that is away loses nothing but what it was handed: the error ends the thread, and the
    next start reads it again.
    """

    def __init__(
        self,
        store: Store,
        *,
        keep: timedelta,
        spoiled: Callable[[], object],
        now_s: Callable[[], float] = time.time,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._keep_s = keep.total_seconds()
        self._spoiled = spoiled
        self._now_s = now_s
        self._clock_s = clock_s
        self._pruned_s = float("-inf")
        self._bucket = Decoder(Bucket).decode
        self._feedback = Decoder(Feedback).decode
        self._deletion = Decoder(Deletion).decode

    def take(self, record: Read) -> None:
        """Take one record; what cannot be read was buried by the worker."""
        if not record.value:
            return  # a tombstone, as compacted topics know them
        written_s = max(record.written_ms, 0) // 1000
        try:
            if record.topic == BUCKETS.name:
                self._store.take(self._bucket(record.value), written_s)
            elif record.topic == DELETIONS.name:
                self._store.forget(self._deletion(record.value))
            else:
                self._store.take_remark(self._feedback(record.value), written_s)
        except UnreadableError as error:
            log.debug("%s: %s", record.place, error)

    def polled(self) -> None:
        """Write what came."""
        try:
            self._store.flush()
            if self._clock_s() - self._pruned_s >= PRUNE_S:
                self._pruned_s = self._clock_s()
                self._store.prune(round(self._now_s() - self._keep_s))
        except SQLAlchemyError:
            self._spoiled()
            raise


def keep_current(
    kafka: KafkaClients,
    store: Store,
    *,
    keep: timedelta,
    spoiled: Callable[[], object],
    crash: Callable[[BaseException], object],
    now_s: Callable[[], float] = time.time,
) -> Follower:
    """Return the thread, not yet started, that fills ``store``, from where it stopped.

    Raises:
        NoTopicError: a topic is missing.
        KafkaError: Kafka is away.
    """
    oldest_s = now_s() - keep.total_seconds()
    since_ms = {
        BUCKETS.name: round(1000 * max(0.0, oldest_s, store.newest_s() - AGAIN_S)),
        FEEDBACK.name: round(1000 * max(0.0, oldest_s)),
    }
    keeper = Keeper(store, keep=keep, spoiled=spoiled, now_s=now_s)
    # All deletions: a bucket may be stated anew long after a post of it was deleted.
    topics = (BUCKETS.name, FEEDBACK.name, DELETIONS.name)
    reader = kafka.reader("tocsin-page-store", topics, since_ms=since_ms)
    return Follower(
        "counts",
        reader,
        keeper.take,
        spoiled=spoiled,
        crash=crash,
        polled=keeper.polled,
    )
