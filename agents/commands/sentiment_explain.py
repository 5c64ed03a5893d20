"""``tocsin sentiment explain``: which tokens moved each line."""

from typing import BinaryIO

import click
from rich.console import Console
from rich.text import Text

from agents.commands.sentiment_common import lang_option, lines, weights_bytes, weights_option
from pipeline.sentiment import Model, WeightsError
from pipeline.sentiment.corpus import LABELS
from pipeline.sentiment.evaluation import label_of
from pipeline.sentiment.explain import Explainer, Explanation
from pipeline.sentiment.tokens import chunks
from pipeline.sentiment.weights import decode

_STYLES = ("bold red", "yellow", "bold green")
_WEAK = 0.05
"""Shares too weak to be worth a colour, in nats."""


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@lang_option
@weights_option
def command(file: BinaryIO, lang: str, weights: BinaryIO | None) -> None:
    """Show which tokens moved each line of FILE (or stdin), in colour on a terminal.

    The numbers are shares of the log-odds of positive against negative, in nats, and add up to
    them: red and below 0 towards negative, green and above 0 towards positive. "start" is where an
    empty text stands, "form" what belongs to no token: length, capitals, sums over the word lists.
    The line below says the same of an attack on the brand that the text names: above 0 speaks for
    one, below 0 against.
    """
    try:
        found, digest = decode(weights_bytes(weights))
    except WeightsError as error:
        raise click.ClickException(str(error)) from error
    model, explainer = Model(found, digest), Explainer(found)
    console = Console(highlight=False, soft_wrap=True)
    for line in lines(file):
        score = model.score(line, lang)
        label = label_of(score)
        own = model.language(chunks(line), lang)
        why = explainer.explain(line, own)
        head = (f"{LABELS[label]} {score[label]:.2f}", _STYLES[label])
        console.print(_line(why, Text.assemble(head, f" {own}  "), "red", "green"))
        against = explainer.explain_stance(line, own)
        console.print(_line(against, Text(f"  attack {score.attack:.2f}  "), "green", "red"))


def _line(why: Explanation, shown: Text, below: str, above: str) -> Text:
    """Shares after a head; ``below`` and ``above`` are the colours of shares beside 0."""
    for token, share in (*why.tokens, ("(form)", why.form), ("(start)", why.start)):
        style = below if share < 0 else above
        if abs(share) < _WEAK:
            shown.append(f"{token} {share:+.2f}  ", style="dim")
        else:
            shown.append(token, style=style)
            shown.append(f" {share:+.2f}  ", style=f"dim {style}")
    return shown.append(f"= {why.log_odds:+.2f}")
