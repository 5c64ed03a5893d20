"""``tocsin sentiment``: score, explain and evaluate texts from files or standard input."""

from collections.abc import Iterator
from typing import BinaryIO, TextIO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.sentiment import Model, Score, load_model
from pipeline.sentiment.corpus import LABELS
from pipeline.sentiment.evaluation import figures, label_of
from pipeline.sentiment.explain import explain
from pipeline.sentiment.tokens import MAX_CHARACTERS

_READ_BYTES = 8 * MAX_CHARACTERS
_STYLES = ("bold red", "yellow", "bold green")


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--lang", default="und", show_default=True, metavar="TAG",
              help="Language of all lines, e.g. fr; und guesses it line by line.")  # fmt: skip
@click.option("--explain", "explained", is_flag=True,
              help="Show in colour which tokens moved each line.")  # fmt: skip
@click.option("--evaluate", type=click.File("r"), metavar="LABELS",
              help="Compare with one label a line, negative to positive or 0 to 2.")  # fmt: skip
@click.option("--weights", type=click.File("rb"), metavar="JSON",
              help="Use these weights instead of the shipped ones.")  # fmt: skip
def command(
    file: BinaryIO, lang: str, *, explained: bool, evaluate: TextIO | None, weights: BinaryIO | None
) -> None:
    """Write label, p_negative, p_neutral and p_positive for each line of FILE (- for stdin).

    One line of output per line of input, fields separated by tabs, as they come. What is not UTF-8
    is read as U+FFFD; of a line, the first 4,000 characters count.
    """
    try:
        model = load_model(weights.read() if weights else None)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if explained:
        _explain(model, file, lang)
        return
    out = click.get_text_stream("stdout", encoding="utf-8")
    scores: list[Score] = []
    for line in lines(file):
        score = model.score(line, lang)
        label = LABELS[label_of(score)]
        row = f"{label}\t{score.p_negative:.6f}\t{score.p_neutral:.6f}\t{score.p_positive:.6f}\n"
        if evaluate is None:
            out.write(row)
        else:
            scores.append(score)
    if evaluate is not None:
        _evaluate(scores, evaluate)


def lines(file: BinaryIO) -> Iterator[str]:
    """Lines of a stream without their ends, the rest of an overlong one passed over."""
    while raw := file.readline(_READ_BYTES):
        start = raw
        while not raw.endswith(b"\n"):
            raw = file.readline(_READ_BYTES)
            if not raw:
                break
        yield start.decode("utf-8", "replace").rstrip("\r\n")


def _evaluate(scores: list[Score], file: TextIO) -> None:
    marks = [line.strip().lower() for line in file.read().removesuffix("\n").split("\n")]
    names = {name: at for at, name in enumerate(LABELS)} | {str(at): at for at in range(3)}
    faults = [
        f"line {number}: {mark!r} is no label: use negative, neutral, positive or 0, 1, 2"
        for number, mark in enumerate(marks, 1)
        if mark not in names
    ]
    if len(marks) != len(scores):
        faults.append(f"{len(marks)} labels for {len(scores)} texts")
    if faults:
        raise click.ClickException("\n".join(faults[:20]))
    found = figures([names[mark] for mark in marks], scores)
    table = Table("figure", "value", title=f"{found.texts:,} texts")
    table.add_row("macro-F1", f"{found.macro_f1:.4f}")
    table.add_row("macro-recall", f"{found.macro_recall:.4f}")
    table.add_row("accuracy", f"{found.accuracy:.4f}")
    for name, recall in zip(LABELS, found.recall, strict=True):
        table.add_row(f"recall {name}", f"{recall:.4f}")
    table.add_row("calibration error", f"{found.calibration_error:.4f}")
    Console().print(table)


def _explain(model: Model, file: BinaryIO, lang: str) -> None:
    console = Console(highlight=False)
    for line in lines(file):
        score = model.score(line, lang)
        at = label_of(score)
        shown = Text.assemble((f"{LABELS[at]} {score[at]:.2f}", _STYLES[at]), "  ")
        for token, pull in explain(model, line, lang):
            style = "red" if pull < 0 else "green"
            if abs(pull) < 0.1:  # noqa: PLR2004 - too weak to be worth a colour
                shown.append(f"{token} ", style="dim")
            else:
                shown.append(token, style=style)
                shown.append(f" {pull:+.1f} ", style=f"dim {style}")
        console.print(shown)
