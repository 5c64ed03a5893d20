"""Every command loads, says what it is for, and explains each of its options."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from agents.cli import COMMANDS, main


def with_subcommands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None, f"{name} {sub}"
            yield from with_subcommands(f"{name} {sub}", found)


@pytest.fixture(params=COMMANDS)
def commands(request: pytest.FixtureRequest) -> list[tuple[str, click.Command]]:
    """Return one command with all its subcommands."""
    found = main.get_command(click.Context(main), request.param)
    assert found is not None
    return list(with_subcommands(request.param, found))


def test_it_says_what_it_is_for(commands: list[tuple[str, click.Command]]) -> None:
    assert [name for name, command in commands if not command.get_short_help_str()] == []


def test_every_option_is_explained(commands: list[tuple[str, click.Command]]) -> None:
    unexplained = [
        f"{name} {option.name}"
        for name, command in commands
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert unexplained == []


def test_the_help_shows_every_command() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []


def test_an_unknown_command_is_refused() -> None:
    assert main.get_command(click.Context(main), "nonsense") is None
