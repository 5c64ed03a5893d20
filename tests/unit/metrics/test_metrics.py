"""Names, labels and the age of a silent source."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from pipeline.metrics import BRANDS_SHOWN, Metrics


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def age(registry: CollectorRegistry, source: str) -> float | None:
    return registry.get_sample_value("tocsin_watermark_age_seconds", {"source": source})


def test_every_counter_counts_under_its_name(registry: CollectorRegistry) -> None:
    metrics = Metrics(registry)
    metrics.received("rollup", 3)
    metrics.emitted("rollup")
    metrics.errored("rollup", "invalid", 2)
    metrics.dropped("rollup", "late", 5)
    metrics.mentions("rollup", 25)
    stage = {"stage": "rollup"}
    found = {
        "received": registry.get_sample_value("tocsin_records_received_total", stage),
        "emitted": registry.get_sample_value("tocsin_records_emitted_total", stage),
        "errored": registry.get_sample_value(
            "tocsin_records_errored_total", stage | {"reason": "invalid"}
        ),
        "dropped": registry.get_sample_value(
            "tocsin_records_dropped_total", stage | {"reason": "late"}
        ),
        "mentions": registry.get_sample_value("tocsin_mentions_total", stage),
    }
    assert found == {"received": 3, "emitted": 1, "errored": 2, "dropped": 5, "mentions": 25}


def test_build_info_names_version_and_python(registry: CollectorRegistry) -> None:
    Metrics(registry)
    (sample,) = (s for m in registry.collect() for s in m.samples if s.name == "tocsin_build_info")
    assert set(sample.labels) == {"version", "python"}
    assert sample.value == 1


def test_latency_lands_in_its_bucket_and_never_below_zero(registry: CollectorRegistry) -> None:
    metrics = Metrics(registry)
    metrics.latency("bucket", timedelta(seconds=12))
    metrics.latency("bucket", timedelta(seconds=-3))
    at_most = {
        edge: registry.get_sample_value(
            "tocsin_latency_seconds_bucket", {"to": "bucket", "le": edge}
        )
        for edge in ("0.1", "10.0", "15.0", "600.0")
    }
    assert at_most == {"0.1": 1, "10.0": 1, "15.0": 2, "600.0": 2}


def test_the_age_of_a_silent_source_grows_by_itself(registry: CollectorRegistry) -> None:
    clock = Clock()
    Metrics(registry, clock_s=clock).watermark_age("x", timedelta(seconds=2))
    clock.now_s += 100
    assert age(registry, "x") == 102


def test_the_newest_watermark_of_a_source_counts(registry: CollectorRegistry) -> None:
    metrics = Metrics(registry, clock_s=Clock())
    for seconds in (50, 3, 20):
        metrics.watermark_age("x", timedelta(seconds=seconds))
    assert age(registry, "x") == 3


def test_a_watermark_of_the_future_does_not_hide_silence(registry: CollectorRegistry) -> None:
    clock = Clock()
    Metrics(registry, clock_s=clock).watermark_age("x", timedelta(hours=-5))
    clock.now_s += 90
    assert age(registry, "x") == 90


def test_lag_of_a_partition_that_left_is_gone(registry: CollectorRegistry) -> None:
    metrics = Metrics(registry)
    metrics.lag("tocsin.mentions", 3, 17)
    labels = {"topic": "tocsin.mentions", "partition": "3"}
    assert registry.get_sample_value("tocsin_consumer_lag_records", labels) == 17
    metrics.forget_lag("tocsin.mentions", 3)
    metrics.forget_lag("tocsin.mentions", 3)
    assert registry.get_sample_value("tocsin_consumer_lag_records", labels) is None


def test_a_recording_tells_no_latency(registry: CollectorRegistry) -> None:
    metrics = Metrics(registry)
    metrics.latency("incident", timedelta(days=1))
    assert registry.get_sample_value("tocsin_latency_seconds_count", {"to": "incident"}) == 0


def test_alerts_are_counted_of_so_many_brands_and_no_more(registry: CollectorRegistry) -> None:
    metrics = Metrics(registry)
    for number in range(BRANDS_SHOWN + 5):
        metrics.alerted(f"b{number}", "ring")
    metrics.alerted("b0", "ring")
    found = [
        sample
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "tocsin_brand_alerts_total"
    ]
    assert len(found) == BRANDS_SHOWN
    assert max(sample.value for sample in found) == 2
