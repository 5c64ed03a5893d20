"""``tocsin train``: weights and model card from a directory of labelled files."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Whole
from agents.cli.common.start import settings_or_exit
from agents.cli.language.say import in_words, say
from agents.labelled import read_directory
from pipeline.sentiment.api import SHIPPED_SCORER
from pipeline.sentiment.training.corpus import CorpusError, LabelledText


@click.command(
    epilog=examples(
        "tocsin train DATA --out weights.json --card model-card.md",
        "tocsin train DATA --stance --weights weights.json --out stance.json",
    )
)
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="Where the weights go (JSON).")  # fmt: skip
@click.option("--card", type=click.Path(dir_okay=False, path_type=Path),
              help="Where the model card goes (Markdown).")  # fmt: skip
@click.option("--skip", multiple=True, metavar="SOURCE",
              help="Leave out a source, e.g. vader. May be repeated.")  # fmt: skip
@click.option("--skip-file", multiple=True, metavar="NAME",
              help="Leave out files of this name, e.g. val_text.txt. May be repeated.")  # fmt: skip
@click.option("--stance", is_flag=True,
              help="Learn stance alone, anew; sentiment stays as it is.")  # fmt: skip
@click.option("--reader", is_flag=True,
              help="Learn the head of careful reading (.npz); nothing else changes.")  # fmt: skip
@click.option("--weights", type=click.File("rb"), metavar="JSON",
              help="With --stance: into these weights instead of the shipped ones.")  # fmt: skip
@click.option(
    "--seed", type=Whole(min=0), default=0, show_default=True, help="Order of the examples."
)
@click.option(
    "--passes",
    default=3,
    show_default=True,
    type=Whole(1, 20),
    help="Walks through the shuffled examples.",
)
@click.option(
    "--models",
    default=3,
    show_default=True,
    type=Whole(1, 20),
    help="Learned in different orders; their mean is taken.",
)
@click.option("--folds", default=4, show_default=True, type=Whole(2, 20),
              help="Parts held out in turn for figures and calibration.")  # fmt: skip
def command(
    *,
    data: Path,
    out: Path,
    card: Path | None,
    skip: tuple[str, ...],
    skip_file: tuple[str, ...],
    stance: bool,
    reader: bool,
    weights: BinaryIO | None,
    seed: int,
    passes: int,
    models: int,
    folds: int,
) -> None:
    """Learn from the labelled files below DATA: XLM-T, SemEval and VADER layouts.

    The same files, options and versions give the same bytes. Needs a quarter of an hour and 2 GB.

    Weights learned so know no stance. With --stance it is learned, from Tocsin's own sentences and
    with the texts below DATA as everyday talk; --passes, --models and --folds do not count then.
    Needs ten minutes, 3 GB and the optional extra tocsin[reader], whose encoder knows the words.

    With --reader, OUT is the head of careful reading, learned from the same sentences and texts in
    a few minutes; it needs the optional extra tocsin[reader]. Learn stance first: the model card
    sets the two side by side.
    """
    from pipeline.sentiment.training.adagrad import Recipe  # noqa: PLC0415 - river is slow to import
    from pipeline.sentiment.training.card import render  # noqa: PLC0415 - river is slow to import
    from pipeline.sentiment.training.output import weights_file  # noqa: PLC0415 - with the above
    from pipeline.sentiment.training.trainer import train  # noqa: PLC0415 - river is slow to import

    _refuse_other_scorers()
    console = Console(stderr=True)
    try:
        found = read_directory(data, frozenset(skip_file))
        examples = [each for each in found if each.source not in skip]
    except (CorpusError, UnicodeDecodeError) as error:
        raise click.ClickException(in_words(error)) from error
    if not examples:
        raise click.ClickException(say("no example left: every source is skipped"))
    base = weights.read() if weights else None
    if reader:
        _train_reader(base, examples, out, card, seed=seed, console=console)
        return
    if stance:
        _train_stance(base, examples, out, card, seed=seed, console=console)
        return
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
    made = weights_file(trained.weights)
    out.write_bytes(made.data)
    if card is not None:
        card.write_text(render(trained, made.digest, len(made.data), folds), encoding="utf-8")
    table = Table("source", "texts", "macro-F1", "macro-recall", "calibration error",
                  "macro-F1, language guessed", title=f"Held out, {folds} folds")  # fmt: skip
    for source, held in trained.held.items():
        stated = held.stated
        table.add_row(source, f"{stated.texts:,}", f"{stated.macro_f1:.3f}",
                      f"{stated.macro_recall:.3f}", f"{stated.calibration_error:.3f}",
                      f"{held.unstated.macro_f1:.3f}")  # fmt: skip
    console.print(table)
    console.print(f"{out}: {len(made.data):,} bytes, digest {made.digest}")


def _refuse_other_scorers() -> None:
    """End the command where the environment names a scorer that these weights are not for."""
    scorer = settings_or_exit().scorer
    if scorer != SHIPPED_SCORER:
        raise click.ClickException(
            say(
                "tocsin train learns weights of Tocsin's own scorer alone, and "
                "TOCSIN_SCORER={scorer!r} names another one: unset it, or train that one by "
                "its own means",
                scorer=scorer,
            )
        )


def _train_reader(
    base: bytes | None,
    examples: Sequence[LabelledText],
    out: Path,
    card: Path | None,
    *,
    seed: int,
    console: Console,
) -> None:
    """Learn the head of careful reading; the card compares it with the weights ``base``."""
    from agents.cli.train.reader import (  # noqa: PLC0415 - needs an extra
        card_with_reader,
        trained_head,
    )
    from pipeline.reading.head import encode_head  # noqa: PLC0415 - with the above
    from pipeline.sentiment.load import load_ngram  # noqa: PLC0415 - with the above

    with console.status("learning to read") as status:
        head = trained_head(
            examples, seed=seed, progress=lambda stage: status.update(f"reader: {stage}")
        )
        data = encode_head(head)
        out.write_bytes(data)
        if card is not None:
            status.update("reader: card")
            text = card.read_text(encoding="utf-8") if card.exists() else ""
            card.write_text(card_with_reader(text, head, load_ngram(base)), encoding="utf-8")
    console.print(f"{out}: {len(data):,} bytes, digest {head.digest}")


def _train_stance(
    base: bytes | None,
    examples: Sequence[LabelledText],
    out: Path,
    card: Path | None,
    *,
    seed: int,
    console: Console,
) -> None:
    """Learn stance into the weights ``base``; write them if the golden texts are still known."""
    from agents.cli.train.stance import with_stance  # noqa: PLC0415 - needs an extra
    from pipeline.learning.golden import (  # noqa: PLC0415 - with the above
        ALLOWED_STANCES_WRONG,
        stances_wrong,
    )
    from pipeline.sentiment.training.stance.card import with_figures  # noqa: PLC0415 - with the above
    from pipeline.sentiment.training.stance.hand_labels import (  # noqa: PLC0415 - with the above
        JUDGE,
        kept_out,
    )

    with console.status("learning stance") as status:
        made = with_stance(
            base, examples, seed=seed, progress=lambda stage: status.update(f"stance: {stage}")
        )
    scorer = made.scorer()
    wrong = stances_wrong(scorer)
    if len(wrong) > ALLOWED_STANCES_WRONG:
        texts = "\n".join(f"  {one.lang} {one.text}" for one in wrong)
        raise click.ClickException(
            say(
                "nothing written: {n} golden texts of stance are taken for what they are "
                "not, at most {most} may be:\n{texts}",
                n=len(wrong),
                most=ALLOWED_STANCES_WRONG,
                texts=texts,
            )
        )
    out.write_bytes(made.data)
    if card is not None:
        text = card.read_text(encoding="utf-8") if card.exists() else ""
        section = with_figures(
            text,
            made.weights,
            made.digest,
            len(made.data),
            scorer,
            posts=kept_out(examples, JUDGE),
        )
        card.write_text(section, encoding="utf-8")
    console.print(f"{out}: {len(made.data):,} bytes, digest {made.digest}")
