"""Readers and texts for the tests of careful reading."""

from collections.abc import Sequence

from pipeline.reading.contract import Wanted
from pipeline.reading.offered import Offered
from pipeline.reading.rules import ReadingRules
from pipeline.sentiment.api import Score, Sentiment, TextSignals
from schemas.reading import CLASSES, ByClass
from support.rolling import mention

ALL = ReadingRules(sample_per_h=1e9, unusual_per_h=1e9, roots_per_h=10**6, texts_per_h=10**7)
"""So much may be read that a bucket's bounds alone count."""


def surely(name: str, certainty: float = 1.0) -> ByClass:
    """Of one class with this certainty, and of everyday talk for the rest."""
    of = dict.fromkeys(CLASSES, 0.0) | {"everyday": round(1 - certainty, 3)}
    of[name] = certainty
    return tuple(of[each] for each in CLASSES)  # type: ignore[return-value]


class FakeReader:
    """Says *accusation* of what has *bad* in it, and keeps what it was asked for."""

    version = "fake-reader-1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, wanted: Sequence[Wanted]) -> list[ByClass]:
        self.asked += [one.text for one in wanted]
        return [surely("accusation" if "bad" in text else "praise", 0.9) for text, _, _ in wanted]


def score(attack_logit: float = -30.0) -> Score:
    return Score(Sentiment(0.1, 0.8, 0.1), TextSignals(attack_logit=attack_logit))


def offered(*texts: str, start_s: int = 0, prefix: str = "m") -> Offered:
    """A bucket with so many texts."""
    found = Offered()
    for number, text in enumerate(texts):
        found.add(mention(f"{prefix}{start_s}-{number}", start_s, text), score(), start_s)
    return found
