"""Keeps a worker's models current: a thread that follows versions and incidents."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from agents.kafka.clients import KafkaClients
from agents.kafka.follower import Follower
from agents.kafka.topic_reader import Read, TopicReader
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import RefusedVersionError, Verifier
from pipeline.metrics import Metrics
from pipeline.sentiment.api import Scorer
from schemas.codec import Decoder, UnreadableError
from schemas.incident import Transition
from schemas.model import ModelVersion
from schemas.topics import INCIDENTS, MODELS

FOLLOWED = (MODELS.name, INCIDENTS.name)
STAGE = "models"
INCIDENTS_SINCE_S = 60 * 86_400
"""How far back incidents are read: one that did not move for so long is not open."""

_decode = Decoder(Transition).decode

log = logging.getLogger(__name__)


def take(store: ModelStore, record: Read, metrics: Metrics) -> ModelVersion | None:
    """Put one record of ``FOLLOWED`` into the store; return the version that it was, if one.

    A version that may not score is counted and logged; the one before stays in force. What is
    wrong with an incident's record is for the judge's readers to say.
    """
    if not record.value:
        metrics.dropped(STAGE, "tombstone")
        return None  # a deletion, as compaction knows it
    if record.topic == MODELS.name:
        try:
            version = store.take(record.value, record.written_ms)
        except RefusedVersionError as error:
            metrics.model_refused(error.reason)
            log.error("%s is refused and does not score: %s", record.place, error)  # noqa: TRY400 - no trace needed
            return None
        log.info("version %s of %s is known", version.digest[:8], version.scope)
        return version
    try:
        transition = _decode(record.value)
    except UnreadableError as error:
        metrics.errored(STAGE, error.reason)
        return None
    store.incident(transition, record.written_ms)
    return None


class ModelFollower(Follower):
    """Follows versions and incidents, and tells which model scores a brand."""

    def __init__(
        self,
        reader: TopicReader,
        store: ModelStore,
        *,
        metrics: Metrics,
        crash: Callable[[BaseException], object],
    ) -> None:
        super().__init__(
            "models",
            reader,
            partial(take, store, metrics=metrics),
            spoiled=lambda: metrics.errored(STAGE, "unusable"),
            crash=crash,
        )
        self._store = store

    def of(self, brand: str) -> Scorer:
        """The model that scores a brand now."""
        return self._store.of(brand)


def open_reader(kafka: KafkaClients, client_id: str, topics: Iterable[str]) -> TopicReader:
    """Read ``topics`` from the beginning, incidents as far back as one may still be open."""
    since_ms = round((time.time() - INCIDENTS_SINCE_S) * 1000)
    return kafka.reader(client_id, topics, since_ms={INCIDENTS.name: since_ms})


def open_follower(
    kafka: KafkaClients,
    verifier: Verifier,
    brands: Mapping[str, object],
    *,
    metrics: Metrics,
    crash: Callable[[BaseException], object],
    turned: Callable[[], object] = lambda: None,
) -> ModelFollower:
    """Read all versions that there are, and return the thread that follows what comes.

    ``turned`` is called again and again while it reads.
    """
    reader = open_reader(kafka, "tocsin-models", FOLLOWED)
    follower = ModelFollower(reader, ModelStore(verifier, brands), metrics=metrics, crash=crash)
    follower.catch_up(time.monotonic, polled=turned)
    return follower


def read_store(
    kafka: KafkaClients, verifier: Verifier, brands: Mapping[str, object]
) -> tuple[ModelStore, list[str]]:
    """All versions on Kafka now, and what is wrong with those that may not score.

    Raises:
        TopicError: they cannot be read.
    """
    store, refused = ModelStore(verifier, brands), []
    for record in kafka.read(MODELS.name):
        try:
            if record.value:
                store.take(record.value, record.written_ms)
        except RefusedVersionError as error:
            refused.append(f"{record.place}: {error}")
    return store, refused
