"""The timeline of one brand as inline SVG: mentions, their tone, rings, and the brand's reply."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from lab.backtest.summary import BIN_S, Bin
from schemas.report import BrandReport

WIDTH = 1000
HEIGHT = 190
TOP = 22
BOTTOM = 20
BARS = 500
LABELS = 6


class CountTimeline(NamedTuple):
    """Counts over time, in bars. ``bars``: by number, mentions, negative and positive."""

    first_s: int
    span_s: int
    bar_s: int
    bars: dict[int, list[int]]

    @property
    def most(self) -> int:
        """Mentions of the highest bar, at least one."""
        return max(bar[0] for bar in self.bars.values()) or 1


def course_of(bins: Mapping[int, Bin]) -> CountTimeline:
    """Bins joined to at most ``BARS`` bars; there must be a bin."""
    first_s = min(bins)
    span_s = max(bins) + BIN_S - first_s
    bar_s = BIN_S * -(-span_s // (BIN_S * BARS))
    bars: dict[int, list[int]] = {}
    for start_s, one in bins.items():
        bar = bars.setdefault((start_s - first_s) // bar_s, [0, 0, 0])
        for place, count in enumerate(one):
            bar[place] += count
    return CountTimeline(first_s, -(-span_s // bar_s) * bar_s, bar_s, bars)


def draw_timeline(brand: BrandReport, bins: Mapping[int, Bin]) -> str:
    """The SVG element, or nothing where nothing was said."""
    if not bins:
        return ""
    course = course_of(bins)
    first_s, span_s, bar_s, bars = course
    most = course.most
    base = HEIGHT - BOTTOM
    scale = (base - TOP) / most
    step = WIDTH * bar_s / span_s

    def x_of(at_s: float) -> float:
        return WIDTH * (at_s - first_s) / span_s

    def rects(place: int, colour: str, *, on: int | None = None) -> str:
        return "".join(
            f'<rect x="{index * step:.1f}" '
            f'y="{base - (bar[place] + (bar[on] if on is not None else 0)) * scale:.1f}" '
            f'width="{max(step * 0.9, 0.8):.1f}" height="{bar[place] * scale:.1f}" '
            f'fill="var(--{colour})"/>'
            for index, bar in sorted(bars.items())
            if bar[place]
        )

    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="mentions over time, {len(brand.incidents)} incidents">'
        f"{_shades(brand, first_s, span_s)}"
        f"{rects(0, 'bar')}{rects(1, 'bad')}{rects(2, 'good', on=1)}"
        f'<line x1="0" y1="{base}" x2="{WIDTH}" y2="{base}" stroke="var(--line)"/>'
        f'<text x="2" y="12">{most:,} mentions in {_span(bar_s)}</text>'
        f"{axis(first_s, span_s, y=HEIGHT - 5)}"
        + "".join(
            _ring(x_of(ring.at.timestamp()), ring.severity)
            for incident in brand.incidents
            for ring in incident.rings
        )
        + "".join(
            _reply(x_of(incident.reply.at.timestamp()))
            for incident in brand.incidents
            if incident.reply is not None
        )
        + "</svg>"
    )


def _shades(brand: BrandReport, first_s: int, span_s: int) -> str:
    shades = []
    for incident in brand.incidents:
        ended = incident.ended_at or brand.last or incident.peak
        left = WIDTH * (incident.onset.timestamp() - first_s) / span_s
        right = WIDTH * (ended.timestamp() - first_s) / span_s
        shades.append(
            f'<rect x="{left:.1f}" y="{TOP - 4}" width="{max(right - left, 1):.1f}" '
            f'height="{HEIGHT - BOTTOM - TOP + 4}" fill="var(--ring)" opacity=".1"/>'
        )
    return "".join(shades)


def _ring(x: float, severity: int) -> str:
    anchor = "start" if x < WIDTH * 0.9 else "end"
    shift = 5 if anchor == "start" else -5
    return (
        f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" '
        f'stroke="var(--ring)" stroke-width="1.5"/>'
        f'<text class="ring-label" x="{x + shift:.1f}" y="{TOP - 1}" text-anchor="{anchor}">'
        f"{severity}/10</text>"
    )


def _reply(x: float) -> str:
    """Where the brand's own accounts first spoke: a dashed line and a word at its foot."""
    anchor = "start" if x < WIDTH * 0.9 else "end"
    shift = 4 if anchor == "start" else -4
    return (
        f'<line class="reply" x1="{x:.1f}" y1="{TOP + 6}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" '
        f'stroke="var(--ink)" stroke-dasharray="3 3"/>'
        f'<text x="{x + shift:.1f}" y="{TOP + 14}" text-anchor="{anchor}">brand replies</text>'
    )


def axis(first_s: int, span_s: int, *, y: int, left: int = 0) -> str:
    """Labels of time along ``y``, from ``left`` to the right edge."""
    form = "%d %b %H:%M" if span_s < 10 * 86_400 else "%d %b %Y"
    labels = []
    for place in range(LABELS + 1):
        at = datetime.fromtimestamp(first_s + span_s * place / LABELS, UTC)
        anchor = "start" if place == 0 else "end" if place == LABELS else "middle"
        labels.append(
            f'<text x="{left + (WIDTH - left) * place / LABELS:.0f}" y="{y}" '
            f'text-anchor="{anchor}">{at:{form}}</text>'
        )
    return "".join(labels)


def _span(seconds: int) -> str:
    for unit, length_s in (("d", 86_400), ("h", 3_600)):
        if seconds >= length_s and seconds % length_s == 0:
            return f"{seconds // length_s} {unit}"
    return f"{seconds / 3600:.1f} h" if seconds > 3600 else f"{seconds // 60} min"  # noqa: PLR2004
