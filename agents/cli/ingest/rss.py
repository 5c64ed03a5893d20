"""``tocsin ingest rss``: new entries of RSS and Atom feeds."""

from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_option, brands_or_exit, clients_or_exit, settings_or_exit
from agents.cli.ingest.common import log_to, one_line_errors, opened_router, source_option
from agents.ingest.heartbeats import LIVE_HEARTBEAT_S
from agents.ingest.sources.rss.entries import feed_name
from agents.ingest.sources.rss.feed import Timing
from agents.ingest.sources.rss.opml import feeds_in
from agents.ingest.sources.rss.source import RssSource
from agents.ingest.stopping import stop_on_signals

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    epilog=examples(
        "tocsin ingest rss --feed https://www.theguardian.com/business/rss --brands brands.yaml"
    )
)
@click.option("--feed", "feeds", multiple=True, help="Address of a feed; may be given repeatedly.")
@click.option("--opml", type=_FILE, help="File with addresses of feeds, as feed readers export it.")
@brands_option
@source_option("rss")
@click.option(
    "--interval-s",
    type=Number(min=10),
    default=300.0,
    show_default=True,
    help="Between two readings of a feed; longer while it fails.",
)
@click.option(
    "--oldest-s",
    type=Number(min=0),
    default=3600.0,
    show_default=True,
    help="An entry that is dated earlier, when its feed is first read, is no news.",
)
@click.option(
    "--allow-private",
    is_flag=True,
    help="Fetch from private addresses, too: for feeds of your own network only.",
)
def command(
    *,
    feeds: tuple[str, ...],
    opml: Path | None,
    brands_file: Path,
    source: str,
    interval_s: float,
    oldest_s: float,
    allow_private: bool,
) -> None:
    """Publish new and changed entries of feeds about the brands, until SIGTERM or Ctrl-C.

    An entry is dated when it is first seen. Feeds at private addresses are refused, also behind
    names and redirects.
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    brands = brands_or_exit(brands_file)
    console = Console(stderr=True)
    rss = RssSource(
        source,
        _addresses(feeds, opml),
        timing=Timing(interval_s=interval_s, oldest_s=oldest_s),
        allow_private=allow_private,
    )
    with one_line_errors(), stop_on_signals() as stop:
        log_to(console, settings.log_level)
        with opened_router(
            rss,
            brands=brands,
            settings=settings,
            kafka=kafka,
            stop=stop,
            heartbeat_s=LIVE_HEARTBEAT_S,
            position_file=f"{source}.position",
        ) as router:
            router.run(stop)
    console.print(
        f"{router.mentions:,} entries, {router.published:,} mentions published, "
        f"{rss.old:,} entries too old to be news, {router.bad:,} that could not be read",
        highlight=False,
        soft_wrap=True,
    )
    for name, error in rss.failing.items():
        console.print(f"{name}: {error}", highlight=False, markup=False, soft_wrap=True)


def _addresses(feeds: tuple[str, ...], opml: Path | None) -> list[str]:
    found = list(feeds)
    if opml is not None:
        try:
            found += feeds_in(opml.read_bytes())
        except ValueError as error:
            raise click.UsageError(f"{opml}: {error}") from error
    if not found:
        raise click.UsageError("name a feed with --feed, or a file of feeds with --opml")
    for url in found:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise click.UsageError(f"{feed_name(url)!r} is no address such as https://example.org/")
    return found
