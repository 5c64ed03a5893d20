"""The words of alerts, in the languages that a brand may choose."""

from agents.alerting.i18n.en import ENGLISH
from agents.alerting.i18n.fr import FRENCH
from agents.alerting.i18n.words import ReasonSentence, Words
from schemas.brand import AlertLanguage

LANGUAGES: dict[AlertLanguage, Words] = {"en": ENGLISH, "fr": FRENCH}

__all__ = ["ENGLISH", "FRENCH", "LANGUAGES", "ReasonSentence", "Words"]
