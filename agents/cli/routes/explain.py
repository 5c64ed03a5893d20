"""``tocsin routes test``: which route an incident would take, who is told, and why."""

import re
from datetime import datetime
from pathlib import Path
from typing import Final, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from msgspec.structs import replace

from agents.alerting.routing.model import Receiver, Routes
from agents.alerting.routing.tree import RouteTurn, deliveries
from agents.cli.common.groups import examples
from agents.cli.common.numbers import Whole
from agents.cli.common.receivers import routes_or_exit
from agents.cli.common.start import brands_option, brands_or_exit, by_id
from agents.cli.common.tables import json_option, print_json
from agents.cli.language.say import in_words, say
from agents.cli.language.spoken import words
from schemas.brand import Brand
from schemas.incident import Drivers, Level, Transition, Volume

_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MINUTE_S: Final = 60


@click.command(
    epilog=examples(
        "tocsin routes test --brands brands.yaml --routes routes.yaml --brand acme --severity 7 "
        "--at 03:00",
        "tocsin routes test --brands brands.yaml --routes routes.yaml --brand acme "
        "--level heads_up",
    )
)
@brands_option
@click.option(
    "--routes",
    "routes_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML of routes (see tocsin check --routes).",
)
@click.option("--brand", "brand_id", required=True, help="Id of the brand.")
@click.option("--severity", type=Whole(1, 10), default=7, show_default=True, help="1 to 10.")
@click.option(
    "--level",
    type=click.Choice(get_args(Level)),
    default="ring",
    show_default=True,
    help="A heads-up, or a ring.",
)
@click.option("--pattern", default="", help="Episode of the library that it is like.")
@click.option("--language", default="", help="Language in which most of it is said, such as fr.")
@click.option(
    "--at", "at_text", default="", help="When it rings: 03:00, or 2026-12-03T03:00. [default: now]"
)
@click.option("--zone", default="", help="Time zone of --at. [default: that of the file's hours]")
@json_option
def command(
    *,
    brands_file: Path,
    routes_file: Path,
    brand_id: str,
    severity: int,
    level: Level,
    pattern: str,
    language: str,
    at_text: str,
    zone: str,
    as_json: bool,
) -> None:
    """Say who would be told of an incident of a brand, when, how loudly and by which route.

    Nobody is told anything.
    """
    brands = by_id(brands_or_exit(brands_file))
    routes = routes_or_exit(routes_file, brands)
    if brand_id not in brands:
        raise click.UsageError(
            say("no brand {brand}: known are {known}", brand=brand_id, known=", ".join(brands))
        )
    at = _moment(at_text, _zone(routes, zone))
    incident = _made_up(brand_id, severity, level, pattern, language, at=at)
    found = deliveries(routes, incident, at)
    if as_json:
        print_json([_told(routes, one, severity) for one in found])
        return
    click.echo(
        say(
            "{brand}, {level}, severity {severity}/10, {moment}",
            brand=brand_id,
            level=say("heads-up") if level == "heads_up" else say("ring"),
            severity=severity,
            moment=_said(at),
        )
    )
    quiet = [one.name for one in routes.maintenance if one.quiets(incident, at)]
    if quiet:
        click.echo(say("Nobody is called: planned '{names}'.", names=", ".join(quiet)))
    for one in found:
        _say(routes.receiver(one.receiver), one, brands[brand_id], incident, quiet=bool(quiet))


def _say(
    receiver: Receiver, one: RouteTurn, brand: Brand, incident: Transition, *, quiet: bool
) -> None:
    pings = () if quiet or incident.level != "ring" else _pings(receiver, one, incident.severity)
    said = [f"{receiver.name} ({_place(receiver, brand)})", _when(one)]
    if receiver.kind == "slack":
        calls = say("calls {names}", names=", ".join(pings))
        said.append(calls if pings else say("calls nobody"))
    if one.repeat_s and not quiet:
        every = _duration(one.repeat_s)
        said.append(say("again every {every} while nobody has it", every=every))
    click.echo("  " + ": ".join([said[0], say("; ").join(said[1:])]))
    for depth, why in enumerate(one.why):
        click.echo(f"    {'  ' * depth}{in_words(why)}")


def _told(routes: Routes, one: RouteTurn, severity: int) -> dict[str, object]:
    receiver = routes.receiver(one.receiver)
    return {
        "receiver": one.receiver,
        "kind": receiver.kind,
        "after_s": one.after_s,
        "at_first": one.first,
        "pings": _pings(receiver, one, severity),
        "repeat_s": one.repeat_s,
        "why": list(map(str, one.why)),
    }


def _pings(receiver: Receiver, one: RouteTurn, severity: int) -> tuple[str, ...]:
    return one.pings or receiver.pinged(severity)


def _place(receiver: Receiver, brand: Brand) -> str:
    if receiver.kind == "slack":
        return f"Slack, {receiver.channel or brand.slack_channel or say('the default channel')}"
    return receiver.kind


def _when(one: RouteTurn) -> str:
    if one.first:
        after = say("after {wait}", wait=_duration(one.after_s))
        return after if one.after_s else say("at once")
    return say("after {wait}, if nobody has it", wait=_duration(one.after_s))


def _duration(seconds: float) -> str:
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE_S:g} min"


def _said(at: datetime) -> str:
    """Return a moment with its weekday, on the clocks of its zone and of UTC."""
    spoken = replace(words(), zone=str(at.tzinfo))
    day = say(at.strftime("%A"))
    return f"{day} {spoken.day(at)}, {spoken.with_utc(at)}"


def _zone(routes: Routes, name: str) -> ZoneInfo:
    """Return the zone that was asked for, else the one in which all hours are written, else UTC."""
    zones = {each.zone for each in routes.hours.values()}
    wanted = name or (zones.pop() if len(zones) == 1 else "UTC")
    try:
        return ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.UsageError(say("there is no time zone {name}", name=wanted)) from error


def _moment(text: str, zone: ZoneInfo) -> datetime:
    now = datetime.now(zone)
    if not text:
        return now
    if clock := _TIME.fullmatch(text):
        return now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(
            say("--at {text}: write 03:00, or 2026-12-03T03:00", text=text)
        ) from error
    return read.astimezone(zone) if read.tzinfo else read.replace(tzinfo=zone)


def _made_up(
    brand: str, severity: int, level: Level, pattern: str, language: str, *, at: datetime
) -> Transition:
    return Transition(
        incident="test",
        seq=0,
        brand=brand,
        state="open" if level == "ring" else "noticed",
        reason="test",
        at=at,
        onset=at,
        severity=severity,
        pattern=pattern,
        evidence=0.0,
        confidence=1.0,
        level=level,
        drivers=Drivers(languages=((language, 1),) if language else ()),
        volume=Volume(
            last_10_min=0.0, last_hour=0.0, usual_per_hour=0.0, since_onset=0, return_period_s=0.0
        ),
    )
