"""The backtest as one self-contained HTML page: no script, nothing fetched, text escaped."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape

from lab.backtest.summary import BrandTally
from lab.report.backtest.compare import (
    ComparedSetting,
    brand_rows,
    eventful,
    ever_rang,
    lanes_of,
    total_rows,
)
from lab.report.backtest.drivers import tell_drivers
from lab.report.backtest.lanes import draw_lanes
from lab.report.backtest.table import why_not
from lab.report.backtest.timeline import draw_timeline
from lab.report.style import page
from schemas.report import BacktestReport, BrandReport, ReportedIncident

_STYLE = """
h3 { font-size: 1rem; margin: 1.6rem 0 0; }
svg .in-ring { fill: var(--paper); font-weight: 600; font-size: 10px; }
"""


def render_page(report: BacktestReport, tallies: Sequence[BrandTally]) -> str:
    """The whole page. Brands that rang come first, then by number of mentions."""
    by_brand = {tally.brand: tally for tally in tallies}
    order = sorted(report.brands, key=lambda one: (not _rang(one), -one.mentions, one.brand))
    rings = sum(len(_rang(brand)) for brand in report.brands)
    calm = sum(len(_heads_ups(brand)) for brand in report.brands)
    sections = "".join(_brand(brand, by_brand[brand.brand]) for brand in order)
    compared = _compared(report, by_brand) if report.sweep else ""
    files = ", ".join(escape(name) for name in report.files)
    return page(
        "Tocsin backtest",
        f"<header><h1>What would have rung: {rings}</h1>"
        f'<div class="soft">{calm} more were worth a quiet line and never rang. {files}: '
        f"{report.lines:,} lines, {report.bad:,} unreadable, {report.unmatched:,} named no brand. "
        f"Times are UTC. Tocsin {escape(report.tocsin)}, sentiment {escape(report.model)}.</div>"
        '<div class="key soft">per bin:<span style="background:var(--bar)"></span>mentions'
        '<span style="background:var(--bad)"></span>negative'
        '<span style="background:var(--good)"></span>positive</div></header>'
        f"{compared}{sections}",
        style=_STYLE,
    )


def _compared(report: BacktestReport, tallies: Mapping[str, BrandTally]) -> str:
    every = {brand.brand: lanes_of(report.sweep, brand.brand) for brand in report.brands}
    told = {brand: lanes for brand, lanes in every.items() if eventful(lanes)}
    totals = _table(total_rows(report.sweep), "rang for") if len(every) > 1 else ""
    parts = "".join(
        f"<h3>{escape(brand)}</h3>{draw_lanes(lanes, tallies[brand].bins)}"
        + (_table(brand_rows(lanes), "rang when, severity, mentions") if ever_rang(lanes) else "")
        for brand, lanes in told.items()
    )
    quiet = len(every) - len(told)
    rest = f'<p class="soft">{quiet} brands were quiet under every setting.</p>' if quiet else ""
    return (
        "<section><h2>Settings side by side</h2>"
        '<div class="soft">A disc is a ring, with the highest severity that was reached; its bar '
        "lasts from onset to end. A small circle is a heads-up that never rang. Rates are those of "
        f"one brand, on average.</div>{totals}{parts}{rest}</section>"
    )


def _table(rows: Iterable[ComparedSetting], last: str) -> str:
    lines = "".join(
        f'<tr><td>{escape(row.setting)}</td><td class="number">{row.rang}</td>'
        f'<td class="number">{row.per_quarter:.2g}</td><td class="number">{row.heads_ups}</td>'
        f'<td class="number">{row.heads_ups_per_week:.2g}</td>'
        f"<td>{'<br>'.join(map(escape, row.when))}</td></tr>"
        for row in rows
    )
    return (
        '<table><tr><th>setting</th><th class="number">rang</th><th class="number">a quarter</th>'
        '<th class="number">heads-ups</th><th class="number">a week</th>'
        f"<th>{last}</th></tr>{lines}</table>"
    )


def _brand(brand: BrandReport, tally: BrandTally) -> str:
    notes = [
        f"{count:,} {word}"
        for word, count in (
            ("mentions", brand.mentions),
            ("negative", brand.negative),
            ("positive", brand.positive),
            ("duplicates", brand.duplicates),
            ("late", brand.late),
            ("own posts", brand.own),
        )
        if count or word == "mentions"
    ]
    cards = "".join(_incident(incident) for incident in _rang(brand))
    quiet = _heads_ups(brand)
    calm = "".join(_calm(one) for one in quiet)
    if calm:
        calm = f"<details><summary>{len(quiet)} heads-ups only</summary>{calm}</details>"
    return (
        f"<section><h2>{escape(brand.brand)}</h2>"
        f'<div class="soft">{", ".join(notes)}</div>'
        f"{draw_timeline(brand, tally.bins)}{cards}{calm}</section>"
    )


def _incident(incident: ReportedIncident) -> str:
    reasons = "".join(
        f"<tr><td>{escape(reason.code)}</td>"
        f'<td class="number">{reason.value:.3g}</td>'
        f'<td class="number">{"" if reason.normal is None else f"{reason.normal:.3g}"}</td>'
        f'<td class="number">{reason.weight:+.2f}</td></tr>'
        for reason in incident.reasons
    )
    steps = " → ".join(
        f"{escape(step.state)} {step.at.astimezone(UTC):%d %b %H:%M} ({escape(step.reason)})"
        for step in incident.steps
    )
    tags = ", ".join(
        f"{escape(name)} ({count:,})"
        for name, count in (*incident.drivers.hashtags[:4], *incident.drivers.links[:3])
    )
    return (
        f'<div class="card"><strong>{_moments(incident)} — severity {incident.severity}/10, '
        f"like {escape(incident.pattern)}</strong>"
        f'<div class="soft">since {_when(incident.onset)}, heads-up '
        f"{_when(incident.heads_up_at or incident.onset)}, peak {_when(incident.peak)}, "
        f"{incident.mentions:,} mentions, evidence 10^{incident.evidence:.1f}, "
        f"confidence {incident.confidence:.0%}{f'; carried by {tags}' if tags else ''}</div>"
        f"{tell_drivers(incident)}"
        '<table><tr><th>why it rang</th><th class="number">seen</th>'
        '<th class="number">usual</th><th class="number">weight</th></tr>'
        f'{reasons}</table><div class="soft">{steps}</div></div>'
    )


def _moments(incident: ReportedIncident) -> str:
    return ", ".join(_when(ring.at) for ring in incident.rings)


def _calm(one: ReportedIncident) -> str:
    return (
        f'<div class="card calm"><strong>{_when(one.heads_up_at or one.onset)} — like '
        f"{escape(one.pattern)}</strong>"
        f'<div class="soft">{escape(why_not(one))}; {one.mentions:,} mentions</div></div>'
    )


def _rang(brand: BrandReport) -> list[ReportedIncident]:
    return [one for one in brand.incidents if one.level == "ring"]


def _heads_ups(brand: BrandReport) -> list[ReportedIncident]:
    return [one for one in brand.incidents if one.level == "heads_up"]


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%a %d %b %Y %H:%M}"
