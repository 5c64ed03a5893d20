"""Settings side by side for one brand, as inline SVG: the volume, and a lane for each setting."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final, NamedTuple

from agents.alerting.message.sections.evidence import rule
from lab.backtest.summary import Bin
from lab.report.backtest.compare import heads_ups, label_of, rang
from lab.report.backtest.timeline import NARROW, WIDTH, CountTimeline, axis, course_of
from lab.report.voice import ReportVoice
from schemas.report import SweptBrand, SweptIncident

TOP: Final = 6
VOLUME: Final = 64
BOTTOM: Final = 20
RING: Final = 8


class LanePlan(NamedTuple):
    """Where things stand. ``gutter``: room for names left of everything; 0 puts them above."""

    name: str
    width: int
    gutter: int
    lane: int
    title: int


WIDE: Final = LanePlan("wide", WIDTH, 250, 26, 13)
PHONE: Final = LanePlan("narrow", NARROW, 0, 44, 12)
"""Names above their lanes: words are never shrunk, and nothing has to be pushed aside."""


def draw_lanes(
    lanes: Sequence[tuple[str, SweptBrand]],
    bins: Mapping[int, Bin],
    voice: ReportVoice | None = None,
) -> str:
    """The SVG elements, for wide screens and for phones; nothing where nothing was said.

    ``lanes``: label and outcome of each. A ring is a disc with the severity reached, with a bar
    from onset to end; a heads-up that never rang is a small circle.
    """
    if not bins:
        return ""
    voice = voice or ReportVoice()
    return "".join(_drawn(lanes, bins, plan, voice) for plan in (WIDE, PHONE))


def _drawn(
    lanes: Sequence[tuple[str, SweptBrand]],
    bins: Mapping[int, Bin],
    plan: LanePlan,
    voice: ReportVoice,
) -> str:
    course = course_of(bins, plan.width - plan.gutter)
    floor = TOP + VOLUME
    height = floor + plan.lane * len(lanes) + BOTTOM
    drawn = "".join(
        _lane(lane, course, floor + plan.lane * place, plan, voice)
        for place, lane in enumerate(lanes)
    )
    said = voice.say("what rang under {n} settings", n=len(lanes))
    times = axis(
        course.first_s, course.span_s, y=height - 5, left=plan.gutter, width=plan.width, voice=voice
    )
    return (
        f'<svg class="{plan.name} lanes" viewBox="0 0 {plan.width} {height}" role="img" '
        f'aria-label="{escape(said)}"><text x="0" y="{TOP + 6}">{voice.say("mentions")}</text>'
        f"{_volume(course, plan)}{drawn}{times}</svg>"
    )


def _volume(course: CountTimeline, plan: LanePlan) -> str:
    step = (plan.width - plan.gutter) * course.bar_s / course.span_s
    floor, most = TOP + VOLUME, course.most
    return "".join(
        f'<rect x="{plan.gutter + index * step:.1f}" y="{floor - VOLUME * bar[0] / most:.1f}" '
        f'width="{max(step * 0.9, 0.8):.1f}" height="{VOLUME * bar[0] / most:.1f}" '
        'fill="var(--bar)"/>'
        for index, bar in sorted(course.bars.items())
    )


def _lane(
    lane: tuple[str, SweptBrand], course: CountTimeline, y: int, plan: LanePlan, voice: ReportVoice
) -> str:
    label, swept = lane
    middle = y + plan.lane - WIDE.lane / 2
    words = voice.words
    calm = "".join(
        f'<circle cx="{_x(one.onset, course, plan):.1f}" cy="{middle}" r="3" fill="none" '
        f'stroke="var(--soft)"><title>{escape(words.moment(one.onset))}: '
        f"{escape(words.pattern(one.pattern))}. {escape(rule(words, one.reason))}</title></circle>"
        for one in heads_ups(swept)
    )
    right = plan.gutter - 12 if plan.gutter else plan.width
    return (
        f'<line x1="0" y1="{y}" x2="{plan.width}" y2="{y}" stroke="var(--line)"/>'
        f'<text x="0" y="{y + plan.title + 4}">{escape(label_of(label, voice))}</text>'
        f'<text x="{right}" y="{y + plan.title + 4}" text-anchor="end" class="ring-label">'
        f"{len(rang(swept)) or ''}</text>"
        f"{calm}{''.join(_rang(one, course, middle, plan, voice) for one in rang(swept))}"
    )


def _rang(
    one: SweptIncident, course: CountTimeline, middle: float, plan: LanePlan, voice: ReportVoice
) -> str:
    left, x = _x(one.onset, course, plan), _x(one.rings[0].at, course, plan)
    right = _x(one.ended_at, course, plan) if one.ended_at else float(plan.width)
    said = voice.say(
        "{moment}: severity {severity}/10, {pattern}, {n} mentions",
        moment=voice.words.moment(one.rings[0].at),
        severity=one.severity,
        pattern=voice.words.pattern(one.pattern),
        n=voice.words.number(one.mentions),
    )
    return (
        f'<rect x="{left:.1f}" y="{middle - 4}" width="{max(right - left, 2):.1f}" height="8" '
        'fill="var(--ring)" opacity=".25"/>'
        f"<g><title>{escape(said)}</title>"
        f'<circle cx="{x:.1f}" cy="{middle}" r="{RING}" fill="var(--ring)"/>'
        f'<text x="{x:.1f}" y="{middle + 4}" text-anchor="middle" class="in-ring">{one.severity}'
        "</text></g>"
    )


def _x(at: datetime, course: CountTimeline, plan: LanePlan) -> float:
    part = (at.timestamp() - course.first_s) / course.span_s
    return plan.gutter + (plan.width - plan.gutter) * min(max(part, 0.0), 1.0)
