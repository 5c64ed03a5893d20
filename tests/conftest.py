"""Brokers for tests, started once and stopped at the end."""

from collections.abc import Iterator

import pytest

from agents.brokers.embedded import EmbeddedBroker


@pytest.fixture
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """Yield an embedded broker of its own for each test: it starts within milliseconds."""
    with EmbeddedBroker(partitions=4) as broker:
        yield broker
