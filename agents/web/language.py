"""Languages: which of those of alerts a visitor reads best, and which one a post is in."""

import re
from typing import Final

from agents.alerting.i18n import LANGUAGES
from schemas.brand import AlertLanguage

DEFAULT: Final[AlertLanguage] = "en"
_RANGE = re.compile(
    r"\s*([a-z]{1,8})(?:-[a-z0-9-]{1,60})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*"
)
_READ: Final = 500
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
"""Of BCP 47. What a source calls a language is a stranger's text like any other."""


def language_of(accepted: str) -> AlertLanguage:
    """Return the language that ``Accept-Language`` likes best, of those that there are.

    >>> language_of("de, fr-CA;q=0.8, en;q=0.5"), language_of("de"), language_of("fr;q=0")
    ('fr', 'en', 'en')
    """
    best, most = DEFAULT, 0.0
    for part in accepted[:_READ].lower().split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        quality = float(found[2] or 1)
        known = next((one for one in LANGUAGES if one == found[1]), None)
        if known is not None and quality > most:
            best, most = known, quality
    return best


def lang_of(code: str) -> str | None:
    r"""Return the language of a post for a reader of screens; None where nobody knows it.

    >>> lang_of("fr"), lang_of("pt-BR"), lang_of("und"), lang_of("\u202een")
    ('fr', 'pt-BR', None, None)
    """
    return code if code != "und" and _TAG.fullmatch(code) else None
