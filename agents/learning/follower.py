"""Keeps a worker's models current: a thread that follows versions and incidents."""

import logging
from collections.abc import Callable
from functools import partial

from agents.kafka.follower import Follower
from agents.kafka.topic_reader import Read, TopicReader
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import RefusedError
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
        except RefusedError as error:
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
