"""What the commands of all sources share: from a source to a router, and on the command line."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click
from prometheus_client import CollectorRegistry
from rich.console import Console

from agents.cli.common.numbers import Number
from agents.cli.common.start import tracing_or_exit
from agents.cli.common.watched import watched
from agents.cli.language.say import in_words, say
from agents.ingest.ledger import Ledger
from agents.ingest.opening import open_publisher
from agents.ingest.outbox.kafka_sender import DeliveryError
from agents.ingest.pacing import parse_speed
from agents.ingest.position import PositionFile
from agents.ingest.router import Router, RunResult
from agents.ingest.source import Source, SourceRefusedError
from agents.ingest.status.reports import StatusReports, status_before
from agents.ingest.status.standing import SourceStanding
from agents.ingest.telemetry import Telemetry
from agents.kafka.access import ACCESS
from agents.kafka.clients import KafkaClients
from agents.monitoring import logs
from agents.monitoring.health import Check, Facts, process_registry
from agents.settings import Settings
from pipeline.brands import BrandMatcher
from schemas.brand import Brands
from schemas.bucket import HISTORY

Command = Callable[..., None]


class Speed(click.ParamType):
    """``realtime``, ``60``, ``x60`` or ``max``."""

    name = "speed"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return event seconds per second."""
        try:
            return value if isinstance(value, float) else parse_speed(str(value))
        except ValueError:
            self.fail(
                say("{value!r} is not realtime, max or a factor such as 60", value=value),
                param,
                ctx,
            )


class MomentType(click.ParamType):
    """An ISO 8601 date or time, in UTC unless it says otherwise, or ``now``."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return it as an aware time."""
        if isinstance(value, datetime):
            return value
        if value == "now":
            return datetime.now(UTC)
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                say("{value!r} is not a time such as 2010-03-17T09:00", value=value), param, ctx
            )
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


speed_option = click.option(
    "--speed",
    type=Speed(),
    default="max",
    show_default=True,
    help="realtime, a factor such as 60, or max.",
)
tail_option = click.option(
    "--tail-s",
    type=Number(min=0),
    help="Silence stated after the end, so that the last buckets close. "
    "[default: a bucket and the lateness]",
)


class SourceName(click.ParamType):
    """A name that may stand in a path and in a metric."""

    name = "name"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return it unchanged."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", str(value)):
            self.fail(
                say("{value!r} is not made of letters, digits, '.', '_' and '-'", value=value),
                param,
                ctx,
            )
        if value == HISTORY:
            self.fail(
                say("{name!r} is kept for counts of the past; choose another", name=HISTORY),
                param,
                ctx,
            )
        return str(value)


def source_option(default: str) -> Callable[[Command], Command]:
    """Option that names the source."""
    return click.option(
        "--source",
        type=SourceName(),
        default=default,
        show_default=True,
        help="Name of this source; one process per name.",
    )


@contextmanager
def served_telemetry(
    settings: Settings,
    kafka: KafkaClients,
    source: str,
    *,
    live: bool,
    health: Check,
    facts: Facts = dict,
) -> Iterator[Telemetry]:
    """Telemetry at ``/metrics``, ``/healthz`` and ``/livez``, if the settings have a port for it.

    ``health`` says why the source is not heard, or None; ``facts`` is what ``/healthz`` says of it
    besides. What is read before Kafka answers waits in the outbox, so nothing waits for it here.
    """
    telemetry = Telemetry(source, live=live, registry=process_registry())
    with watched(settings, kafka, telemetry.registry, telemetry.progress, ACCESS["ingest"]) as (
        watch,
        _,
    ):
        watch.add(health)
        watch.facts = facts
        if live:
            telemetry.watch_source(health)
        watch.begin()
        yield telemetry


@contextmanager
def opened_router(
    source: Source,
    *,
    brands: Brands,
    settings: Settings,
    kafka: KafkaClients,
    stop: Event,
    heartbeat_s: float,
    position_file: str = "",
    also: Callable[[CollectorRegistry], None] = lambda _registry: None,
    facts: Facts = dict,
) -> Iterator[Router]:
    """Wire a source to Kafka, to the brands and to who watches over the process.

    Its position is kept in the settings' directory of spools, under ``position_file`` if that is
    given. ``also`` adds metrics of the source's own, and ``facts`` is what ``/healthz`` says of it
    besides. Raises ``SpoolInUseError`` if a process already publishes this live source.
    """
    positions = PositionFile(Path(settings.spool_dir) / position_file) if position_file else None
    with served_telemetry(
        settings, kafka, source.name, live=source.live, health=source.health, facts=facts
    ) as telemetry:
        also(telemetry.registry)
        publisher = open_publisher(
            settings,
            kafka,
            source.name,
            live=source.live,
            stop=stop,
            telemetry=telemetry,
            tracing=tracing_or_exit(settings, "ingest"),
        )
        kept = PositionFile(Path(settings.spool_dir) / f"{source.name}.status")
        standing = SourceStanding(
            source.name,
            live=source.live,
            brands=[brand.id for brand in brands.brands],
            at=datetime.now(UTC),
            before=status_before(kept) if source.live else None,
        )
        matcher = BrandMatcher(brands)
        yield Router(
            source,
            publisher,
            matcher.match,
            ledger=None if source.live else Ledger(matcher.is_own, width_s=settings.bucket_s),
            reports=StatusReports(
                standing, publisher, source.health, kept=kept if source.live else None
            ),
            telemetry=telemetry,
            heartbeat_s=heartbeat_s,
            positions=positions,
        )


def tail_or_default_s(asked_s: float | None, settings: Settings) -> float:
    """Silence that closes every bucket, unless another was asked for."""
    return settings.bucket_s + settings.lateness_s if asked_s is None else asked_s


def log_to(console: Console, level: str) -> None:
    """Send the log to ``console``. Raises ``ValueError`` for a level that is none."""
    logs.set_up(console, level)
    # At DEBUG tweepy would log the bearer token.
    logging.getLogger("tweepy").setLevel(logging.CRITICAL)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what the user can mend into a message without a traceback."""
    try:
        yield
    except (DeliveryError, SourceRefusedError, OSError, ValueError) as error:
        raise click.ClickException(in_words(error)) from error


def report(console: Console, router: Router, result: RunResult) -> None:
    """Say what was done; end with exit code 1 unless Kafka has all that was read."""
    span = ""
    if router.first and router.reached:
        span = say(
            ", {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}",
            first=router.first,
            last=router.reached,
        )
    console.print(
        say(
            "{n:,} mentions{span}: {published:,} published, {unmatched:,} about no brand, "
            "{ahead:,} dated in the future, {bad:,} bad lines; {speed:,.0f} a second",
            n=router.mentions,
            span=span,
            published=router.published,
            unmatched=router.unmatched,
            ahead=router.ahead,
            bad=router.bad,
            speed=router.items / max(result.took_s, 0.001),
        ),
        highlight=False,
        soft_wrap=True,
    )
    if router.ledger:
        console.print(f"{in_words(router.ledger.words())}.", highlight=False, soft_wrap=True)
    if not result.ended:
        console.print(say("Stopped before the end."))
    if not result.delivered:
        raise click.ClickException(say("Kafka did not take all of it in time"))
