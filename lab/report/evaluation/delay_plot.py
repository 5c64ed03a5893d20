"""A picture of delays: a strip for each shape of crisis, a dot for each ring, minutes in logs."""

from collections.abc import Sequence
from html import escape
from math import log10
from statistics import median
from typing import Final

from lab.report.voice import ReportVoice
from schemas.replays import ReplayLine

WIDTH: Final = 900
LEFT: Final = 190
RIGHT: Final = 120
ROW: Final = 24
TOP: Final = 24
LEAST_MIN: Final = 1.0
"""Rings this soon, and those before onset, are drawn at the left edge."""
MOST_MIN: Final = 2_880.0
MISSED: Final = ' class="ring-label"'
MARKS: Final = (
    (1, "≤ 1 min"), (5, "5"), (15, "15 min"), (60, "1 h"), (240, "4 h"), (720, "12 h"),
    (2880, "2 d"),
)  # fmt: skip


def draw_delays(lines: Sequence[ReplayLine], voice: ReportVoice) -> str:
    """The picture; shapes are ordered by their median, those that never rang come last."""
    crises = sorted((one for one in lines if one.kind == "crisis"), key=_order)
    height = TOP + ROW * len(crises) + 6
    grid = "".join(
        f'<line x1="{x_of(mark):.1f}" x2="{x_of(mark):.1f}" y1="{TOP - 6}" y2="{height}" '
        'stroke="var(--line)" stroke-dasharray="2 4"/>'
        f'<text x="{x_of(mark):.1f}" y="{TOP - 10}" text-anchor="middle">{words}</text>'
        for mark, words in MARKS
    )
    rows = "".join(
        _strip(one, TOP + ROW * (place + 0.5), voice) for place, one in enumerate(crises)
    )
    key = voice.say(
        "A dot is a ring, the upright line the median of its shape; onset is the first post of the "
        "half hour in which it could first be seen, so nobody can ring at it. On the right, how "
        "many rang."
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(voice.say("minutes from onset to the ring, by shape"))}">'
        f'{grid}{rows}</svg><p class="soft">{escape(key)}</p>'
    )


def x_of(delay_min: float) -> float:
    """Where a delay stands.

    >>> x_of(-5) == x_of(1) == LEFT, x_of(1e9) == WIDTH - RIGHT
    (True, True)
    """
    share = log10(min(max(delay_min, LEAST_MIN), MOST_MIN) / LEAST_MIN) / log10(
        MOST_MIN / LEAST_MIN
    )
    return LEFT + (WIDTH - RIGHT - LEFT) * share


def _order(one: ReplayLine) -> tuple[float, str]:
    return (median(one.delays_s) if one.delays_s else float("inf"), one.name)


def _strip(one: ReplayLine, y: float, voice: ReportVoice) -> str:
    dots = "".join(
        f'<circle cx="{x_of(delay / 60):.1f}" cy="{y:.1f}" r="4.5" fill="var(--good)" '
        'fill-opacity=".6"/>'
        for delay in one.delays_s
    )
    middle = ""
    if one.delays_s:
        x = x_of(median(one.delays_s) / 60)
        middle = (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - 9:.1f}" y2="{y + 9:.1f}" '
            'stroke="var(--ink)" stroke-width="2"/>'
        )
    rang = voice.say("{n} of {all} rang", n=one.rung.hits, all=one.rung.of)
    name, missed = one.name.replace("_", " "), one.rung.hits < one.rung.of
    return (
        f'<text x="{LEFT - 14}" y="{y + 4:.1f}" text-anchor="end">{escape(name)}</text>'
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="var(--line)"/>'
        f"{dots}{middle}"
        f'<text x="{WIDTH - RIGHT + 16}" y="{y + 4:.1f}"'
        f"{MISSED if missed else ''}>{escape(rang)}</text>"
    )
