"""``tocsin rules``: the rules that X's filtered stream needs for the brands."""

import click

from agents.cli.common.groups import Lazy, LazyGroup

COMMANDS = {
    "plan": Lazy("agents.cli.rules.plan", "Show what would change, and change nothing."),
    "apply": Lazy("agents.cli.rules.apply", "Make the rules at X those of the brands."),
    "remove": Lazy("agents.cli.rules.remove", "Take away all rules that are Tocsin's own."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Compare, set or remove the rules of X's filtered stream. Those of others stay as they are."""
