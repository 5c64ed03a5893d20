"""The backtest as a table in the terminal."""

from datetime import datetime

from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from schemas.report import BacktestReport, BrandReport, Dismissed, ReportedIncident

SHOWN_DISMISSED = 5


def print_report(report: BacktestReport, console: Console) -> None:
    """Print what rang and what was dismissed, brand by brand."""
    table = Table(title="What would have rung", title_justify="left", expand=True)
    table.add_column("brand", no_wrap=True)
    table.add_column("mentions", justify="right")
    table.add_column("negative", justify="right")
    table.add_column("rang", justify="right")
    table.add_column("incidents and what was judged harmless", ratio=1)
    for brand in report.brands:
        table.add_row(
            escape(brand.brand),
            f"{brand.mentions:,}",
            _share(brand.negative, brand.mentions),
            str(len(brand.incidents)) if brand.incidents else "–",
            _findings(brand),
        )
    console.print(table)
    console.print(
        f"{report.lines:,} lines, {report.bad:,} could not be read, {report.unmatched:,} named "
        f"no brand. Sentiment: {escape(report.model)}.",
        style="dim",
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _findings(brand: BrandReport) -> Group:
    lines = [_rang(incident) for incident in brand.incidents]
    lines += [_harmless(one) for one in brand.dismissed[:SHOWN_DISMISSED]]
    if more := len(brand.dismissed) - SHOWN_DISMISSED:
        lines += [Text(f"… and {more} more judged harmless", style="dim")] if more > 0 else []
    return Group(*(lines or [Text("quiet", style="dim")]))


def _rang(incident: ReportedIncident) -> Text:
    codes = ", ".join(reason.code for reason in incident.reasons[:3])
    return Text(
        f"▲ {_when(incident.rung_at)}  severity {incident.severity}/10, like {incident.pattern} "
        f"(since {_when(incident.onset)}, {incident.mentions:,} mentions; {codes})",
        style="bold red",
    )


def _harmless(one: Dismissed) -> Text:
    return Text(
        f"· {_when(one.onset)}  like {one.pattern}: {one.reason} ({one.mentions:,} mentions)",
        style="dim",
    )


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"
