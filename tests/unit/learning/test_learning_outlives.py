"""No record kills the follower of models; what says nothing is counted."""

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from agents.kafka.topic_reader import Read
from agents.learning.follower import take
from pipeline.learning.store import ModelStore
from pipeline.metrics import Metrics
from schemas.topics import INCIDENTS, MODELS
from support.hostile import HostileRecord, hostile
from support.learning import BRANDS, shipped_verifier


def bad(topic: str) -> st.SearchStrategy[HostileRecord]:
    junk = st.binary(max_size=80).map(lambda value: HostileRecord(topic, None, value))
    return hostile(topic) | junk


def counted(registry: CollectorRegistry, stage: str, reason: str) -> float:
    labels = {"stage": stage, "reason": reason}
    return registry.get_sample_value("tocsin_records_dropped_total", labels) or 0.0


@settings(max_examples=100)
@given(st.sampled_from((MODELS.name, INCIDENTS.name)).flatmap(bad))
def test_whatever_is_on_the_followed_topics_the_follower_lives(record):
    registry = CollectorRegistry()
    store = ModelStore(shipped_verifier(), BRANDS)
    take(store, Read(record.topic, 0, 0, 7, record.value or b""), Metrics(registry))
    assert counted(registry, "models", "tombstone") == (not record.value)
    assert store.of("acme").score("fine", "en")
