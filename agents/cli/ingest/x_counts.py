"""What X counts, for ``tocsin ingest x``: a past for brands that are new, and hourly checks."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from agents.history.publish import NotDeliveredError, publish
from agents.history.read import past_from_x
from agents.ingest.sources.x.counting.request import CountsError
from agents.ingest.sources.x.counting.watch import Checks, ChecksWatch
from agents.ingest.sources.x.recovery import QUERY_LIMIT
from agents.kafka.access import ACCESS
from agents.kafka.clients import KafkaClients
from agents.kafka.metadata import KafkaRefusedError, NoAnswerError
from agents.settings import Settings
from pipeline.brands import x_rules
from pipeline.detection.past import HistoryError, history_buckets
from schemas.brand import Brands
from schemas.topics import BUCKETS

log = logging.getLogger(__name__)

_TIMEOUT_S: Final = 10.0


def queries_of(brands: Brands) -> dict[str, list[str]]:
    """Return the queries of each brand; search takes a word with and without accents alike."""
    return {
        brand.id: [rule.value for rule in x_rules(brand, limit=QUERY_LIMIT, mixed=False)]
        for brand in brands.brands
    }


def prime(checks: Checks, kafka: KafkaClients, settings: Settings) -> None:
    """Hand a week of counts of each new brand to the worker, as ``tocsin history`` does, once.

    Whatever keeps one from it is logged, and the brand learns its normal from what it hears.
    """
    if checks.new:
        _prime(checks, kafka, settings)
    checks.begin()


def _prime(checks: Checks, kafka: KafkaClients, settings: Settings) -> None:
    new = checks.new
    try:
        kafka.ask(ACCESS["history"])
    except (NoAnswerError, KafkaRefusedError) as error:
        log.warning("No past of %s: Kafka: %s", ", ".join(new), error)
        return
    producer = kafka.producer()
    try:
        for brand in new:
            try:
                answers = [checks.counts.answer(query) for query in checks.queries[brand]]
                past = past_from_x(answers, f"X's counts of {brand}", width_s=settings.bucket_s)
                made = history_buckets(brand, past, times=settings.x_counts_times)
                sent = publish(made, producer, kafka.topic(BUCKETS), timeout_s=_TIMEOUT_S)
            except (CountsError, HistoryError, NotDeliveredError) as error:
                log.warning("No past of %s: %s", brand, error)
            else:
                log.info("%s begins with a past of %d hours, as X counts", brand, sent)
    finally:
        producer.close(timeout=1)


@contextmanager
def checked(checks: Checks | None) -> Iterator[None]:
    """Have the stream checked by the hour within the block, where there are ``checks``."""
    if checks is None:
        yield
        return
    watch = ChecksWatch(checks)
    watch.start()
    try:
        yield
    finally:
        watch.halt()


class _Completeness(Collector):
    """The share of each brand, as it was found last."""

    def __init__(self, shares: Callable[[], Mapping[str, float]], source: str) -> None:
        self._shares = shares
        self._source = source

    def collect(self) -> list[GaugeMetricFamily]:
        """Return one figure for each brand of which it is known."""
        family = GaugeMetricFamily(
            "tocsin_source_completeness",
            "Share of the posts of the latest hour that came, by X's own count",
            labels=["source", "brand"],
        )
        for brand, share in dict(self._shares()).items():
            family.add_metric([self._source, brand], share)
        return [family]


def tell_completeness(checks: Checks, source: str, registry: CollectorRegistry) -> None:
    """Add the shares to a registry."""
    registry.register(_Completeness(lambda: checks.shares, source))


def was_heard(settings: Settings, source: str) -> bool:
    """Whether this source was run before."""
    return (Path(settings.spool_dir) / f"{source}.complete-to").exists()
