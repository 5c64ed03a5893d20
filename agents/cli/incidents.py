"""``tocsin incidents``: what rang, and the audit trail of one incident."""

from collections.abc import Iterable

import click
from rich.table import Table
from rich.text import Text

from agents.alerting.message.neutral import outside
from agents.cli.common.groups import examples
from agents.cli.common.numbers import Whole
from agents.cli.common.start import clients_or_exit, kafka_or_exit, settings_or_exit
from agents.cli.common.tables import json_option, print_json, print_whole
from agents.cli.language.say import in_words, say
from agents.cli.language.spoken import words
from agents.kafka.access import ACCESS
from agents.kafka.clients import TopicError
from agents.kafka.topic_reader import Read
from pipeline.detection.incident.merge import Incident, merge_all
from schemas.codec import Decoder, UnreadableError
from schemas.incident import Handling, Transition
from schemas.topics import INCIDENTS


@click.command(
    epilog=examples(
        "tocsin incidents --brand acme --last 5",
        "tocsin incidents INCIDENT",
        "tocsin incidents --json",
    )
)
@click.argument("incident", required=False)
@click.option("--brand", help="Only incidents of this brand.")
@click.option(
    "--last",
    type=Whole(1, 10_000),
    default=20,
    show_default=True,
    help="How many to list.",
)
@json_option
def command(*, incident: str | None, brand: str | None, last: int, as_json: bool) -> None:
    """List the incidents that rang, newest first; with INCIDENT, every step of that one.

    Reads all of tocsin.incidents, which is the audit trail: each step has its reason, and those
    that people caused have their names.
    """
    kafka = clients_or_exit(settings_or_exit())
    kafka_or_exit(kafka, ACCESS["incidents"])
    try:
        told, unreadable = _read(kafka.read(INCIDENTS.name))
    except TopicError as error:
        raise click.ClickException(in_words(error)) from error
    if unreadable:
        click.echo(
            say("{n} records of {topic} cannot be read.", n=unreadable, topic=INCIDENTS.name),
            err=True,
        )
    found = merge_all(
        one
        for one in told
        if (incident or one.incident) == one.incident and (brand or one.brand) == one.brand
    )
    if incident is not None and incident not in found:
        raise click.ClickException(
            say("no incident '{incident}' on {topic}", incident=incident, topic=INCIDENTS.name)
        )
    newest = sorted(found.values(), key=lambda one: one.onset, reverse=True)[:last]
    if as_json:
        print_json(listed(newest) if incident is None else steps(found[incident]))
    else:
        print_whole(overview(newest) if incident is None else trail(found[incident]))


def _read(records: Iterable[Read]) -> tuple[list[Transition], int]:
    """All transitions among ``records``, and how many are none."""
    decode = Decoder(Transition).decode
    told, unreadable = [], 0
    for record in records:
        try:
            told.append(decode(record.value))
        except UnreadableError:
            unreadable += 1
    return told, unreadable


def overview(incidents: list[Incident]) -> Table:
    """One line an incident."""
    heads = ("incident", "rang", "state", "severity", "worst", "like", "in whose hands")
    table = Table(*map(say, heads), box=None)
    spoken = words()
    for one in incidents:
        now = one.newest
        table.add_row(
            now.incident,
            f"{one.rung_at:%Y-%m-%d %H:%M}" if one.rung_at else "",
            f"{_state(now.state)} ({now.reason})",
            str(now.severity),
            str(one.worst),
            spoken.pattern(now.pattern) if spoken.code != "en" else now.pattern,
            Text(_hands(now.handling)),
        )
    return table


def listed(incidents: list[Incident]) -> list[dict[str, object]]:
    """What the overview shows, for programs."""
    return [
        {
            "incident": one.newest.incident,
            "brand": one.newest.brand,
            "onset": one.onset,
            "rung_at": one.rung_at,
            "state": one.newest.state,
            "reason": one.newest.reason,
            "severity": one.newest.severity,
            "worst": one.worst,
            "pattern": one.newest.pattern,
            "acknowledged_by": one.newest.handling.acknowledged_by,
            "snoozed_until": one.newest.handling.snoozed_until,
        }
        for one in incidents
    ]


def steps(one: Incident) -> list[dict[str, object]]:
    """What the trail shows, for programs."""
    return [step._asdict() for step in one.trail]


def trail(one: Incident) -> Table:
    """One line a step."""
    heads = ("step", "at", "state", "reason", "severity", "by", "note")
    table = Table(*map(say, heads), box=None)
    for step in one.trail:
        table.add_row(
            str(step.seq),
            f"{step.at:%Y-%m-%d %H:%M:%S}",
            _state(step.state),
            step.reason,
            str(step.severity),
            Text(outside(step.by, 60)),
            Text(outside(step.note)),
        )
    return table


def _hands(handling: Handling) -> str:
    parts = []
    if handling.acknowledged_by:
        parts.append(outside(handling.acknowledged_by, 60))
    if handling.snoozed_until is not None:
        until = f"{handling.snoozed_until:%Y-%m-%d %H:%M}"
        parts.append(say("snoozed until {until}", until=until))
    return ", ".join(parts)


def _state(state: str) -> str:
    spoken = words()
    return state if spoken.code == "en" else spoken.states.get(state, state)
