"""``tocsin models rollback``: the way back to an older version."""

import getpass
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from kafka.errors import KafkaError

from agents.cli.common.groups import examples
from agents.cli.common.start import brands_option
from agents.cli.language.say import in_words, say
from agents.cli.models.common import read_or_exit, scope_option, versions_of
from agents.kafka.access import ACCESS
from agents.learning.publish import LearningSender
from pipeline.learning.publishing import RollBackError, roll_back


@click.command(epilog=examples("tocsin models rollback shipped --brands brands.yaml --scope acme"))
@brands_option
@scope_option
@click.option("--by", default=getpass.getuser, help="Who does it. Default: the user's name.")
@click.argument("version")
def command(*, brands_file: Path, scope: str, by: str, version: str) -> None:
    """Put an older VERSION back in force, by how its digest begins; or `shipped`.

    Labels that came after it are not learned again. A brand with an open incident changes only
    when the incident is over.
    """
    store, verifier, kafka = read_or_exit(brands_file, ACCESS["models rollback"])
    try:
        record = roll_back(
            versions_of(store, scope), version, base=verifier.base, at=datetime.now(UTC), by=by
        )
    except RollBackError as error:
        raise click.ClickException(in_words(error)) from error
    try:
        with closing(LearningSender(kafka)) as sender:
            sender.version(record)
    except KafkaError as error:
        raise click.ClickException(say("Kafka did not take it: {why}", why=error)) from error
    click.echo(
        say(
            "{scope}: version {version} is in force, {withdrawn} no longer",
            scope=scope,
            version=record.digest[:8],
            withdrawn=record.withdrawn[:8],
        )
    )
