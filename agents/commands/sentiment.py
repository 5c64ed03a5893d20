"""``tocsin sentiment``: score, explain and evaluate texts from files or standard input."""

import click

from pipeline.sentiment import load_model
from pipeline.sentiment.corpus import LABELS


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--lang", default="und", show_default=True, help="Language of all lines, e.g. fr.")
def command(file: click.utils.LazyFile, lang: str) -> None:
    """Write label, p_negative, p_neutral, p_positive for each line of FILE (- for stdin)."""
    model = load_model()
    out = click.get_text_stream("stdout")
    for raw in file:
        score = model.score(raw.decode("utf-8", "replace").rstrip("\r\n"), lang)
        label = LABELS[max(range(3), key=score.__getitem__)]
        out.write(f"{label}\t{score[0]:.6f}\t{score[1]:.6f}\t{score[2]:.6f}\n")


