"""Brokers for tests, started at first use and stopped at the end; no deadlines for properties."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from agents.brokers.apache import ApacheKafka
from agents.brokers.embedded import EmbeddedBroker
from agents.brokers.jars import missing_tools

settings.register_profile("tocsin", deadline=None)  # speed is not what is tested
settings.load_profile("tocsin")

JARS = Path(__file__).parents[1] / ".cache" / "kafka"


@pytest.fixture
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """Yield an embedded broker of its own for each test: it starts within a second."""
    with EmbeddedBroker(partitions=4) as broker:
        yield broker


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """Yield a running Apache Kafka, the same for all tests; skip where its tools are not found.

    It starts without topics and makes none by itself. A test takes topic and group names of its
    own, and starts the broker again if it stopped or killed it.
    """
    if missing := missing_tools(JARS):
        pytest.skip(f"needs a real Apache Kafka, and {' and '.join(missing)} not on the PATH")
    with ApacheKafka(tmp_path_factory.mktemp("apache-kafka"), cache=JARS) as broker:
        yield broker
