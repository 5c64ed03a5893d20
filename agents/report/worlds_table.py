"""Worlds side by side in the terminal, the worse of them last."""

from collections.abc import Iterator

from rich.markup import escape
from rich.table import Table

from agents.report.replay_words import minutes
from agents.report.terminal import plain_table
from schemas.replays import Estimate, Share
from schemas.worlds import WorldFigures, WorldLevel, WorldsPart, WorstLevel

TITLES = {"ring": "Rings", "heads_up": "Heads-ups"}
RATES = {"ring": "quiet false a quarter", "heads_up": "quiet false a week"}


def worlds_tables(part: WorldsPart) -> Iterator[Table]:
    """One table a level, and one of severities."""
    for place, worst in enumerate(part.worst):
        table = plain_table(f"{TITLES[worst.level]} by world, with 95 % intervals")
        table.add_column("world", no_wrap=True)
        for name in ("recall", "precision", RATES[worst.level], "after visible", "before peak"):
            table.add_column(name, justify="right")
        for world in part.worlds:
            table.add_row(escape(told_as(world)), *_cells(world.levels[place]))
        if len(part.worlds) > 1:
            table.add_section()
            table.add_row(worse_of(len(part.worlds)), *_worst(worst), style="bold")
        yield table
    table = plain_table("Severity 7 or more within six hours")
    for name in ("world", "crises", "everything else"):
        table.add_column(name, justify="left" if name == "world" else "right")
    for world in part.worlds:
        cells = (_share(world.large_in_crises), _share(world.large_elsewhere))
        table.add_row(escape(told_as(world)), *cells)
    if len(part.worlds) > 1:
        table.add_section()
        cells = (_figure(part.large_in_crises), _figure(part.large_elsewhere))
        table.add_row(worse_of(len(part.worlds)), *cells, style="bold")
    yield table


def told_as(world: WorldFigures) -> str:
    """Name and size of a world."""
    return (
        f"{world.name}: {world.crises} crises, {world.others} others, "
        f"{world.quiet_quarters:.1f} quiet quarters"
    )


def worse_of(worlds: int) -> str:
    """What the last line is called."""
    return "worse of both" if worlds == 2 else f"worst of {worlds}"  # noqa: PLR2004


def _cells(row: WorldLevel) -> Iterator[str]:
    yield _share(row.recall)
    yield _share(row.precision)
    yield _rate(row.quiet_per_quarter if row.level == "ring" else row.quiet_per_week)
    seen = row.after_visible_s
    yield minutes(seen.value) + (
        "" if seen.value is None else f" ({minutes(seen.low)} to {minutes(seen.high)})"
    )
    yield _share(row.before_peak)


def _worst(row: WorstLevel) -> Iterator[str]:
    yield _figure(row.recall)
    yield _figure(row.precision)
    yield _figure(row.quiet_per_quarter if row.level == "ring" else row.quiet_per_week)
    yield minutes(row.after_visible_s)
    yield _figure(row.before_peak)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _share(one: Share) -> str:
    return "–" if one.share is None else f"{one.share:.2f} ({one.low:.2f}–{one.high:.2f})"


def _rate(one: Estimate) -> str:
    return "–" if one.value is None else f"{one.value:.2f} ({one.low:.2f}–{one.high:.2f})"
