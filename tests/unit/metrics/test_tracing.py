"""Spans, their headers and exemplars: what OpenTelemetry makes of them, and what nothing makes."""

import sys
from datetime import timedelta

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.exposition import generate_latest

from agents.monitoring.tracing import OpenTelemetry, TracingError, open_tracing
from agents.secret import Secret
from agents.settings import Settings
from pipeline.metrics import Metrics
from pipeline.rollup.rules import RollupRules
from pipeline.tracing import BATCHES_OF_A_BUCKET, BUCKETS_KEPT, OFF, Batches, Tracing
from support.rolling import at, batch, mention


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(kept) -> OpenTelemetry:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    return OpenTelemetry(provider)


def test_a_record_carries_its_trace_on_and_others_are_linked(tracing, kept):
    first = tracing.begin("publish", topic="tocsin.mentions", mentions=3)
    first.end()
    second = tracing.begin("publish", topic="tocsin.mentions", mentions=1)
    second.end()
    assert first.headers[0][0] == "traceparent"
    # Faust gives headers as a mapping, kafka-python as pairs.
    with tracing.begin("rollup", came=dict(second.headers), also=[first.headers], brand="acme"):
        pass
    one, two, rollup = kept.get_finished_spans()
    assert rollup.parent.span_id == two.context.span_id
    assert rollup.context.trace_id == two.context.trace_id != one.context.trace_id
    assert [link.context.span_id for link in rollup.links] == [one.context.span_id]
    assert rollup.attributes == {"tocsin.brand": "acme"}


@pytest.mark.parametrize(
    "came", [None, [], [("traceparent", b"\xff")], [("traceparent", b"00-0-0-0")], {"other": b"1"}]
)
def test_headers_that_say_nothing_begin_a_new_trace(tracing, kept, came):
    with tracing.begin("judge", came=came, also=[came]):
        pass
    [span] = kept.get_finished_spans()
    assert span.parent is None
    assert span.links == ()


def test_an_error_is_stated_and_goes_on(tracing, kept):
    token = Secret("xoxb-planted-token").reveal()
    with pytest.raises(ValueError, match="no"), tracing.begin("deliver"):
        raise ValueError(f"no {token}")
    [span] = kept.get_finished_spans()
    assert span.attributes == {"error.type": "ValueError"}
    assert (span.status.status_code.name, span.status.description) == ("ERROR", "no …")
    assert span.events == ()


def test_a_histogram_names_a_trace_that_is_kept_and_no_other(tracing):
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    with tracing.begin("deliver") as span:
        metrics.latency("slack", timedelta(seconds=3), span.exemplar)
    assert span.exemplar["trace_id"] in generate_latest(registry).decode()
    unkept = OpenTelemetry(TracerProvider(sampler=ALWAYS_OFF)).begin("deliver")
    assert unkept.exemplar is None
    assert OFF.begin("deliver").exemplar is None


def test_a_bucket_has_the_batches_whose_posts_are_in_it_within_bounds():
    batches = Batches(RollupRules().bucket_of)
    one, two = [("traceparent", b"1")], [("traceparent", b"2")]
    batches.came(batch(mention("a", 1), mention("b", 12), to=20), one)
    batches.came(batch(mention("c", 3), to=20), two)
    batches.came(batch(mention("d", 4), to=20), None)

    def of(second: int):
        return batches.of(_Bucket("nestle", second))

    assert (of(0), of(10), of(20)) == ([one, two], [one], [])
    assert of(0) == []
    for number in range(BATCHES_OF_A_BUCKET + 1):
        batches.came(batch(mention("a", 1), to=20), [("traceparent", str(number).encode())])
    assert len(found := of(0)) == BATCHES_OF_A_BUCKET
    assert found[-1] == [("traceparent", str(BATCHES_OF_A_BUCKET).encode())]
    for second in range(0, (BUCKETS_KEPT + 2) * 10, 10):
        batches.came(batch(mention("a", second), to=second), one)
    assert of(0) == []
    assert of(20) == [one]


class _Bucket:
    """What is asked of a bucket."""

    def __init__(self, brand: str, second: int) -> None:
        self.brand, self.start = brand, at(second)


def test_off_is_off_and_a_library_that_is_missing_is_named(monkeypatch):
    assert open_tracing(Settings(), "worker", {}) is OFF
    assert type(OFF) is Tracing
    for name in list(sys.modules):
        if name.startswith("opentelemetry"):
            monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(TracingError, match=r"pip install 'tocsin\[otel\]'"):
        open_tracing(Settings(traces="otlp"), "worker", {})
