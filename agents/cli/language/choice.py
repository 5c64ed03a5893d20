"""Which language a command speaks: ``--lang``, else TOCSIN_LANG, else that of the locale."""

import gettext
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import click

Language = Literal["en", "fr"]

VARIABLE: Final = "TOCSIN_LANG"
_LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_KEY: Final = "tocsin.language"
_CLICK: Final = Path(__file__).parent / "locale"


def of_environment(environ: Mapping[str, str]) -> Language:
    """Return the language that an environment asks for; English where it asks for none we have.

    >>> of_environment({"LANG": "fr_CA.UTF-8"}), of_environment({"LANG": "de_DE.UTF-8"})
    ('fr', 'en')
    >>> of_environment({"TOCSIN_LANG": "en", "LANG": "fr_FR.UTF-8"})
    'en'
    """
    asked = environ.get(VARIABLE, "").strip().lower()
    if not asked:
        asked = next((environ[one] for one in _LOCALES if environ.get(one)), "")
    return "fr" if asked.lower().startswith("fr") else "en"


def choose(ctx: click.Context, language: Language) -> None:
    """Have the command that ``ctx`` is of, and all below it, speak ``language``."""
    ctx.find_root().meta[_KEY] = language
    have_click_speak(language)


def have_click_speak(language: Language) -> None:
    """Have Click speak it: through gettext, which takes its language from the environment."""
    gettext.bindtextdomain("messages", str(_CLICK))
    os.environ["LANGUAGE"] = language


def language_of(ctx: click.Context | None) -> Language:
    """Return the language of a command; without one, that of the environment."""
    chosen: Language | None = ctx.find_root().meta.get(_KEY) if ctx else None
    return chosen or of_environment(os.environ)
