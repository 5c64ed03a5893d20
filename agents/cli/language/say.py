"""What a command says while it runs, in the language of who reads it."""

import click

from agents.cli.language.choice import Language, language_of
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
    language = language_of(click.get_current_context(silent=True))
    return str(_in_words(what, language))


def _filled(template: str, fields: dict[str, object], language: Language) -> str:
    if language == "fr":
        template = in_french(template)
    return template.format(**{name: _in_words(one, language) for name, one in fields.items()})


def _in_words(what: object, language: Language) -> object:
    if isinstance(what, BaseException):
        what = said_by(what)
    if isinstance(what, Phrase):
        return _filled(what.template, what.fields, language)
    return what
