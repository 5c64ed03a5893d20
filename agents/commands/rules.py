"""``tocsin rules``: the rules that X's filtered stream needs for the brands."""

import click

from agents.groups import Lazy, LazyGroup

COMMANDS = {
    "plan": Lazy("agents.commands.rules_plan", "Show what would change, and change nothing."),
    "apply": Lazy("agents.commands.rules_apply", "Make the rules at X those of the brands."),
    "remove": Lazy("agents.commands.rules_remove", "Take away all rules that are Tocsin's own."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Compare, set or remove the rules of X's filtered stream. Those of others stay as they are."""
