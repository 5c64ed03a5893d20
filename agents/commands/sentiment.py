"""``tocsin sentiment``: score, evaluate and explain texts from files or standard input."""

import click

from agents.cli import LazyGroup


class SentimentGroup(LazyGroup):
    """One command per question to the model."""

    table = {  # noqa: RUF012 - never changed
        "score": "agents.commands.sentiment_score",
        "evaluate": "agents.commands.sentiment_evaluate",
        "explain": "agents.commands.sentiment_explain",
    }


@click.group(cls=SentimentGroup)
def command() -> None:
    """Score, evaluate or explain texts with the sentiment model."""
