"""The help of a command in the language of who reads it."""

from copy import copy
from typing import Final, TypeVar

import click

from agents.cli.language.choice import Language
from agents.cli.language.french import in_french

_EXAMPLES: Final = ("\b\nExamples:", "\b\nExemples :")

C = TypeVar("C", bound=click.Command)


def in_language(command: C, language: Language) -> C:
    """Return the command with its help in ``language``; what it does is the same."""
    told = copy(command)
    told._help_option = None  # noqa: SLF001 - Click made it in the language of an earlier call
    if language == "en":
        return told
    told.help = in_french(command.help) if command.help else command.help
    told.epilog = command.epilog and command.epilog.replace(*_EXAMPLES)
    told.params = [_option(one) for one in command.params]
    return told


def _option(one: click.Parameter) -> click.Parameter:
    if not isinstance(one, click.Option) or not one.help:
        return one
    told = copy(one)
    told.help = in_french(one.help)
    return told
