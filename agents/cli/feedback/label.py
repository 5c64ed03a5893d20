"""``tocsin feedback label``: say what a text says, so that the model learns it."""

import getpass
from contextlib import closing
from datetime import UTC, datetime
from typing import BinaryIO, get_args

import click
import msgspec
from kafka.errors import KafkaError

from agents.cli.common.groups import examples
from agents.cli.common.start import clients_or_exit, kafka_or_exit, settings_or_exit
from agents.cli.language.say import in_words, say
from agents.cli.sentiment.common import lines
from agents.kafka.access import ACCESS
from agents.labelling import label_id, word_of
from agents.learning.publish import LearningSender
from schemas.feedback import Feedback, Label

LONGEST_CHARACTERS = 1_000
MOST_TEXTS = 1_000


@click.command(
    epilog=examples(
        "tocsin feedback label acme 'Never again, Acme' --label negative --attack",
        "tocsin feedback label acme --file thanks.txt --label positive --no-attack",
    )
)
@click.argument("brand")
@click.argument("text", required=False)
@click.option("--label", type=click.Choice(get_args(Label)), help="Its tone.")
@click.option("--attack/--no-attack", default=None,
              help="Whether it attacks the brand: accuses, mocks, calls to act.")  # fmt: skip
@click.option("--lang", default="und", show_default=True, help="Language, e.g. fr; und guesses it.")
@click.option("--by", default=getpass.getuser, help="Who says so. Default: the user's name.")
@click.option("--file", "file", type=click.File("rb"), help="Texts, one a line; - for stdin.")
def command(
    *,
    brand: str,
    text: str | None,
    label: Label | None,
    attack: bool | None,
    lang: str,
    by: str,
    file: BinaryIO | None,
) -> None:
    """Label TEXT, or each line of a file, for BRAND. `tocsin learn` learns it.

    Say which tone it has, whether it attacks the brand, or both. Saying the same twice counts once.
    At most 1,000 texts of 1,000 characters at a time.
    """
    if label is None and attack is None:
        raise click.UsageError(say("give --label, --attack or --no-attack"))
    if (text is None) == (file is None):
        raise click.UsageError(say("give either TEXT or --file"))
    texts = [text] if text is not None else [each for each in lines(file) if each.strip()]  # type: ignore[arg-type] # one of them is given
    faults = [
        say(
            "text {number} has {n} characters, at most {most} are learned",
            number=number,
            n=len(each),
            most=LONGEST_CHARACTERS,
        )
        for number, each in enumerate(texts, 1)
        if len(each) > LONGEST_CHARACTERS
    ]
    if not texts or len(texts) > MOST_TEXTS:
        faults.append(
            say(
                "{n} texts; from 1 to {most} can be labelled at a time",
                n=len(texts),
                most=MOST_TEXTS,
            )
        )
    if faults:
        raise click.ClickException("\n".join(faults[:20]))
    at = datetime.now(UTC)
    labels = [
        Feedback(
            id=label_id(brand, by, word_of(label, attack=attack), each),
            brand=brand,
            at=at,
            by=by,
            kind="label",
            text=each,
            lang=lang,
            label=label,
            attack=attack,
        )
        for each in texts
    ]
    try:  # what a decoder would refuse is refused here, with its reason
        msgspec.convert(msgspec.to_builtins(labels), list[Feedback])
    except msgspec.ValidationError as error:
        raise click.ClickException(in_words(error)) from error
    kafka = clients_or_exit(settings_or_exit())
    kafka_or_exit(kafka, ACCESS["feedback"])
    try:
        with closing(LearningSender(kafka)) as sender:
            click.echo(say("{n} labels sent", n=sender.labels(labels)))
    except KafkaError as error:
        raise click.ClickException(say("Kafka did not take them: {why}", why=error)) from error
