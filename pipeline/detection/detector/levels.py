"""Heads-up and ring: when a quiet line is written, and when somebody is woken.

quiet → heads-up → ring → ring again …        closed after six hours in which nothing is rare
"""

from math import ceil, log, log2
from typing import Final, Literal, NamedTuple

from msgspec import Struct

Level = Literal["quiet", "heads_up", "ring"]
Why = Literal["rare", "passed_on", "seed", "attack", "slow_burn", "larger"]
"""``rare``: so many independent voices are rare. ``passed_on``: one post is passed on as rarely
happens. ``seed``: one that attacks is. ``attack``: rare, and of the kind of a crisis.
``slow_burn``: little, but for long. ``larger``: something larger has begun since the last ring."""

RING_SCORE: Final = 13.3
"""Of a budget of one false ring a quarter. This and the other bars of a ring were tuned on three
seeds of a development world by other hands; see ADR 18."""
RARITY_MOST: Final = 8.0
"""What happens once in a year and once in a thousand years is equally no matter of chance: beyond
this, rarity tells nothing more of what it is that goes on."""
KIND_WORTH: Final = 3.0
KIND_MOST: Final = 4.0
RING_KIND: Final = 0.5
RING_RARITY: Final = 4.0
RING_LOOKS: Final = 3
SEED_RING: Final = 6.5
SEED_KIND: Final = 1.5
SEED_RARITY: Final = 0.5
SEED_LOOKS: Final = 2
WAYS: Final = 3
BLOCKS_A_WEEK: Final = 14
HEADS_UP_RARITY: Final = log(WAYS * BLOCKS_A_WEEK)
"""Rarity of one of three things: voices, a post that is passed on, one that attacks and is. At this
bar, which each passes in one of 42 half days, there is one heads-up a week."""
HEADS_UP_KIND: Final = -1.5
BURN_KIND: Final = 1.3
BURN_RARITY_MOST: Final = 5.0
BURN_RARITY: Final = 3.0
BURN_FREE: Final = 2.5
BURN_HOURS: Final = 6.6
BURN_STRICTER: Final = 2.0
BURN_LEAST: Final = 2.0
AGAIN_S: Final = 3_600
AGAIN_DOUBLINGS: Final = 1.0
AGAIN_OFFSET: Final = 8.0
OVER_S: Final = 6 * 3_600
OVER_RARITY: Final = 4.5
HEADS_UP_OVER_S: Final = 2 * 3_600
"""A heads-up that does not ring is over sooner, so that what begins next has one of its own. After
an hour only, real bursty brands had nearly twice as many as are stated."""
HOUR_S: Final = 3_600


class Bar(NamedTuple):
    """How high the bars are: more means later, never sooner, and nothing else.

    ``ring``: of the score. ``heads_up``: of rarity, of whatever. ``may_burn``: whether what is
    little but lasts may ring.
    """

    ring: float = RING_SCORE
    heads_up: float = HEADS_UP_RARITY
    may_burn: bool = True

    @property
    def stricter(self) -> float:
        """How much rarer than by default a ring must be, in powers of e."""
        return self.ring - RING_SCORE

    @property
    def burn_hours(self) -> float:
        """What the sequential test must come to: Wald's bound rises with the log of the odds."""
        return max(BURN_HOURS + BURN_STRICTER * self.stricter, BURN_LEAST)


def bar_for(false_rings_per_quarter: float, heads_up_per_week: float) -> Bar:
    """The bars at which so many rings and heads-ups are false.

    One more of rarity happens e times less often. Heads-ups come of three things, each of which
    passes ``x`` in exp(-x) of all half days. What a ring rests on is no maximum of anything: its
    bar was measured for one false ring a quarter.

    Raises:
        ValueError: a budget is not above zero.

    >>> bar_for(1.0, 1.0) == Bar()
    True
    >>> bar_for(0.5, 1.0).ring > bar_for(1.0, 1.0).ring
    True
    """
    if not (false_rings_per_quarter > 0 and heads_up_per_week > 0):
        raise ValueError("a budget must be above zero: nothing is never false")
    return Bar(
        ring=RING_SCORE - log(false_rings_per_quarter),
        heads_up=HEADS_UP_RARITY - log(heads_up_per_week),
    )


class Sight(NamedTuple):
    """One look. ``voices``: hostile ones of the last hour, and as many as ``usual``."""

    rarity: float
    kind: float
    cascade: float
    seed: float
    voices: float
    usual: float


class LevelStep(NamedTuple):
    """What a look leads to; ``why`` is empty where nothing is new.

    ``over``: what went on before is over. With a ``why``, something new begins at the same look.
    """

    level: Level
    why: Why | None = None
    over: bool = False


USUAL_BAR: Final = bar_for(0.5, 1.0)
"""Under the budgets that a brand has where its entry names none."""


