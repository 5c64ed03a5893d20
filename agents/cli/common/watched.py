"""Puts together what watches over a process: questions to Kafka, its health, and who may ask."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry

from agents.kafka.reach import Reach
from agents.monitoring.health import Health, Progress
from agents.monitoring.server import serve
from agents.settings import Settings


@contextmanager
def watched(
    settings: Settings, registry: CollectorRegistry, progress: Progress, topics: Iterable[str]
) -> Iterator[tuple[Health, Reach]]:
    """Ask Kafka for ``topics`` again and again, and serve what becomes of it, within the block.

    It is served only where the settings have a port for it. Raises ``OSError`` where that port is
    taken, and ``ValueError`` where the address of Kafka is none.
    """
    reach = Reach(settings.kafka_bootstrap, topics)
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
