"""Worlds side by side in the terminal, the worse of them last."""

from collections.abc import Callable, Iterator

from rich.markup import escape
from rich.table import Table

from lab.report.evaluation.replay_words import minutes
from lab.report.evaluation.terminal import plain_table
from schemas.replays import Estimate, Share
from schemas.worlds import WorldFigures, WorldLevel, WorldsPart, WorstLevel

TITLES = {"ring": "Rings", "heads_up": "Heads-ups"}
RATES = {"ring": "quiet false\na quarter", "heads_up": "quiet false\na week"}


def worlds_tables(part: WorldsPart) -> Iterator[Table]:
    """One table a level, and one of severities."""
    for place, worst in enumerate(part.worst):
        table = plain_table(f"{TITLES[worst.level]} by world, 95 % intervals below each figure")
        table.add_column("world", no_wrap=True)
        for name in ("recall", "precision", RATES[worst.level], "after\nvisible", "before\npeak"):
            table.add_column(name, justify="right")
        for world in part.worlds:
            table.add_row(_name(world), *_cells(world.levels[place]))
        if len(part.worlds) > 1:
            table.add_section()
            table.add_row(worse_of(len(part.worlds)), *_worst(worst), style="bold")
        yield table
    table = plain_table("Severity 7 or more within six hours")
    for name in ("world", "crises", "everything else"):
        table.add_column(name, justify="left" if name == "world" else "right")
    for world in part.worlds:
        cells = (_share(world.large_in_crises), _share(world.large_elsewhere))
        table.add_row(_name(world), *cells)
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


def _name(world: WorldFigures) -> str:
    name, _, size = told_as(world).rpartition(": ")
    crises, _, rest = size.partition(", ")
    return f"{escape(name)}\n{crises}, {rest.rpartition(', ')[0]}"


def worse_of(worlds: int) -> str:
    """What the last line is called."""
    return "worse of both" if worlds == 2 else f"worst of {worlds}"  # noqa: PLR2004


def _cells(row: WorldLevel) -> Iterator[str]:
    yield _share(row.recall)
    yield _share(row.precision)
    yield _rate(row.quiet_per_quarter if row.level == "ring" else row.quiet_per_week)
    seen = row.after_visible_s
    yield _with(minutes(seen.value), seen, minutes)
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
    return _with(_figure(one.share), one, _figure)


def _rate(one: Estimate) -> str:
    return _with(_figure(one.value), one, _figure)


def _with(figure: str, one: Share | Estimate, say: Callable[[float | None], str]) -> str:
    """A figure, and its interval in the line below."""
    if one.low is None:
        return figure
    joined = "–" if say is _figure else " to "
    return f"{figure}\n{say(one.low).removesuffix(' min')}{joined}{say(one.high)}"
