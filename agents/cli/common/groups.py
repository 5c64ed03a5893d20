"""Groups of commands: what each is for is known at once, a command is imported when it runs.

So ``tocsin --help`` and a Tab in the shell need neither Kafka's clients nor numpy.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from gettext import gettext
from importlib import import_module
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem

from agents.cli.language.choice import language_of
from agents.cli.language.french import in_french
from agents.cli.language.help import in_language
from agents.cli.language.say import say
from agents.secret import hide


class Lazy(NamedTuple):
    """A command that is not imported yet."""

    module: str
    """The module that offers it as ``command``."""

    about: str
    """What it is for, short enough to stand whole beside its name."""


class LazyGroup(click.Group):
    """A group whose commands are imported on first use.

    ``table``: the commands by name, in the order in which a newcomer meets them.
    """

    def __init__(self, *args: Any, table: Mapping[str, Lazy], **attributes: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(*args, **attributes)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, with its help in the language that was asked for."""
        if cmd_name not in self.table:
            return None
        command: click.Command = import_module(self.table[cmd_name].module).command
        return in_language(command, language_of(ctx))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was asked for; where there is none, name those that are meant."""
        name = args[0]
        known = name in self.table or name.startswith("-") or ctx.resilient_parsing
        if not known and (close := get_close_matches(name, self.table)):
            meant = say(" or ").join(f"'{each}'" for each in close)
            ctx.fail(say("No such command '{name}'. Did you mean {meant}?", name=name, meant=meant))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, as click does, without an import of any."""
        limit = formatter.width - 6 - max(map(len, self.table))
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(each.name or "", each.get_short_help_str(limit))
                                for each in self._named(ctx)])  # fmt: skip

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of commands, as click does, without an import of any."""
        names = [
            CompletionItem(each.name, help=each.get_short_help_str())
            for each in self._named(ctx)
            if each.name and each.name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def _named(self, ctx: click.Context) -> list[click.Command]:
        """Commands that can tell their name and what they are for, and nothing more."""
        french = language_of(ctx) == "fr"
        return [
            click.Command(name, help=in_french(lazy.about) if french else lazy.about)
            for name, lazy in self.table.items()
        ]

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what it says at its end shows no secret."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.message = hide(error.message)
            raise


def examples(*calls: str) -> str:
    r"""What stands below a command's help: how it is called, a line each, left as it is.

    >>> examples("tocsin demo", "tocsin demo --stay").splitlines()
    ['\x08', 'Examples:', '  tocsin demo', '  tocsin demo --stay']
    """
    return "\n".join(["\b", "Examples:", *(f"  {call}" for call in calls)])
