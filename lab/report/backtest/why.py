"""Why an incident rang, or never did, in the words of the alert."""

from agents.alerting.i18n import Words
from agents.alerting.message.sections.drivers import driver_lines, reply
from agents.alerting.message.sections.evidence import (
    contrary,
    figures,
    like,
    likeness,
    rule,
    terms,
)
from agents.alerting.message.sections.missing import missing
from agents.alerting.message.sections.outlook import projection
from agents.alerting.message.sections.stories import story_line
from lab.report.voice import ReportVoice
from pipeline.detection.reasons import WATCH_RULES
from schemas.brand import Brand
from schemas.report import ReportedIncident

_TERMS = 3


def headline(words: Words, incident: ReportedIncident) -> str:
    """How grave it got, and what it is like."""
    severity = words.number(incident.severity)
    return f"{words.severity(incident.severity)} ({severity}/10). {like(words, incident)}"


def why_not(words: Words, incident: ReportedIncident) -> list[str]:
    """Why a heads-up never rang; before it, what the watch list told."""
    first, last = incident.steps[0].reason, incident.steps[-1].reason
    said = [rule(words, last)]
    if first in WATCH_RULES.values() and len(incident.steps) > 1:
        said.insert(0, rule(words, first))
    if incident.sighting is not None:
        said += missing(words, incident.sighting, over=True)
        said += terms(words, incident, sign=1, but=("attacking",))[:_TERMS]
    return said


def sections(
    voice: ReportVoice, incident: ReportedIncident, brand: Brand
) -> list[tuple[str, list[str]]]:
    """Headings with their lines, as an alert has them; what there is nothing of is left out."""
    words = voice.words
    rang = next((one.reason for one in incident.steps if one.level == "ring"), "")
    decided = [rule(words, rang)] if rang else []
    decided += figures(words, incident)
    if incident.nature != "unclear":
        decided.append(words.texts[f"nature_{incident.nature}"])
    driven = driver_lines(words, incident.drivers, incident.automation, brand)
    if incident.reply is not None:
        driven.append(reply(words, incident.reply))
    told = (
        ("heading_why", decided),
        ("heading_like", list(likeness(words, incident))),
        ("heading_against", contrary(words, incident)),
        ("heading_stories", [story_line(words, one) for one in incident.stories]),
        ("heading_drivers", driven),
        ("label_projection", _to_come(voice, incident)),
    )
    return [(words.texts[key], lines) for key, lines in told if lines]


def _to_come(voice: ReportVoice, incident: ReportedIncident) -> list[str]:
    """What was expected when it rang, and what came."""
    if incident.projection is None or incident.rung_at is None:
        return []
    said, bounds = projection(voice.words, incident.projection, incident.rung_at)
    lines = [voice.say("When it rang: {said} ({bounds}).", said=said, bounds=bounds)]
    hour, day = incident.came_next_hour, incident.came_next_day
    if hour is not None and day is not None:
        number = voice.words.number
        lines.append(
            voice.say(
                "Then came {hour} in the hour, {day} in the day.",
                hour=number(hour),
                day=number(day),
            )
        )
    elif hour is not None:
        lines.append(voice.say("Then came {hour} in the hour.", hour=voice.words.number(hour)))
    return lines
