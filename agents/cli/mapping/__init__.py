"""``tocsin mapping``: what says which column of a foreign table is what."""

import click

from agents.cli.common.groups import Lazy, LazyGroup

COMMANDS = {
    "suggest": Lazy("agents.cli.mapping.suggest", "Write a first mapping from a table's header."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Write mappings, which say which column of a foreign table is what."""
