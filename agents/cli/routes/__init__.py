"""``tocsin routes``: who would be told of what, when and why."""

import click

from agents.cli.common.groups import Lazy, LazyGroup

COMMANDS = {
    "test": Lazy("agents.cli.routes.explain", "Say who would be told of an incident, and why."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Try the routes file without telling anybody."""
