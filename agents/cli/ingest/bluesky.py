"""``tocsin ingest bluesky``: live posts of Bluesky, from a public Jetstream."""

from pathlib import Path

import click

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_option
from agents.cli.ingest.common import source_option
from agents.cli.ingest.live import report, run_live, start_or_exit
from agents.cli.language.say import say
from agents.ingest.sources.bluesky.source import BlueskyOptions, BlueskySource
from pipeline.brands import BrandMatcher


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
    start = start_or_exit(brands_file)
    bluesky = BlueskySource(
        source,
        start.settings.bluesky_hosts.split(","),
        BrandMatcher(start.brands).match,
        options=BlueskyOptions(
            delay_s=delay_s,
            silence_s=silence_s,
            most_behind_s=most_behind_s,
            ahead_s=start.settings.ahead_s,
        ),
    )
    _, router = run_live(start, lambda: bluesky)
    report(
        start,
        say(
            "{events:,} events of Bluesky, {n:,} posts, {published:,} mentions published, "
            "{unknown:,} reposts of posts that are not known, {bad:,} events that could not be "
            "read",
            events=bluesky.frames,
            n=router.mentions,
            published=router.published,
            unknown=bluesky.unknown,
            bad=router.bad,
        ),
    )
