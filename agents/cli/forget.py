"""``tocsin forget``: have a post or an account forgotten wherever it is shown."""

import getpass
from datetime import UTC, datetime
from typing import BinaryIO
from uuid import uuid4

import click

from agents.cli.common.groups import examples
from agents.cli.common.start import clients_or_exit, kafka_or_exit, settings_or_exit
from agents.cli.language.say import in_words, say
from agents.deletions.events import gone_in
from agents.deletions.publish import NotForgottenError, publish
from agents.kafka.access import ACCESS
from schemas.deletion import Deletion

_MOST_CHARACTERS = 256


@click.command(
    epilog=examples(
        "tocsin forget 1234567890123456789",
        "tocsin forget @somebody",
        "tocsin forget --events compliance.jsonl",
    )
)
@click.argument("subjects", nargs=-1, metavar="POST|@AUTHOR…")
@click.option(
    "--events",
    type=click.File("rb"),
    help="Events of X's compliance streams or Activity API, one a line; - for stdin.",
)
@click.option("--by", default=getpass.getuser, help="Who says so. Default: the user's name.")
def command(*, subjects: tuple[str, ...], events: BinaryIO | None, by: str) -> None:
    """Forget posts by their ids, or accounts by @handle: texts, handles and ids, not counts.

    The page and the messages of alerts lose them within a minute, and so does what is labelled from
    then on. What was said, when and by whom is on tocsin.deletions, without a text. Accounts that
    have no handles, as at Bluesky, are given as @ and their id.
    """
    if not subjects and events is None:
        raise click.UsageError(say("name a post or an @account, or give --events"))
    if not 0 < len(by) <= _MOST_CHARACTERS:
        raise click.UsageError(say("--by has 1 to {most} characters", most=_MOST_CHARACTERS))
    at = datetime.now(UTC)
    found = [_asked(subject, at, by) for subject in subjects]
    for line in events or ():
        found += [
            Deletion(id=uuid4().hex, at=at, kind=kind, subject=subject, cause=cause, by=by)
            for kind, subject, cause in gone_in(line)
        ]
    kafka = clients_or_exit(settings_or_exit())
    kafka_or_exit(kafka, ACCESS["forget"])
    try:
        sent = publish(found, kafka)
    except NotForgottenError as error:
        raise click.ClickException(in_words(error)) from error
    click.echo(say("{n:,} to be forgotten, says {by}.", n=sent, by=by))


def _asked(subject: str, at: datetime, by: str) -> Deletion:
    name = subject.removeprefix("@").strip()
    if not 0 < len(name) <= _MOST_CHARACTERS:
        raise click.UsageError(
            say("{subject!r} is neither the id of a post nor an @account", subject=subject)
        )
    return Deletion(
        id=uuid4().hex,
        at=at,
        kind="author" if subject.startswith("@") else "post",
        subject=name,
        cause="requested",
        by=by,
    )
