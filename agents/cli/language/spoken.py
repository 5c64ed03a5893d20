"""The words of alerts, for reports in the terminal; apart, as help needs none of them."""

import click

from agents.alerting.i18n import LANGUAGES, Words
from agents.cli.language.choice import language_of


def words() -> Words:
    """Return the words of the language that the running command speaks."""
    return LANGUAGES[language_of(click.get_current_context(silent=True))]
