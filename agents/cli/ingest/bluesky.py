"""``tocsin ingest bluesky``: live posts of Bluesky, from a public Jetstream."""

from pathlib import Path

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_option, brands_or_exit, clients_or_exit, settings_or_exit
from agents.cli.ingest.common import log_to, one_line_errors, opened_router, source_option
from agents.ingest.heartbeats import LIVE_HEARTBEAT_S
from agents.ingest.sources.bluesky.source import BlueskySource, Options
from agents.ingest.stopping import stop_on_signals
from pipeline.brands import Matcher


@click.command(epilog=examples("tocsin ingest bluesky --brands brands.yaml"))
@brands_option
@source_option("bluesky")
@click.option(
    "--delay-s",
    type=Number(min=0),
    default=5.0,
    show_default=True,
    help="How far posts may be out of order; the watermark stays so far behind.",
)
@click.option(
    "--silence-s",
    type=Number(min=1),
    default=30.0,
    show_default=True,
    help="A connection that says nothing for so long is made anew.",
)
@click.option(
    "--most-behind-s",
    type=Number(min=0),
    default=3000.0,
    show_default=True,
    help="What is older is not read again after a standstill, but stated as a gap.",
)
def command(
    *, brands_file: Path, source: str, delay_s: float, silence_s: float, most_behind_s: float
) -> None:
    """Publish what Bluesky says about the brands, until SIGTERM or Ctrl-C.

    No account and no key is needed. All of Bluesky's posts come through here, and are matched
    here: some gigabytes a day. Hosts are those of TOCSIN_BLUESKY_HOSTS, in their order.
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    brands = brands_or_exit(brands_file)
    console = Console(stderr=True)
    bluesky = BlueskySource(
        source,
        settings.bluesky_hosts.split(","),
        Matcher(brands).match,
        options=Options(
            delay_s=delay_s,
            silence_s=silence_s,
            most_behind_s=most_behind_s,
            ahead_s=settings.ahead_s,
        ),
    )
    with one_line_errors(), stop_on_signals() as stop:
        log_to(console, settings.log_level)
        with opened_router(
            bluesky,
            brands=brands,
            settings=settings,
            kafka=kafka,
            stop=stop,
            heartbeat_s=LIVE_HEARTBEAT_S,
            position_file=f"{source}.position",
        ) as router:
            router.run(stop)
    console.print(
        f"{bluesky.frames:,} events of Bluesky, {router.mentions:,} posts, "
        f"{router.published:,} mentions published, {bluesky.unknown:,} reposts of posts that "
        f"are not known, {router.bad:,} events that could not be read",
        highlight=False,
        soft_wrap=True,
    )
