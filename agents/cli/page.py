"""``tocsin page``: incidents as a web page on the company's own network."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import NamedTuple

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
    library_or_exit,
    open_health,
    own_or_exit,
    settings_or_exit,
)
from agents.cli.language.say import say, told_in
from agents.coverage.memory import CoverageMemory
from agents.coverage.opening import Coverage, open_coverage, unread
from agents.coverage.verdict import Status, heard_facts
from agents.incidents.memory import IncidentMemory
from agents.incidents.opening import DAY_S, follow, open_incidents
from agents.ingest.stopping import stop_on_signals
from agents.kafka.access import ACCESS
from agents.kafka.clients import KafkaClients
from agents.kafka.follower import Follower, SlowStartError, running
from agents.kafka.topic_reader import NoTopicError
from agents.monitoring import logs
from agents.monitoring.health import Check, Progress, process_registry
from agents.settings import Settings
from agents.web.api_tokens import ApiTokens, TokensError
from agents.web.app import STAGE, Page, VisitorAccess
from agents.web.editor.buckets import buckets_of
from agents.web.editor.preview import Past, rehearse
from agents.web.guard import Tokens
from agents.web.limits import Door, PageLimits, listen
from agents.web.notified import NotifiedMemory
from agents.web.notified import watch as watch_notified
from agents.web.playbooks import PlaybookError, Playbooks, read_playbooks
from agents.web.store.courses import Courses
from agents.web.store.opening import keep_current
from agents.web.store.store import DEFAULT_URL, Store, StoreError
from agents.web.undelivered import UndeliveredMemory, watch
from pipeline.detection.patterns.library import load_episodes
from pipeline.metrics import Metrics
from pipeline.phrase import reason_of
from schemas.brand import Brand

SEND_S = 10.0
STOP_TURN_S = 0.25

log = logging.getLogger(__name__)


@click.command(
    epilog=examples(
        "tocsin page --brands brands.yaml --days 30", "tocsin page --brands brands.yaml --rebuild"
    )
)
@brands_option
@click.option(
    "--days",
    type=Whole(1, 400),
    default=90,
    show_default=True,
    help="How far back incidents are shown; at most the 1,000 latest.",
)
@click.option("--rebuild", is_flag=True, help="Empty the page's store, and fill it again.")
def command(*, brands_file: Path, days: int, rebuild: bool) -> None:
    """Serve what is heard and what rings as web pages, in English or French.

    With charts, posts, notes and forms to answer and to label; the same as JSON, CSV and Atom.
    Listens on TOCSIN_PAGE_HOST and TOCSIN_PAGE_PORT. Answers are taken only from people whom a
    reverse proxy names in the header that TOCSIN_PAGE_USER_HEADER says; the page has no login of
    its own, and without that setting it is to look at only.
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    brands = by_id(brands_or_exit(brands_file))
    playbooks = _playbooks_or_exit(settings.playbook_dir)
    library = library_or_exit(settings)
    episodes = {one.name: one for one in (*load_episodes(), *own_or_exit(settings))}
    api_tokens = _tokens_or_exit(settings.page_tokens_file, brands)
    store = _store_or_exit(settings.page_store.reveal() or DEFAULT_URL, rebuild=rebuild)
    logs.set_up(Console(stderr=True), settings.log_level)
    registry = process_registry()
    metrics, progress = Metrics(registry), Progress()
    broken: list[BaseException] = []
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        stack.callback(store.close)

        def crash(error: BaseException) -> None:
            broken.append(error)
            stop.set()

        health, reach = open_health(
            stack, settings, kafka, registry, progress, access=ACCESS["page"]
        )
        if not kafka_or_stop(settings, kafka, reach, progress, stop):
            return
        try:
            followed = _open(stack, kafka, settings, brands, store, days, metrics, progress, crash)
        except (KafkaError, NoTopicError, SlowStartError) as error:
            raise click.ClickException(
                say("Kafka at {address}: {why}", address=kafka.bootstrap, why=error)
            ) from error

        def statuses(now: datetime) -> Mapping[str, Status]:
            silent_s = reach.silent_s()
            if followed.incidents.cause():
                silent_s = max(silent_s, followed.incidents.read_to_end_ago_s())
            if silent_s:
                return dict.fromkeys(brands, unread(now, silent_s))
            return followed.coverage.statuses(now)

        past = Past(
            newest_s=Courses(store).newest_s,
            buckets=lambda brand: buckets_of(
                kafka, brand, partitions=settings.partitions, now_s=time.time()
            ),
        )
        sender = AnswerSender(kafka, settings.partitions, timeout_s=SEND_S)
        stack.enter_context(closing(sender))
        page = Page(
            api_tokens=api_tokens,
            brands=brands,
            incidents=followed.memory,
            store=store,
            send=sender.send,
            access=VisitorAccess(settings.page_user_header, settings.page_url),
            tokens=Tokens(secrets.token_bytes(32)),
            once=lambda: secrets.token_hex(16),
            now=lambda: datetime.now(UTC),
            metrics=metrics,
            statuses=statuses,
            undelivered=followed.undelivered.lately,
            sources=followed.coverage.sources.all,
            playbooks=playbooks,
            episodes=episodes,
            notified=followed.notified,
            brands_text=brands_file.read_text(encoding="utf-8").removeprefix("\ufeff"),
            rehearse=lambda new: rehearse(brands, new, past, library),
            in_words=told_in,
        )
        health.facts = lambda: heard_facts(statuses(datetime.now(UTC)))
        for check in followed.checks:
            health.add(check)
        health.begin()
        door = Door(PageLimits(), lambda why: metrics.dropped(STAGE, why))
        asyncio.run(_serve(page.application(), settings.page_host, settings.page_port, door, stop))
    if broken:
        raise click.ClickException(
            say("incidents can no longer be followed: {why}", why=repr(broken[0]))
        )


