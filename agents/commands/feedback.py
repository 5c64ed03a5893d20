"""``tocsin feedback``: what people say about alerts and texts."""

import click

from agents.cli import LazyGroup


class _Group(LazyGroup):
    table = {"label": "agents.commands.feedback_label"}  # noqa: RUF012 - as in LazyGroup


@click.group(cls=_Group)
def command() -> None:
    """Tell Tocsin what it should learn."""
