"""The timeline of one brand as inline SVG: mentions, their tone, rings, and the brand's reply."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

from lab.backtest.summary import BIN_S, Bin
from lab.report.voice import ReportVoice
from schemas.incident import Ring
from schemas.report import BrandReport

WIDTH = 1000
HEIGHT = 190
TOP = 22
BOTTOM = 20
NARROW = 340
"""Width for a phone, on which it is drawn anew: words are never shrunk."""
BAR = 2
"""Units that a bar has at least."""
RING_LABEL = 40
"""Units that the severity of a ring takes."""
CHARACTER = 6.4
"""Width of a character, about, at 11 px."""
LABEL = 165
"""Units that a label of time has at least."""
YEARS_FROM_S = 10 * 86_400
"""What lasts so long is labelled with days and years rather than hours."""


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


def course_of(bins: Mapping[int, Bin], width: int = WIDTH) -> CountTimeline:
    """Bins joined to bars that ``width`` has room for; there must be a bin."""
    first_s = min(bins)
    span_s = max(bins) + BIN_S - first_s
    bar_s = BIN_S * -(-span_s // (BIN_S * (width // BAR)))
    bars: dict[int, list[int]] = {}
    for start_s, one in bins.items():
        bar = bars.setdefault((start_s - first_s) // bar_s, [0, 0, 0])
        for place, count in enumerate(one):
            bar[place] += count
    return CountTimeline(first_s, -(-span_s // bar_s) * bar_s, bar_s, bars)


def draw_timeline(
    brand: BrandReport, bins: Mapping[int, Bin], voice: ReportVoice | None = None
) -> str:
    """The SVG elements, for wide and for narrow screens; nothing where nothing was said."""
    if not bins:
        return ""
    voice = voice or ReportVoice()
    return _drawn(brand, bins, WIDTH, voice) + _drawn(brand, bins, NARROW, voice)


def _drawn(brand: BrandReport, bins: Mapping[int, Bin], width: int, voice: ReportVoice) -> str:
    name = "wide" if width == WIDTH else "narrow"
    course = course_of(bins, width)
    first_s, span_s, bar_s, bars = course
    most = course.most
    base = HEIGHT - BOTTOM
    scale = (base - TOP) / most
    step = width * bar_s / span_s

    def x_of(at_s: float) -> float:
        return width * (at_s - first_s) / span_s

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
        f'<svg class="{name}" viewBox="0 0 {width} {HEIGHT}" role="img" '
        f'aria-label="{escape(_described(brand, voice))}">'
        f"{_shades(brand, first_s, span_s, width)}"
        f"{rects(0, 'bar')}{rects(1, 'bad')}{rects(2, 'good', on=1)}"
        f'<line x1="0" y1="{base}" x2="{width}" y2="{base}" stroke="var(--line)"/>'
        f'<text x="2" y="12">{escape(_unit(most, bar_s, voice))}</text>'
        f"{axis(first_s, span_s, y=HEIGHT - 5, width=width, voice=voice)}"
        + _rings(brand, x_of, width)
        + "".join(
            _reply(x_of(incident.reply.at.timestamp()), width, voice)
            for incident in brand.incidents
            if incident.reply is not None
        )
        + "</svg>"
    )


def _shades(brand: BrandReport, first_s: int, span_s: int, width: int) -> str:
    shades = []
    for incident in brand.incidents:
        ended = incident.ended_at or brand.last or incident.peak
        left = width * (incident.onset.timestamp() - first_s) / span_s
        right = width * (ended.timestamp() - first_s) / span_s
        shades.append(
            f'<rect x="{left:.1f}" y="{TOP - 4}" width="{max(right - left, 1):.1f}" '
            f'height="{HEIGHT - BOTTOM - TOP + 4}" fill="var(--ring)" opacity=".1"/>'
        )
    return "".join(shades)


def _rings(brand: BrandReport, x_of: Callable[[float], float], width: int) -> str:
    """A line each, with its severity where there is room for it."""
    drawn, free = [], 0.0
    for ring in sorted((one for each in brand.incidents for one in each.rings), key=_at):
        x = x_of(ring.at.timestamp())
        drawn.append(_ring(x, ring.severity, width, labelled=x >= free))
        free = x + RING_LABEL if x >= free else free
    return "".join(drawn)


def _at(ring: Ring) -> datetime:
    return ring.at


def _ring(x: float, severity: int, width: int, *, labelled: bool) -> str:
    line = (
        f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" '
        f'stroke="var(--ring)" stroke-width="1.5"/>'
    )
    if not labelled:
        return line
    anchor = "start" if x < width * 0.9 else "end"
    shift = 5 if anchor == "start" else -5
    return line + (
        f'<text class="ring-label" x="{x + shift:.1f}" y="{TOP - 1}" text-anchor="{anchor}">'
        f"{severity}/10</text>"
    )


def _reply(x: float, width: int, voice: ReportVoice) -> str:
    """Where the brand's own accounts first spoke: a dashed line and a word at its foot."""
    said = voice.say("brand replies")
    anchor = "start" if x + CHARACTER * len(said) < width else "end"
    shift = 4 if anchor == "start" else -4
    return (
        f'<line class="reply" x1="{x:.1f}" y1="{TOP + 6}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" '
        f'stroke="var(--ink)" stroke-dasharray="3 3"/>'
        f'<text x="{x + shift:.1f}" y="{TOP + 14}" text-anchor="{anchor}">'
        f"{escape(said)}</text>"
    )


def axis(
    first_s: int,
    span_s: int,
    *,
    y: int,
    left: int = 0,
    width: int = WIDTH,
    voice: ReportVoice | None = None,
) -> str:
    """Labels of time along ``y``, from ``left`` to the right edge."""
    voice = voice or ReportVoice()
    many = max((width - left) // LABEL, 1)
    labels = []
    for place in range(many + 1):
        at = datetime.fromtimestamp(first_s + span_s * place / many, UTC)
        anchor = "start" if place == 0 else "end" if place == many else "middle"
        labels.append(
            f'<text x="{left + (width - left) * place / many:.0f}" y="{y}" '
            f'text-anchor="{anchor}">{voice.short(at, year=span_s >= YEARS_FROM_S)}</text>'
        )
    return "".join(labels)


def _described(brand: BrandReport, voice: ReportVoice) -> str:
    return voice.say(
        "mentions over time, incidents: {n}", n=voice.words.number(len(brand.incidents))
    )


def _unit(most: int, bar_s: int, voice: ReportVoice) -> str:
    return voice.say(
        "highest bar: {most} mentions in {span}",
        most=voice.words.number(most),
        span=voice.words.duration(bar_s),
    )
