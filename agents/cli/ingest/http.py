"""``tocsin ingest http``: posts that others send, as signed webhooks."""

from functools import partial
from pathlib import Path

import click

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import brands_option, by_id
from agents.cli.ingest.common import source_option
from agents.cli.ingest.live import (
    delay_option,
    figures,
    format_option,
    mapping_option,
    report,
    run_live,
    start_or_exit,
)
from agents.cli.language.say import say
from agents.ingest.formats import Portions, read_mapping
from agents.ingest.sources.http.source import HttpSource
from agents.standard_webhooks import key_of


@click.command(epilog=examples("tocsin ingest http --brands brands.yaml"))
@brands_option
@mapping_option
@format_option
@delay_option(60.0)
@click.option(
    "--silence-s",
    type=Number(min=0),
    default=0.0,
    show_default=True,
    help="After so long without a request the sender counts as not heard; 0: never.",
)
@source_option("http")
def command(
    *,
    brands_file: Path,
    mapping: Path | None,
    input_format: str | None,
    delay_s: float,
    silence_s: float,
    source: str,
) -> None:
    """Publish the posts that others send by POST, until SIGTERM or Ctrl-C.

    Listens on TOCSIN_HTTP_HOST and TOCSIN_HTTP_PORT, without TLS: put a proxy before it. A request
    is signed with TOCSIN_HTTP_SECRET as Standard Webhooks say, and holds posts in the neutral form
    or whatever ingest replay reads. It is answered 202 once its posts are on the disk.
    """
    start = start_or_exit(brands_file)
    settings = start.settings
    if not settings.http_secret:
        raise click.UsageError(
            say("TOCSIN_HTTP_SECRET is not set: without it anybody could send posts")
        )

    def make() -> HttpSource:
        columns = None if mapping is None else read_mapping(mapping)
        return HttpSource(
            source,
            settings.http_host,
            settings.http_port,
            partial(key_of, settings.http_secret),
            lambda name: Portions(
                name, input_format=input_format, mapping=columns, brands=by_id(start.brands)
            ),
            delay_s=delay_s,
            silence_s=silence_s,
        )

    taken, router = run_live(start, make)
    report(
        start,
        say(
            "{figures}; {copies:,} requests came again.",
            figures=figures(router, taken.items.old),
            copies=taken.copies,
        ),
    )
