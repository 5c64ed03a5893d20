"""``tocsin worker``: score, roll up and judge what ingest agents publish."""

import logging
import os
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
import faust
from kafka.errors import KafkaError
from rich.console import Console

from agents import logs
from agents.brokers.follower import SlowStartError
from agents.brokers.topic_reader import NoTopicError
from agents.commands.common import (
    brands_option,
    brands_or_exit,
    by_id,
    kafka_or_stop,
    library_or_exit,
    open_health,
    rollup_rules,
    settings_or_exit,
)
from agents.groups import examples
from agents.health import Cause, Progress, process_registry
from agents.ingest.stopping import stop_on_signals
from agents.learning.opening import open_follower, shipped_verifier
from agents.reader import open_if_there
from pipeline.learning.watched import Watched
from pipeline.metrics import Metrics
from pipeline.state.header import StateError
from pipeline.worker.app import Worker, WorkerOptions
from schemas.topics import TOPICS

EX_SOFTWARE = 70

log = logging.getLogger("tocsin.worker")


def crash(error: BaseException) -> NoReturn:
    """End the process now, without another commit: what it had not finished is read again."""
    told = None if isinstance(error, StateError) else error  # it says all that there is to say
    log.critical("the worker ends itself: %s", error, exc_info=told)
    logging.shutdown()
    os._exit(EX_SOFTWARE)


def utc_now() -> datetime:
    """The wall clock, which is handed to the worker."""
    return datetime.now(UTC)


@click.command(epilog=examples("tocsin worker --brands brands.yaml"))
@brands_option
def command(brands_file: Path) -> None:
    """Run one stream processor; several share the load by partition.

    Reads tocsin.mentions, writes tocsin.buckets and tocsin.incidents; scores with the versions on
    tocsin.models. Settings come from TOCSIN_… variables (see tocsin check). The topics must exist
    (tocsin topics).
    """
    settings = settings_or_exit()
    logs.set_up(Console(stderr=True), settings.log_level)
    brands = by_id(brands_or_exit(brands_file))
    library = library_or_exit(settings)
    registry = process_registry()
    metrics = Metrics(registry)
    worker: Worker | None = None

    def caught_up() -> bool:
        return worker is not None and worker.caught_up()

    def recovering() -> Cause | None:
        if worker is None or worker.settled:
            return None
        return Cause("recovering", "partitions are being shared out, or their state read back")

    progress = Progress(idle=caught_up)
    with ExitStack() as stack:
        names = [topic.name for topic in TOPICS]
        health, reach = open_health(stack, settings, registry, progress, names)
        health.add(recovering)
        with stop_on_signals() as stop:
            if not kafka_or_stop(settings, reach, progress, stop):
                return
        verifier = shipped_verifier()
        try:
            follower = open_follower(
                settings.kafka_bootstrap,
                verifier,
                brands,
                metrics=metrics,
                crash=crash,
                turned=progress.turned,
            )
        except (KafkaError, NoTopicError, SlowStartError) as error:
            raise click.ClickException(f"Kafka at {settings.kafka_bootstrap}: {error}") from error
        health.add(follower.cause)
        opened = open_if_there(settings.reader_share, len(brands))
        worker = Worker(
            WorkerOptions(
                settings.kafka_bootstrap,
                settings.partitions,
                rollup_rules(settings),
                weak_labels_per_hour=settings.weak_labels_per_hour,
                reading=opened.rules,
            ),
            brands=brands,
            model=verifier.warm,
            model_of=lambda brand: Watched(
                follower.of(brand), metrics, verifier.warm.weights.lexicons
            ),
            metrics=metrics,
            now=utc_now,
            crash=crash,
            library=library,
            on_progress=progress.made,
            on_turn=progress.turned,
            reader=opened.reader,
        )
        health.lag = worker.lag
        follower.start()
        health.begin()
        reach.hush("aiokafka", "faust.transport")
        runner = faust.Worker(worker.app, loglevel=settings.log_level, override_logging=False)
        runner.spinner = None  # it writes control characters wherever the output goes
        runner.execute_from_commandline()
