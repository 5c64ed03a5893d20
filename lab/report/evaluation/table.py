"""The evaluation as tables in the terminal."""

from rich.console import Console
from rich.markup import escape

from lab.report.evaluation.budget_table import budget_tables
from lab.report.evaluation.replay_table import replay_tables
from lab.report.evaluation.replay_words import seeds_of
from lab.report.evaluation.terminal import plain_table
from lab.report.evaluation.worlds_table import worlds_tables
from schemas.evaluation import Evaluation, NabPart, QuietPart, Target

_MARK = {"tocsin": "", "fixed": "", "tuned": "*"}


def print_evaluation(evaluation: Evaluation, console: Console) -> None:
    """Print each part that ran, the targets, and what was left out."""
    if evaluation.replays is not None:
        console.print(*replay_tables(evaluation.replays), sep="\n")
    if evaluation.budgets is not None:
        console.print(*budget_tables(evaluation.budgets), sep="\n")
    if evaluation.nab is not None:
        _print_nab(evaluation.nab, console)
    if evaluation.quiet is not None:
        _print_quiet(evaluation.quiet, console)
    _print_targets(evaluation.targets, console)
    if evaluation.worlds is not None:
        if evaluation.replays is not None:
            console.print(seeds_of(evaluation.replays), style="dim")
        console.print(*worlds_tables(evaluation.worlds), sep="\n")
    for note in evaluation.left_out:
        console.print(f"Left out: {escape(note)}", style="dim")


def _print_nab(part: NabPart, console: Console) -> None:
    title = f"{part.source}: {len(part.series)} files, {part.rows:,} rows, {part.windows} windows"
    table = plain_table(escape(title))
    table.add_column("detector", no_wrap=True)
    for name in ("standard", "low FP", "low FN", "found", "false"):
        table.add_column(name, justify="right")
    for one in part.detectors:
        table.add_row(
            escape(one.name) + _MARK[one.kind],
            f"{one.scores.standard:.1f}",
            f"{one.scores.low_false_positives:.1f}",
            f"{one.scores.low_false_negatives:.1f}",
            str(one.windows_found),
            str(one.false_alarms),
            style="bold" if one.kind == "tocsin" else "",
        )
    console.print(table)
    console.print("* with the threshold that suits these files best", style="dim")


def _print_quiet(part: QuietPart, console: Console) -> None:
    title = f"False alarms a week on {part.brands:,} quiet brands over {part.weeks} weeks each"
    table = plain_table(title)
    table.add_column("noise", no_wrap=True)
    table.add_column("size", justify="right")
    for one in part.together:
        table.add_column(f"at {one.stated:g}", justify="right")
    for kind in part.kinds:
        observed = (f"{one.observed:.2f}" for one in kind.budgets)
        table.add_row(escape(kind.noise), f"{kind.mentions:g}", *observed)
    table.add_section()
    table.add_row("all", "", *(f"{one.observed:.2f}" for one in part.together), style="bold")
    intervals = (f"{one.low:.2f}–{one.high:.2f}" for one in part.together)
    table.add_row("95 %", "", *intervals)
    console.print(table)
    console.print("size: mentions in five minutes; at: the budget stated", style="dim")


def _print_targets(targets: tuple[Target, ...], console: Console) -> None:
    table = plain_table("Targets")
    table.add_column("figure")
    table.add_column("wanted")
    table.add_column("measured", justify="right")
    table.add_column("")
    for one in targets:
        met = "[green]met[/]" if one.met else "[bold red]missed[/]"
        measured = "–" if one.measured is None else f"{one.measured:.2f}"
        table.add_row(escape(one.what), escape(one.wanted), measured, met)
    console.print(table)
