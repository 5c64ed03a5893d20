"""Puts together what watches over a process: questions to Kafka, its health, and who may ask."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry

from agents.kafka.clients import KafkaClients
from agents.kafka.reach import Reach
from agents.monitoring.health import Health, Progress
from agents.monitoring.server import serve
from agents.settings import Settings
from schemas.topics import Topic


@contextmanager
def watched(
    settings: Settings,
    kafka: KafkaClients,
    registry: CollectorRegistry,
    progress: Progress,
    topics: Iterable[Topic],
) -> Iterator[tuple[Health, Reach]]:
    """Ask Kafka for ``topics`` again and again, and serve what becomes of it, within the block.

    It is served only where the settings have a port for it. Raises ``OSError`` where that port is
    taken.
    """
    reach = Reach(kafka.bootstrap, [kafka.topic(topic) for topic in topics], asked=kafka.ask)
    health = Health(progress, registry, reach.cause)
    server = None
    if settings.metrics_port:
        server = serve(settings.metrics_host, settings.metrics_port, registry, health)
    reach.start()
    try:
        yield health, reach
    finally:
        reach.halt()
        if server is not None:
            server.close()
