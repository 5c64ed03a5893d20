"""``tocsin worker``: score, roll up and judge what ingest agents publish."""

import logging
import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

import click
import faust
from kafka.errors import KafkaError
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.scorer import scorer_or_exit, why_not_adaptable
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    clients_or_exit,
    kafka_or_stop,
    library_or_exit,
    open_health,
    rollup_rules,
    settings_or_exit,
    tracing_or_exit,
)
from agents.cli.language.say import say
from agents.deletions.follower import open_deletions
from agents.garbage import leave_what_is_loaded
from agents.ingest.stopping import stop_on_signals
from agents.kafka.access import ACCESS
from agents.kafka.clients import KafkaClients
from agents.kafka.follower import Follower, SlowStartError
from agents.kafka.topic_reader import NoTopicError
from agents.learning.follower import ModelFollower, open_follower
from agents.monitoring import logs
from agents.monitoring.health import Cause, Progress, process_registry
from agents.reader import open_if_there
from agents.settings import Settings
from pipeline.learning.verify import verifier_of
from pipeline.learning.watched import MeasuredScorers
from pipeline.metrics import Metrics
from pipeline.sentiment.api import Adaptable, Scorer
from pipeline.state.header import StateError
from pipeline.worker.app import Worker, WorkerOptions
from pipeline.worker.forgetting import Deletions
from schemas.brand import Brand

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

    Reads tocsin.mentions, writes tocsin.buckets and tocsin.incidents. Posts are scored by what
    TOCSIN_SCORER names, with the versions on tocsin.models if it can learn. Settings come from
    TOCSIN_… variables (see tocsin check). The topics must exist (tocsin topics).
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    logs.set_up(Console(stderr=True), settings.log_level)
    tracing = tracing_or_exit(settings, "worker")
    brands = by_id(brands_or_exit(brands_file))
    library = library_or_exit(settings)
    scorer = scorer_or_exit(settings)
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
        health, reach = open_health(
            stack, settings, kafka, registry, progress, access=ACCESS["worker"]
        )
        health.add(recovering)
        with stop_on_signals() as stop:
            if not kafka_or_stop(settings, kafka, reach, progress, stop):
                return
        follower = _follower(settings, kafka, scorer, brands, metrics=metrics, progress=progress)
        if follower is not None:
            health.add(follower.cause)
        deletions = Deletions()
        forgetting = _forgetting(kafka, deletions, metrics=metrics, progress=progress)
        health.add(forgetting.cause)
        languages = scorer.languages if isinstance(scorer, Adaptable) else _languages_of(brands)
        watching = MeasuredScorers(metrics, languages)
        opened = open_if_there(settings.reader_share, len(brands))
        worker = Worker(
            WorkerOptions(
                kafka.bootstrap,
                settings.partitions,
                rollup_rules(settings),
                prefix=kafka.prefix,
                login=kafka.security,
                weak_labels_per_hour=settings.weak_labels_per_hour,
                reading=opened.rules,
            ),
            brands=brands,
            model=scorer,
            model_of=lambda brand: watching.of(scorer if follower is None else follower.of(brand)),
            metrics=metrics,
            now=utc_now,
            crash=crash,
            library=library,
            on_progress=progress.made,
            on_turn=progress.turned,
            reader=opened.reader,
            tracing=tracing,
            deletions=deletions,
        )
        health.lag = worker.lag
        health.add(partial(_stuck, worker))
        if follower is not None:
            follower.start()
        forgetting.start()
        health.begin()
        reach.hush("aiokafka", "faust.transport")
        runner = faust.Worker(worker.app, loglevel=settings.log_level, override_logging=False)
        runner.spinner = None  # it writes control characters wherever the output goes
        leave_what_is_loaded()
        runner.execute_from_commandline()


def _follower(
    settings: Settings,
    kafka: KafkaClients,
    scorer: Scorer,
    brands: Mapping[str, Brand],
    *,
    metrics: Metrics,
    progress: Progress,
) -> ModelFollower | None:
    """Read what was learned on top of the scorer; None, and a word in the log, if it can't learn.

    Raises:
        ClickException: Kafka does not answer, or lacks a topic.
    """
    if not isinstance(scorer, Adaptable):
        log.warning("labels change no score: %s", why_not_adaptable(settings, scorer))
        return None
    try:
        return open_follower(
            kafka,
            verifier_of(scorer),
            brands,
            metrics=metrics,
            crash=crash,
            turned=progress.turned,
        )
    except (KafkaError, NoTopicError, SlowStartError) as error:
        raise click.ClickException(
            say("Kafka at {address}: {why}", address=kafka.bootstrap, why=error)
        ) from error


def _forgetting(
    kafka: KafkaClients, deletions: Deletions, *, metrics: Metrics, progress: Progress
) -> Follower:
    """Read all that is to be forgotten, before any state is read; the thread that goes on.

    Raises:
        ClickException: Kafka does not answer, or lacks the topic.
    """
    try:
        return open_deletions(
            kafka, deletions.take, metrics=metrics, crash=crash, turned=progress.turned
        )
    except (KafkaError, NoTopicError, SlowStartError) as error:
        raise click.ClickException(
            say("Kafka at {address}: {why}", address=kafka.bootstrap, why=error)
        ) from error


def _stuck(worker: Worker) -> Cause | None:
    """Why a part of the brands is not judged, though the worker makes progress with the others."""
    if parts := worker.stuck():
        return Cause("partition_stuck", f"records wait and none of them is done: {parts}")
    return None


def _languages_of(brands: Mapping[str, Brand]) -> frozenset[str]:
    """Languages that the brands file names, which metrics then count by name."""
    return frozenset(lang for brand in brands.values() for lang in brand.languages)