class _Followed(NamedTuple):
    """What threads keep current from Kafka, and what says that one of them cannot."""

    memory: IncidentMemory
    incidents: Follower
    coverage: Coverage
    undelivered: UndeliveredMemory
    notified: NotifiedMemory
    checks: tuple[Check, ...]


def _open(  # noqa: PLR0917 - one call, for what the command has
    stack: ExitStack,
    kafka: KafkaClients,
    settings: Settings,
    brands: Mapping[str, Brand],
    store: Store,
    days: int,
    metrics: Metrics,
    progress: Progress,
    crash: Callable[[BaseException], None],
) -> _Followed:
    """Open and start all that is followed, until ``stack`` is left."""
    memory, undelivered, notified = IncidentMemory(), UndeliveredMemory(), NotifiedMemory()
    reader = open_incidents(kafka, "tocsin-page", since_s=time.time() - days * DAY_S)
    stack.callback(reader.close)
    follower = follow(
        reader,
        memory,
        unreadable=lambda reason: metrics.errored(STAGE, reason),
        dropped=lambda reason: metrics.dropped(STAGE, reason),
        crash=crash,
        polled=progress.made,
    )
    follower.catch_up(time.monotonic)
    coverage, ears = open_coverage(
        kafka,
        CoverageMemory(brands, settings.partitions, blind_after_s=settings.blind_after_s),
        spoiled=lambda: metrics.errored(STAGE, "unusable"),
        crash=crash,
    )
    stack.callback(ears.close, autocommit=False)
    coverage.follower.catch_up(time.monotonic)
    # Not waited for: there may be very many dead letters of other kinds.
    watcher = watch(kafka, undelivered, now_s=time.time(), metrics=metrics, crash=crash)
    stack.callback(watcher.close)
    caller = watch_notified(kafka, notified, metrics=metrics, crash=crash)
    stack.callback(caller.close)
    # Nor is this: pages are there at once, and their charts fill up.
    keeper = keep_current(
        kafka,
        store,
        keep=timedelta(days=settings.page_keep_days),
        spoiled=lambda: metrics.errored(STAGE, "store"),
        crash=crash,
    )
    stack.callback(keeper.close)
    for thread in (follower, watcher, caller, keeper, coverage.follower):
        stack.enter_context(running(thread))
    checks = (follower.cause, watcher.cause, caller.cause, keeper.cause, coverage.cause)
    return _Followed(memory, follower, coverage, undelivered, notified, checks)


def _store_or_exit(url: str, *, rebuild: bool) -> Store:
    try:
        store = Store(url)
    except StoreError as error:
        raise click.UsageError(say("TOCSIN_PAGE_STORE: {why}", why=error)) from None
    if rebuild:
        store.erase()
    return store


def _playbooks_or_exit(directory: str) -> Playbooks:
    try:
        return read_playbooks(Path(directory)) if directory else Playbooks()
    except PlaybookError as error:
        raise click.ClickException(say("TOCSIN_PLAYBOOK_DIR: {why}", why=error)) from error


def _tokens_or_exit(file: str, brands: Collection[str]) -> ApiTokens | None:
    try:
        return ApiTokens(Path(file), brands) if file else None
    except TokensError as error:
        raise click.ClickException(say("TOCSIN_PAGE_TOKENS_FILE: {why}", why=error)) from error


async def _serve(
    application: web.Application, host: str, port: int, door: Door, stop: Event
) -> None:
    """Serve until ``stop`` is set."""
    try:
        runner, server = await listen(application, host, port, door)
    except OSError as error:
        raise click.ClickException(
            say(
                "the page cannot be served on {host}:{port}: {why}",
                host=host,
                port=port,
                why=reason_of(error),
            )
        ) from error
    try:
        at = server.sockets[0].getsockname()
        log.info("the page is on http://%s:%s", f"[{at[0]}]" if ":" in at[0] else at[0], at[1])
        # In turns, since a signal that comes just before the loop falls asleep does not wake it.
        while not stop.is_set():  # noqa: ASYNC110 - a thread or a signal sets it
            await asyncio.sleep(STOP_TURN_S)
    finally:
        server.close()
        await runner.cleanup()
