"""Puts a publisher together from the settings."""

from pathlib import Path
from threading import Event

from agents.ingest.batcher import Batcher
from agents.ingest.outbox.outbox import MemoryOutbox, Outbox
from agents.ingest.outbox.spool import Spool
from agents.ingest.publisher import Publisher
from agents.ingest.telemetry import Telemetry
from agents.kafka.clients import KafkaClients
from agents.settings import Settings
from pipeline.tracing import OFF, Tracing


def open_publisher(
    settings: Settings,
    kafka: KafkaClients,
    source: str,
    *,
    live: bool,
    stop: Event | None = None,
    telemetry: Telemetry | None = None,
    tracing: Tracing = OFF,
) -> Publisher:
    """Make the publisher of a source.

    A ``live`` source spools to ``spool_dir/<source>`` and loses its newest mentions, countedly,
    when the spool is full. Any other is read again if need be: it keeps little, in memory, and
    waits. Raises ``SpoolInUseError`` if a process already publishes this live source.
    """
    outbox: Outbox = MemoryOutbox()
    if live:
        outbox = Spool(Path(settings.spool_dir) / source, limit_bytes=settings.spool_bytes)
    return Publisher(
        Batcher(source, partitions=settings.partitions),
        outbox,
        kafka.producer,
        topic_prefix=kafka.prefix,
        partitions=settings.partitions,
        can_wait=not live,
        ahead_s=settings.ahead_s,
        stop=stop,
        telemetry=telemetry,
        tracing=tracing,
    )
