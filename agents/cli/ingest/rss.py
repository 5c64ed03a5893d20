"""``tocsin ingest rss``: new entries of RSS and Atom feeds."""

from pathlib import Path
from urllib.parse import urlsplit

import click

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_option
from agents.cli.ingest.common import source_option
from agents.cli.ingest.live import FILE, report, run_live, start_or_exit
from agents.cli.language.say import in_words, say
from agents.ingest.sources.rss.entries import feed_name
from agents.ingest.sources.rss.feed import Timing
from agents.ingest.sources.rss.opml import feeds_in
from agents.ingest.sources.rss.source import RssSource


@click.command(
    epilog=examples(
        "tocsin ingest rss --feed https://www.theguardian.com/business/rss --brands brands.yaml"
    )
)
@click.option("--feed", "feeds", multiple=True, help="Address of a feed; may be given repeatedly.")
@click.option("--opml", type=FILE, help="File with addresses of feeds, as feed readers export it.")
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
    start = start_or_exit(brands_file)
    rss = RssSource(
        source,
        _addresses(feeds, opml),
        timing=Timing(interval_s=interval_s, oldest_s=oldest_s),
        allow_private=allow_private,
    )
    _, router = run_live(start, lambda: rss)
    report(
        start,
        say(
            "{n:,} entries, {published:,} mentions published, {old:,} entries too old to be "
            "news, {bad:,} that could not be read",
            n=router.mentions,
            published=router.published,
            old=rss.old,
            bad=router.bad,
        ),
    )
    for name, error in rss.failing.items():
        report(start, f"{name}: {error}")


def _addresses(feeds: tuple[str, ...], opml: Path | None) -> list[str]:
    found = list(feeds)
    if opml is not None:
        try:
            found += feeds_in(opml.read_bytes())
        except ValueError as error:
            raise click.UsageError(f"{opml}: {in_words(error)}") from error
    if not found:
        raise click.UsageError(say("name a feed with --feed, or a file of feeds with --opml"))
    for url in found:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise click.UsageError(
                say("{feed!r} is no address such as https://example.org/", feed=feed_name(url))
            )
    return found
