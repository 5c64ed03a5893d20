"""``tocsin backtest``: what would have rung over a recorded period."""

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from agents.commands.common import (
    brands_option,
    brands_or_exit,
    by_id,
    rollup_rules,
    settings_or_exit,
)
from agents.ingest.formats import FORMATS, BadLine, FormatError, MappingFaultsError, open_mentions
from agents.report.page import render_page
from agents.report.table import print_report
from pipeline.backtest import Backtest
from pipeline.brands import Matcher
from pipeline.sentiment import load_model
from schemas.codec import encode_pretty
from schemas.mention import Mention

SHOWN_BAD_LINES = 5
LINES_PER_REFRESH = 5000

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_out = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_file)
@brands_option
@click.option("--mapping", type=_file, help="YAML that says which column is what.")
@click.option(
    "--input-format",
    type=click.Choice(FORMATS),
    help="Where it cannot be told from the file.",
)
@click.option("--json", "json_file", type=_out, help="Write the report here (BacktestReport).")
@click.option("--html", "html_file", type=_out, help="Write a page with timelines here.")
def command(
    *,
    files: tuple[Path, ...],
    brands_file: Path,
    mapping: Path | None,
    input_format: str | None,
    json_file: Path | None,
    html_file: Path | None,
) -> None:
    """Run recorded posts through the worker's own code and show what would have rung.

    FILES: JSON lines (Tocsin's neutral form, X API v2 or v1.1), or CSV and JSON lines of any
    shape with --mapping; gzip is read as it is. No Kafka is needed.
    """
    settings = settings_or_exit()
    brands = brands_or_exit(brands_file)
    errors = Console(stderr=True)
    backtest = Backtest(
        by_id(brands),
        rules=rollup_rules(settings),
        model=load_model(),
    )
    matcher = Matcher(brands)
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task("reading", total=None)
        for item in _open(files, input_format, mapping):
            if isinstance(item, BadLine):
                backtest.reject()
                if backtest.bad <= SHOWN_BAD_LINES:
                    errors.print(_complaint(item), markup=False, highlight=False)
            else:
                backtest.feed(item, matcher.match(item))
            if backtest.lines % LINES_PER_REFRESH == 0:
                progress.update(
                    task, completed=backtest.lines, description=f"{backtest.lines:,} lines"
                )
        backtest.finish()
    report = backtest.report(tocsin=version("tocsin"), files=[path.name for path in files])
    if json_file is not None:
        json_file.write_bytes(encode_pretty(report))
    if html_file is not None:
        html_file.write_text(render_page(report, backtest.tallies), encoding="utf-8")
    print_report(report, Console())
    if report.lines and report.lines == report.bad:
        errors.print("not one line could be read; see --mapping and --input-format")
        sys.exit(1)


def _open(
    files: tuple[Path, ...], input_format: str | None, mapping: Path | None
) -> Iterator[Mention | BadLine]:
    try:
        return open_mentions(files, input_format=input_format, mapping=mapping)
    except (FormatError, MappingFaultsError) as error:
        raise click.ClickException(str(error)) from error


def _complaint(bad: BadLine) -> str:
    return f"{bad.file}:{bad.line}: {bad.reason}: {bad.detail}"
