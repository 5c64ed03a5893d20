"""A brand's mentions as its source sees them: talk, nuisances, an episode, less what it missed."""

from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.world.brand import BrandProfile
from lab.evaluate.replays.world.chatter import Chatter
from lab.evaluate.replays.world.episodes.episode import stage
from lab.evaluate.replays.world.mentions import Mentions, between, blank, together
from lab.evaluate.replays.world.nuisances import Stretch, happenings, seen, stretches
from lab.evaluate.replays.world.timing.arrivals import Arrivals
from lab.evaluate.replays.world.timing.rhythm import DAY_S

_FAR_S: Final = 1e18


class Day(NamedTuple):
    """What was seen in 24 hours from ``start_s``, in order of time, and the gaps in it."""

    start_s: int
    mentions: Mentions
    gaps: tuple[Stretch, ...]


class BrandStream:
    """Days of one brand, one after the other; a copy goes on with luck of its own."""

    def __init__(
        self,
        profile: BrandProfile,
        rng: np.random.Generator,
        start_s: int,
        arrivals: Arrivals | None = None,
    ) -> None:
        self.profile = profile
        self._chatter = Chatter(profile, rng, start_s, arrivals)
        self._rng = rng
        self._nuisances = blank(0)
        self._stretches: list[Stretch] = []

    @property
    def day_s(self) -> int:
        """Start of the day that comes next."""
        return self._chatter.day_s

    def reseed(self, rng: np.random.Generator) -> None:
        """Go on with another sequence of chances, from the same past."""
        self._rng = self._chatter.rng = rng

    def next_day(self, episode: Mentions | None = None) -> Day:
        """The next 24 hours, with what falls into them of an episode."""
        start_s = self.day_s
        end_s = start_s + DAY_S
        rng = self._rng
        begun = [
            stage(rng, one.shape, self.profile, (one.start_s,), one.total)
            for one in happenings(rng, self.profile, start_s)
        ]
        self._nuisances = together(between(self._nuisances, start_s, _FAR_S), *begun)
        self._stretches += stretches(rng, start_s)
        parts = [self._chatter.next_day(), between(self._nuisances, start_s, end_s)]
        if episode is not None:
            parts.append(between(episode, start_s, end_s))
        kept = seen(rng, together(*parts), self._stretches)
        gaps = tuple(one for one in self._stretches if not one.share and one.start_s < end_s)
        self._stretches = [one for one in self._stretches if one.end_s > end_s]
        return Day(start_s, kept, gaps)
