"""What every process counts, under the same names, for Prometheus.

====================================  ==========================================================
tocsin_records_received_total         ``stage``: records read
tocsin_records_emitted_total          ``stage``: records written (or messages posted)
tocsin_records_errored_total          ``stage``, ``reason``: could not be processed
tocsin_records_dropped_total          ``stage``, ``reason``: left out on purpose, such as duplicates
tocsin_mentions_total                 ``stage``: mentions within the records
tocsin_source_mentions_total          ``source``: the same by network, of 200 at most
tocsin_mentions_delayed_total         came after their bucket was closed, and count all the same
tocsin_revisions_total                buckets that were told again, for posts that came late
tocsin_records_forgotten_total        ``stage``: records of state without what was deleted
tocsin_consumer_lag_records           ``topic``, ``partition``: written and not yet read
tocsin_partition_stalled_seconds      ``topic``, ``partition``: something waits and nothing was done
tocsin_watermark_age_seconds          ``source``: since the time up to which it has told everything
tocsin_source_quarantined             ``source``: 1 while its clock is not believed
tocsin_latency_seconds                ``to``: from the post to kafka, bucket, incident or slack
tocsin_models_refused_total           ``reason``: versions of the model that may not score
tocsin_prequential_macro_f1           ``of``: tone or attack; ``model``: warm, in_force or delta, on
                                      the latest labels
tocsin_drifts_total                   ``of``: changes in the talk that the trainer noticed
tocsin_texts_scored_total             ``lang``: posts that were scored
tocsin_texts_attacking_total          ``lang``: those of them that seem to attack the brand
tocsin_texts_read_total               posts that were read carefully
tocsin_reading_seconds_total          time that it took
tocsin_brand_alerts_total             ``brand``, ``level``: alerts that began, of 200 brands at most
tocsin_ready                          1 while the process can do its work (``monitoring.health``)
tocsin_build_info                     ``version``, ``python``: always 1
====================================  ==========================================================

``reason`` is always one of a few fixed words (such as ``schemas.dead_letter.DeadReason``), never
text from outside: each one is a time series.
"""

import platform
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta
from importlib.metadata import version
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from schemas.model import AspectName, Prequential

Milestone = Literal["kafka", "bucket", "incident", "slack"]

SOURCES_SHOWN = 200
BRANDS_SHOWN = 200

LIVE = timedelta(days=1)
"""What is later is a recording: its times lie in another year and say nothing about speed."""

LATENCY_BUCKETS_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 45, 60, 120, 300, 600)


