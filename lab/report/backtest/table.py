"""The backtest as a table in the terminal."""

from datetime import datetime

from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pipeline.detection.reasons import WATCH_RULES
from schemas.incident import Level
from schemas.report import BacktestReport, BrandReport, ReportedIncident

SHOWN_HEADS_UPS = 5


def print_report(report: BacktestReport, console: Console) -> None:
    """Print what rang and what was worth a quiet line, brand by brand."""
    table = Table(title="What would have rung", title_justify="left", expand=True)
    table.add_column("brand", no_wrap=True)
    table.add_column("mentions", justify="right")
    table.add_column("negative", justify="right")
    table.add_column("rang", justify="right")
    table.add_column("heads-ups", justify="right")
    table.add_column("what rang, and what never did", ratio=1)
    for brand in report.brands:
        table.add_row(
            escape(brand.brand),
            f"{brand.mentions:,}",
            _share(brand.negative, brand.mentions),
            _count(brand, "ring"),
            _count(brand, "heads_up"),
            _findings(brand),
        )
    console.print(table)
    console.print(
        f"{report.lines:,} lines: {report.mentions:,} mentions, {report.duplicates:,} duplicates, "
        f"{report.own:,} own, {report.bad:,} could not be read, "
        f"{report.unmatched:,} named no brand, {report.not_posts:,} not posts. "
        f"{_missed(report)}Sentiment: {escape(report.model)}.",
        style="dim",
    )


def _missed(report: BacktestReport) -> str:
    if not report.missed:
        return ""
    return f"{report.missed:,} posts were missed, as the recording itself says. "


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _count(brand: BrandReport, level: Level) -> str:
    return str(sum(one.level == level for one in brand.incidents) or "–")


def _findings(brand: BrandReport) -> Group:
    lines = [_rang(one) for one in brand.incidents if one.level == "ring"]
    quiet = [one for one in brand.incidents if one.level == "heads_up"]
    lines += [_never_rang(one) for one in quiet[:SHOWN_HEADS_UPS]]
    if (more := len(quiet) - SHOWN_HEADS_UPS) > 0:
        lines.append(Text(f"… and {more} more heads-ups", style="dim"))
    return Group(*(lines or [Text("quiet", style="dim")]))


def _rang(incident: ReportedIncident) -> Text:
    codes = ", ".join(reason.code for reason in incident.reasons[:3])
    rings = " · ".join(_when(ring.at) for ring in incident.rings)
    noticed = _when(incident.heads_up_at or incident.onset)
    return Text(
        f"▲ {rings}  severity {incident.severity}/10, like {incident.pattern} "
        f"(since {_when(incident.onset)}, heads-up {noticed}, {incident.mentions:,} mentions; "
        f"{codes})",
        style="bold red",
    )


def _never_rang(one: ReportedIncident) -> Text:
    return Text(
        f"· {_when(one.heads_up_at or one.onset)}  {why_not(one)} ({one.mentions:,} mentions)",
        style="dim",
    )


def why_not(one: ReportedIncident) -> str:
    """Why a heads-up never rang, in figures; before it, what the watch list told."""
    first, last = one.steps[0].reason, one.steps[-1].reason
    said = f"{first}, {last}" if first in WATCH_RULES.values() and len(one.steps) > 1 else last
    if one.sighting is None:
        return said
    seen = one.sighting
    return (
        f"{said}: rarity {seen.rarity:.1f} of {seen.needed_rarity:.1f}, "
        f"kind {seen.kind:.1f} of {seen.needed_kind:.1f}"
    )


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"
