"""``tocsin history``: a brand is watched from its first minute, with counts of its past."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    clients_or_exit,
    kafka_or_exit,
    settings_or_exit,
)
from agents.cli.language.say import in_words, say
from agents.history.publish import NotDeliveredError, publish
from agents.history.read import read_history
from agents.kafka.access import ACCESS
from agents.settings import Settings
from pipeline.detection.baseline.volume.design import HOUR_S, LEARNING_H
from pipeline.detection.past import HistoryError, PastCounts, history_buckets
from schemas.topics import BUCKETS

TIMEOUT_S = 60.0


@click.command(epilog=examples("tocsin history acme counts.csv --brands brands.yaml --dry-run"))
@click.argument("brand")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@brands_option
@click.option(
    "--times",
    type=Number(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="What a count stands for: X's counts hold no reposts, the stream does.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
def command(*, brand: str, file: Path, brands_file: Path, times: float, dry_run: bool) -> None:
    """Give the worker past counts of BRAND, before its first post is ingested.

    FILE: CSV with the header timestamp,value, one row each regular step, oldest first; or what
    X's counts endpoint answered, as JSON. A row that is missing was not seen, which is not silence.
    With two days of it a rare volume is noticed from the first minute. It has to be sent before
    ingest begins for the brand; later it is refused, and lies in the dead letters.
    """
    settings = settings_or_exit()
    brands = by_id(brands_or_exit(brands_file))
    if brand not in brands:
        raise click.ClickException(
            say(
                "no brand {brand!r} in {brands_file}; there are {known}",
                brand=brand,
                brands_file=brands_file,
                known=", ".join(brands),
            )
        )
    past = history_or_exit(file, settings)
    ends = datetime.fromtimestamp(past.rows[-1][0], UTC) + timedelta(seconds=past.step_s)
    if ends > datetime.now(UTC):
        raise click.ClickException(
            say("{file} ends {ends}, which is still to come", file=file, ends=ends.isoformat())
        )
    if not dry_run:
        kafka = clients_or_exit(settings)
        kafka_or_exit(kafka, ACCESS["history"])
        producer = kafka.producer()
        made = history_buckets(brand, past, times=times)
        try:
            publish(made, producer, kafka.topic(BUCKETS), timeout_s=TIMEOUT_S)
        except NotDeliveredError as error:
            raise click.ClickException(in_words(error)) from error
        finally:
            producer.close(timeout=1)
    Console().print(
        say("Would send {what} for {brand}.", what=told(past), brand=brand)
        if dry_run
        else say("Sent {what} for {brand}.", what=told(past), brand=brand),
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def history_or_exit(file: Path, settings: Settings) -> PastCounts:
    """Read past counts; say all faults and end with exit code 1 if there are any."""
    try:
        return read_history(file, width_s=settings.bucket_s)
    except HistoryError as error:
        raise click.ClickException(say("the history has faults:\n{why}", why=error)) from error


def told(past: PastCounts) -> str:
    """What a history holds, in a line.

    >>> told(PastCounts(3600, ((0, 5.0), (3600, 7.0))))
    '2 rows of 3600 s, 1970-01-01 00:00 to 1970-01-01 02:00Z (too short to speak from)'
    """
    first = datetime.fromtimestamp(past.rows[0][0], UTC)
    ends = datetime.fromtimestamp(past.rows[-1][0] + past.step_s, UTC)
    notes = []
    if past.cut:
        notes.append(say("{n} that were cut short left out", n=past.cut))
    if len(past.rows) * past.step_s < LEARNING_H * HOUR_S:
        notes.append(say("too short to speak from"))
    aside = f" ({', '.join(notes)})" if notes else ""
    return say(
        "{n:,} rows of {step_s} s, {first:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M}Z{aside}",
        n=len(past.rows),
        step_s=past.step_s,
        first=first,
        ends=ends,
        aside=aside,
    )