class Metrics:
    """The instruments, in ``registry``. One per registry: a second one is a ``ValueError``.

    ``clock_s`` runs on between two watermarks, so that the age of a silent source keeps growing.

    >>> registry = CollectorRegistry()
    >>> Metrics(registry).mentions("rollup", 25)
    >>> registry.get_sample_value("tocsin_mentions_total", {"stage": "rollup"})
    25.0
    """

    def __init__(
        self, registry: CollectorRegistry, *, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock_s = clock_s
        self._watermarks_s: dict[str, float] = {}
        self._partitions: set[tuple[str, int]] = set()
        self._received = Counter(
            "tocsin_records_received", "Records read", ["stage"], registry=registry
        )
        self._emitted = Counter(
            "tocsin_records_emitted", "Records written or posted", ["stage"], registry=registry
        )
        self._forgotten = Counter(
            "tocsin_records_forgotten",
            "Records of state written anew without what was deleted",
            ["stage"],
            registry=registry,
        )
        self._errored = Counter(
            "tocsin_records_errored",
            "Records that could not be processed",
            ["stage", "reason"],
            registry=registry,
        )
        self._dropped = Counter(
            "tocsin_records_dropped",
            "Records or mentions left out on purpose",
            ["stage", "reason"],
            registry=registry,
        )
        self._mentions = Counter(
            "tocsin_mentions", "Mentions within records", ["stage"], registry=registry
        )
        self._networks: set[str] = set()
        self._source_mentions = Counter(
            "tocsin_source_mentions",
            "Mentions by the network that brought them",
            ["source"],
            registry=registry,
        )
        self._delayed = Counter(
            "tocsin_mentions_delayed",
            "Mentions that came after their bucket was closed and were counted",
            registry=registry,
        )
        self._revised = Counter(
            "tocsin_revisions", "Buckets that were told again", registry=registry
        )
        self._lag = Gauge(
            "tocsin_consumer_lag_records",
            "Records written and not yet read",
            ["topic", "partition"],
            registry=registry,
        )
        self._stalled = Gauge(
            "tocsin_partition_stalled_seconds",
            "Seconds for which records have waited and none was processed",
            ["topic", "partition"],
            registry=registry,
        )
        self._brands: set[str] = set()
        self._brand_alerts = Counter(
            "tocsin_brand_alerts", "Alerts that began", ["brand", "level"], registry=registry
        )
        self._watermark_age = Gauge(
            "tocsin_watermark_age_seconds",
            "Seconds since the time up to which a source has told everything",
            ["source"],
            registry=registry,
        )
        self._quarantined = Gauge(
            "tocsin_source_quarantined",
            "Whether the clock of a source is not believed",
            ["source"],
            registry=registry,
        )
        self._latency = Histogram(
            "tocsin_latency_seconds",
            "Seconds from the time of a post to a milestone",
            ["to"],
            buckets=LATENCY_BUCKETS_S,
            registry=registry,
        )
        for to in get_args(Milestone):  # so that the first decision after a start has a rate
            self._latency.labels(to)
        self._models_refused = Counter(
            "tocsin_models_refused",
            "Versions of the sentiment model that may not score",
            ["reason"],
            registry=registry,
        )
        self._prequential = Gauge(
            "tocsin_prequential_macro_f1",
            "Macro-F1 on the latest labels, each scored before it was learned",
            ["of", "model"],
            registry=registry,
        )
        self._drifts = Counter(
            "tocsin_drifts",
            "Changes in the talk that the trainer noticed",
            ["of"],
            registry=registry,
        )
        for of in get_args(AspectName):  # so that a first change is seen as one
            self._drifts.labels(of)
        self._texts_scored = Counter(
            "tocsin_texts_scored", "Posts that were scored", ["lang"], registry=registry
        )
        self._texts_attacking = Counter(
            "tocsin_texts_attacking",
            "Posts that seem to attack the brand",
            ["lang"],
            registry=registry,
        )
        self._texts_read = Counter(
            "tocsin_texts_read", "Posts that were read carefully", registry=registry
        )
        self._reading = Counter(
            "tocsin_reading_seconds", "Time that careful reading took", registry=registry
        )
        Info("tocsin_build", "Version of Tocsin and of Python", registry=registry).info(
            {"version": version("tocsin"), "python": platform.python_version()}
        )

    def received(self, stage: str, count: int = 1) -> None:
        """Count records that a stage read."""
        self._received.labels(stage).inc(count)

    def emitted(self, stage: str, count: int = 1) -> None:
        """Count records that a stage wrote."""
        self._emitted.labels(stage).inc(count)

    def errored(self, stage: str, reason: str, count: int = 1) -> None:
        """Count records that a stage could not process."""
        self._errored.labels(stage, reason).inc(count)

    def dropped(self, stage: str, reason: str, count: int = 1) -> None:
        """Count what a stage left out on purpose."""
        self._dropped.labels(stage, reason).inc(count)

    def forgotten(self, stage: str, count: int) -> None:
        """Count records of state that were written anew without what is to be forgotten."""
        self._forgotten.labels(stage).inc(count)

    def mentions(self, stage: str, count: int) -> None:
        """Count mentions that passed a stage."""
        self._mentions.labels(stage).inc(count)

    def brought(self, network: str, count: int) -> None:
        """Count mentions of a network. Of the first ``SOURCES_SHOWN``: each is a series."""
        if len(self._networks) < SOURCES_SHOWN:
            self._networks.add(network)
        if network in self._networks:
            self._source_mentions.labels(network).inc(count)

    def delayed(self, count: int) -> None:
        """Count mentions that came after their bucket was closed, and make a revision of it."""
        self._delayed.inc(count)

    def revised(self) -> None:
        """Count a bucket that was told again."""
        self._revised.inc()

    def alerted(self, brand: str, level: str) -> None:
        """Count an alert that began. Of the first ``BRANDS_SHOWN`` brands: each is a series."""
        if len(self._brands) < BRANDS_SHOWN:
            self._brands.add(brand)
        if brand in self._brands:
            self._brand_alerts.labels(brand, level).inc()

    def stalled(self, topic: str, partition: int, seconds: Callable[[], float]) -> None:
        """Have ``seconds`` say for how long records have waited and none was processed."""
        self._partitions.add((topic, partition))
        self._stalled.labels(topic, str(partition)).set_function(seconds)

    def lag(self, topic: str, partition: int, records: int) -> None:
        """State how many records of a partition are still to be read."""
        self._partitions.add((topic, partition))
        self._lag.labels(topic, str(partition)).set(records)

    def forget_lag(self, topic: str, partition: int) -> None:
        """Another worker has the partition now. Harmless where it was never stated."""
        if (topic, partition) in self._partitions:
            self._partitions.remove((topic, partition))
            for gauge in (self._lag, self._stalled):
                with suppress(KeyError):  # one that was never stated
                    gauge.remove(topic, str(partition))

    def watermark_age(self, source: str, age: timedelta) -> None:
        """State how old a watermark of ``source`` is now; its newest one counts.

        Of the first ``SOURCES_SHOWN`` sources: each is a time series, and named from outside.
        """
        if source not in self._watermarks_s and len(self._watermarks_s) >= SOURCES_SHOWN:
            return
        now_s = self._clock_s()
        # A watermark of the future (a wrong clock) must not hide a source that falls silent.
        watermark_s = now_s - max(age.total_seconds(), 0.0)
        known_s = self._watermarks_s.get(source)
        if known_s is None:
            self._watermark_age.labels(source).set_function(
                lambda: self._clock_s() - self._watermarks_s[source]
            )
        if known_s is None or watermark_s > known_s:
            self._watermarks_s[source] = watermark_s

    def believed(self, sources: Collection[str], *, quarantined: Collection[str]) -> None:
        """State whose clocks are believed, as a bucket names them."""
        for source in sources:
            if source not in quarantined:
                self._quarantined.labels(source).set(0)
        for source in quarantined:
            self._quarantined.labels(source).set(1)

    def model_refused(self, reason: str) -> None:
        """Count a version of the model that may not score."""
        self._models_refused.labels(reason).inc()

    def prequential(self, of: AspectName, found: Prequential) -> None:
        """State how good the models are on the latest labels of all brands, if there are any."""
        for name in ("warm", "in_force", "delta") if found.labels else ():
            self._prequential.labels(of, name).set(getattr(found, name))

    def scored(self, lang: str, texts: int, *, attacking: int) -> None:
        """Count what was scored in a language, and what of it seems to attack the brand."""
        self._texts_scored.labels(lang).inc(texts)
        self._texts_attacking.labels(lang).inc(attacking)

    def read(self, texts: int, seconds: float) -> None:
        """Count what was read carefully, and how long it took."""
        self._texts_read.inc(texts)
        self._reading.inc(seconds)

    def drifted(self, of: AspectName, count: int = 1) -> None:
        """Count changes in the talk."""
        self._drifts.labels(of).inc(count)

    def latency(
        self, to: Milestone, elapsed: timedelta, exemplar: dict[str, str] | None = None
    ) -> None:
        """Observe how long after its post something reached ``to``. Below zero counts as zero.

        What is later than ``LIVE`` is a recording, and not observed. ``exemplar``: the trace that
        it is an example of, see ``pipeline.tracing``.
        """
        if elapsed >= LIVE:
            return
        self._latency.labels(to).observe(max(elapsed.total_seconds(), 0.0), exemplar)
