"""Heads-up and ring: when a quiet line is written, and when somebody is woken.

quiet → heads-up → ring → ring again …        closed after six hours in which nothing is rare
"""

from math import log, log2
from typing import Final, Literal, NamedTuple

from msgspec import Struct

Level = Literal["quiet", "heads_up", "ring"]
Why = Literal["rare", "passed_on", "attack", "slow_burn", "larger"]
"""``rare``: so many independent voices are rare. ``passed_on``: one post is passed on as rarely
happens. ``attack``: rare, and of the kind of a crisis. ``slow_burn``: little, but for long.
``larger``: something larger has begun since the last ring."""

RING_SCORE: Final = 12.5
"""Tuned on seed 11 of a development world by other hands; see ADR 18."""
KIND_WORTH: Final = 3.0
KIND_MOST: Final = 4.0
RING_KIND: Final = 0.5
RING_RARITY: Final = 4.0
RING_LOOKS: Final = 3
HEADS_UP_RARITY: Final = 4.0
HEADS_UP_CASCADE: Final = 3.0
HEADS_UP_KIND: Final = -1.5
BURN_KIND: Final = 0.3
BURN_RARITY_MOST: Final = 5.0
BURN_RARITY: Final = 3.0
BURN_FREE: Final = 2.5
BURN_HOURS: Final = 8.0
AGAIN_S: Final = 3_600
AGAIN_DOUBLINGS: Final = 1.0
AGAIN_OFFSET: Final = 8.0
OVER_S: Final = 6 * 3_600
OVER_RARITY: Final = 4.5
HOUR_S: Final = 3_600


class Bar(NamedTuple):
    """How high the bars are: more means later, never sooner, and nothing else.

    ``may_burn``: whether what is little but lasts may ring.
    """

    ring: float = RING_SCORE
    heads_up: float = HEADS_UP_RARITY
    may_burn: bool = True


class Sight(NamedTuple):
    """One look. ``voices``: hostile ones of the last hour."""

    rarity: float
    kind: float
    cascade: float
    voices: float


class Step(NamedTuple):
    """What a look leads to; ``why`` is empty where nothing is new."""

    level: Level
    why: Why | None = None
    over: bool = False


USUAL_BAR: Final = Bar()


class Watch(Struct, array_like=True):
    """Where a brand stands, and what the two tests have gathered.

    ``looks``: of crisis in a row. ``burn``: cumulative sum of the sequential test, in hours.
    ``alive_s``: last look that was rare. ``rung_s``, ``rung_log``: the last ring, and log2 of the
    voices that it rang for.
    """

    level: Level = "quiet"
    looks: int = 0
    burn: float = 0.0
    alive_s: int = 0
    rung_s: int = 0
    rung_log: float = 0.0

    def look(self, sight: Sight, now_s: int, length_s: int, bar: Bar) -> Step:
        """Take the next look, ``length_s`` after the one before."""
        rings = self._rings(sight, length_s, bar)
        if self.level == "quiet":
            if not (rings or heads_up(sight, bar)):
                return Step("quiet")
            self.level = "heads_up"
            self.alive_s = now_s
            if not rings:
                return Step("heads_up", "rare" if sight.rarity >= bar.heads_up else "passed_on")
        if sight.rarity >= OVER_RARITY:
            self.alive_s = now_s
        if rings:
            size = log2(sight.voices + AGAIN_OFFSET)
            if self.level != "ring":
                self.level, self.rung_s, self.rung_log = "ring", now_s, size
                return Step("ring", rings)
            if now_s - self.rung_s >= AGAIN_S and size >= self.rung_log + AGAIN_DOUBLINGS:
                self.rung_s, self.rung_log = now_s, size
                return Step("ring", "larger")
        if now_s - self.alive_s > OVER_S:
            level = self.level
            self.level = "quiet"
            return Step(level, over=True)
        return Step(self.level)

    def notice(self, now_s: int) -> None:
        """Be at the level of a heads-up at least, as if a look had been rare now."""
        if self.level == "quiet":
            self.level = "heads_up"
        self.alive_s = now_s

    def _rings(self, sight: Sight, length_s: int, bar: Bar) -> Why | None:
        """Whether a look rings, and by which of the two tests."""
        self.looks = self.looks + 1 if is_crisis(sight, bar) else 0
        steady = min(sight.rarity, BURN_RARITY_MOST) if sight.kind > BURN_KIND else 0.0
        burn = self.burn + (steady - BURN_FREE) * length_s / HOUR_S
        self.burn = max(burn, 0.0) if bar.may_burn else 0.0
        if self.looks >= RING_LOOKS:
            return "attack"
        if self.burn >= BURN_HOURS and sight.rarity > BURN_RARITY:
            return "slow_burn"
        return None


def score(rarity: float, kind: float) -> float:
    """Rare and of the kind of a crisis add up, as log odds do.

    >>> score(4.5, 2.0)
    10.5
    """
    return rarity + KIND_WORTH * min(kind, KIND_MOST)


def evidence(rarity: float, kind: float) -> float:
    """Log10 of the odds crisis : harmless, as far as rarity and kind tell: 3 to 1 at the bar.

    >>> round(evidence(4.5, 2.0), 2)
    0.19
    """
    return ((score(rarity, kind) - RING_SCORE) / KIND_WORTH + log(3)) / log(10)


def is_crisis(sight: Sight, bar: Bar) -> bool:
    """Whether one look is enough for a ring, if others agree."""
    enough = sight.kind >= RING_KIND and sight.rarity >= RING_RARITY
    return enough and score(sight.rarity, sight.kind) >= bar.ring


def heads_up(sight: Sight, bar: Bar) -> bool:
    """Whether a look is worth a quiet line."""
    rare = sight.rarity >= bar.heads_up or sight.cascade >= HEADS_UP_CASCADE
    return rare and sight.kind >= HEADS_UP_KIND
