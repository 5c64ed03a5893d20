"""``tocsin ingest x``: live posts from X's filtered stream."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from agents.commands.common import brands_option, brands_or_exit, settings_or_exit
from agents.commands.ingest_common import log_to, one_line_errors, source_option
from agents.groups import examples
from agents.ingest.bookmark import Bookmark
from agents.ingest.opening import open_publisher
from agents.ingest.sources.x.backoff import RefusedError
from agents.ingest.sources.x.reader import XReader
from agents.ingest.sources.x.source import XFeed
from agents.ingest.sources.x.watch import Watch
from agents.ingest.stopping import stop_on_signals
from agents.ingest.telemetry import served_telemetry
from agents.numbers import Number
from pipeline.brands import Matcher, x_rules
from pipeline.brands.x_rules import RULES_LIMIT


@click.command(epilog=examples("tocsin ingest x --brands brands.yaml"))
@brands_option
@source_option("x")
@click.option(
    "--delay-s",
    type=Number(min=0),
    default=7.0,
    show_default=True,
    help="How late X may deliver a post; the watermark stays so far behind.",
)
@click.option(
    "--grace-s",
    type=Number(min=0),
    default=10.0,
    show_default=True,
    help="How long a stop waits for Kafka; what is left then waits in the spool.",
)
def command(*, brands_file: Path, source: str, delay_s: float, grace_s: float) -> None:
    """Publish posts about the brands as X delivers them, until SIGTERM or Ctrl-C.

    Needs X_BEARER_TOKEN. Makes the rules of the project's filtered stream those of the brands.
    """
    settings = settings_or_exit()
    brands = brands_or_exit(brands_file)
    faults = []
    if not settings.x_bearer_token:
        faults.append("X_BEARER_TOKEN is not set")
    console = Console(stderr=True)
    with one_line_errors():
        log_to(console, settings.log_level)
        rules = [rule for brand in brands.brands for rule in x_rules(brand)]
    if len(rules) > RULES_LIMIT:
        faults.append(f"the brands make {len(rules)} rules, X takes {RULES_LIMIT}")
    if faults:
        raise click.UsageError("\n".join(faults))
    now = partial(datetime.now, UTC)
    bookmark = Bookmark(Path(settings.spool_dir) / f"{source}.complete-to")
    reader = XReader(settings.x_bearer_token.reveal(), settings.x_base_url, rules, now=now)
    with (
        one_line_errors(),
        stop_on_signals() as stop,
        served_telemetry(settings, source, live=True) as telemetry,
    ):
        publisher = open_publisher(settings, source, live=True, telemetry=telemetry)
        feed = XFeed(
            publisher,
            Matcher(brands).match,
            Watch(delay_s=delay_s, complete_to=bookmark.load()),
            source=source,
            telemetry=telemetry,
            now=now,
            keep=bookmark.save,
        )
        reader.start()
        try:
            feed.run(reader, stop)
        except RefusedError as error:
            raise click.ClickException(str(error)) from error
        finally:
            reader.halt()
            publisher.close(grace_s)
    console.print(
        f"{feed.lines:,} lines from X, {publisher.mentions:,} mentions published, "
        f"{feed.bad:,} lines that were no posts",
        highlight=False,
        soft_wrap=True,
    )
