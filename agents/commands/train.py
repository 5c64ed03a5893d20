"""``tocsin train``: weights and model card from a directory of labelled files."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from agents.labelled import read_directory
from pipeline.sentiment.corpus import CorpusError


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="Where the weights go (JSON).")  # fmt: skip
@click.option("--card", type=click.Path(dir_okay=False, path_type=Path),
              help="Where the model card goes (Markdown).")  # fmt: skip
@click.option("--skip", multiple=True, metavar="SOURCE",
              help="Leave out a source, e.g. vader. May be repeated.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Order of the examples.")
@click.option(
    "--passes",
    default=3,
    show_default=True,
    type=click.IntRange(1, 20),
    help="Walks through the shuffled examples.",
)
@click.option(
    "--models",
    default=3,
    show_default=True,
    type=click.IntRange(1, 20),
    help="Learned in different orders; their mean is taken.",
)
@click.option("--folds", default=4, show_default=True, type=click.IntRange(2, 20),
              help="Parts held out in turn for figures and calibration.")  # fmt: skip
def command(
    *,
    data: Path,
    out: Path,
    card: Path | None,
    skip: tuple[str, ...],
    seed: int,
    passes: int,
    models: int,
    folds: int,
) -> None:
    """Learn from the labelled files below DATA: XLM-T, SemEval and VADER layouts.

    The same files, options and versions give the same bytes. Needs a quarter of an hour and 2 GB.
    """
    from pipeline.sentiment.card import render  # noqa: PLC0415 - river is slow to import
    from pipeline.sentiment.trainer import train  # noqa: PLC0415 - river is slow to import
    from pipeline.sentiment.training import Recipe  # noqa: PLC0415 - river is slow to import
    from pipeline.sentiment.weights import decode, encode  # noqa: PLC0415 - with the above

    console = Console(stderr=True)
    try:
        examples = [each for each in read_directory(data) if each.source not in skip]
    except (CorpusError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    if not examples:
        raise click.ClickException("no example left: every source is skipped")
    columns = (TextColumn("{task.description:>9}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, int] = {}

        def progress(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=of)
            bars.update(tasks[stage], completed=done)  # type: ignore[arg-type]

        trained = train(
            examples,
            Recipe(passes, min(2, passes), seed, models),
            folds=folds,
            progress=progress,
        )
    data_bytes = encode(trained.weights)
    out.write_bytes(data_bytes)
    _, digest = decode(data_bytes)
    if card is not None:
        card.write_text(render(trained, digest, len(data_bytes), folds), encoding="utf-8")
    table = Table("source", "texts", "macro-F1", "macro-recall", "calibration error",
                  "macro-F1, language guessed", title=f"Held out, {folds} folds")  # fmt: skip
    for source, held in trained.held.items():
        stated = held.stated
        table.add_row(source, f"{stated.texts:,}", f"{stated.macro_f1:.3f}",
                      f"{stated.macro_recall:.3f}", f"{stated.calibration_error:.3f}",
                      f"{held.unstated.macro_f1:.3f}")  # fmt: skip
    console.print(table)
    console.print(f"{out}: {len(data_bytes):,} bytes, digest {digest}")
