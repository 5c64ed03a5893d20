"""``tocsin models``: what was learned, which version is in force, and the way back."""

import click

from agents.cli.common.groups import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("agents.cli.models.list", "List the versions; the newest of a scope is in force."),
    "show": Lazy("agents.cli.models.show", "Show one version, or the one in force."),
    "rollback": Lazy("agents.cli.models.rollback", "Put an older version back in force."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """List, show and roll back versions of the sentiment model."""
