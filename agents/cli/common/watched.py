"""Puts together what watches over a process: questions to Kafka, its health, and who may ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from prometheus_client import CollectorRegistry

from agents.kafka.access import Access
from agents.kafka.clients import KafkaClients
from agents.kafka.reach import Reach
from agents.monitoring.health import Health, Progress
from agents.monitoring.server import serve
from agents.settings import Settings


@contextmanager
def watched(
    settings: Settings,
    kafka: KafkaClients,
    registry: CollectorRegistry,
    progress: Progress,
    access: Access,
) -> Iterator[tuple[Health, Reach]]:
    """Ask Kafka for ``access`` again and again, and serve what becomes of it, within the block.

    It is served only where the settings have a port for it. Raises ``OSError`` where that port is
    taken.
    """
    reach = Reach(kafka.bootstrap, asked=partial(kafka.ask, access))
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
