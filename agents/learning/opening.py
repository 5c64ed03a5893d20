"""Opens what follows the versions on Kafka."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from agents.kafka.clients import make_consumer
from agents.kafka.topic_reader import TopicReader
from agents.learning.follower import FOLLOWED, INCIDENTS_SINCE_S, ModelFollower
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import RefusedError, Verifier
from pipeline.metrics import Metrics
from schemas.topics import INCIDENTS, MODELS


def open_reader(consumer: Any, topics: tuple[str, ...]) -> TopicReader:  # noqa: ANN401 - kafka-python is untyped
    """Read ``topics`` from the beginning, incidents as far back as one may still be open."""
    since_ms = round((time.time() - INCIDENTS_SINCE_S) * 1000)
    wanted = {INCIDENTS.name: since_ms} if INCIDENTS.name in topics else {}
    return TopicReader(consumer, topics, since_ms=wanted)


def open_follower(
    bootstrap: str,
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
    reader = open_reader(make_consumer(bootstrap, "tocsin-models"), FOLLOWED)
    follower = ModelFollower(reader, ModelStore(verifier, brands), metrics=metrics, crash=crash)
    follower.catch_up(time.monotonic, polled=turned)
    return follower


def read_store(
    bootstrap: str, verifier: Verifier, brands: Mapping[str, object]
) -> tuple[ModelStore, list[str]]:
    """All versions on Kafka now, and what is wrong with those that may not score."""
    store, refused = ModelStore(verifier, brands), []
    with closing(make_consumer(bootstrap, "tocsin-models")) as consumer:
        reader = TopicReader(consumer, (MODELS.name,))
        ends = reader.ends()
        while not reader.reached(ends):
            for record in reader.poll(0.2):
                try:
                    if record.value:
                        store.take(record.value, record.written_ms)
                except RefusedError as error:
                    refused.append(f"{record.topic}[{record.partition}]@{record.offset}: {error}")
    return store, refused
