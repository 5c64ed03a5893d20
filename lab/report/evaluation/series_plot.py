"""One labelled series as inline SVG: counts, windows, and where two detectors rang."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from math import log10
from typing import Final

from lab.report.voice import ReportVoice
from schemas.evaluation import NabAlarms, NabDetector, NabSeries

WIDTH: Final = 1000
LEFT: Final = 160
TOP: Final = 20
BASE: Final = 118
STRIP: Final = 22
HEIGHT: Final = BASE + 2 * STRIP + 22
LABELS: Final = 6

Place = Callable[[datetime], float]


def draw_series(
    series: NabSeries, tocsin: NabDetector, other: NabDetector, voice: ReportVoice
) -> str:
    """The SVG element: the counts, below them a strip of alarms for each of the two detectors."""
    first_s = series.first.timestamp()
    span_s = max(series.last.timestamp() - first_s, 1.0)

    def x_of(at: datetime) -> float:
        return LEFT + (WIDTH - LEFT) * (at.timestamp() - first_s) / span_s

    shades = _shade(LEFT, x_of(series.scored_from), "line", 0.45) + "".join(
        _shade(x_of(window.first), x_of(window.last), "good", 0.2) for window in series.windows
    )
    strips = "".join(
        _strip(number, _said(number, detector, series, voice), detector, series, x_of)
        for number, detector in enumerate((tocsin, other))
    )
    label = voice.say("{name}: counts, labelled windows and alarms", name=series.name)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{shades}{_counts(series, voice)}{strips}"
        f"{_axis(first_s, span_s, voice)}"
        f'<text x="0" y="12" class="title">{escape(series.name.removesuffix(".csv"))}</text>'
        "</svg>"
    )


def _shade(left: float, right: float, colour: str, opacity: float) -> str:
    return (
        f'<rect x="{left:.1f}" y="{TOP}" width="{max(right - left, 1):.1f}" '
        f'height="{BASE + 2 * STRIP - TOP}" fill="var(--{colour})" opacity="{opacity}"/>'
    )


def _counts(series: NabSeries, voice: ReportVoice) -> str:
    most = log10(1 + max(series.highest, default=0.0)) or 1.0
    step = (WIDTH - LEFT) / max(len(series.highest), 1)

    def y_of(count: float) -> float:
        return BASE - (BASE - TOP) * log10(1 + count) / most

    outline = "".join(
        f"L{LEFT + i * step:.1f} {y_of(count):.1f}H{LEFT + (i + 1) * step:.1f}"
        for i, count in enumerate(series.highest)
    )
    lines = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y_of(mark):.1f}" y2="{y_of(mark):.1f}" '
        f'stroke="var(--line)" stroke-dasharray="2 4"/>'
        f'<text x="{LEFT - 6}" y="{y_of(mark) + 4:.1f}" text-anchor="end">'
        f"{voice.words.number(mark)}</text>"
        for mark in (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
        if log10(1 + mark) <= most
    )
    return (
        f'{lines}<path d="M{LEFT} {BASE}{outline}V{BASE}Z" fill="var(--bar)"/>'
        f'<line x1="{LEFT}" x2="{WIDTH}" y1="{BASE}" y2="{BASE}" stroke="var(--line)"/>'
    )


def _said(number: int, detector: NabDetector, series: NabSeries, voice: ReportVoice) -> str:
    alarms = _alarms(detector, series)
    return voice.say(
        "{name}: {n} of {all}, {false} false",
        name=voice.say("best other") if number else "Tocsin",
        n=alarms.windows_found,
        all=len(series.windows),
        false=alarms.false_alarms,
    )


def _alarms(detector: NabDetector, series: NabSeries) -> NabAlarms:
    return next(one for one in detector.series if one.series == series.name)


def _strip(number: int, said: str, detector: NabDetector, series: NabSeries, x_of: Place) -> str:
    alarms = _alarms(detector, series)
    middle = BASE + STRIP * (number + 0.5)
    size = STRIP * 0.32
    ticks = "".join(
        f'<line x1="{x_of(at):.1f}" x2="{x_of(at):.1f}" y1="{middle - size:.1f}" '
        f'y2="{middle + size:.1f}" stroke="var(--{_colour(at, series)})" stroke-width="2.5"/>'
        for at in alarms.rung
    )
    return (
        f'<line x1="{LEFT}" x2="{WIDTH}" y1="{BASE + STRIP * (number + 1)}" '
        f'y2="{BASE + STRIP * (number + 1)}" stroke="var(--line)"/>{ticks}'
        f'<text x="0" y="{middle + 4:.1f}">{escape(said)}</text>'
    )


def _colour(at: datetime, series: NabSeries) -> str:
    return "good" if any(w.first <= at <= w.last for w in series.windows) else "bad"


def _axis(first_s: float, span_s: float, voice: ReportVoice) -> str:
    labels = []
    for place in range(LABELS + 1):
        at = datetime.fromtimestamp(first_s + span_s * place / LABELS, UTC)
        anchor = "start" if place == 0 else "end" if place == LABELS else "middle"
        x = LEFT + (WIDTH - LEFT) * place / LABELS
        labels.append(
            f'<text x="{x:.0f}" y="{HEIGHT - 5}" text-anchor="{anchor}">'
            f"{voice.short(at, year=True)}</text>"
        )
    return "".join(labels)
