"""``tocsin sentiment score``: probabilities for each line."""

from typing import BinaryIO

import click

from agents.commands.sentiment_common import blocks, lang_option, weights_bytes, weights_option
from pipeline.sentiment import WeightsError, load_model
from pipeline.sentiment.corpus import LABELS
from pipeline.sentiment.evaluation import label_of


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@lang_option
@weights_option
def command(file: BinaryIO, lang: str, weights: BinaryIO | None) -> None:
    """Write label, p_negative, p_neutral and p_positive for each line of FILE (or stdin).

    One line of output per line of input, fields separated by tabs, as they come. What is not UTF-8
    is read as U+FFFD; of a line, the first 4,000 characters count.
    """
    try:
        model = load_model(weights_bytes(weights))
    except WeightsError as error:
        raise click.ClickException(str(error)) from error
    out = click.get_text_stream("stdout", encoding="utf-8")
    for block in blocks(file):
        for score in model.score_many([(line, lang) for line in block]):
            label = LABELS[label_of(score)]
            out.write(
                f"{label}\t{score.p_negative:.6f}\t{score.p_neutral:.6f}\t{score.p_positive:.6f}\n"
            )
        out.flush()
