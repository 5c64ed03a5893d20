"""What happens to every brand now and then and is nobody's crisis."""

from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.world.brand import BrandProfile
from lab.evaluate.replays.world.episodes.shape import Shape, Shock
from lab.evaluate.replays.world.mentions import Mentions
from lab.evaluate.replays.world.timing.cascade import Contagion
from lab.evaluate.replays.world.timing.rhythm import DAY_S, HOUR_S

_NEWS: Final = Shape(
    name="news_hour", kind="harmless", split="development", hours=1,
    contagion=Contagion(0.3), follow={"reporter": 0.8, "asker": 0.2},
    shocks=(Shock(0, 1, 0.2, 1, {"reporter": 1.0}, influencers=1, reach=150_000),),
)  # fmt: skip
_COMPLAINTS: Final = Shape(
    name="some_complaints", kind="harmless", split="development", hours=1,
    contagion=Contagion(0.15), follow={"customer": 1.0},
    shocks=(Shock(0, 1, 0.5, 2, {"customer": 0.9, "asker": 0.1}, own_replies=3),),
)  # fmt: skip
_VIRAL: Final = Shape(
    name="viral_post", kind="harmless", split="development", hours=1,
    contagion=Contagion(0.6, theta=0.7), follow={"joker": 0.6, "fan": 0.4}, links=1,
    shocks=(Shock(0, 1, 0.3, 2, {"joker": 0.5, "fan": 0.5}, influencers=1, reach=400_000),),
)  # fmt: skip
_CAMPAIGN: Final = Shape(
    name="weekly_campaign", kind="harmless", split="development", hours=1,
    contagion=Contagion(0.3), follow={"fan": 0.7, "asker": 0.3}, hashtags=1,
    shocks=(Shock(0, 1, 0.3, 2, {"hopeful": 0.4, "fan": 0.4, "asker": 0.2}, own_replies=2),),
)  # fmt: skip


_BURSTS: Final = tuple(
    Shape(
        name=f"burst_of_{voice}s", kind="harmless", split="development", hours=1,
        contagion=Contagion(0.3), follow={voice: 0.9, "joker": 0.1}, links=1,
        shocks=(Shock(0, 1, 0.3, 2, {voice: 1.0}, influencers=1, reach=40_000, one_post=one_post),),
    )
    for voice in ("quarreller", "joker", "fan", "customer", "spammer", "reporter", "mourner")
    for one_post in (True, False)
)  # fmt: skip
"""Of any tone, and either one post that is passed on or many who speak."""


class Habit(NamedTuple):
    """How often a week, and how large against an hour of the brand (from, to), but ``least``."""

    shape: Shape
    per_week: float
    low: float
    high: float
    least: float


_HABITS: Final = (
    Habit(_NEWS, 1.0, 0.4, 2.0, 4),
    Habit(_COMPLAINTS, 0.8, 0.3, 1.2, 6),
    Habit(_VIRAL, 0.6, 0.3, 3.0, 8),
)

_BURSTS_A_WEEK: Final = 1.5
_BURST_LEAST: Final = 4.0
_BURST_SHARE: Final = 0.15
_BURST_TAIL: Final = 1.3
_BURST_MOST: Final = 12.0
"""Bursts are Pareto-sized: from 4 posts and .15 of an hour of the brand on, half of them larger
than 1.7 times that, and none larger than twelve hours."""

_GAPS_A_WEEK: Final = 0.25
_SAMPLED_A_WEEK: Final = 0.15


class Stretch(NamedTuple):
    """A time in which the source saw only a ``share`` of the posts; 0 is a gap."""

    start_s: float
    end_s: float
    share: float


class Happening(NamedTuple):
    """A nuisance that begins: its shape, when, and of about how many mentions."""

    shape: Shape
    start_s: float
    total: float


def happenings(rng: np.random.Generator, profile: BrandProfile, day_s: int) -> list[Happening]:
    """The nuisances that begin on a day."""
    found = []
    for habit in _HABITS:
        for _ in range(int(rng.poisson(habit.per_week / 7))):
            size = profile.per_hour * float(rng.uniform(habit.low, habit.high))
            start_s = day_s + float(rng.uniform(0, DAY_S))
            found.append(Happening(habit.shape, start_s, habit.least + size))
    for _ in range(int(rng.poisson(_BURSTS_A_WEEK / 7))):
        shape = _BURSTS[int(rng.integers(len(_BURSTS)))]
        size = _BURST_LEAST + profile.per_hour * _BURST_SHARE
        size *= min(1 + float(rng.pareto(_BURST_TAIL)), _BURST_MOST / _BURST_SHARE)
        found.append(Happening(shape, day_s + float(rng.uniform(0, DAY_S)), size))
    weekday = (day_s // DAY_S + 3) % 7
    if profile.campaign is not None and profile.campaign[0] == weekday:
        start_s = day_s + profile.campaign[1] * HOUR_S + float(rng.normal(0, 300))
        total = profile.per_hour * float(rng.uniform(0.8, 2.5)) + 5
        found.append(Happening(_CAMPAIGN, start_s, total))
    return found


def stretches(rng: np.random.Generator, day_s: int) -> list[Stretch]:
    """Gaps and sampled stretches that begin on a day."""
    found = []
    for _ in range(int(rng.poisson(_GAPS_A_WEEK / 7))):
        start_s = day_s + float(rng.uniform(0, DAY_S))
        found.append(Stretch(start_s, start_s + 60 * float(rng.lognormal(3.5, 0.9)), 0.0))
    for _ in range(int(rng.poisson(_SAMPLED_A_WEEK / 7))):
        start_s = day_s + float(rng.uniform(0, DAY_S))
        share = 1 / float(rng.choice([2, 5, 10]))
        found.append(Stretch(start_s, start_s + HOUR_S * float(rng.uniform(4, 36)), share))
    return found


def seen(rng: np.random.Generator, mentions: Mentions, every: list[Stretch]) -> Mentions:
    """What the source saw of them; where it sampled, each stands for several.

    >>> from lab.evaluate.replays.world.mentions import blank
    >>> len(seen(np.random.default_rng(1), blank(9), [Stretch(-1.0, 1.0, 0.0)]))
    0
    """
    kept = mentions.copy()
    for stretch in every:
        inside = (kept["at_s"] >= stretch.start_s) & (kept["at_s"] < stretch.end_s)
        if stretch.share:
            kept["weight"][inside] /= stretch.share
        kept = kept[~inside | (rng.random(len(kept)) < stretch.share)]
    return kept
