"""The brand's usual day: how much more is said at some hours than at others.

What is usual for a stretch is the level of the hours before it, carried on along this day: talk
that rises because people wake up is no excess.
"""

from typing import Final

from msgspec import Struct, field

from pipeline.detection.window.counts import MENTIONS
from pipeline.detection.window.recent import BLOCK_S, Block

HOUR_S: Final = 3600
HOURS: Final = 24
HALF_LIFE_S: Final = 7 * 86_400
PRIOR_MENTIONS: Final = 10.0
PRIOR_S: Final = 1800.0
"""An hour of the day is taken to be like all others until it was heard for longer than this."""
STEP_S: Final = 600
"""Between the middles of two hours it is taken to change evenly, in steps of so long."""


class HourlyCounts(Struct, array_like=True):
    """Decayed mentions and seconds of each hour of the day (UTC), calm ones only."""

    mentions: list[float] = field(default_factory=lambda: [0.0] * HOURS)
    heard_s: list[float] = field(default_factory=lambda: [0.0] * HOURS)
    day: int = 0
    factors: list[float] = field(default_factory=lambda: [1.0] * HOURS)

    def learn(self, block: Block) -> None:
        """Take in a calm block; blocks come in order of time."""
        hours, place = divmod(block.start_s // HOUR_S, HOURS)
        if hours != self.day:
            keep = 0.5 ** (min(hours - self.day, 60) * HOURS * HOUR_S / HALF_LIFE_S)
            self.mentions = [keep * one for one in self.mentions]
            self.heard_s = [keep * one for one in self.heard_s]
            self.day = hours
            self.factors = self._shape()
        self.mentions[place] += block.counts[MENTIONS]
        self.heard_s[place] += BLOCK_S

    def grow(self, times: float) -> None:
        """Let ``times`` as much have been said at all hours: the day stays as it is."""
        self.mentions = [times * one for one in self.mentions]

    def over(self, from_s: int, until_s: int) -> float:
        """Length of ``[from_s, until_s)`` in seconds of a mean hour: what is said in it as a rule.

        >>> HourlyCounts().over(0, 5400)
        5400.0
        """
        total, at_s = 0.0, from_s
        while at_s < until_s:
            step_s = min(STEP_S - at_s % STEP_S, until_s - at_s)
            total += step_s * self._at(at_s + step_s / 2)
            at_s += step_s
        return total

    def _at(self, at_s: float) -> float:
        place = at_s / HOUR_S - 0.5
        first = int(place // 1)
        part = place - first
        return (1 - part) * self.factors[first % HOURS] + part * self.factors[(first + 1) % HOURS]

    def _shape(self) -> list[float]:
        """Each hour against the mean of all, a little smoothed by its neighbours."""
        rates = [n / s for n, s in zip(self.mentions, self.heard_s, strict=True) if s]
        mean = sum(rates) / len(rates) if rates else 0.0
        if not mean:
            return [1.0] * HOURS
        prior = PRIOR_MENTIONS + mean * PRIOR_S
        raw = [
            (n + prior) / (mean * s + prior)
            for n, s in zip(self.mentions, self.heard_s, strict=True)
        ]
        smooth = [
            (raw[place - 1] + 2 * raw[place] + raw[(place + 1) % HOURS]) / 4
            for place in range(HOURS)
        ]
        whole = sum(smooth) / HOURS
        return [one / whole for one in smooth]
