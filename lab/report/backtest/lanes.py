"""Settings side by side for one brand, as inline SVG: the volume, and a lane for each setting."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from lab.backtest.summary import Bin
from lab.report.backtest.compare import heads_ups, rang
from lab.report.backtest.timeline import WIDTH, CountTimeline, axis, course_of
from schemas.report import SweptBrand, SweptIncident

GUTTER = 250
"""Room for the names of the settings, left of everything."""
TOP = 6
VOLUME = 64
LANE = 26
BOTTOM = 20
RING = 8


def draw_lanes(lanes: Sequence[tuple[str, SweptBrand]], bins: Mapping[int, Bin]) -> str:
    """The SVG element, or nothing where nothing was said. ``lanes``: label and outcome of each.

    A ring is a disc with the severity reached, with a bar from onset to end; a heads-up that never
    rang is a small circle.
    """
    if not bins:
        return ""
    course = course_of(bins)
    floor = TOP + VOLUME
    height = floor + LANE * len(lanes) + BOTTOM
    drawn = "".join(
        _lane(label, swept, course, floor + LANE * place) for place, (label, swept) in
        enumerate(lanes)
    )  # fmt: skip
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" class="lanes" '
        f'aria-label="what rang under {len(lanes)} settings">'
        f'<text x="0" y="{TOP + 12}">mentions</text>{_volume(course)}{drawn}'
        f"{axis(course.first_s, course.span_s, y=height - 5, left=GUTTER)}</svg>"
    )


def _volume(course: CountTimeline) -> str:
    step = (WIDTH - GUTTER) * course.bar_s / course.span_s
    floor, most = TOP + VOLUME, course.most
    return "".join(
        f'<rect x="{GUTTER + index * step:.1f}" y="{floor - VOLUME * bar[0] / most:.1f}" '
        f'width="{max(step * 0.9, 0.8):.1f}" height="{VOLUME * bar[0] / most:.1f}" '
        'fill="var(--bar)"/>'
        for index, bar in sorted(course.bars.items())
    )


def _lane(label: str, swept: SweptBrand, course: CountTimeline, y: int) -> str:
    middle = y + LANE / 2
    calm = "".join(
        f'<circle cx="{_x(one.onset, course):.1f}" cy="{middle}" r="3" fill="none" '
        f'stroke="var(--soft)"><title>{escape(_when(one.onset))}: like {escape(one.pattern)}, '
        f"{escape(one.reason)}</title></circle>"
        for one in heads_ups(swept)
    )
    return (
        f'<line x1="0" y1="{y}" x2="{WIDTH}" y2="{y}" stroke="var(--line)"/>'
        f'<text x="0" y="{middle + 4}">{escape(label)}</text>'
        f'<text x="{GUTTER - 12}" y="{middle + 4}" text-anchor="end" class="ring-label">'
        f"{len(rang(swept)) or ''}</text>"
        f"{calm}{''.join(_rang(one, course, middle) for one in rang(swept))}"
    )


def _rang(one: SweptIncident, course: CountTimeline, middle: float) -> str:
    left, x = _x(one.onset, course), _x(one.rings[0].at, course)
    right = _x(one.ended_at, course) if one.ended_at else float(WIDTH)
    return (
        f'<rect x="{left:.1f}" y="{middle - 4}" width="{max(right - left, 2):.1f}" height="8" '
        'fill="var(--ring)" opacity=".25"/>'
        f"<g><title>{escape(_when(one.rings[0].at))}: severity {one.severity}/10, like "
        f"{escape(one.pattern)}, {one.mentions:,} mentions</title>"
        f'<circle cx="{x:.1f}" cy="{middle}" r="{RING}" fill="var(--ring)"/>'
        f'<text x="{x:.1f}" y="{middle + 4}" text-anchor="middle" class="in-ring">{one.severity}'
        "</text></g>"
    )


def _x(at: datetime, course: CountTimeline) -> float:
    part = (at.timestamp() - course.first_s) / course.span_s
    return GUTTER + (WIDTH - GUTTER) * min(max(part, 0.0), 1.0)


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"
