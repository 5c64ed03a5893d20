"""What a command says while it runs, in the language of who reads it."""

from string import Formatter
from typing import Any

import click

from agents.cli.language.choice import language_of
from agents.cli.language.french import in_french
from pipeline.phrase import Phrase, said_by


def say(text: str, /, **fields: object) -> str:
    """Fill a template, in the language of the command that runs.

    Where a field is a phrase, or an error that was made with one, it is said in that language, too.

    >>> say("{name}: delivered", name="comms")
    'comms: delivered'
    """
    return _filled(text, fields, language_of(click.get_current_context(silent=True)))


def in_words(what: str | BaseException) -> str:
    """Say a phrase, or what an error says, in the language of the command that runs.

    >>> in_words(Phrase("{what} is empty", what="b.yaml"))
    'b.yaml is empty'
    """
    return told_in(language_of(click.get_current_context(silent=True)), what)


def told_in(language: str, what: str | BaseException) -> str:
    """Say a phrase, or what an error says, in a language.

    >>> told_in("fr", Phrase("delete one"))
    'supprimez l’un des deux'
    """
    return str(_in_words(what, language))


def _filled(template: str, fields: dict[str, object], language: str) -> str:
    said = {name: _in_words(one, language) for name, one in fields.items()}
    if language == "fr":
        return _French().vformat(in_french(template), (), said)
    return template.format(**said)


class _French(Formatter):
    """Writes thousands as French does, ``1 234``; in a template they stand as ``{n:,}``."""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - Formatter's
        """Fill in one value."""
        said: str = super().format_field(value, format_spec)
        return said.replace(",", "\N{NARROW NO-BREAK SPACE}") if "," in format_spec else said


def _in_words(what: object, language: str) -> object:
    if isinstance(what, BaseException):
        what = said_by(what)
    if isinstance(what, Phrase):
        return _filled(what.template, what.fields, language)
    return what
