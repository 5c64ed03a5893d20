"""What an ingest agent tells Prometheus, and when it counts as healthy."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, Gauge

from agents.ingest.outbox.outbox import OutboxRecord
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Check, Progress, Word
from pipeline.metrics import Metrics
from schemas.dead_letter import DeadReason

_STAGE = "ingest"

_TROUBLES: Final[tuple[Word, ...]] = (
    "source_unheard",
    "source_refused",
    "out_of_money",
    "rules_gone",
)


class Telemetry:
    """The instruments of one source: those of ``Metrics`` under stage ``ingest``, and its own.

    ``tocsin_spool_bytes{source}`` is what waits for Kafka, on disk or in memory. Progress is what
    Kafka acknowledges; with nothing waiting there is nothing to do. Latency and watermark age are
    told of ``live`` sources only: a replay speaks of other times. ``now`` is UTC.
    """

    def __init__(
        self,
        source: str,
        *,
        live: bool = False,
        registry: CollectorRegistry | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.registry = registry or CollectorRegistry()
        self.progress = Progress(idle=lambda: self._waiting_bytes() == 0)
        self._source = source
        self._live = live
        self._now = now
        self._metrics = Metrics(self.registry)
        self._waiting_bytes: Callable[[], int] = lambda: 0
        self._spool = Gauge(
            "tocsin_spool_bytes", "Bytes that wait for Kafka", ["source"], registry=self.registry
        )
        self._trouble = Gauge(
            "tocsin_source_trouble",
            "1 for what keeps the source from being heard, else 0",
            ["source", "cause"],
            registry=self.registry,
        )

    def watch(self, waiting_bytes: Callable[[], int]) -> None:
        """Ask ``waiting_bytes`` what waits, from now on."""
        self._waiting_bytes = waiting_bytes
        self._spool.labels(self._source).set_function(waiting_bytes)

    def watch_source(self, health: Check) -> None:
        """State in ``tocsin_source_trouble`` what ``health`` says of the source, from now on."""

        def is_so(word: Word) -> float:
            cause = health()
            return float(cause is not None and cause.word == word)

        for word in _TROUBLES:
            self._trouble.labels(self._source, word).set_function(partial(is_so, word))

    def turned(self) -> None:
        """The agent lives, even if it waits for room."""
        self.progress.turned()

    def received(self) -> None:
        """Count a line or an item that was read."""
        self.progress.turned()
        self._metrics.received(_STAGE)

    def bad(self, reason: DeadReason) -> None:
        """Count one that went to the dead letters."""
        self._metrics.errored(_STAGE, reason)

    def unmatched(self) -> None:
        """Count a mention that is about no brand."""
        self._metrics.dropped(_STAGE, "no_brand")

    def lost(self, mentions: int) -> None:
        """Count mentions that did not fit into the spool."""
        self._metrics.dropped(_STAGE, "spool_full", mentions)

    def overrun(self, lines: int) -> None:
        """Count lines that came faster than they could be taken."""
        self._metrics.dropped(_STAGE, "overload", lines)

    def reached(self, watermark: datetime) -> None:
        """State up to when the source has told everything."""
        if self._live:
            self._metrics.watermark_age(self._source, self._now() - watermark)

    def delivered(self, record: OutboxRecord) -> None:
        """Count a record that Kafka has. Called from Kafka's thread."""
        self.progress.made()
        self._metrics.emitted(_STAGE)
        if record.mentions:
            self._metrics.mentions(_STAGE, record.mentions)
            if self._live:
                elapsed_s = self._now().timestamp() - record.newest_s
                self._metrics.latency("kafka", timedelta(seconds=elapsed_s))
