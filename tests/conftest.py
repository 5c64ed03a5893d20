"""Brokers for tests, started at first use and stopped at the end; how properties are tried."""

import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from agents.kafka.apache import ApacheKafka
from agents.kafka.apache_cluster import ApacheCluster
from agents.kafka.embedded import EmbeddedBroker
from agents.kafka.jars import KAFKA_VERSION, OLDEST_KAFKA_VERSION, missing_tools

# Speed is not what is tested. A property tries the same examples each time, so that a change is
# judged by what it does; what nobody tried yet is looked for by ``make search``.
settings.register_profile("tocsin", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile("tocsin")

KAFKA = {"newest": KAFKA_VERSION, "oldest": OLDEST_KAFKA_VERSION}
JARS = Path(__file__).parents[1] / ".cache" / "kafka"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose the Kafka that it is on."""
    parser.addoption(
        "--kafka",
        choices=KAFKA,
        default="newest",
        help="The Apache Kafka on which tests run that need a real one.",
    )


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what stays to the end: a tenth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """Undo what a command that was called in this process did to the log of all that follow."""
    loggers = [logging.getLogger(name) for name in ("", "kafka", "aiohttp.access")]
    handlers, levels = loggers[0].handlers[:], [one.level for one in loggers]
    yield
    loggers[0].handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """Yield an embedded broker of its own for each test: it starts within a second."""
    with EmbeddedBroker(partitions=4) as broker:
        yield broker


@pytest.fixture(scope="session")
def apache_kafka(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ApacheKafka]:
    """Yield a running Apache Kafka, the same for all tests; skip where its tools are not found.

    It starts without topics and makes none by itself. A test takes topic and group names of its
    own, and starts the broker again if it stopped or killed it.
    """
    version = _kafka_or_skip(request)
    directory = tmp_path_factory.mktemp("apache-kafka")
    with ApacheKafka(directory, cache=JARS, version=version) as broker:
        yield broker


@pytest.fixture
def apache_cluster(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ApacheCluster]:
    """Yield three running brokers that are one Apache Kafka; skip where its tools are not found."""
    with ApacheCluster(tmp_path, cache=JARS, version=_kafka_or_skip(request)) as cluster:
        yield cluster


def _kafka_or_skip(request: pytest.FixtureRequest) -> str:
    version = KAFKA[request.config.getoption("--kafka")]
    if missing := missing_tools(JARS, version):
        pytest.skip(f"needs a real Apache Kafka, and {' and '.join(missing)} not on the PATH")
    return version
