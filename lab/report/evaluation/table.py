"""The evaluation as tables in the terminal."""

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from lab.report.evaluation.budget_table import budget_tables
from lab.report.evaluation.replay_table import replay_tables
from lab.report.evaluation.replay_words import seeds_of
from lab.report.evaluation.terminal import plain_table
from lab.report.evaluation.worlds_table import worlds_tables
from lab.report.voice import ReportVoice
from schemas.evaluation import Evaluation, NabPart, QuietPart, Target

_MARK = {"tocsin": "", "fixed": "", "tuned": "*"}


def print_evaluation(
    evaluation: Evaluation, console: Console, voice: ReportVoice | None = None
) -> None:
    """Print each part that ran, the targets, and what was left out."""
    voice = voice or ReportVoice()
    if evaluation.replays is not None:
        console.print(*replay_tables(evaluation.replays, voice), sep="\n")
    if evaluation.budgets is not None:
        console.print(*budget_tables(evaluation.budgets, voice), sep="\n")
    if evaluation.nab is not None:
        _print_nab(evaluation.nab, console, voice)
    if evaluation.quiet is not None:
        _print_quiet(evaluation.quiet, console, voice)
    _print_targets(evaluation.targets, console, voice)
    if evaluation.worlds is not None:
        if evaluation.replays is not None:
            console.print(seeds_of(evaluation.replays, voice), style="dim")
        console.print(*worlds_tables(evaluation.worlds, voice), sep="\n")
    for note in evaluation.left_out:
        console.print(Text(voice.say("Left out: {note}", note=note), style="dim"))


def _print_nab(part: NabPart, console: Console, voice: ReportVoice) -> None:
    title = voice.say(
        "{source}: {files} files, {rows} rows, {windows} windows",
        source=part.source,
        files=len(part.series),
        rows=voice.words.number(part.rows),
        windows=part.windows,
    )
    table = plain_table(escape(title))
    table.add_column(voice.say("detector"), no_wrap=True)
    for name in (
        voice.say("standard"),
        voice.say("low FP"),
        voice.say("low FN"),
        voice.say("found"),
        voice.say("false"),
    ):
        table.add_column(name, justify="right")
    for one in part.detectors:
        table.add_row(
            escape(one.name) + _MARK[one.kind],
            voice.fixed(one.scores.standard, 1),
            voice.fixed(one.scores.low_false_positives, 1),
            voice.fixed(one.scores.low_false_negatives, 1),
            str(one.windows_found),
            str(one.false_alarms),
            style="bold" if one.kind == "tocsin" else "",
        )
    console.print(table)
    console.print(voice.say("* with the threshold that suits these files best"), style="dim")


def _print_quiet(part: QuietPart, console: Console, voice: ReportVoice) -> None:
    title = voice.say(
        "False alarms a week on {brands} quiet brands over {weeks} weeks each",
        brands=voice.words.number(part.brands),
        weeks=part.weeks,
    )
    table = plain_table(title)
    table.add_column(voice.say("noise"), no_wrap=True)
    table.add_column(voice.say("size"), justify="right")
    for one in part.together:
        table.add_column(voice.say("at {n}", n=voice.rate(one.stated)), justify="right")
    for kind in part.kinds:
        observed = (voice.fixed(one.observed, 2) for one in kind.budgets)
        table.add_row(escape(kind.noise), f"{kind.mentions:g}", *observed)
    table.add_section()
    table.add_row(
        voice.say("all"), "", *(voice.fixed(one.observed, 2) for one in part.together), style="bold"
    )
    intervals = (f"{voice.fixed(one.low, 2)}–{voice.fixed(one.high, 2)}" for one in part.together)
    table.add_row("95 %", "", *intervals)
    console.print(table)
    console.print(voice.say("size: mentions in five minutes; at: the budget stated"), style="dim")


def _print_targets(targets: tuple[Target, ...], console: Console, voice: ReportVoice) -> None:
    table = plain_table(voice.say("Targets"))
    table.add_column(voice.say("figure"))
    table.add_column(voice.say("wanted"))
    table.add_column(voice.say("measured"), justify="right")
    table.add_column("")
    for one in targets:
        met = (
            Text(voice.say("met"), style="green")
            if one.met
            else Text(voice.say("missed"), style="bold red")
        )
        measured = "–" if one.measured is None else voice.fixed(one.measured, 2)
        table.add_row(escape(one.what), escape(one.wanted), measured, met)
    console.print(table)
