"""Test, then train: how good each model was on labels that it had not seen (Dawid, 1984)."""

from collections import deque
from collections.abc import Iterable
from math import sqrt

from river.drift import ADWIN

from pipeline.sentiment.api import LABELS
from schemas.model import Prequential

WINDOW = 500
"""Labels that are compared at most: the latest ones."""

_DRIFT_CONFIDENCE = 0.002

Row = tuple[int, int, int, int]
"""True class; guesses of the shipped weights, of the version in force, and of the delta."""

Comparison = tuple[int, int, int]
"""True class; guesses of a champion and of the delta."""


class Contest:
    """Compares three models label by label, and watches for drift.

    With the version in force the delta is compared on the labels since that version, for those
    before are what it was made of; with the shipped weights on the latest ``WINDOW`` labels, so
    that many small steps down are seen as well as one. Drift is ADWIN (Bifet & Gavaldà, "Learning
    from Time-Changing Data with Adaptive Windowing", 2007) on the delta's errors; when it is
    found, what was compared before no longer counts.
    """

    def __init__(self) -> None:
        self._rows: deque[Row] = deque(maxlen=WINDOW)
        self._lately: deque[Comparison] = deque(maxlen=WINDOW)
        self._adwin = ADWIN(delta=_DRIFT_CONFIDENCE)
        self.drifts = 0

    def add(self, row: Row) -> bool:
        """Add one label; return whether the talk has drifted with it."""
        self._rows.append(row)
        self._lately.append((row[0], row[1], row[3]))
        before = self._adwin.estimation
        self._adwin.update(int(row[0] != row[3]))
        drifted = bool(self._adwin.drift_detected) and self._adwin.estimation > before
        if drifted:
            self.drifts += 1
            self._rows.clear()
            self._lately.clear()
        return drifted

    def recall(self, comparison: Comparison) -> None:
        """Take a label that the version in force knows: it compares with the shipped weights."""
        self._lately.append(comparison)

    def begin(self) -> None:
        """A version was published: the comparison with the one in force begins anew."""
        self._rows.clear()

    @property
    def labels(self) -> int:
        """Labels since the last version, ``WINDOW`` at most."""
        return len(self._rows)

    def worse(self) -> bool:
        """Whether the delta is worse than a champion, by more than chance."""
        return _worse(self._lately) or _worse((row[0], row[2], row[3]) for row in self._rows)

    def result(self) -> Prequential:
        """Macro-F1 of each, on the labels since the last version."""
        rows = self._rows
        warm, in_force, delta = (macro_f1((row[0], row[at]) for row in rows) for at in (1, 2, 3))
        return Prequential(labels=len(rows), warm=warm, in_force=in_force, delta=delta)


def _worse(comparisons: Iterable[Comparison]) -> bool:
    """Whether macro-F1 is lower, and not for a handful of labels that could go either way.

    Of the labels that one of the two got right, by chance half are the champion's, give or take
    √(their number) / 2 (McNemar, "Note on the Sampling Error of the Difference between Correlated
    Proportions", 1947).
    """
    comparisons = list(comparisons)
    champion, delta = (
        macro_f1((comparison[0], comparison[at]) for comparison in comparisons) for at in (1, 2)
    )
    lost = sum(comparison[1] == comparison[0] != comparison[2] for comparison in comparisons)
    won = sum(comparison[2] == comparison[0] != comparison[1] for comparison in comparisons)
    return delta < champion and lost - won > sqrt(lost + won)


def macro_f1(pairs: Iterable[tuple[int, int]]) -> float:
    """Mean over the classes that were met of F1, from pairs of true class and guess.

    There are at most as many classes as there are labels of the tone.

    >>> macro_f1([(0, 0), (2, 1)])
    0.3333333333333333
    """
    hits, met = [0] * len(LABELS), [0] * len(LABELS)
    for true, guess in pairs:
        met[true] += 1
        met[guess] += 1
        hits[true] += true == guess
    scores = [2 * hit / sides for hit, sides in zip(hits, met, strict=True) if sides]
    return sum(scores) / len(scores) if scores else 0.0
