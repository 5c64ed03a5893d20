"""``tocsin sentiment``: score, evaluate and explain texts from files or standard input."""

import click

from agents.cli.common.groups import Lazy, LazyGroup

COMMANDS = {
    "score": Lazy("agents.cli.sentiment.score", "Write the label and probabilities of each line."),
    "evaluate": Lazy("agents.cli.sentiment.evaluate", "Compare the model with labelled files."),
    "explain": Lazy(
        "agents.cli.sentiment.explain", "Show which words moved the score of each line."
    ),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Score, evaluate or explain texts with the sentiment model."""
