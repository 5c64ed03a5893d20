"""What the roll-up asks of a sentiment model, whatever the model is."""

from collections.abc import Sequence
from enum import IntFlag
from typing import NamedTuple, Protocol


class Cue(IntFlag):
    """What the words of a post give away beside its sentiment. Several may hold at once."""

    OUTRAGE = 1
    BOYCOTT = 2
    COMPLAINT = 4
    FIRST_PERSON = 8
    SAD_NEWS = 16
    """Mourning and misfortune: negative, but hardly against the brand."""
    TAKEDOWN = 32


class Score(NamedTuple):
    """Sentiment of one text: probabilities that sum to 1, cues, and its content words.

    ``terms``: at most 8 distinct lower-case content words, no stop words, in order of appearance.
    A named tuple, because a million of them are made a minute.
    """

    p_negative: float
    p_neutral: float
    p_positive: float
    cues: int = 0
    terms: tuple[str, ...] = ()


Said = tuple[str, str]
"""A text and its language: a BCP 47 primary tag, ``und`` where unknown."""


class SentimentModel(Protocol):
    """A loaded model: a version and a function of text and language."""

    @property
    def version(self) -> str:
        """Name and digest of the weights, as every bucket states it."""
        ...

    def score_many(self, said: Sequence[Said]) -> list[Score]:
        """Score texts in order; each score depends on its text alone. Never raises."""
        ...
