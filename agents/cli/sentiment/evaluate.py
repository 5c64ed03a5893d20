"""``tocsin sentiment evaluate``: figures over labelled files."""

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import click
import msgspec
from rich.console import Console
from rich.table import Table

from agents.cli.common.groups import examples
from agents.cli.language.say import in_words, say
from agents.cli.sentiment.common import lang_option, scorer_of, weights_option
from agents.labelled import LAYOUTS, parse_labelled, read_labelled, text_of
from pipeline.sentiment.api import LABELS, ScorerError
from pipeline.sentiment.training.corpus import Columns, CorpusError
from pipeline.sentiment.training.evaluation import ModelFigures, by_language


@click.command(
    epilog=examples(
        "tocsin sentiment evaluate val_text.txt --lang en",
        "tocsin sentiment evaluate Tweets.csv --label-column airline_sentiment --json",
    )
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--format", "layout", type=click.Choice(LAYOUTS),
              help="Layout of the files; told by name and first line if not given.")  # fmt: skip
@lang_option
@click.option("--text-column", default="text", show_default=True, help="Column of a CSV's texts.")
@click.option("--label-column", default="label", show_default=True,
              help="Column of a CSV's labels, e.g. airline_sentiment.")  # fmt: skip
@click.option("--lang-column", default="", help="Column of a CSV's language, if it has one.")
@click.option("--unstated", is_flag=True,
              help="Score as if no language were stated, to see the guess.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
@weights_option
def command(
    *,
    files: tuple[Path, ...],
    layout: str | None,
    lang: str,
    text_column: str,
    label_column: str,
    lang_column: str,
    unstated: bool,
    as_json: bool,
    weights: BinaryIO | None,
) -> None:
    """Compare the scorer with labelled FILES, per language and over all (- for stdin).

    Layouts: XLM-T (NAME_text.txt with NAME_labels.txt beside it), SemEval (id, label and text with
    tabs between), VADER (id, mean rating, text), CSV with a header, and pairs (label, tab, text).
    Labels are negative, neutral and positive, or 0, 1 and 2.
    """
    columns = Columns(text_column, label_column, lang_column)
    try:
        scorer = scorer_of(weights)
        examples = [
            each
            for file in files
            for each in (
                parse_labelled(_stdin(), layout, lang, columns, source="standard input")
                if str(file) == "-"
                else read_labelled(file, layout, lang, columns)
            )
        ]
    except (ScorerError, CorpusError) as error:
        raise click.ClickException(in_words(error)) from error
    texts = [(each.text, "und" if unstated else each.lang) for each in examples]
    scores = [score.sentiment.probabilities for score in scorer.score_many(texts)]
    found = by_language(examples, scores)
    if as_json:
        report = {"model": scorer.version, "labels": LABELS, "languages": found}
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        Console().print(_table(found, scorer.version))


def _stdin() -> str:
    return text_of(click.get_binary_stream("stdin").read(), "standard input")


def _table(found: Mapping[str, ModelFigures], version: str) -> Table:
    table = Table(
        say("figure"),
        *found,
        title=say("Held against the labels: {version}", version=version),
    )
    rows = {
        "texts": [f"{each.texts:,}" for each in found.values()],
        "macro-F1": [f"{each.macro_f1:.4f}" for each in found.values()],
        "macro-recall": [f"{each.macro_recall:.4f}" for each in found.values()],
        "accuracy": [f"{each.accuracy:.4f}" for each in found.values()],
    }
    for at, label in enumerate(LABELS):
        rows[f"F1 {label}"] = [f"{each.f1[at]:.4f}" for each in found.values()]
        rows[f"precision {label}"] = [f"{each.precision[at]:.4f}" for each in found.values()]
        rows[f"recall {label}"] = [f"{each.recall[at]:.4f}" for each in found.values()]
    rows["calibration error"] = [f"{each.calibration_error:.4f}" for each in found.values()]
    for name, values in rows.items():
        table.add_row(name, *values)
    return table
