"""``tocsin backtest``: what would have rung over a recorded period."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number, Whole
from agents.cli.common.reader import reader_or_exit
from agents.cli.common.recordings import open_mentions_or_exit
from agents.cli.common.scorer import scorer_or_exit
from agents.cli.common.start import (
    Several,
    brands_option,
    brands_or_exit,
    by_id,
    library_or_exit,
    rollup_rules,
    settings_or_exit,
)
from agents.cli.history import history_or_exit
from agents.cli.language.say import in_words, say
from agents.cli.language.spoken import words
from agents.garbage import leave_what_is_loaded
from agents.ingest.formats import FORMATS, BadLine, Item, NotPost
from agents.settings import Settings
from lab.backtest import Backtest
from lab.backtest.sweep import settings_of
from lab.report.backtest.compare import print_comparison
from lab.report.backtest.page import render_page
from lab.report.backtest.table import print_report
from lab.report.voice import ReportVoice
from pipeline.brands import BrandMatcher
from pipeline.detection.past import history_buckets
from schemas.brand import Brands
from schemas.bucket import Bucket
from schemas.codec import encode_pretty
from schemas.mention import Mention

SHOWN_BAD_LINES = 5
LINES_PER_REFRESH = 5000
SMALL_BYTES = 5_000_000
"""Smaller recordings are through before a second process has started."""

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_out = click.Path(dir_okay=False, path_type=Path)


@click.command(
    epilog=examples(
        "tocsin backtest week.jsonl.gz --brands brands.yaml --html week.html",
        "tocsin backtest posts.csv --mapping mapping.yaml --brands brands.yaml",
    )
)
@click.argument("files", nargs=-1, required=True, type=_file)
@brands_option
@click.option("--mapping", type=_file, help="YAML that says which column is what.")
@click.option(
    "--input-format",
    type=click.Choice(FORMATS),
    help="Where it cannot be told from the file.",
)
@click.option(
    "--history",
    "histories",
    metavar="BRAND=FILE",
    multiple=True,
    help="Past counts of a brand (see tocsin history); may be repeated.",
)
@click.option(
    "--false-rings",
    "rings",
    type=Several(Number(0, 100, min_open=True)),
    default="",
    help="Compare budgets of false rings a quarter, such as 0.5,1,2.",
)
@click.option(
    "--heads-ups",
    "heads_ups",
    type=Several(Number(0, 100, min_open=True)),
    default="",
    help="Compare budgets of heads-ups in vain a week, such as 0.5,1,2.",
)
@click.option(
    "--reader/--no-reader",
    "careful",
    default=None,
    help="Read some posts carefully, or none.  [default: as a worker: where the extra "
    "tocsin[reader] is installed and TOCSIN_READER_SHARE is above 0]",
)
@click.option(
    "--jobs",
    type=Whole(1, 64),
    help="Processes to use; the report is the same for any number.  "
    "[default: processors, for a small recording 1]",
)
@click.option("--json", "json_file", type=_out, help="Write the report here (BacktestReport).")
@click.option("--html", "html_file", type=_out, help="Write a page with timelines here.")
def command(
    *,
    files: tuple[Path, ...],
    brands_file: Path,
    mapping: Path | None,
    input_format: str | None,
    histories: tuple[str, ...],
    rings: tuple[float, ...],
    heads_ups: tuple[float, ...],
    careful: bool | None,
    jobs: int | None,
    json_file: Path | None,
    html_file: Path | None,
) -> None:
    """Run recorded posts through the worker's own code and show what would have rung.

    FILES: JSON lines (Tocsin's neutral form, X API v2 or v1.1), or CSV and JSON lines of any
    shape with --mapping; gzip is read as it is. No Kafka is needed.

    With --false-rings or --heads-ups, every combination of them is judged beside what the brands
    file says, on the same counts: one table, one picture.
    """
    settings = settings_or_exit()
    brands = brands_or_exit(brands_file)
    try:
        compared = settings_of(rings, heads_ups)
    except ValueError as error:
        raise click.UsageError(in_words(error)) from error
    errors = Console(stderr=True)
    matcher = BrandMatcher(brands)
    scorer = scorer_or_exit(settings)
    reader = reader_or_exit(settings, len(brands.brands), careful=careful)
    items = open_mentions_or_exit(
        files, input_format, mapping, brands=by_id(brands), console=errors
    )
    backtest = Backtest(
        by_id(brands),
        rules=rollup_rules(settings),
        model=scorer,
        library=library_or_exit(settings),
        settings=compared,
        history=_histories(histories, brands, settings),
        reader=reader,
        reader_share=settings.reader_share,
        jobs=jobs or _jobs_for(files),
    )
    leave_what_is_loaded()
    with closing(backtest):
        try:
            _play(backtest, matcher, items, errors)
        except BrokenProcessPool as error:
            raise click.ClickException(
                say(
                    "a process of the backtest was ended from outside, maybe for want of memory; "
                    "--jobs 1 needs least"
                )
            ) from error
    report = backtest.report(tocsin=version("tocsin"), files=[path.name for path in files])
    spoken = ReportVoice(words(), say)
    if json_file is not None:
        json_file.write_bytes(encode_pretty(report))
    if html_file is not None:
        page = render_page(report, backtest.tallies, spoken, by_id(brands))
        html_file.write_text(page, encoding="utf-8")
    print_report(report, Console(), spoken)
    if report.sweep:
        print_comparison(report, Console(), spoken)
    if backtest.history_left_out:
        errors.print(
            say(
                "{n} rows of history lie after the first post and were left out",
                n=spoken.words.number(backtest.history_left_out),
            )
        )
    if report.lines and report.lines == report.bad:
        errors.print(say("not one line could be read; see --mapping and --input-format"))
        sys.exit(1)


def _jobs_for(files: tuple[Path, ...]) -> int:
    """As many processes as there are processors, where it pays."""
    small = sum(file.stat().st_size for file in files) < SMALL_BYTES
    return 1 if small else os.cpu_count() or 1


def _play(
    backtest: Backtest, matcher: BrandMatcher, items: Iterator[Item], errors: Console
) -> None:
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task(say("reading"), total=None)
        ledger, shown = backtest.ledger, 0
        for item in items:
            if isinstance(item, Mention):
                backtest.feed(item, matcher.match(item))
            elif isinstance(item, BadLine):
                backtest.reject()
                if ledger.unreadable <= SHOWN_BAD_LINES:
                    errors.print(_complaint(item), markup=False, highlight=False, soft_wrap=True)
            else:
                backtest.note(item.gap, item.missed)
                if (said := _missed(item)) and (shown := shown + 1) <= SHOWN_BAD_LINES:
                    errors.print(said, markup=False, highlight=False, soft_wrap=True)
            if ledger.lines % LINES_PER_REFRESH == 0:
                progress.update(
                    task,
                    completed=ledger.lines,
                    description=say("{n} lines", n=f"{ledger.lines:,}"),
                )
        backtest.finish()


def _histories(
    given: tuple[str, ...], brands: Brands, settings: Settings
) -> dict[str, list[Bucket]]:
    """Past counts by brand; all that is wrong with what was given ends the command."""
    known = by_id(brands)
    histories = {}
    for one in given:
        brand, equals, name = one.partition("=")
        if not equals or brand not in known:
            raise click.UsageError(
                say(
                    "--history {given}: expected BRAND=FILE with a brand of {known}",
                    given=one,
                    known=", ".join(known),
                )
            )
        if brand in histories:
            raise click.UsageError(say("--history names {brand} twice", brand=brand))
        past = history_or_exit(Path(name), settings)
        histories[brand] = list(history_buckets(brand, past))
    return histories


def _missed(item: NotPost) -> str:
    """What a recorded stream says that it missed; empty if it says nothing of the kind."""
    if not item.said_missed:
        return ""
    where = f"{item.file}:{item.line}"
    if item.gap is None:
        return say("{where}: missed: {what}", where=where, what=item.said_missed)
    return say(
        "{where}: missed: {what}, {start} to {end}",
        where=where,
        what=item.said_missed,
        start=f"{item.gap.start:%Y-%m-%d %H:%M:%S}",
        end=f"{item.gap.end:%H:%M:%S}Z",
    )


def _complaint(bad: BadLine) -> str:
    return f"{bad.file}:{bad.line}: {bad.reason}: {in_words(bad.detail)}"
