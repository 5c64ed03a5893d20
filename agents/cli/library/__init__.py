"""``tocsin library``: the episodes that talk is compared with, and adding one's own."""

import click

from agents.cli.common.groups import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("agents.cli.library.list", "List the episodes that talk is compared with."),
    "show": Lazy("agents.cli.library.show", "Show one episode, phase by phase."),
    "add": Lazy("agents.cli.library.add", "Measure an episode on a recording, and add it."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Show the library of episodes, or add a past crisis of your own."""
