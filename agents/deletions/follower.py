"""Hands deletions to whoever keeps what they are about: a thread that follows their topic."""

import time
from collections.abc import Callable

from agents.kafka.clients import KafkaClients
from agents.kafka.follower import Follower
from agents.kafka.topic_reader import Read
from pipeline.metrics import Metrics
from schemas.codec import Decoder, UnreadableError
from schemas.deletion import Deletion
from schemas.topics import DELETIONS

STAGE = "deletions"

_decode = Decoder(Deletion).decode


def open_deletions(
    kafka: KafkaClients,
    take: Callable[[Deletion], object],
    *,
    metrics: Metrics,
    crash: Callable[[BaseException], object],
    turned: Callable[[], object] = lambda: None,
) -> Follower:
    """Hand all deletions there are to ``take``, and return the thread that goes on with it.

    ``turned`` is called after each look at Kafka.

    Raises:
        NoTopicError: the topic does not exist.
        SlowStartError: they are not read in time.
        KafkaError: Kafka does not answer.
    """

    def hand(record: Read) -> None:
        if not record.value:
            metrics.dropped(STAGE, "tombstone")
            return
        try:
            take(_decode(record.value))
        except UnreadableError as error:
            metrics.errored(STAGE, error.reason)

    follower = Follower(
        "deletions",
        kafka.reader("tocsin-worker-deletions", (DELETIONS.name,)),
        hand,
        spoiled=lambda: metrics.errored(STAGE, "failed"),
        crash=crash,
    )
    follower.catch_up(time.monotonic, polled=turned)
    return follower
