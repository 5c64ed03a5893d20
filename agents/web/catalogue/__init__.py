"""The words of the page, beside those of alerts, in the languages that a visitor may read."""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from agents.alerting.i18n import LANGUAGES, Words
from agents.alerting.i18n.typeset import french
from agents.web.catalogue.en import EN
from agents.web.catalogue.fr import FR
from schemas.brand import AlertLanguage

OWN: Final[Mapping[AlertLanguage, Mapping[str, str]]] = {
    "en": EN,
    "fr": {key: french(text) for key, text in FR.items()},
}

PAGE_WORDS: Final[Mapping[AlertLanguage, Words]] = {
    code: replace(LANGUAGES[code], texts={**LANGUAGES[code].texts, **own})
    for code, own in OWN.items()
}
