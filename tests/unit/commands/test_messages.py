"""What is wrong is said in words of people: no types, and what was meant."""

import re
from collections.abc import Iterator

import click
import msgspec
import pytest
from click.testing import CliRunner

from agents.cli.main import main
from agents.secret import Password, Secret
from agents.settings import Settings, SettingsError, read_settings, variable

JARGON = re.compile(r"`|\b(int|str|float|Expected|regex|INTEGER|FLOAT|RANGE)\b")
TYPED = [
    field for field in msgspec.structs.fields(Settings) if field.type not in (str, Secret, Password)
]


@pytest.mark.parametrize("field", TYPED, ids=lambda field: field.name)
def test_a_value_that_cannot_be_is_told_without_types(field) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({variable(field.name): "so many?"})
    message = str(caught.value)
    assert message.startswith(f"{variable(field.name)}='so many?' is not ")
    assert JARGON.search(message.partition(" is not ")[2]) is None, message


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TOCSIN_PARTITIONS", "0", "a whole number from 1 to 1000"),
        ("TOCSIN_SPOOL_BYTES", "5", "a whole number of at least 1000000"),
        ("TOCSIN_READER_SHARE", "2", "a number from 0 to 1"),
        ("TOCSIN_LOG_LEVEL", "LOUD", "one of CRITICAL, DEBUG, ERROR, INFO, WARNING"),
        ("TOCSIN_PAGE_URL", "tocsin/x", "an address without a path, such as https://"),
        ("TOCSIN_PAGE_USER_HEADER", "a b", "the name of an HTTP header"),
    ],
)
def test_it_says_what_can_be(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"{name}={value!r} is not {told}")):
        read_settings({name: value})


def test_a_variable_that_is_misspelled_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"TOCSIN_PARTITION": "3", "TOCSIN_KAFKA_BOOTSTRAPS": "x"})
    assert str(caught.value).splitlines() == [
        "TOCSIN_PARTITION: no such setting. Did you mean TOCSIN_PARTITIONS?",
        "TOCSIN_KAFKA_BOOTSTRAPS: no such setting. Did you mean TOCSIN_KAFKA_BOOTSTRAP?",
    ]


def test_where_nothing_is_near_all_are_named() -> None:
    with pytest.raises(SettingsError, match=r"TOCSIN_ZZZZ: no such setting\. Known are .*X_BASE"):
        read_settings({"TOCSIN_ZZZZ": "3"})


def leaves(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None
            yield from leaves(f"{name} {sub}", found)
    else:
        yield name, command


def test_no_help_names_a_type_of_the_program() -> None:
    found = {}
    for name, command in leaves("tocsin", main):
        context = click.Context(command, info_name=name)
        for option in command.params:
            if option.name and (told := JARGON.findall(str(option.make_metavar(context)))):
                found[f"{name} {option.name}"] = told
    assert found == {}


def test_a_number_that_is_none_is_called_so() -> None:
    run = CliRunner().invoke(main, ["incidents", "--last", "many"])
    assert "Invalid value for '--last': 'many' is not a valid whole number." in run.output
