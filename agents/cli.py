"""The ``tocsin`` command: a table of commands, each loaded only when it is called.

Loading lazily keeps ``tocsin check`` free of Faust, and a start fast.
"""

from importlib import import_module

import click

from agents.secret import hide, hide_everywhere

COMMANDS = {
    "demo": "agents.commands.demo",
    "check": "agents.commands.check",
    "topics": "agents.commands.topics",
    "worker": "agents.commands.worker",
    "ingest": "agents.commands.ingest",
    "alert": "agents.commands.alert",
    "page": "agents.commands.page",
    "history": "agents.commands.history",
    "library": "agents.commands.library",
    "feedback": "agents.commands.feedback",
    "incidents": "agents.commands.incidents",
    "backtest": "agents.commands.backtest",
    "evaluate": "agents.commands.evaluate",
    "score-volume": "agents.commands.score_volume",
    "sentiment": "agents.commands.sentiment",
    "train": "agents.commands.train",
    "learn": "agents.commands.learn",
    "models": "agents.commands.models",
    "broker": "agents.commands.broker",
    "schemas": "agents.commands.schemas",
}


class LazyGroup(click.Group):
    """A group whose commands are imported on first use; each module offers ``command``.

    ``table``: name of each command and the module that holds it.
    """

    table = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in the order in which a newcomer meets them."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        if cmd_name not in self.table:
            return None
        command: click.Command = import_module(self.table[cmd_name]).command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what it says at its end shows no secret."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.message = hide(error.message)
            raise


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
def main() -> None:
    """Tocsin rings when what is said about a brand starts to look like a crisis."""
    hide_everywhere()
