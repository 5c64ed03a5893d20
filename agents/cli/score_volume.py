"""``tocsin score-volume``: the volume part alone, over a file of counts, for public benchmarks."""

import csv
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from io import BufferedIOBase, IncrementalNewlineDecoder
from typing import cast

import click

from agents.cli.common.groups import examples
from agents.cli.language.say import say
from agents.history.read import time_of
from pipeline.detection.baseline.volume.series import SeriesScorer

COLUMNS = ("timestamp", "value")
BAD_ROWS = 2
"""Exit code when some rows could not be read."""
CHUNK_BYTES = 1 << 16


@click.command(epilog=examples("tocsin score-volume counts.csv"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.pass_context
def command(ctx: click.Context, file: str) -> None:
    """Score every row of FILE (CSV with the header timestamp,value; - for standard input).

    Writes timestamp,value,anomaly_score for every row before it waits for the next. The score is in
    [0, 1]; 0.5 or more means: ring now, which happens once an episode. No row is scored with
    knowledge of a later one. Timestamps are ISO 8601 or seconds since the epoch, at any step.

    A row that cannot be read is named on standard error, scored 0 and left out of what is learnt;
    the exit code is then 2.
    """
    with click.open_file(file, "rb") as stream:
        buffered = cast("BufferedIOBase", stream)  # click says only IO
        bad = _score_all(buffered, "standard input" if file == "-" else file)
    if bad:
        click.echo(say("{bad} bad rows, each scored 0", bad=bad), err=True)
        ctx.exit(BAD_ROWS)


def _lines(stream: BufferedIOBase, before_reading: Callable[[], None]) -> Iterator[str]:
    """Lines as they come; calls ``before_reading`` whenever the next one may keep us waiting."""
    utf8 = getincrementaldecoder("utf-8-sig")("replace")
    decoder = IncrementalNewlineDecoder(utf8, translate=True)
    begun, chunk = "", b"..."
    while chunk:
        before_reading()
        chunk = stream.read1(CHUNK_BYTES)
        *lines, begun = (begun + decoder.decode(chunk, final=not chunk)).split("\n")
        for line in lines:
            yield line + "\n"
    if begun:
        yield begun


def _score_all(stream: BufferedIOBase, name: str) -> int:
    """Write a score for every row; how many rows were bad."""
    stdout = click.get_text_stream("stdout")
    rows = csv.reader(_lines(stream, stdout.flush))
    header = next(rows, [])
    if tuple(column.strip().lower() for column in header) != COLUMNS:
        found = ",".join(header)
        raise click.UsageError(
            say(
                "{name}:1: expected the header timestamp,value, got {found!r}",
                name=name,
                found=found,
            )
        )
    write = csv.writer(stdout, lineterminator="\n").writerow
    write([*COLUMNS, "anomaly_score"])
    scorer = SeriesScorer()
    bad = 0
    for row in rows:
        if not row:
            continue
        try:
            score = _score(scorer, row)
        except ValueError as error:
            bad += 1
            score = 0.0
            click.echo(f"{name}:{rows.line_num}: {error}", err=True)
        timestamp, value = (*row, "")[:2]
        write((timestamp, value, f"{score:.6f}"))
    return bad


def _score(scorer: SeriesScorer, row: Sequence[str]) -> float:
    """Score one row, or raise ``ValueError`` that says which field is bad."""
    if len(row) != len(COLUMNS):
        raise ValueError(f"expected timestamp,value, got {len(row)} fields")
    timestamp, value = row
    at = time_of(timestamp)
    try:
        count = float(value)
    except ValueError:
        raise ValueError(f"value {value!r} is no number") from None
    return scorer.score(at, count)