class LevelState(Struct, array_like=True):
    """Where a brand stands, and what the two tests have gathered.

    ``looks``: of crisis in a row. ``burn``: cumulative sum of the sequential test, in hours.
    ``alive_s``: last look that was rare, or of a crisis. ``rung_s``, ``rung_log``: the last ring,
    and log2 of the voices that it rang for.
    """

    level: Level = "quiet"
    looks: int = 0
    seeds: int = 0
    burn: float = 0.0
    alive_s: int = 0
    rung_s: int = 0
    rung_log: float = 0.0

    def look(self, sight: Sight, now_s: int, length_s: int, bar: Bar) -> LevelStep:
        """Take the next look, ``length_s`` after the one before."""
        rings = self._rings(sight, length_s, bar)
        if rings or sight.rarity >= OVER_RARITY:
            self.alive_s = now_s
        before = self.level
        lasts_s = OVER_S if before == "ring" else HEADS_UP_OVER_S
        over = before != "quiet" and now_s - self.alive_s > lasts_s
        if over:
            self.level = "quiet"
        if rings:
            return self._ring(rings, log2(sight.voices + AGAIN_OFFSET), now_s)
        if self.level == "quiet" and (why := why_heads_up(sight, bar)):
            self.level, self.alive_s = "heads_up", now_s
            return LevelStep("heads_up", why, over=over)
        return LevelStep(before if over else self.level, over=over)

    def pass_over(self, length_s: int) -> None:
        """Pass over a step at which there was nothing to look at."""
        self.looks = self.seeds = 0
        self.burn = max(self.burn - BURN_FREE * length_s / HOUR_S, 0.0)

    def raise_to_heads_up(self, now_s: int) -> None:
        """Be at the level of a heads-up at least, as if a look had been rare now."""
        if self.level == "quiet":
            self.level = "heads_up"
        self.alive_s = now_s

    def lasting_s(self, sight: Sight, length_s: int, bar: Bar) -> int | None:
        """How long looks like this one have to go on until they ring as a slow burn.

        A look comes each ``length_s``. None where they never do.
        """
        gain = self._burning(sight) * length_s / HOUR_S
        if not bar.may_burn or gain <= 0 or sight.rarity <= BURN_RARITY:
            return None
        looks = ceil(max(bar.burn_hours - self.burn, 0.0) / gain)
        return max(looks, 1) * length_s

    def _burning(self, sight: Sight) -> float:
        """What an hour of such looks adds to the sequential test.

        What is over stays in the longest window for hours: that is no burning.
        """
        burns = sight.kind > BURN_KIND and sight.voices > sight.usual
        return (min(sight.rarity, BURN_RARITY_MOST) if burns else 0.0) - BURN_FREE

    def _ring(self, why: Why, size: float, now_s: int) -> LevelStep:
        """Ring, or ring again if it is an hour ago and ``size``, a log2, is twice as large."""
        if self.level == "ring":
            soon = now_s - self.rung_s < AGAIN_S
            if soon or size < self.rung_log + AGAIN_DOUBLINGS:
                return LevelStep("ring")
            why = "larger"
        self.level, self.rung_s, self.rung_log = "ring", now_s, size
        return LevelStep("ring", why)

    def _rings(self, sight: Sight, length_s: int, bar: Bar) -> Why | None:
        """Whether a look rings, and by which of the two tests."""
        self.looks = self.looks + 1 if is_crisis(sight, bar) else 0
        self.burn = max(self.burn + self._burning(sight) * length_s / HOUR_S, 0.0)
        self.seeds = self.seeds + 1 if is_seed(sight, bar) else 0
        if self.looks >= RING_LOOKS:
            return "attack"
        if self.seeds >= SEED_LOOKS:
            return "seed"
        if bar.may_burn and self.burn >= bar.burn_hours and sight.rarity > BURN_RARITY:
            return "slow_burn"
        return None


def score(rarity: float, kind: float) -> float:
    """Rare and of the kind of a crisis add up, as log odds do; more than rare counts no more.

    >>> score(4.5, 2.0)
    10.5
    """
    return min(rarity, RARITY_MOST) + KIND_WORTH * min(kind, KIND_MOST)


def evidence(rarity: float, kind: float) -> float:
    """Log10 of the odds crisis : harmless, as far as rarity and kind tell: 3 to 1 at the bar.

    >>> round(evidence(4.5, 2.0), 2)
    0.07
    """
    return ((score(rarity, kind) - RING_SCORE) / KIND_WORTH + log(3)) / log(10)


def is_crisis(sight: Sight, bar: Bar) -> bool:
    """Whether one look is enough for a ring, if others agree."""
    return reaches(sight.rarity, sight.kind, bar)


def reaches(rarity: float, kind: float, bar: Bar) -> bool:
    """Whether rarity and kind together, and each alone, are as much as a ring asks for.

    >>> reaches(5.0, 3.0, Bar()), reaches(8.0, 0.4, Bar())
    (True, False)
    """
    enough = kind >= RING_KIND and rarity >= RING_RARITY
    return enough and score(rarity, kind) >= bar.ring


def is_seed(sight: Sight, bar: Bar) -> bool:
    """Whether one look at a post that attacks and is passed on is enough for a ring."""
    enough = sight.kind >= SEED_KIND and sight.rarity >= SEED_RARITY
    return enough and sight.seed >= SEED_RING + bar.stricter


def why_heads_up(sight: Sight, bar: Bar) -> Why | None:
    """What of a look is worth a quiet line; None where nothing is."""
    if sight.kind < HEADS_UP_KIND:
        return None
    if sight.rarity >= bar.heads_up:
        return "rare"
    if sight.seed >= bar.heads_up:
        return "seed"
    if sight.cascade >= bar.heads_up:
        return "passed_on"
    return None
