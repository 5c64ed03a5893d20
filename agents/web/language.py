"""Which of the languages of alerts a visitor reads best."""

import re
from typing import Final

from agents.alerting.i18n import LANGUAGES
from schemas.brand import AlertLanguage

DEFAULT: Final[AlertLanguage] = "en"
_RANGE = re.compile(
    r"\s*([a-z]{1,8})(?:-[a-z0-9-]{1,60})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*"
)
_READ: Final = 500


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
