"""Command lines of ours, parsed without being run."""

import click

from agents.cli.main import main


def parse(words: list[str]) -> click.Command:
    """Parse a command line of ours with all its subcommands, without running it."""
    command: click.Command = main
    context = main.make_context("tocsin", list(words))
    while isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, found.make_context(name, rest, parent=context)
    return command
