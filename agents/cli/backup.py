"""``tocsin backup``: what cannot be rebuilt, in one file."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
from kafka.errors import KafkaError

from agents.backup.dump import TOPICS, records
from agents.backup.file import BackupHeader, write
from agents.cli.common.groups import examples
from agents.cli.common.start import clients_or_exit, kafka_or_exit, settings_or_exit
from agents.cli.language.say import in_words, say
from agents.kafka.access import ACCESS
from agents.kafka.topic_reader import NoTopicError


@click.command(
    epilog=examples(
        "tocsin backup tocsin-2026-12-01.jsonl.gz", "tocsin backup acme.jsonl.gz --brand acme"
    )
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--brand", help="Only what is about this brand.")
def command(*, file: Path, brand: str | None) -> None:
    """Write to FILE what cannot be rebuilt, as it is on Kafka now.

    That is what people said and labelled, the versions of the model, all steps of all incidents,
    and what was told to whom. Keys, times and headers are kept, and a checksum. Nothing has to
    stop.
    """
    kafka = clients_or_exit(settings_or_exit())
    kafka_or_exit(kafka, ACCESS["backup"])
    header = BackupHeader(
        tocsin=version("tocsin"),
        at=datetime.now(UTC),
        topics=tuple(topic.name for topic in TOPICS),
    )
    try:
        written = write(file, header, records(kafka, brand=brand))
    except (NoTopicError, OSError) as error:
        raise click.ClickException(in_words(error)) from error
    except KafkaError as error:
        raise click.ClickException(
            say("Kafka at {address}: {why}", address=kafka.bootstrap, why=repr(error))
        ) from error
    for topic in header.topics:
        click.echo(say("{topic}: {n} records", topic=topic, n=written.records.get(topic, 0)))
    click.echo(say("written to {file}, {size} bytes", file=file, size=file.stat().st_size))
