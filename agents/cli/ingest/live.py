"""What the commands of live sources share: how they start, and how they run to a signal."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

import click
from rich.console import Console

from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_or_exit, clients_or_exit, settings_or_exit
from agents.cli.ingest.common import Command, log_to, one_line_errors, opened_router
from agents.cli.language.say import say
from agents.ingest.formats import FORMATS
from agents.ingest.heartbeats import LIVE_HEARTBEAT_S
from agents.ingest.router import Router
from agents.ingest.source import Source
from agents.ingest.stopping import stop_on_signals
from agents.kafka.clients import KafkaClients
from agents.settings import Settings
from schemas.brand import Brands

_Source = TypeVar("_Source", bound=Source)

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

mapping_option = click.option(
    "--mapping", type=FILE, help="YAML that maps columns or fields to a mention."
)
format_option = click.option(
    "--input-format", type=click.Choice(FORMATS), help="Where it cannot be told."
)


def delay_option(default: float) -> Callable[[Command], Command]:
    """Option for how old a post may be when it comes."""
    return click.option(
        "--delay-s",
        type=Number(min=0),
        default=default,
        show_default=True,
        help="How old a post may be when it comes; the watermark stays so far behind.",
    )


class Start(NamedTuple):
    """What every live source is started with."""

    settings: Settings
    kafka: KafkaClients
    brands: Brands
    console: Console


def start_or_exit(brands_file: Path) -> Start:
    """Read settings and brands; say all their faults and end if there are any."""
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    return Start(settings, kafka, brands_or_exit(brands_file), Console(stderr=True))


def run_live(start: Start, make: Callable[[], _Source]) -> tuple[_Source, Router]:
    """Publish what the source says until SIGTERM or Ctrl-C; return it, and the router that did.

    What the user can mend ends the process with one line, also where it is the source that cannot
    be made. The position is kept in ``SOURCE.position`` beside the spool.
    """
    settings = start.settings
    with one_line_errors(), stop_on_signals() as stop:
        log_to(start.console, settings.log_level)
        source = make()
        with opened_router(
            source,
            brands=start.brands,
            settings=settings,
            kafka=start.kafka,
            stop=stop,
            heartbeat_s=LIVE_HEARTBEAT_S,
            position_file=f"{source.name}.position",
        ) as router:
            router.run(stop)
    return source, router


def report(start: Start, text: str) -> None:
    """Say at the end what was done."""
    start.console.print(text, highlight=False, markup=False, soft_wrap=True)


def figures(router: Router, old: int | None = None) -> str:
    """What was done, as a sentence without its end; ``old`` posts, where they are counted."""
    return say(
        "{n:,} posts, {published:,} mentions published, {unmatched:,} about no brand, "
        "{late}{ahead:,} dated in the future, {bad:,} that could not be read",
        n=router.mentions,
        published=router.published,
        unmatched=router.unmatched,
        late="" if old is None else say("{old:,} more than an hour old, ", old=old),
        ahead=router.ahead,
        bad=router.bad,
    )
