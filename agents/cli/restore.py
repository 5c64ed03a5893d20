"""``tocsin restore``: a backup, written back onto Kafka."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click
from kafka.errors import KafkaError

from agents.backup.dump import TOPICS
from agents.backup.file import Contents, DamagedBackupError, look, read
from agents.backup.load import NotEmptyError, RestoreError, refuse_unless_empty, restore
from agents.cli.common.groups import examples
from agents.cli.common.start import clients_or_exit, kafka_or_exit, settings_or_exit
from agents.cli.language.say import in_words, say
from agents.kafka.access import ACCESS
from agents.kafka.dating import DatingError, own_times
from agents.kafka.topic_reader import NoTopicError


@click.command(
    epilog=examples(
        "tocsin restore tocsin-2026-12-01.jsonl.gz --check",
        "tocsin restore tocsin-2026-12-01.jsonl.gz",
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--check", is_flag=True, help="Only say whether the file is whole; no Kafka is asked."
)
@click.option(
    "--onto-existing",
    is_flag=True,
    help="Also where there are records already; what comes twice is known as such.",
)
def command(*, file: Path, check: bool, onto_existing: bool) -> None:
    """Write the records of a backup onto Kafka, with their keys and times.

    All other processes have to be stopped, and the topics to be there and empty (tocsin topics
    --apply). They may have another number of partitions, or another prefix, than those of which the
    backup was made. The whole file is checked before anything is written.
    """
    contents = _checked(file)
    if check:
        click.echo(
            say(
                "{file} is whole: written by Tocsin {version} at {at:%F %T} UTC",
                file=file,
                version=contents.header.tocsin,
                at=contents.header.at,
            )
        )
        _tell(contents.records)
        return
    kafka = clients_or_exit(settings_or_exit())
    kafka_or_exit(kafka, ACCESS["restore"])
    try:
        if not onto_existing:
            refuse_unless_empty(kafka)
        counts = restore(kafka, read(file), own_times=partial(own_times, topics=TOPICS))
    except (
        DamagedBackupError, NotEmptyError, RestoreError, DatingError, NoTopicError, OSError,
    ) as error:  # fmt: skip
        raise click.ClickException(in_words(error)) from error
    except KafkaError as error:
        raise click.ClickException(
            say("Kafka at {address}: {why}", address=kafka.bootstrap, why=repr(error))
        ) from error
    _tell(counts)


def _checked(file: Path) -> Contents:
    try:
        return look(file)
    except (DamagedBackupError, OSError) as error:
        raise click.ClickException(in_words(error)) from error


def _tell(counts: Mapping[str, int]) -> None:
    for topic in TOPICS:
        click.echo(say("{topic}: {n} records", topic=topic.name, n=counts.get(topic.name, 0)))
