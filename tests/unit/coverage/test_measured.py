"""What Prometheus is told of brands."""

from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from agents.coverage.measured import BrandsCollector
from agents.coverage.verdict import Status
from pipeline.metrics import BRANDS_SHOWN
from schemas.bucket import HISTORY, Bucket

NOW = datetime(2026, 11, 30, 7, tzinfo=UTC)


def bucket(brand="acme", **more):
    fields = {"mentions": 3, "negative": 2, "positive": 1, "sources": ("x",)} | more
    return Bucket(
        brand=brand, start=NOW, width_s=10, watermark=NOW + timedelta(seconds=10), **fields
    )


def registered(statuses):
    registry = CollectorRegistry()
    collector = BrandsCollector(statuses, lambda _: statuses, now=lambda: NOW)
    registry.register(collector)
    return collector, registry.get_sample_value


def test_every_state_is_there_so_that_none_is_mistaken_for_unknown():
    _, value = registered({"a": Status("heard"), "b": Status("blind"), "c": Status("blind")})
    assert value("tocsin_brands", {"state": "blind"}) == 2
    assert value("tocsin_brands", {"state": "heard"}) == 1
    assert value("tocsin_brands", {"state": "unread"}) == 0
    assert value("tocsin_brand_heard", {"brand": "a"}) == 1
    assert value("tocsin_brand_heard", {"brand": "b"}) == 0


def test_posts_are_counted_by_brand_but_not_those_of_a_table_of_the_past():
    collector, value = registered({"acme": Status("heard")})
    collector.take(bucket())
    collector.take(bucket())
    collector.take(bucket(brand="stranger"))
    collector.take(bucket(mentions=0, negative=0, positive=0, weighted=9.0, sources=(HISTORY,)))
    assert value("tocsin_brand_mentions_total", {"brand": "acme"}) == 6
    assert value("tocsin_brand_negative_total", {"brand": "acme"}) == 4
    assert value("tocsin_brand_mentions_total", {"brand": "stranger"}) is None


def test_ten_thousand_brands_are_counted_and_not_named():
    many = {f"b{number}": Status("heard") for number in range(10_000)}
    collector, value = registered(many)
    assert value("tocsin_brands", {"state": "heard"}) == 10_000
    named = next(f for f in collector.collect() if f.name == "tocsin_brand_heard").samples
    assert len(named) == BRANDS_SHOWN
