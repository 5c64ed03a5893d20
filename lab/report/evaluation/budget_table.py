"""Budgets of rings and heads-ups in the terminal, and what rings on a real brand."""

from collections.abc import Iterator

from rich.table import Table

from lab.report.evaluation.terminal import plain_table
from lab.report.voice import ReportVoice
from schemas.budgets import BudgetPart, Kept, RealBrandPart


def budget_tables(part: BudgetPart, voice: ReportVoice) -> Iterator[Table]:
    """What was promised and kept; on the real brand, every ring by itself."""
    table = plain_table(
        voice.say(
            "False on {brands} quiet brands over {days} days each",
            brands=part.brands,
            days=part.days,
        )
    )
    for name in (
        voice.say("rings a quarter: stated"),
        voice.say("observed"),
        voice.say("heads-ups a week: stated"),
        voice.say("observed"),
    ):
        table.add_column(name, justify="right")
    for one in part.kept:
        rings, lines = one.rings_per_quarter, one.heads_up_per_week
        table.add_row(
            voice.rate(rings.stated),
            observed(rings, voice),
            voice.rate(lines.stated),
            observed(lines, voice),
        )
    yield table
    if part.real is not None:
        yield _real(part.real, voice)


def observed(one: Kept, voice: ReportVoice) -> str:
    """A rate with its interval."""
    return f"{voice.fixed(one.observed, 2)} ({voice.fixed(one.low, 2)}–{voice.fixed(one.high, 2)})"


def _real(part: RealBrandPart, voice: ReportVoice) -> Table:
    lines = part.unexplained_per_week
    table = plain_table(
        voice.say(
            "A real brand over {weeks} weeks, in an ordinary tone: {noticed} of {bursts} bursts "
            "noticed, {observed} heads-ups a week unexplained, {stated} stated",
            weeks=round(part.weeks),
            noticed=part.noticed,
            bursts=part.bursts,
            observed=observed(lines, voice),
            stated=voice.rate(lines.stated),
        )
    )
    table.add_column(voice.say("it rang"))
    table.add_column(voice.say("severity"), justify="right")
    table.add_column(voice.say("in a burst"))
    for ring in part.rings:
        table.add_row(
            voice.words.moment(ring.at),
            voice.rate(ring.severity),
            voice.say("yes") if ring.burst else voice.say("no"),
        )
    return table
