"""``tocsin ingest follow``: a file that grows, or a folder into which files are moved."""

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
from agents.ingest.formats import Portions, open_mentions, read_mapping
from agents.ingest.sources.follow.drop import DropFolder
from agents.ingest.sources.follow.growing import GrowingFile


@click.command(
    epilog=examples(
        "tocsin ingest follow export.jsonl --brands brands.yaml",
        "tocsin ingest follow incoming/ --mapping mapping.yaml --brands brands.yaml",
    )
)
@click.argument("path", metavar="FILE|DIR", type=click.Path(exists=True, path_type=Path))
@brands_option
@mapping_option
@format_option
@delay_option(60.0)
@click.option(
    "--settle-s",
    type=Number(min=0),
    default=1.0,
    show_default=True,
    help="A file in DIR is whole when it has not changed for so long.",
)
@source_option("follow")
def command(
    *,
    path: Path,
    brands_file: Path,
    mapping: Path | None,
    input_format: str | None,
    delay_s: float,
    settle_s: float,
    source: str,
) -> None:
    """Publish what is appended to FILE, or the files that are moved into DIR.

    Runs until SIGTERM or Ctrl-C. Reads what ingest replay reads; a FILE has one post a line and is
    not compressed. Posts are counted by their own dates, so they have to be of now.
    """
    start = start_or_exit(brands_file)
    brands = by_id(start.brands)

    def make() -> GrowingFile | DropFolder:
        columns = None if mapping is None else read_mapping(mapping)
        if path.is_dir():
            return DropFolder(
                source,
                path,
                lambda file: open_mentions(
                    [file], input_format=input_format, mapping=columns, brands=brands
                ),
                delay_s=delay_s,
                settle_s=settle_s,
            )
        return GrowingFile(
            source,
            path,
            lambda: Portions(str(path), input_format=input_format, mapping=columns, brands=brands),
            delay_s=delay_s,
        )

    followed, router = run_live(start, make)
    report(start, f"{figures(router, followed.items.old)}.")
    if isinstance(followed, DropFolder):
        report(
            start,
            say(
                "{files:,} files read, {copies:,} that were read before.",
                files=followed.files,
                copies=followed.copies,
            ),
        )
