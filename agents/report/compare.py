"""Settings side by side: rows for a table, and the table in the terminal."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.report import BacktestReport, SweptBrand, SweptSetting

SHOWN_RINGS = 3


class Row(NamedTuple):
    """One setting. ``per_week``: rings per week, of one brand or on average of all."""

    setting: str
    rang: int
    dismissed: int
    per_week: float
    when: tuple[str, ...]


def total_rows(sweep: Sequence[SweptSetting]) -> list[Row]:
    """All brands together, a row for each setting; ``when`` names the brands that rang."""
    return [
        Row(
            setting.label,
            sum(len(one.rang) for one in setting.brands),
            sum(len(one.dismissed) for one in setting.brands),
            sum(one.rang_per_week for one in setting.brands) / max(len(setting.brands), 1),
            tuple(f"{one.brand} {len(one.rang)}" for one in setting.brands if one.rang),
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
    return any(one.rang or one.dismissed for _, one in lanes)


def rang(lanes: Sequence[tuple[str, SweptBrand]]) -> bool:
    """Whether it would have rung under any setting."""
    return any(one.rang for _, one in lanes)


def brand_rows(lanes: Sequence[tuple[str, SweptBrand]]) -> Iterator[Row]:
    """One brand, a row for each setting; ``when`` says time, severity and mentions of each ring."""
    for label, one in lanes:
        rings = tuple(
            f"{ring.rung_at:%Y-%m-%d %H:%M}Z {ring.severity}/10, {ring.mentions:,} mentions"
            for ring in one.rang
        )
        yield Row(label, len(one.rang), len(one.dismissed), one.rang_per_week, rings)


def print_comparison(report: BacktestReport, console: Console) -> None:
    """Print what rang under each setting; brands for which nothing rang are only in the sums."""
    table = Table(title="Settings side by side", title_justify="left", expand=True)
    table.add_column(_values(report.sweep[1].label, number=False))
    for name in ("rang", "a week", "harmless"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("rang when, severity, mentions", ratio=1)
    every = {brand.brand: lanes_of(report.sweep, brand.brand) for brand in report.brands}
    told = {brand: lanes for brand, lanes in every.items() if rang(lanes)}
    if len(every) > 1:
        _section(table, f"all {len(every)} brands", total_rows(report.sweep))
    for brand, lanes in told.items():
        _section(table, brand, list(brand_rows(lanes)))
    console.print(table)
    if quiet := len(every) - len(told):
        console.print(f"Under no setting would it have rung for {quiet} brands.", style="dim")


def _section(table: Table, brand: str, rows: Sequence[Row]) -> None:
    table.add_row(Text(brand, style="bold"))
    for place, row in enumerate(rows):
        shown = list(row.when[:SHOWN_RINGS])
        if more := len(row.when) - len(shown):
            shown.append(f"… and {more} more")
        table.add_row(
            Text("  " + (_values(row.setting) if place else row.setting)),
            Text(f"{row.rang}" if row.rang else "–", style="bold red" if row.rang else ""),
            f"{row.per_week:.2g}",
            f"{row.dismissed}",
            Text("\n".join(shown)),
            end_section=place == len(rows) - 1,
        )


def _values(label: str, *, number: bool = True) -> str:
    """The values of a setting's label, or the names of what they are values of.

    >>> _values("budget 0.1, mentions 20"), _values("budget 0.1, mentions 20", number=False)
    ('0.1 · 20', 'budget · mentions')
    """
    return " · ".join(part.split(" ")[number] for part in label.split(", "))
