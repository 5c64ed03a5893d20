"""What the roll-up asks of a sentiment model, whatever the model is."""

from collections.abc import Sequence
from enum import IntFlag
from math import exp
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


NEVER = -30.0
"""Log-odds of what is as good as impossible."""


class Score(NamedTuple):
    """Sentiment and stance of one text, cues, and its content words.

    ``p_negative``, ``p_neutral``, ``p_positive``: probabilities that sum to 1. ``terms``: at most 8
    distinct lower-case content words, no stop words, in order of appearance.

    ``attack_logit``, ``complaint_logit``, ``harm_logit``: calibrated log-odds, each by itself, that
    the text attacks the brand it names (accuses, mocks, calls to act), complains to it of its
    service, tells soberly of harm it did. Log-odds, because that is what is compared with the
    brand's normal, and costs no exponential; ``attack``, ``complaint``, ``harm`` are probabilities.

    A named tuple, because a million of them are made a minute.

    >>> Score(0.8, 0.15, 0.05, attack_logit=0.0).attack
    0.5
    """

    p_negative: float
    p_neutral: float
    p_positive: float
    cues: int = 0
    terms: tuple[str, ...] = ()
    attack_logit: float = NEVER
    complaint_logit: float = NEVER
    harm_logit: float = NEVER

    @property
    def attack(self) -> float:
        """Probability that the text attacks the brand."""
        return 1 / (1 + exp(-self.attack_logit))

    @property
    def complaint(self) -> float:
        """Probability that it complains to the brand of its service."""
        return 1 / (1 + exp(-self.complaint_logit))

    @property
    def harm(self) -> float:
        """Probability that it tells soberly of harm that the brand did."""
        return 1 / (1 + exp(-self.harm_logit))


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
