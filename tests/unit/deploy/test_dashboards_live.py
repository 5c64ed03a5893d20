"""Every query of every dashboard, asked of a real Prometheus that scraped our own ``/metrics``."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from agents.coverage.measured import BrandsCollector
from agents.coverage.verdict import Status
from agents.ingest.outbox.outbox import OutboxRecord
from agents.ingest.telemetry import Telemetry
from agents.monitoring.health import Health, Progress, process_registry
from agents.monitoring.server import serve
from pipeline.metrics import Metrics
from schemas.bucket import Bucket
from schemas.model import Prequential
from support.prometheus import ask, empty_panels, queries, scraping
from support.waiting import PATIENCE_S

pytestmark = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="needs prometheus, of Prometheus"
)


class Traffic:
    """A minute of a small installation: what each process would count, through its own means."""

    def __init__(self, stack: ExitStack) -> None:
        self.ports: dict[str, int] = {}
        self._registries: dict[str, CollectorRegistry] = {}
        self.worker = self._process(stack, "worker")
        self.alert = self._process(stack, "alert")
        ingest = process_registry()
        self.ingest = Telemetry("x", live=True, registry=ingest)
        self._serve(stack, "ingest-x", ingest, self.ingest.progress)
        self.brands = BrandsCollector(
            ["acme", "other"],
            lambda _: {"acme": Status("heard"), "other": Status("blind")},
            now=lambda: datetime.now(UTC),
        )
        self._registries["alert"].register(self.brands)
        self.ingest.watch(lambda: 120)
        self.worker.stalled("tocsin.mentions", 0, lambda: 0.0)
        self.worker.prequential("tone", Prequential(labels=9, warm=0.6, in_force=0.7, delta=0.7))

    def _process(self, stack: ExitStack, service: str) -> Metrics:
        registry = process_registry()
        self._registries[service] = registry
        metrics = Metrics(registry)
        self._serve(stack, service, registry, Progress())
        return metrics

    def _serve(
        self, stack: ExitStack, service: str, registry: CollectorRegistry, progress: Progress
    ) -> None:
        health = Health(progress, registry)
        health.begin()
        self.ports[service] = stack.enter_context(serve("127.0.0.1", 0, registry, health)).port

    def go_on(self) -> None:
        now = datetime.now(UTC)
        for stage in ("rollup", "judge"):
            self.worker.received(stage, 3)
            self.worker.emitted(stage, 2)
        self.worker.mentions("rollup", 25)
        self.worker.scored("en", 25, attacking=3)
        self.worker.errored("rollup", "invalid")
        self.worker.dropped("rollup", "duplicates", 2)
        self.worker.lag("tocsin.mentions", 0, 4)
        self.worker.watermark_age("x", timedelta(seconds=6))
        posted_s = now.timestamp() - 2
        self.ingest.delivered(OutboxRecord("t", b"acme", b"v", mentions=5, newest_s=posted_s))
        self.worker.latency("bucket", timedelta(seconds=6))
        self.worker.latency("incident", timedelta(seconds=7))
        self.alert.latency("slack", timedelta(seconds=9))
        self.alert.emitted("alert")
        self.alert.errored("alert", "undeliverable")
        self.alert.alerted("acme", "ring")
        start = now.replace(microsecond=0)
        fields: dict[str, Any] = {"mentions": 5, "negative": 2, "positive": 3, "sources": ("x",)}
        for brand in ("acme", "other"):
            self.brands.take(Bucket(brand=brand, start=start, width_s=10,
                                    watermark=start + timedelta(seconds=10), **fields))  # fmt: skip


@pytest.fixture(scope="module")
def traffic() -> Iterator[Traffic]:
    with ExitStack() as stack:
        yield Traffic(stack)


@pytest.fixture(scope="module")
def prometheus(traffic: Traffic, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Prometheus with our rules, which scrapes every second."""
    with scraping(tmp_path_factory.mktemp("prometheus"), traffic.ports) as address:
        yield address


def test_no_panel_is_empty(traffic: Traffic, prometheus: str) -> None:
    empty = queries()
    assert len(empty) > 25
    deadline = time.monotonic() + PATIENCE_S
    while empty and time.monotonic() < deadline:
        traffic.go_on()
        time.sleep(0.5)
        empty = empty_panels(prometheus, empty)
    assert empty == {}


def test_brands_are_told_of_as_they_are(prometheus: str) -> None:
    value = partial(ask, prometheus)
    assert value('max(tocsin_brand_heard{brand="acme"})') == [1]
    assert value('max(tocsin_brand_heard{brand="other"})') == [0]
    assert value("tocsin:brands_not_heard:ratio") == [0.5]
