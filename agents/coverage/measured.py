"""What Prometheus is told of brands: how they are heard, and what is said about them.

Taken from the tail of ``tocsin.buckets`` that the coverage follows anyway, so it costs nothing
more. A brand is a time series of its own, so only the first ``BRANDS_SHOWN`` have some; how many
brands are heard is counted of all.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from threading import Lock
from typing import Final, get_args

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from agents.coverage.verdict import PROVEN, State, Status
from pipeline.metrics import BRANDS_SHOWN
from schemas.bucket import Bucket

_COUNTED: Final = ("mentions", "negative")


class BrandsCollector(Collector):
    """Answers a scrape; to be registered once. Safe to use from several threads.

    ``statuses``: how each brand is heard at a time, asked at each scrape.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 30, tzinfo=UTC)
    >>> collector = BrandsCollector(["acme"], lambda _: {"acme": Status("blind")}, now=lambda: at)
    >>> [sample.labels for family in collector.collect() for sample in family.samples
    ...  if sample.name == "tocsin_brands" and sample.value]
    [{'state': 'blind'}]
    """

    def __init__(
        self,
        brands: Iterable[str],
        statuses: Callable[[datetime], Mapping[str, Status]],
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._shown = sorted(brands)[:BRANDS_SHOWN]
        self._statuses = statuses
        self._now = now
        self._counts = {brand: dict.fromkeys(_COUNTED, 0) for brand in self._shown}
        self._lock = Lock()

    def take(self, bucket: Bucket) -> None:
        """Add what one bucket counts. A table of the past (history) is not what is said now."""
        counts = self._counts.get(bucket.brand)
        if counts is None or bucket.is_history:
            return
        with self._lock:
            for name in _COUNTED:
                counts[name] += getattr(bucket, name)

    def collect(self) -> Iterator[Metric]:
        """Everything, as it is now."""
        statuses = self._statuses(self._now())
        found = Counter(status.state for status in statuses.values())
        brands = GaugeMetricFamily(
            "tocsin_brands", "Brands, by how they are heard", labels=["state"]
        )
        for state in get_args(State):
            brands.add_metric([state], found[state])
        yield brands
        heard = GaugeMetricFamily(
            "tocsin_brand_heard", "1 while a brand is proven to be heard, else 0", labels=["brand"]
        )
        for brand in self._shown:
            heard.add_metric([brand], float(statuses[brand].state in PROVEN))
        yield heard
        for name in _COUNTED:
            family = CounterMetricFamily(
                f"tocsin_brand_{name}", f"Posts about a brand: {name}", labels=["brand"]
            )
            with self._lock:
                for brand, counts in self._counts.items():
                    family.add_metric([brand], counts[name])
            yield family
