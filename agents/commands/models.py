"""``tocsin models``: what was learned, which version is in force, and the way back."""

import click

from agents.groups import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy(
        "agents.commands.models_list", "List the versions; the newest of a scope is in force."
    ),
    "show": Lazy("agents.commands.models_show", "Show one version, or the one in force."),
    "rollback": Lazy("agents.commands.models_rollback", "Put an older version back in force."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """List, show and roll back versions of the sentiment model."""
