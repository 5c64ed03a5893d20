"""The backtest as one self-contained HTML page: no script, nothing fetched, text escaped."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from agents.report.drivers import tell_drivers
from agents.report.style import page
from agents.report.timeline import draw_timeline
from pipeline.backtest.summary import BrandTally
from schemas.report import BacktestReport, BrandReport, Dismissed, ReportedIncident


def render_page(report: BacktestReport, tallies: Sequence[BrandTally]) -> str:
    """The whole page. Brands that rang come first, then by number of mentions."""
    by_brand = {tally.brand: tally for tally in tallies}
    order = sorted(report.brands, key=lambda one: (not one.incidents, -one.mentions, one.brand))
    rang = sum(len(brand.incidents) for brand in report.brands)
    calm = sum(len(brand.dismissed) for brand in report.brands)
    sections = "".join(_brand(brand, by_brand[brand.brand]) for brand in order)
    files = ", ".join(escape(name) for name in report.files)
    return page(
        "Tocsin backtest",
        f"<header><h1>What would have rung: {rang}</h1>"
        f'<div class="soft">{calm} more were noticed and judged harmless. {files}: '
        f"{report.lines:,} lines, {report.bad:,} unreadable, {report.unmatched:,} named no brand. "
        f"Times are UTC. Tocsin {escape(report.tocsin)}, sentiment {escape(report.model)}.</div>"
        '<div class="key soft">per bin:<span style="background:var(--bar)"></span>mentions'
        '<span style="background:var(--bad)"></span>negative'
        '<span style="background:var(--good)"></span>positive</div></header>'
        f"{sections}",
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
    cards = "".join(_incident(incident) for incident in brand.incidents)
    calm = "".join(_calm(one) for one in brand.dismissed)
    if calm:
        calm = f"<details><summary>{len(brand.dismissed)} judged harmless</summary>{calm}</details>"
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
        f'<div class="card"><strong>{_when(incident.rung_at)} — severity {incident.severity}/10, '
        f"like {escape(incident.pattern)}</strong>"
        f'<div class="soft">since {_when(incident.onset)}, peak {_when(incident.peak)}, '
        f"{incident.mentions:,} mentions, evidence 10^{incident.evidence:.1f}, "
        f"confidence {incident.confidence:.0%}{f'; carried by {tags}' if tags else ''}</div>"
        f"{tell_drivers(incident)}"
        '<table><tr><th>why it rang</th><th class="number">seen</th>'
        '<th class="number">usual</th><th class="number">weight</th></tr>'
        f'{reasons}</table><div class="soft">{steps}</div></div>'
    )


def _calm(one: Dismissed) -> str:
    return (
        f'<div class="card calm"><strong>{_when(one.onset)} — like {escape(one.pattern)}</strong>'
        f'<div class="soft">{escape(one.reason)}; {one.mentions:,} mentions, evidence '
        f"10^{one.evidence:.1f}</div></div>"
    )


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%a %d %b %Y %H:%M}"
