"""How much is said of a brand in an hour, whether that is unusual, and what was read of it."""

from math import sqrt
from typing import Final

from msgspec import Struct

from pipeline.reading.offered import DRAWN
from pipeline.reading.rules import ReadingRules

HOUR_S: Final = 3600
HALF_LIFE_H: Final = 60.0
"""Of the slow mean: two and a half days."""
KNOWN_H: Final = 3
"""Hours before anything can be unusual."""
LEAST: Final = 8
"""Texts in an unusual hour: the day's rhythm of a quiet brand alone makes three of one."""

_KEPT: Final = 0.5 ** (1 / HALF_LIFE_H)
_FOREVER_H: Final = 24 * 365


class ReadingPace(Struct, array_like=True):
    """The hour of event time that a brand is in.

    ``texts`` of this hour and ``before`` of the last one; ``mean``: slow mean per hour, of
    ``hours`` that were heard; ``sampled`` and ``roots``: read in this hour.
    """

    hour: int = -1
    texts: int = 0
    before: int = 0
    mean: float = 0.0
    hours: int = 0
    sampled: int = 0
    roots: int = 0

    def turn(self, start_s: int) -> None:
        """Come to the bucket at ``start_s``."""
        hour = start_s // HOUR_S
        if hour <= self.hour:
            return
        if self.hour >= 0:
            passed = hour - self.hour
            self._learn(self.texts)
            silent = min(passed - 1, _FOREVER_H)
            if silent:
                self.hours += silent
                self.mean *= _KEPT**silent
            self.before = self.texts if passed == 1 else 0
        self.hour = hour
        self.texts = self.sampled = self.roots = 0

    def heard(self, start_s: int, texts: int) -> float:
        """Texts of the hour up to the bucket at ``start_s``, which has ``texts``."""
        gone = start_s % HOUR_S / HOUR_S
        return self.texts + texts + self.before * (1 - gone)

    def is_unusual(self, heard: float) -> bool:
        """Whether so many texts in an hour are far more than the slow mean lets expect."""
        return self.hours >= KNOWN_H and heard > self._usual

    def rate(self, rules: ReadingRules, start_s: int, texts: int) -> float:
        """Chance of each text of the bucket at ``start_s`` to be drawn; it has ``texts``.

        It depends on counts and on what was read before, never on lots to come: whatever a text
        says, its chance is the same. Where half of what the hour allows is read, it fades.
        """
        heard = self.heard(start_s, texts)
        aim = rules.unusual_per_h if self.is_unusual(heard) else rules.sample_per_h
        left = self.left(rules)
        if left < 1:
            return 0.0
        fading = min(1.0, 2 * left / rules.texts_per_h)
        return min(1.0, aim / max(heard, self.mean, 1.0)) * fading

    def left(self, rules: ReadingRules) -> int:
        """How many texts may still be read in this hour."""
        return max(rules.texts_per_h - self.sampled - self.roots, 0)

    def most_drawn(self, rules: ReadingRules) -> int:
        """Most texts that a bucket's sample may have."""
        return min(DRAWN, self.left(rules))

    def most_roots(self, rules: ReadingRules) -> int:
        """Most roots that may still be read in this hour."""
        return min(rules.roots_per_h - self.roots, self.left(rules))

    @property
    def _usual(self) -> float:
        return max(LEAST, 2.5 * self.mean + 3 * sqrt(self.mean))

    def _learn(self, texts: int) -> None:
        """Take an hour into the mean; of an unusual one, only what would still be usual."""
        value = min(float(texts), self._usual) if self.hours >= KNOWN_H else float(texts)
        kept = min(_KEPT, self.hours / (self.hours + 1))
        self.mean = self.mean * kept + value * (1 - kept)
        self.hours += 1
