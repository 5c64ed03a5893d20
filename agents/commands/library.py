"""``tocsin library``: the episodes that talk is compared with, and adding one's own."""

import click

from agents.cli import LazyGroup


class LibraryGroup(LazyGroup):
    """What can be done with the library."""

    table = {  # noqa: RUF012 - never changed
        "list": "agents.commands.library_list",
        "show": "agents.commands.library_show",
        "add": "agents.commands.library_add",
    }


@click.group(cls=LibraryGroup)
def command() -> None:
    """Show the library of episodes, or add a past crisis of your own."""
