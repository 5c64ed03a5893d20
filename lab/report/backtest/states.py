"""The states of an incident as a line from its onset to its end, and as a table in a fold."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from agents.alerting.message.sections.evidence import rule
from lab.report.voice import ReportVoice
from schemas.incident import State
from schemas.report import ReportedIncident, Step

WIDTHS: Final = (("wide", 1000), ("narrow", 340))
"""Each drawing twice, by the width of the screen, so that its words are never shrunk."""
_HEIGHT: Final = 46
_BAR: Final = 12
_CHARACTER: Final = 6.4
"""Width of a character, about, at 11 px."""
_COLOURS: Final[dict[State, str]] = {
    "noticed": "line",
    "open": "ring",
    "escalating": "ring",
    "reopened": "ring",
    "peaking": "bad",
    "fading": "bar",
    "resolved": "good",
    "dismissed": "line",
}


def draw_states(incident: ReportedIncident, voice: ReportVoice | None = None) -> str:
    """Return the line, drawn for wide and for narrow screens, and each step in a fold."""
    voice = voice or ReportVoice()
    stretches = stretches_of(incident)
    said = " → ".join(
        f"{voice.words.states[state]} {voice.short(start)}" for state, start, _ in stretches
    )
    drawn = "".join(_line(stretches, name, width, said, voice) for name, width in WIDTHS)
    steps = voice.say("{n} steps", n=voice.words.number(len(incident.steps)))
    fold = f"<details><summary>{steps}</summary>{_table(incident.steps, voice)}</details>"
    return drawn + fold


def stretches_of(incident: ReportedIncident) -> list[tuple[State, datetime, datetime]]:
    """Return each state with its beginning and its end; steps that change none are joined."""
    steps = incident.steps
    end = incident.ended_at or steps[-1].at
    found: list[tuple[State, datetime, datetime]] = []
    for number, step in enumerate(steps):
        until = steps[number + 1].at if number + 1 < len(steps) else max(end, step.at)
        if found and found[-1][0] == step.state:
            found[-1] = (step.state, found[-1][1], until)
        else:
            found.append((step.state, step.at, until))
    return found


def _line(
    stretches: Sequence[tuple[State, datetime, datetime]],
    name: str,
    width: int,
    said: str,
    voice: ReportVoice,
) -> str:
    first, last = stretches[0][1], stretches[-1][2]
    whole_s = max((last - first).total_seconds(), 1.0)
    parts, free = [], 0.0
    for state, start, end in stretches:
        x = width * (start - first).total_seconds() / whole_s
        length = max(width * (end - start).total_seconds() / whole_s, 2.0)
        parts.append(
            f'<rect x="{min(x, width - 2):.1f}" y="0" width="{length:.1f}" height="{_BAR}" '
            f'fill="var(--{_COLOURS[state]})"/>'
        )
        word = voice.words.states[state]
        needed = _CHARACTER * len(word)
        if x >= free and x + needed <= width:
            parts.append(f'<text x="{x:.1f}" y="{_BAR + 14}">{escape(word)}</text>')
            free = x + needed + 2 * _CHARACTER
    return (
        f'<svg class="{name}" viewBox="0 0 {width} {_HEIGHT}" role="img" '
        f'aria-label="{escape(said)}">'
        f'{"".join(parts)}<text x="0" y="{_HEIGHT - 4}">{voice.short(first)}</text>'
        f'<text x="{width}" y="{_HEIGHT - 4}" text-anchor="end">{voice.short(last)}</text></svg>'
    )


def _table(steps: Sequence[Step], voice: ReportVoice) -> str:
    words = voice.words
    rows = "".join(
        f"<tr><td>{voice.short(one.at)}</td><td>{escape(words.states[one.state])}</td>"
        f"<td>{escape(rule(words, one.reason))}</td>"
        f'<td class="number">{one.severity}/10</td></tr>'
        for one in steps
    )
    return f"<table>{rows}</table>"
