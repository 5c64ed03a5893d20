"""A scorer with a delta on top: itself a ``Scorer`` like any other."""

from collections.abc import Sequence
from math import exp

from pipeline.learning.delta import Part
from pipeline.learning.online import LogOdds, Vector
from pipeline.sentiment.api import (
    LOG_ODDS_LIMIT,
    Adaptable,
    Score,
    Sentiment,
    Shift,
    TextInLanguage,
    TextSignals,
)
from schemas.model import Delta

MEMO_TEXTS = 8_192
MEMO_TEXT_CHARACTERS = 600

SHIFT_LIMIT = 3.0
"""By how many nats a delta may move the log-odds of one text, whatever its weights say."""

Memo = dict[tuple[str, str, str], Score]
"""Scores by version, text and language; shared by all deltas of a process."""


Table = dict[str, complex]
"""Weights by feature. Of the tone, negative is real, positive imaginary, both against neutral; of
attack there is a real part alone."""


def table_of(part: Part, steps: int) -> Table:
    """Weights of one part of a delta, for look-up; ``steps``: a nat is so many."""
    return {name: complex(*row) / steps for name, *row in part}


def shift_of(table: Table, vector: Vector) -> LogOdds:
    """By how much a text with these features is moved, at most ``SHIFT_LIMIT`` each way.

    Two figures, as a table has: of attack the second one is 0.
    """
    shift = sum([table[name] * value for name, value in vector.items() if name in table], 0j)
    return _limited(shift.real), _limited(shift.imag)


class Adapted:
    """Scores with ``warm``, and moves tone and attack by ``delta``. All else stays as it is."""

    def __init__(self, warm: Adaptable, delta: Delta, digest: str, memo: Memo) -> None:
        """Take a verified delta."""
        self.version = f"{warm.version}+{digest[:8]}"
        self._overlay = warm.overlay(
            {name: (low, high) for name, low, high in delta.nudges}, dict(delta.attack)
        )
        self._steps = delta.steps
        self._memo = memo

    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        """Score texts in order; each score depends on its text alone. Never raises."""
        version, memo = self.version, self._memo
        distinct = dict.fromkeys(texts)
        found = {one: memo[version, *one] for one in distinct if (version, *one) in memo}
        fresh = [one for one in distinct if one not in found]
        under = self._overlay.scores_and_shifts(fresh)
        for one, (warm, shift) in zip(fresh, under, strict=True):
            found[one] = score = self._moved(warm, shift)
            if len(one[0]) <= MEMO_TEXT_CHARACTERS:
                if len(memo) >= MEMO_TEXTS:
                    memo.clear()
                memo[version, *one] = score
        return [found[one] for one in texts]

    def _moved(self, warm: Score, shift: Shift) -> Score:
        steps = self._steps
        low, high, lean = (max(-SHIFT_LIMIT, min(SHIFT_LIMIT, each / steps)) for each in shift)
        negative, neutral, positive = warm.sentiment.probabilities
        signals = warm.signals
        # Adding to log-odds is multiplying odds.
        negative, positive = negative * exp(low), positive * exp(high)
        total = negative + neutral + positive
        attack = max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, signals.attack_logit + lean))
        return Score(
            Sentiment(negative / total, neutral / total, positive / total),
            TextSignals(
                signals.cues,
                signals.terms,
                attack,
                signals.complaint_logit,
                signals.harm_logit,
            ),
        )

    def score(self, text: str, lang: str) -> Score:
        """Score one text."""
        return self.score_many([(text, lang)])[0]


def _limited(shift: float) -> float:
    return max(-SHIFT_LIMIT, min(SHIFT_LIMIT, shift))
