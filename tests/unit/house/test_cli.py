"""Every command loads, says what it is for, explains each of its options, and shows its use."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from agents.cli.main import COMMANDS, main


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


def test_every_command_shows_how_it_is_called(commands: list[tuple[str, click.Command]]) -> None:
    without = [
        name
        for name, command in commands
        if not isinstance(command, click.Group)
        and f"Examples:\n  tocsin {name}" not in (command.epilog or "")
    ]
    assert without == []


def groups(name: str, group: click.Command) -> Iterator[str]:
    if isinstance(group, click.Group):
        yield name
        context = click.Context(group)
        for sub in group.list_commands(context):
            found = group.get_command(context, sub)
            assert found is not None, f"{name} {sub}"
            yield from groups(f"{name} {sub}", found)


def test_the_help_of_a_group_shows_every_command_and_cuts_no_sentence() -> None:
    found = list(groups("", main))
    assert len(found) > 5
    for name in found:
        shown = CliRunner().invoke(main, [*name.split(), "--help"]).output
        rows = re.findall(r"^  ([a-z-]+) +\S.*\.$", shown.partition("Commands:")[2], re.MULTILINE)
        group: click.Command | None = main
        for part in name.split():
            assert isinstance(group, click.Group)
            group = group.get_command(click.Context(group), part)
        assert isinstance(group, click.Group)
        assert rows == group.list_commands(click.Context(group)), shown
        assert "..." not in shown.partition("Commands:")[2]


def test_an_unknown_command_is_refused() -> None:
    assert main.get_command(click.Context(main), "nonsense") is None


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("incident", "No such command 'incident'. Did you mean 'incidents'?"),
        ("ingest repaly", "No such command 'repaly'. Did you mean 'replay'?"),
        ("models lst", "No such command 'lst'. Did you mean 'list'?"),
        ("zzzzzz", "No such command 'zzzzzz'."),
    ],
)
def test_a_command_that_is_misspelled_is_named(call: str, told: str) -> None:
    run = CliRunner().invoke(main, call.split())
    assert run.exit_code == 2
    assert run.output.endswith(f"Error: {told}\n")


HEAVY = {
    "aiohttp", "aiokafka", "confluent_kafka", "faust", "kafka", "msgspec", "numpy",
    "prometheus_client", "rich", "river", "scipy", "slack_sdk", "tweepy", "yaml",
}  # fmt: skip


def imported_by(*call: str, **environment: str) -> tuple[str, set[str]]:
    """What a start of the program prints, and the packages that it imports."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "agents", *call],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    names = re.findall(r"^import time:.*\| +([\w.]+)$", run.stderr, re.MULTILINE)
    return run.stdout, {name.partition(".")[0] for name in names} | set(names)


@pytest.mark.parametrize(
    ("call", "shows"),
    [("--help", "incidents"), ("--version", "tocsin, version"), ("models --help", "rollback")],
)
def test_what_is_told_at_once_imports_no_library_but_click(call: str, shows: str) -> None:
    shown, imported = imported_by(*call.split())
    assert shows in shown
    assert "click" in imported
    assert imported & HEAVY == set()


@pytest.mark.parametrize(("typed", "offered"), [("tocsin in", "incidents"),
                                                ("tocsin feedback ", "false-alarm")])  # fmt: skip
def test_a_tab_imports_no_library_but_click(typed: str, offered: str) -> None:
    shown, imported = imported_by(
        _TOCSIN_COMPLETE="bash_complete", COMP_WORDS=typed, COMP_CWORD=str(typed.count(" "))
    )
    assert f"plain,{offered}\n" in shown
    assert imported & HEAVY == set()


def test_a_command_that_works_would_be_seen_to_import() -> None:
    _, imported = imported_by("topics", "--help")
    assert imported >= {"kafka", "msgspec"}
