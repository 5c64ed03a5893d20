"""Worlds side by side in the terminal, the worse of them last."""

from collections.abc import Callable, Iterator

from rich.markup import escape
from rich.table import Table

from lab.report.evaluation.replay_words import minutes
from lab.report.evaluation.terminal import plain_table
from lab.report.voice import ReportVoice
from schemas.replays import Estimate, Share
from schemas.worlds import WorldFigures, WorldLevel, WorldsPart, WorstLevel


def title_of(level: str, voice: ReportVoice) -> str:
    """What incidents of a level are called."""
    return voice.say("Rings") if level == "ring" else voice.say("Heads-ups")


def worlds_tables(part: WorldsPart, voice: ReportVoice) -> Iterator[Table]:
    """One table a level, and one of severities."""
    for place, worst in enumerate(part.worst):
        table = plain_table(
            voice.say(
                "{what} by world, 95 % intervals below each figure",
                what=title_of(worst.level, voice),
            )
        )
        table.add_column(voice.say("world"), no_wrap=True)
        quiet = voice.say("quiet false\na week")
        if worst.level == "ring":
            quiet = voice.say("quiet false\na quarter")
        for name in (
            voice.say("recall"),
            voice.say("precision"),
            quiet,
            voice.say("after\nvisible"),
            voice.say("before\npeak"),
        ):
            table.add_column(name, justify="right")
        for world in part.worlds:
            table.add_row(_name(world, voice), *_cells(world.levels[place], voice))
        if len(part.worlds) > 1:
            table.add_section()
            table.add_row(worse_of(len(part.worlds), voice), *_worst(worst, voice), style="bold")
        yield table
    table = plain_table(voice.say("Severity 7 or more within six hours"))
    table.add_column(voice.say("world"))
    table.add_column(voice.say("crises"), justify="right")
    table.add_column(voice.say("everything else"), justify="right")
    for world in part.worlds:
        cells = (_share(world.large_in_crises, voice), _share(world.large_elsewhere, voice))
        table.add_row(_name(world, voice), *cells)
    if len(part.worlds) > 1:
        table.add_section()
        cells = (_figure(part.large_in_crises, voice), _figure(part.large_elsewhere, voice))
        table.add_row(worse_of(len(part.worlds), voice), *cells, style="bold")
    yield table


def told_as(world: WorldFigures, voice: ReportVoice) -> str:
    """Name and size of a world."""
    return voice.say(
        "{name}: {crises} crises, {others} others, {quarters} quiet quarters",
        name=world.name,
        crises=world.crises,
        others=world.others,
        quarters=voice.fixed(world.quiet_quarters, 1),
    )


def _name(world: WorldFigures, voice: ReportVoice) -> str:
    size = voice.say("{crises} crises, {others} others", crises=world.crises, others=world.others)
    return f"{escape(world.name)}\n{size}"


def worse_of(worlds: int, voice: ReportVoice) -> str:
    """What the last line is called."""
    if worlds == 2:  # noqa: PLR2004
        return voice.say("worse of both")
    return voice.say("worst of {n}", n=worlds)


def _cells(row: WorldLevel, voice: ReportVoice) -> Iterator[str]:
    yield _share(row.recall, voice)
    yield _share(row.precision, voice)
    yield _rate(row.quiet_per_quarter if row.level == "ring" else row.quiet_per_week, voice)
    seen = row.after_visible_s
    yield _with(
        minutes(seen.value, voice), seen, lambda one: minutes(one, voice), voice.say(" to ")
    )
    yield _share(row.before_peak, voice)


def _worst(row: WorstLevel, voice: ReportVoice) -> Iterator[str]:
    yield _figure(row.recall, voice)
    yield _figure(row.precision, voice)
    yield _figure(row.quiet_per_quarter if row.level == "ring" else row.quiet_per_week, voice)
    yield minutes(row.after_visible_s, voice)
    yield _figure(row.before_peak, voice)


def _figure(value: float | None, voice: ReportVoice) -> str:
    return "–" if value is None else voice.fixed(value, 2)


def _share(one: Share, voice: ReportVoice) -> str:
    return _with(_figure(one.share, voice), one, lambda edge: _figure(edge, voice), "–")


def _rate(one: Estimate, voice: ReportVoice) -> str:
    return _with(_figure(one.value, voice), one, lambda edge: _figure(edge, voice), "–")


def _with(
    figure: str, one: Share | Estimate, say: Callable[[float | None], str], joined: str
) -> str:
    """A figure, and its interval in the line below."""
    if one.low is None:
        return figure
    return f"{figure}\n{say(one.low).removesuffix(' min')}{joined}{say(one.high)}"
