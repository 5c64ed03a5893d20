"""``tocsin sentiment explain``: which tokens moved each line."""

from math import log
from typing import BinaryIO, NamedTuple

import click
from rich.console import Console
from rich.text import Text

from agents.cli.common.groups import examples
from agents.cli.common.start import clients_or_exit, settings_or_exit
from agents.cli.language.say import in_words, say
from agents.cli.sentiment.common import lang_option, lines, weights_option
from pipeline.learning.adapted import Adapted
from pipeline.sentiment.api import LABELS, SHIPPED_SCORER, Explanation, ScorerError, Sentiment
from pipeline.sentiment.load import load_explainer, load_ngram

_STYLES = ("bold red", "yellow", "bold green")
_WEAK = 0.05
"""Shares too weak to be worth a colour, in nats."""

_CUT = 0.005
"""What is cut off and shown no more, in nats."""


@click.command(
    epilog=examples(
        "tocsin sentiment explain posts.txt", "tocsin sentiment explain posts.txt --brand acme"
    )
)
@click.argument("file", type=click.File("rb"), default="-")
@lang_option
@weights_option
@click.option("--brand", help="Add what was learned for this brand: the newest version on Kafka.")
def command(file: BinaryIO, lang: str, weights: BinaryIO | None, brand: str | None) -> None:
    """Show which tokens moved each line of FILE (or stdin), in colour on a terminal.

    The numbers are shares of the log-odds of positive against negative, in nats, and add up to
    them: red and below 0 towards negative, green and above 0 towards positive. "start" is where an
    empty text stands, "form" what belongs to no token: length, capitals, sums over the word lists.
    The line below says the same of an attack on the brand that the text names: above 0 speaks for
    one, below 0 against.

    With --brand, below each of the two stands what people's labels have taught, in the newest
    version for this brand or for all; the probabilities are those with it.
    """
    if brand is not None and weights is not None:
        raise click.UsageError(say("give either --brand or --weights"))
    if weights is None and settings_or_exit().scorer != SHIPPED_SCORER:
        raise click.ClickException(
            say("only Tocsin's own scorer can be explained; TOCSIN_SCORER names another one")
        )
    data = weights.read() if weights else None
    try:
        scorer, explainer = load_ngram(data), load_explainer(data)
    except ScorerError as error:
        raise click.ClickException(in_words(error)) from error
    learned = _learned(brand) if brand is not None else None
    console = Console(highlight=False, soft_wrap=True)
    for line in lines(file):
        warm = scorer.score(line, lang)
        score = learned.scorer.score(line, lang) if learned else warm
        label = score.sentiment.label
        own = scorer.language(line, lang)
        why = explainer.explain(line, own)
        head = (f"{LABELS[label]} {score.sentiment.probabilities[label]:.2f}", _STYLES[label])
        console.print(_line(why, Text.assemble(head, f" {own}  "), "red", "green"))
        if learned:
            taught = explainer.explain_learned(line, own, learned.tone)
            console.print(
                _taught(taught, _lean(score.sentiment) - _lean(warm.sentiment), "red", "green")
            )
        against = explainer.explain_stance(line, own)
        console.print(
            _line(against, Text(f"  attack {score.signals.attack:.2f}  "), "green", "red")
        )
        if learned:
            taught = explainer.explain_learned(line, own, learned.attack)
            console.print(
                _taught(
                    taught, score.signals.attack_logit - warm.signals.attack_logit, "green", "red"
                )
            )


class _Learned(NamedTuple):
    """What was learned for a brand: weights in nats by feature, and what scores with them.

    ``tone``: for positive against negative.
    """

    scorer: Adapted
    tone: dict[str, float]
    attack: dict[str, float]


def _learned(brand: str) -> _Learned:
    from agents.cli.models.common import store_or_exit  # noqa: PLC0415 - slow, and rarely needed

    settings = settings_or_exit()
    store, verifier = store_or_exit(settings, clients_or_exit(settings), {brand: None})
    version = store.newest_for(brand)
    if version is None:
        raise click.ClickException(
            say("nothing was learned yet, neither for {brand} nor for all", brand=brand)
        )
    click.echo(
        say("with version {version} of {scope}", version=version.digest[:8], scope=version.scope),
        err=True,
    )
    delta = version.delta
    return _Learned(
        verifier.scorer(delta, version.digest),
        {name: (high - low) / delta.steps for name, low, high in delta.nudges},
        {name: step / delta.steps for name, step in delta.attack},
    )


def _lean(sentiment: Sentiment) -> float:
    """Log-odds of positive against negative."""
    return log(sentiment.p_positive / sentiment.p_negative)


def _taught(why: Explanation, counted: float, below: str, above: str) -> Text:
    """What was learned; ``counted``: how much of it counts, for no text is moved beyond a limit."""
    line = _line(why, Text("    learned  "), below, above)
    cut = abs(why.log_odds - counted) > _CUT
    return line.append(f", of which {counted:+.2f} counts") if cut else line


def _line(why: Explanation, shown: Text, below: str, above: str) -> Text:
    """Shares after a head; ``below`` and ``above`` are the colours of shares beside 0."""
    start = (("(start)", why.start),) if why.start else ()  # what was learned has none
    for token, share in (*why.tokens, ("(form)", why.form), *start):
        style = below if share < 0 else above
        if abs(share) < _WEAK:
            shown.append(f"{token} {share:+.2f}  ", style="dim")
        else:
            shown.append(token, style=style)
            shown.append(f" {share:+.2f}  ", style=f"dim {style}")
    return shown.append(f"= {why.log_odds:+.2f}")
