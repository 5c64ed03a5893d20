"""``tocsin compliance``: whether posts that are kept may still be kept."""

import click

from agents.cli.common.groups import Lazy, LazyGroup

COMMANDS = {
    "run": Lazy("agents.cli.compliance.run", "Ask X about all posts that are kept, once."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Ask X which posts must be kept no longer, and have them forgotten."""
