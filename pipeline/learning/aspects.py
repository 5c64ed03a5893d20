"""What people can say of a post: its tone, and whether it attacks the brand that it names.

Each is learned by itself, by the same rules: what differs is said here.
"""

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.learning.online import (
    LEARNING_RATE,
    MAX_FEATURES,
    NEUTRAL,
    START,
    Learner,
    LogOdds,
    log_odds,
    probabilities,
)
from pipeline.sentiment.api import LABELS, Score
from schemas.feedback import Feedback
from schemas.model import AspectName


class Aspect(NamedTuple):
    """One thing that is asked of a post, and its classes; log-odds are ``against`` one of them.

    ``start``: of its learners. ``odds``: log-odds that a score states. ``said``: the class that a
    label gives, which has to speak of this aspect. ``sure``: the class that log-odds state so
    surely that contradicting it counts against an author, or None.
    """

    name: AspectName
    classes: tuple[str, ...]
    against: int
    start: float
    odds: Callable[[Score], LogOdds]
    said: Callable[[Feedback], int]
    sure: Callable[[LogOdds], int | None]

    def guess(self, odds: LogOdds) -> int:
        """Return the class that is most likely; of equally likely ones the first."""
        found = probabilities(odds, self.against)
        return max(range(len(found)), key=found.__getitem__)

    def learner(
        self, max_features: int = MAX_FEATURES, *, learning_rate: float = LEARNING_RATE
    ) -> Learner:
        """Return a learner that knows nothing yet."""
        return Learner(
            max_features,
            learning_rate=learning_rate,
            classes=len(self.classes),
            against=self.against,
            start=self.start,
        )


_SURE_TONE = 0.75
_SURE_ATTACK, _SURE_NO_ATTACK = 2.0, -2.5
"""Log-odds of attack. Of the held-out sentences of stance, which were written to be hard and of
which a third attack, 88 % of those above do, and 6 % of those below."""


def _sure_tone(odds: LogOdds) -> int | None:
    found = probabilities(odds)
    guess = max(range(len(found)), key=found.__getitem__)
    # "Neutral" is also what a model says that knows no word of the text.
    return guess if guess != NEUTRAL and found[guess] >= _SURE_TONE else None


def _sure_attack(odds: LogOdds) -> int | None:
    if odds[0] >= _SURE_ATTACK:
        return 1
    # Of a text without a known word the log-odds are about -1 to -2.
    return 0 if odds[0] <= _SURE_NO_ATTACK else None


TONE = Aspect(
    "tone",
    LABELS,
    against=NEUTRAL,
    start=START,
    odds=lambda score: log_odds(score.sentiment),
    said=lambda label: LABELS.index(label.label or ""),
    sure=_sure_tone,
)
ATTACK = Aspect(
    "attack",
    ("no attack", "attack"),
    against=0,
    # With the start of the tone, labels of one topic did harm to others: see ADR 14.
    start=0.1,
    odds=lambda score: (score.signals.attack_logit,),
    said=lambda label: int(bool(label.attack)),
    sure=_sure_attack,
)
ASPECTS = (TONE, ATTACK)


def aspect_of(label: Feedback) -> Aspect:
    """Return what a label speaks of: one of ``statements``."""
    return TONE if label.attack is None else ATTACK


def statements(label: Feedback) -> tuple[Feedback, ...]:
    """Take a label that says two things apart, so that each is admitted and learned by itself."""
    if label.label is None or label.attack is None:
        return (label,)
    return replace(label, attack=None), replace(label, label=None)
