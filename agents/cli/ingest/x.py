"""``tocsin ingest x``: live posts from X's filtered stream."""

from pathlib import Path

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_option, brands_or_exit, clients_or_exit, settings_or_exit
from agents.cli.ingest.common import (
    log_to,
    one_line_errors,
    opened_router,
    source_option,
)
from agents.ingest.heartbeats import LIVE_HEARTBEAT_S
from agents.ingest.sources.x.source import XSource
from agents.ingest.stopping import stop_on_signals
from pipeline.brands import x_rules
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
    kafka = clients_or_exit(settings)
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
    x = XSource(
        source, settings.x_bearer_token.reveal(), settings.x_base_url, rules, delay_s=delay_s
    )
    with (
        one_line_errors(),
        stop_on_signals() as stop,
        opened_router(
            x,
            brands=brands,
            settings=settings,
            kafka=kafka,
            stop=stop,
            heartbeat_s=LIVE_HEARTBEAT_S,
            position_file=f"{source}.complete-to",
        ) as router,
    ):
        router.run(stop, grace_s=grace_s)
    console.print(
        f"{x.lines:,} lines from X, {router.published:,} mentions published, "
        f"{router.bad:,} lines that were no posts",
        highlight=False,
        soft_wrap=True,
    )
