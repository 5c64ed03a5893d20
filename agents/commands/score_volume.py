"""``tocsin score-volume``: the volume part alone, over a file of counts, for public benchmarks."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import click

from pipeline.volume.series import SeriesScorer

COLUMNS = ("timestamp", "value")
BAD_ROWS = 2
"""Exit code when some rows could not be read."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.pass_context
def command(ctx: click.Context, file: str) -> None:
    """Score every row of FILE (CSV with the header timestamp,value; - for standard input).

    Writes timestamp,value,anomaly_score row by row, as the rows come. The score is in [0, 1]; 0.5
    or more means: ring now, which happens once an episode. No row is scored with knowledge of a
    later one. Timestamps are ISO 8601 or seconds since the epoch, at any step.

    A row that cannot be read is named on standard error, scored 0 and left out of what is learnt;
    the exit code is then 2.
    """
    with click.open_file(file, encoding="utf-8-sig", errors="replace") as lines:
        bad = _score_all(lines, "standard input" if file == "-" else file)
    if bad:
        click.echo(f"{bad} bad rows, each scored 0", err=True)
        ctx.exit(BAD_ROWS)


def _score_all(lines: Iterable[str], name: str) -> int:
    """Write a score for every row; how many rows were bad."""
    rows = csv.reader(lines)
    header = next(rows, [])
    if tuple(column.strip().lower() for column in header) != COLUMNS:
        found = ",".join(header)
        raise click.UsageError(f"{name}:1: expected the header timestamp,value, got {found!r}")
    stdout = click.get_text_stream("stdout")
    write = csv.writer(stdout, lineterminator="\n").writerow
    write([*COLUMNS, "anomaly_score"])
    stdout.flush()
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
        stdout.flush()
    return bad


def _score(scorer: SeriesScorer, row: Sequence[str]) -> float:
    """Score one row, or raise ``ValueError`` that says which field is bad."""
    if len(row) != len(COLUMNS):
        raise ValueError(f"expected timestamp,value, got {len(row)} fields")
    timestamp, value = row
    at = _time(timestamp)
    try:
        count = float(value)
    except ValueError:
        raise ValueError(f"value {value!r} is no number") from None
    return scorer.score(at, count)


def _time(timestamp: str) -> datetime:
    try:
        at = datetime.fromisoformat(timestamp.strip())
    except ValueError:
        pass
    else:
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(float(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            f"timestamp {timestamp!r} is neither ISO 8601 nor seconds since the epoch"
        ) from None
