"""``tocsin ingest stdin``: posts that another program writes into a pipe."""

import sys
from pathlib import Path

import click

from agents.cli.common.groups import examples
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
from agents.ingest.formats import Portions
from agents.ingest.sources.stdin.source import StdinSource


@click.command(epilog=examples("tocsin ingest stdin --brands brands.yaml < vendor.fifo"))
@brands_option
@mapping_option
@format_option
@delay_option(60.0)
@source_option("stdin")
def command(
    *,
    brands_file: Path,
    mapping: Path | None,
    input_format: str | None,
    delay_s: float,
    source: str,
) -> None:
    """Publish the posts that come through standard input, one a line, as they are made.

    Runs to the end of the pipe, to SIGTERM or to Ctrl-C. Posts are counted by their own dates, so
    they have to be of now: a recording is piped into ingest replay - instead.
    """
    start = start_or_exit(brands_file)

    def make() -> StdinSource:
        text = Portions(
            "stdin", input_format=input_format, mapping=mapping, brands=by_id(start.brands)
        )
        return StdinSource(source, sys.stdin.fileno(), text, delay_s=delay_s)

    piped, router = run_live(start, make)
    report(start, f"{figures(router, piped.items.old)}.")
