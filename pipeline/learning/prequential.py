"""Test, then train: how good each model was on labels that it had not seen (Dawid, 1984)."""

from collections import deque
from collections.abc import Iterable

from river.drift import ADWIN

from pipeline.sentiment.corpus import LABELS
from schemas.model import Prequential

WINDOW = 500
"""Labels that are compared at most: the latest ones."""

_DRIFT_CONFIDENCE = 0.002

Row = tuple[int, int, int, int]
"""True class; guesses of the shipped weights, of the version in force, and of the delta."""


class Contest:
    """Compares three models over the labels since the last version, and watches for drift.

    Drift is ADWIN (Bifet & Gavaldà, "Learning from Time-Changing Data with Adaptive Windowing",
    2007) on the delta's errors; when it is found, what was compared before no longer counts.
    """

    def __init__(self) -> None:
        self._rows: deque[Row] = deque(maxlen=WINDOW)
        self._adwin = ADWIN(delta=_DRIFT_CONFIDENCE)
        self.drifts = 0

    def add(self, row: Row) -> bool:
        """Add one label; return whether the talk has drifted with it."""
        self._rows.append(row)
        before = self._adwin.estimation
        self._adwin.update(int(row[0] != row[3]))
        drifted = bool(self._adwin.drift_detected) and self._adwin.estimation > before
        if drifted:
            self.drifts += 1
            self._rows.clear()
        return drifted

    def begin(self) -> None:
        """A version was published: the comparison begins anew."""
        self._rows.clear()

    def result(self) -> Prequential:
        """Macro-F1 of each."""
        rows = self._rows
        warm, in_force, delta = (macro_f1((row[0], row[at]) for row in rows) for at in (1, 2, 3))
        return Prequential(labels=len(rows), warm=warm, in_force=in_force, delta=delta)


def macro_f1(pairs: Iterable[tuple[int, int]]) -> float:
    """Mean over the classes that were met of F1, from pairs of true class and guess.

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
