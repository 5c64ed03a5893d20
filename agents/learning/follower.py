"""Keeps a worker's models current: a thread that follows versions and incidents."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from agents.learning.reader import Read, TopicReader
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import RefusedError
from pipeline.metrics import Metrics
from pipeline.sentiment.contract import SentimentModel
from schemas.codec import Decoder, UnreadableError
from schemas.incident import Transition
from schemas.model import ModelVersion
from schemas.topics import INCIDENTS, MODELS

FOLLOWED = (MODELS.name, INCIDENTS.name)
INCIDENTS_SINCE_S = 60 * 86_400
"""How far back incidents are read: one that did not move for so long is not open."""

_POLL_S = 0.2
_decode = Decoder(Transition).decode

log = logging.getLogger(__name__)


class SlowStartError(Exception):
    """Kafka did not hand out all versions in time."""


def take(store: ModelStore, record: Read, metrics: Metrics) -> ModelVersion | None:
    """Put one record of ``FOLLOWED`` into the store; return the version that it was, if one.

    A version that may not score is counted and logged; the one before stays in force. What is
    wrong with an incident's record is for the judge's readers to say.
    """
    if record.topic == MODELS.name:
        if not record.value:
            return None  # a deletion, as compaction knows it
        try:
            version = store.take(record.value, record.written_ms)
        except RefusedError as error:
            metrics.model_refused(error.reason)
            place = f"{record.topic}[{record.partition}]@{record.offset}"
            log.error("%s is refused and does not score: %s", place, error)  # noqa: TRY400 - no trace needed
            return None
        log.info("version %s of %s is known", version.digest[:8], version.scope)
        return version
    try:
        transition = _decode(record.value)
    except UnreadableError as error:
        metrics.errored("models", error.reason)
        return None
    store.incident(transition, record.written_ms)
    return None


class ModelFollower(Thread):
    """Follows versions and incidents for as long as the process lives.

    ``crash`` is called with what ends the thread against its will: a worker that no longer hears of
    incidents must not go on scoring.
    """

    def __init__(
        self,
        reader: TopicReader,
        store: ModelStore,
        *,
        metrics: Metrics,
        crash: Callable[[BaseException], object],
    ) -> None:
        super().__init__(name="models", daemon=True)
        self._reader = reader
        self._store = store
        self._metrics = metrics
        self._crash = crash
        self._halt = Event()

    def catch_up(self, clock_s: Callable[[], float], wait_s: float = 120.0) -> None:
        """Read all that is there now, before the thread starts.

        Raises:
            SlowStartError: it takes longer than ``wait_s``.
        """
        ends, deadline_s = self._reader.ends(), clock_s() + wait_s
        while not self._reader.reached(ends):
            self._step()
            if clock_s() > deadline_s:
                raise SlowStartError(f"the models were not read within {wait_s:.0f} s")

    def of(self, brand: str) -> SentimentModel:
        """The model that scores a brand now."""
        return self._store.of(brand)

    def run(self) -> None:
        """Follow until halted."""
        try:
            while not self._halt.is_set():
                self._step()
        except Exception as error:  # noqa: BLE001 - handed on: a thread's own would go unseen
            self._crash(error)

    def halt(self) -> None:
        """Stop following."""
        self._halt.set()

    def _step(self) -> None:
        for record in self._reader.poll(_POLL_S):
            take(self._store, record, self._metrics)
