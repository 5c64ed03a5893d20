"""``tocsin page``: incidents as a web page on the company's own network."""

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click
from aiohttp import web
from kafka.errors import KafkaError
from rich.console import Console

from agents.alerting.answers import AnswerSender
from agents.cli.common.groups import examples
from agents.cli.common.numbers import Whole
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    clients_or_exit,
    kafka_or_stop,
    open_health,
    settings_or_exit,
)
from agents.coverage.memory import CoverageMemory
from agents.coverage.opening import open_coverage, unread
from agents.coverage.verdict import Status
from agents.incidents.memory import IncidentMemory
from agents.incidents.opening import DAY_S, follow, open_incidents
from agents.ingest.stopping import stop_on_signals
from agents.kafka.access import ACCESS
from agents.kafka.follower import SlowStartError, running
from agents.kafka.topic_reader import NoTopicError
from agents.monitoring import logs
from agents.monitoring.health import Progress, process_registry
from agents.web.app import STAGE, Access, Page
from agents.web.guard import Tokens
from agents.web.limits import Door, Limits, listen
from agents.web.undelivered import UndeliveredMemory, watch
from pipeline.metrics import Metrics

SEND_S = 10.0

log = logging.getLogger(__name__)


@click.command(epilog=examples("tocsin page --brands brands.yaml --days 30"))
@brands_option
@click.option(
    "--days",
    type=Whole(1, 400),
    default=90,
    show_default=True,
    help="How far back incidents are shown; at most the 1,000 latest.",
)
def command(*, brands_file: Path, days: int) -> None:
    """Serve incidents as a web page, in English or French, with forms to answer and to label.

    Listens on TOCSIN_PAGE_HOST and TOCSIN_PAGE_PORT. Answers are taken only from people whom a
    reverse proxy names in the header that TOCSIN_PAGE_USER_HEADER says; the page has no login of
    its own, and without that setting it is to look at only.
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    brands = by_id(brands_or_exit(brands_file))
    logs.set_up(Console(stderr=True), settings.log_level)
    registry = process_registry()
    metrics, progress = Metrics(registry), Progress()
    incidents = IncidentMemory()
    broken: list[BaseException] = []
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())

        def crash(error: BaseException) -> None:
            broken.append(error)
            stop.set()

        health, reach = open_health(
            stack, settings, kafka, registry, progress, access=ACCESS["page"]
        )
        if not kafka_or_stop(settings, kafka, reach, progress, stop):
            return
        try:
            reader = open_incidents(kafka, "tocsin-page", since_s=time.time() - days * DAY_S)
            stack.callback(reader.close)
            follower = follow(
                reader,
                incidents,
                unreadable=lambda reason: metrics.errored(STAGE, reason),
                dropped=lambda reason: metrics.dropped(STAGE, reason),
                crash=crash,
                polled=progress.made,
            )
            follower.catch_up(time.monotonic)
            memory = CoverageMemory(
                brands, settings.partitions, blind_after_s=settings.blind_after_s
            )
            coverage, ears = open_coverage(
                kafka,
                memory,
                spoiled=lambda: metrics.errored(STAGE, "unusable"),
                crash=crash,
            )
            stack.callback(ears.close, autocommit=False)
            coverage.follower.catch_up(time.monotonic)
            undelivered = UndeliveredMemory()
            # Not waited for: there may be very many dead letters of other kinds.
            watcher = watch(kafka, undelivered, now_s=time.time(), metrics=metrics, crash=crash)
            stack.callback(watcher.close)
        except (KafkaError, NoTopicError, SlowStartError) as error:
            raise click.ClickException(f"Kafka at {kafka.bootstrap}: {error}") from error
        stack.enter_context(running(follower))
        stack.enter_context(running(watcher))
        stack.enter_context(running(coverage.follower))

        def statuses(now: datetime) -> Mapping[str, Status]:
            silent_s = reach.silent_s()
            if follower.cause():
                silent_s = max(silent_s, follower.read_to_end_ago_s())
            if silent_s:
                return dict.fromkeys(brands, unread(now, silent_s))
            return coverage.statuses(now)

        sender = AnswerSender(kafka, settings.partitions, timeout_s=SEND_S)
        stack.enter_context(closing(sender))
        page = Page(
            brands=brands,
            incidents=incidents,
            send=sender.send,
            access=Access(settings.page_user_header, settings.page_url),
            tokens=Tokens(secrets.token_bytes(32)),
            once=lambda: secrets.token_hex(16),
            now=lambda: datetime.now(UTC),
            metrics=metrics,
            statuses=statuses,
            undelivered=undelivered.lately,
        )
        health.add(follower.cause)
        health.add(watcher.cause)
        health.add(coverage.cause)
        health.begin()
        door = Door(Limits(), lambda why: metrics.dropped(STAGE, why))
        asyncio.run(_serve(page.application(), settings.page_host, settings.page_port, door, stop))
    if broken:
        raise click.ClickException(f"incidents can no longer be followed: {broken[0]!r}")


async def _serve(
    application: web.Application, host: str, port: int, door: Door, stop: Event
) -> None:
    """Serve until ``stop`` is set."""
    try:
        runner, server = await listen(application, host, port, door)
    except OSError as error:
        raise click.ClickException(
            f"the page cannot be served on {host}:{port}: {error.strerror}"
        ) from error
    try:
        at = server.sockets[0].getsockname()
        log.info("the page is on http://%s:%s", f"[{at[0]}]" if ":" in at[0] else at[0], at[1])
        await asyncio.to_thread(stop.wait)
    finally:
        server.close()
        await runner.cleanup()
