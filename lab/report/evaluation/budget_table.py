"""Budgets of rings and heads-ups in the terminal, and what rings on a real brand."""

from collections.abc import Iterator
from datetime import UTC

from rich.table import Table

from lab.report.evaluation.terminal import plain_table
from schemas.budgets import BudgetPart, Kept, RealBrandPart


def budget_tables(part: BudgetPart) -> Iterator[Table]:
    """What was promised and kept; on the real brand, every ring by itself."""
    table = plain_table(f"False on {part.brands} quiet brands over {part.days} days each")
    for name in ("rings a quarter: stated", "observed", "heads-ups a week: stated", "observed"):
        table.add_column(name, justify="right")
    for one in part.kept:
        rings, lines = one.rings_per_quarter, one.heads_up_per_week
        table.add_row(f"{rings.stated:g}", observed(rings), f"{lines.stated:g}", observed(lines))
    yield table
    if part.real is not None:
        yield _real(part.real)


def observed(one: Kept) -> str:
    """A rate with its interval."""
    return f"{one.observed:.2f} ({one.low:.2f}–{one.high:.2f})"


def _real(part: RealBrandPart) -> Table:
    lines = part.unexplained_per_week
    table = plain_table(
        f"A real brand over {part.weeks:.0f} weeks, in an ordinary tone: {part.noticed} of "
        f"{part.bursts} bursts noticed, {observed(lines)} heads-ups a week unexplained, "
        f"{lines.stated:g} stated"
    )
    table.add_column("it rang")
    table.add_column("severity", justify="right")
    table.add_column("in a burst")
    for ring in part.rings:
        at = ring.at.astimezone(UTC)
        table.add_row(f"{at:%Y-%m-%d %H:%M}", f"{ring.severity:g}", "yes" if ring.burst else "no")
    return table
