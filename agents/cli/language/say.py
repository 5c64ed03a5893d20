"""What a command says while it runs, in the language of who reads it."""

import click

from agents.cli.language.choice import language_of
from agents.cli.language.french import in_french


def say(text: str, /, **fields: object) -> str:
    """Fill a template, in the language of the command that runs.

    >>> say("{name}: delivered", name="comms")
    'comms: delivered'
    """
    language = language_of(click.get_current_context(silent=True))
    template = in_french(text) if language == "fr" else text
    return template.format(**fields)
