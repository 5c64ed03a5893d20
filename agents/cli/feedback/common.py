"""What the commands of ``tocsin feedback`` share: options, the brand of an incident, sending."""

import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from agents.alerting.answers import AnswerError, AnswerSender
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    clients_or_exit,
    kafka_or_exit,
    settings_or_exit,
)
from agents.cli.language.say import in_words, say
from agents.kafka.access import ACCESS
from agents.kafka.clients import KafkaClients
from agents.settings import Settings
from pipeline.detection.incident.transition import brand_of
from schemas.feedback import Feedback, FeedbackKind
from schemas.topics import DEAD_LETTERS, INCIDENTS

NOTE_LIMIT: Final = 1_000
NAME_LIMIT: Final = 256

Command = TypeVar("Command", bound=Callable[..., None])


class Text(click.ParamType):
    """Words of at most ``limit`` characters, and not none."""

    name = "text"

    def __init__(self, limit: int) -> None:
        self._limit = limit

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return them without the space around."""
        text = str(value).strip()
        if not 0 < len(text) <= self._limit:
            self.fail(
                say("give 1 to {most} characters, not {n}", most=self._limit, n=len(text)),
                param,
                ctx,
            )
        return text


def incident_options(command: Command) -> Command:
    """Add what all commands about an incident take."""
    for option in (
        click.option("--note", type=Text(NOTE_LIMIT), help="A sentence for the audit trail."),
        click.option(
            "--by", required=True, type=Text(NAME_LIMIT), help="Who says so, for the audit trail."
        ),
        brands_option,
        click.argument("incident"),
    ):
        command = option(command)
    return command


def brand_of_incident(incident: str, brands_file: Path) -> str:
    """The brand of an incident by its id, or a clear error."""
    brand = brand_of(incident)
    if brand is None:
        raise click.BadParameter(
            say(
                "{incident!r} is no incident; its id stands at the foot of the alert and "
                "looks like acme-20100317T091000Z",
                incident=incident,
            ),
            param_hint="INCIDENT",
        )
    known = by_id(brands_or_exit(brands_file))
    if brand not in known:
        raise click.BadParameter(
            say(
                "brand {brand!r} of incident {incident} is not in {brands_file}; it has {known}",
                brand=brand,
                incident=incident,
                brands_file=brands_file,
                known=", ".join(known),
            ),
            param_hint="INCIDENT",
        )
    return brand


def publish(
    kind: FeedbackKind,
    incident: str,
    *,
    brands_file: Path,
    by: str,
    note: str | None,
    at: datetime | None = None,
    **more: Any,  # noqa: ANN401 - fields of Feedback
) -> Feedback:
    """Publish one statement about an incident; when this returns, Kafka has it."""
    settings = settings_or_exit()
    said = Feedback(
        id=uuid.uuid4().hex,
        brand=brand_of_incident(incident, brands_file),
        at=at or datetime.now(UTC),
        by=by,
        kind=kind,
        incident=incident,
        note=note or "",
        **more,
    )
    kafka = clients_or_exit(settings)
    kafka_or_exit(kafka, ACCESS["feedback"])
    send(kafka, settings, said)
    return said


def tell(said: Feedback, what: str) -> None:
    """Say what was done, and where the answer comes."""
    click.echo(
        say(
            "{incident}: {what}, says {by} (feedback {id}).",
            incident=said.incident,
            what=what,
            by=said.by,
            id=said.id,
        )
    )
    click.echo(
        say(
            "The judge answers on {topic}; what it refuses is on {refused}.",
            topic=INCIDENTS.name,
            refused=DEAD_LETTERS.name,
        )
    )


def send(kafka: KafkaClients, settings: Settings, said: Feedback) -> None:
    """Send one statement to Kafka, or end the command with what went wrong."""
    with closing(AnswerSender(kafka, settings.partitions)) as sender:
        try:
            sender.send(said)
        except AnswerError as error:
            raise click.ClickException(in_words(error)) from error
