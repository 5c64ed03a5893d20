"""Who drove an incident and how it was expected to go on, as lines of its card."""

from datetime import UTC
from html import escape

from schemas.incident import Automation, Projection, Reply
from schemas.report import ReportedIncident

_NATURES = {
    "complaints": "complaints about product or service rather than outrage",
    "outrage": "outrage rather than complaints about a service",
    "both": "complaints about product or service, and outrage",
}
SHOWN = 4
SAMPLE_CHARACTERS = 120


def tell_drivers(incident: ReportedIncident) -> str:
    """A line each for what is known; strangers' text is escaped."""
    drivers = incident.drivers
    people = ", ".join(
        f"@{one.handle} ({one.posts:,} posts, {one.followers:,} followers, "
        f"passed on {one.reposts:,} times)"
        for one in drivers.influencers[:SHOWN]
    )
    copied = "; ".join(
        f"{one.sample[:SAMPLE_CHARACTERS] or 'one text'} ({one.copies:,} copies)"
        for one in drivers.wordings[:1]
    )
    lines = (
        _NATURES.get(incident.nature, ""),
        people and f"carried by {people}",
        copied and f"copied: {copied}",
        _automation(incident.automation),
        _reply(incident.reply),
        _projection(incident.projection, incident.came_next_hour, incident.came_next_day),
    )
    return "".join(f'<div class="soft">{escape(line)}</div>' for line in lines if line)


def _automation(rated: Automation | None) -> str:
    if rated is None:
        return ""
    signs = ", ".join(
        f"{name} {share:.0%}"
        for name in ("copied", "young", "repeated")
        if (share := getattr(rated, name)) is not None
    )
    return f"automated or made to order: {rated.rating:.2f} of 1 ({signs})"


def _reply(reply: Reply | None) -> str:
    if reply is None:
        return ""
    return (
        f"the brand replied {reply.at.astimezone(UTC):%d %b %H:%M} ({reply.posts:,} posts): "
        f"{reply.before:,.0f} mentions an hour then, at most {reply.highest:,.0f} since"
    )


def _projection(said: Projection | None, hour: int | None, day: int | None) -> str:
    if said is None:
        return ""
    parts = (
        (said.next_hour, said.next_hour_low, said.next_hour_high, "hour", hour),
        (said.next_day, said.next_day_low, said.next_day_high, "day", day),
    )
    return "projected when it rang: " + "; ".join(
        f"next {name} {middle:,} ({low:,} to {high:,})"
        + ("" if came is None else f", {came:,} came")
        for middle, low, high, name, came in parts
    )
