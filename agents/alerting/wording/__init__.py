"""The words of alerts, in the languages that a brand may choose."""

from agents.alerting.wording.en import ENGLISH
from agents.alerting.wording.fr import FRENCH
from agents.alerting.wording.words import Sentence, Words
from schemas.brand import AlertLanguage

LANGUAGES: dict[AlertLanguage, Words] = {"en": ENGLISH, "fr": FRENCH}

__all__ = ["ENGLISH", "FRENCH", "LANGUAGES", "Sentence", "Words"]
