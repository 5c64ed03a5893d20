"""Calibration on the evaluation page: false alarms stated and observed."""

from html import escape
from math import log10
from typing import Final

from lab.report.voice import ReportVoice
from schemas.evaluation import FalseAlarms, QuietKind, QuietPart

SIDE: Final = 340
LEFT: Final = 56
BOTTOM: Final = 40
LOWEST: Final = 0.008
"""Observed rates below this, none among them, are drawn here."""
HIGHEST: Final = 5.0
MARKS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def render_quiet(part: QuietPart, voice: ReportVoice) -> str:
    """The section: a picture of all budgets, and a table of each kind of brand."""
    head = "".join(f'<th class="number">{voice.rate(one.stated)}</th>' for one in part.together)
    rows = "".join(
        f"<tr><td>{escape(kind.noise)}</td><td class='number'>{kind.mentions:g}</td>"
        f"{_cells(kind.budgets, voice)}</tr>"
        for kind in part.kinds
    )
    about = voice.say(
        "{brands} brands about which nothing happens, each over {weeks} weeks, of four kinds of "
        "noise and four sizes. Whatever rings is a false alarm of the volume part; the budget is "
        "what a user states, a week and brand.",
        brands=voice.words.number(part.brands),
        weeks=part.weeks,
    )
    key = voice.say(
        "Red: more than stated, and not by chance (the whole 95 % interval lies above)."
    )
    return (
        f"<section><h2>{escape(voice.say('Is the budget of false alarms kept?'))}</h2>"
        f'<p class="soft">{escape(about)}</p>'
        f'<div class="beside"><div>{_picture(part, voice)}</div><table>'
        f"<tr><th>{escape(voice.say('noise'))}</th>"
        f'<th class="number">{escape(voice.say("mentions in 5 min"))}</th>'
        f'<th colspan="{len(part.together)}" class="number">'
        f"{escape(voice.say('observed a week, at a budget of'))}</th>"
        f'</tr><tr><th></th><th></th>{head}</tr>{rows}<tr class="tocsin">'
        f"<td>{escape(voice.say('all'))}</td><td></td>"
        f'{_cells(part.together, voice)}</tr><tr><td class="soft">'
        f"{escape(voice.say('95 % interval'))}</td><td></td>"
        + "".join(
            f'<td class="number interval">{voice.fixed(one.low, 2)}–{voice.fixed(one.high, 2)}</td>'
            for one in part.together
        )
        + f'</tr></table></div><p class="soft">{escape(key)}</p></section>'
    )


def _cells(budgets: tuple[FalseAlarms, ...], voice: ReportVoice) -> str:
    return "".join(
        f'<td class="number{" over" if one.low > one.stated else ""}">'
        f"{voice.fixed(one.observed, 2)}</td>"
        for one in budgets
    )


def _x(stated: float) -> float:
    return LEFT + (SIDE - LEFT) * _share(stated)


def _y(observed: float) -> float:
    return (SIDE - BOTTOM) * (1 - _share(observed))


def _share(rate: float) -> float:
    clipped = min(max(rate, LOWEST), HIGHEST)
    return log10(clipped / LOWEST) / log10(HIGHEST / LOWEST)


def _picture(part: QuietPart, voice: ReportVoice) -> str:
    grid = "".join(
        f'<line x1="{LEFT}" x2="{SIDE}" y1="{_y(mark):.1f}" y2="{_y(mark):.1f}" '
        'stroke="var(--line)" stroke-dasharray="2 4"/>'
        f'<text x="{LEFT - 6}" y="{_y(mark) + 4:.1f}" text-anchor="end">{voice.rate(mark)}</text>'
        f'<text x="{_x(mark):.1f}" y="{SIDE - BOTTOM + 14}" text-anchor="middle">'
        f"{voice.rate(mark)}</text>"
        for mark in MARKS
    )
    dots = "".join(_dots(kind, place, len(part.kinds)) for place, kind in enumerate(part.kinds))
    return (
        f'<svg class="small" viewBox="0 0 {SIDE + 8} {SIDE}" role="img" '
        f'aria-label="{escape(voice.say("observed false alarms against those stated"))}">'
        f"{grid}"
        f'<line x1="{_x(LOWEST)}" y1="{_y(LOWEST)}" x2="{_x(HIGHEST)}" y2="{_y(HIGHEST)}" '
        'stroke="var(--soft)"/>'
        f'<text x="{LEFT + 6}" y="{_y(1.6):.0f}">'
        f"{escape(voice.say('above the line:'))}</text>"
        f'<text x="{LEFT + 6}" y="{_y(1.6) + 14:.0f}">'
        f"{escape(voice.say('more than stated'))}</text>"
        f"{dots}{''.join(map(_bar, part.together))}"
        f'<text x="{(LEFT + SIDE) / 2}" y="{SIDE - 6}" text-anchor="middle">'
        f"{escape(voice.say('stated, a week and brand'))}</text>"
        f'<text x="12" y="{(SIDE - BOTTOM) / 2}" text-anchor="middle" '
        f'transform="rotate(-90 12 {(SIDE - BOTTOM) / 2})">'
        f"{escape(voice.say('observed'))}</text></svg>"
        '<div class="key soft"><span style="background:var(--ink)"></span>'
        f"{escape(voice.say('all brands, 95 % interval'))}"
        '<span style="background:var(--bar)"></span>'
        f"{escape(voice.say('one kind (lowest: none)'))}</div>"
    )


def _dots(kind: QuietKind, place: int, kinds: int) -> str:
    """A small step aside for each kind keeps dots apart that would lie on one another."""
    aside = 14 * (place / max(kinds - 1, 1) - 0.5)
    return "".join(
        f'<circle cx="{_x(one.stated) + aside:.1f}" cy="{_y(one.observed):.1f}" r="2.6" '
        'fill="var(--bar)"/>'
        for one in kind.budgets
    )


def _bar(one: FalseAlarms) -> str:
    x = _x(one.stated)
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_y(one.low):.1f}" y2="{_y(one.high):.1f}" '
        'stroke="var(--ink)" stroke-width="2"/>'
        f'<circle cx="{x:.1f}" cy="{_y(one.observed):.1f}" r="4.5" fill="var(--ink)"/>'
    )
