"""Settings side by side: rows for a table, and the table in the terminal."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.report import BacktestReport, SweptBrand, SweptIncident, SweptSetting

SHOWN_RINGS = 3


class ComparedSetting(NamedTuple):
    """One setting. ``rang`` and those of ``heads_ups`` that never did; rates of one brand.

    ``per_quarter``: incidents that rang; ``heads_ups_per_week``: of all incidents. Where the row
    is of several brands, rates are their mean.
    """

    setting: str
    rang: int
    heads_ups: int
    per_quarter: float
    heads_ups_per_week: float
    when: tuple[str, ...]


def total_rows(sweep: Sequence[SweptSetting]) -> list[ComparedSetting]:
    """All brands together, a row for each setting; ``when`` names the brands that rang."""
    return [
        ComparedSetting(
            setting.label,
            sum(len(rang(one)) for one in setting.brands),
            sum(len(heads_ups(one)) for one in setting.brands),
            sum(one.rang_per_quarter for one in setting.brands) / max(len(setting.brands), 1),
            sum(one.heads_ups_per_week for one in setting.brands) / max(len(setting.brands), 1),
            tuple(f"{one.brand} {len(rang(one))}" for one in setting.brands if rang(one)),
        )
        for setting in sweep
    ]


def lanes_of(sweep: Sequence[SweptSetting], brand: str) -> list[tuple[str, SweptBrand]]:
    """Label and outcome of each setting for one brand."""
    return [
        (setting.label, one) for setting in sweep for one in setting.brands if one.brand == brand
    ]


def eventful(lanes: Sequence[tuple[str, SweptBrand]]) -> bool:
    """Whether any setting found anything."""
    return any(one.incidents for _, one in lanes)


def rang(one: SweptBrand) -> list[SweptIncident]:
    """The incidents that rang."""
    return [incident for incident in one.incidents if incident.level == "ring"]


def heads_ups(one: SweptBrand) -> list[SweptIncident]:
    """The incidents that never did."""
    return [incident for incident in one.incidents if incident.level == "heads_up"]


def ever_rang(lanes: Sequence[tuple[str, SweptBrand]]) -> bool:
    """Whether it would have rung under any setting."""
    return any(rang(one) for _, one in lanes)


def brand_rows(lanes: Sequence[tuple[str, SweptBrand]]) -> Iterator[ComparedSetting]:
    """One brand, a row for each setting; ``when`` says time, severity and mentions of each ring."""
    for label, one in lanes:
        rings = tuple(
            f"{incident.rings[0].at:%Y-%m-%d %H:%M}Z {incident.severity}/10, "
            f"{incident.mentions:,} mentions"
            for incident in rang(one)
        )
        yield ComparedSetting(
            label,
            len(rang(one)),
            len(heads_ups(one)),
            one.rang_per_quarter,
            one.heads_ups_per_week,
            rings,
        )


def print_comparison(report: BacktestReport, console: Console) -> None:
    """Print what rang under each setting; brands for which nothing rang are only in the sums."""
    table = Table(title="Settings side by side", title_justify="left", expand=True)
    table.add_column(_values(report.sweep[1].label, number=False))
    for name in ("rang", "a quarter", "heads-ups", "a week"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("rang when, severity, mentions", ratio=1)
    every = {brand.brand: lanes_of(report.sweep, brand.brand) for brand in report.brands}
    told = {brand: lanes for brand, lanes in every.items() if ever_rang(lanes)}
    if len(every) > 1:
        _section(table, f"all {len(every)} brands", total_rows(report.sweep))
    for brand, lanes in told.items():
        _section(table, brand, list(brand_rows(lanes)))
    console.print(table)
    if quiet := len(every) - len(told):
        console.print(f"Under no setting would it have rung for {quiet} brands.", style="dim")


def _section(table: Table, brand: str, rows: Sequence[ComparedSetting]) -> None:
    table.add_row(Text(brand, style="bold"))
    for place, row in enumerate(rows):
        shown = list(row.when[:SHOWN_RINGS])
        if more := len(row.when) - len(shown):
            shown.append(f"… and {more} more")
        table.add_row(
            Text("  " + (_values(row.setting) if place else row.setting)),
            Text(f"{row.rang}" if row.rang else "–", style="bold red" if row.rang else ""),
            f"{row.per_quarter:.2g}",
            f"{row.heads_ups}",
            f"{row.heads_ups_per_week:.2g}",
            Text("\n".join(shown)),
            end_section=place == len(rows) - 1,
        )


def _values(label: str, *, number: bool = True) -> str:
    """The values of a setting's label, or the names of what they are values of.

    >>> _values("rings 0.5, heads-ups 2"), _values("rings 0.5, heads-ups 2", number=False)
    ('0.5 · 2', 'rings · heads-ups')
    """
    return " · ".join(part.split(" ")[number] for part in label.split(", "))
