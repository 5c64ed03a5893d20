"""Everyday talk of a brand, a day at a time: bursty, drifting, with habits."""

from typing import Final

import numpy as np

from pipeline.evaluate.replays.brand import BrandProfile
from pipeline.evaluate.replays.mentions import (
    REPLY,
    Floats,
    Mentions,
    between,
    blank,
    together,
)
from pipeline.evaluate.replays.rhythm import DAY_S, HOUR_S, ActivityClock
from pipeline.evaluate.replays.spread import Talk, ids, spread
from pipeline.evaluate.replays.writing import Subject, Writer

_STEP_S: Final = 600
_STEPS: Final = DAY_S // _STEP_S
_LINKS_A_DAY: Final = 1000
_MOOD_MEMORY: Final = 0.7
_MOOD_SPREAD: Final = 0.25
_OWN_POSTS_A_DAY: Final = 3.0


class Chatter:
    """A brand's talk without anything special in it; days follow each other.

    The number of roots is Poisson around rhythm × a slowly wandering level, and what they set off
    makes bursts, so that counts vary more than Poisson's at every scale.
    """

    def __init__(self, profile: BrandProfile, rng: np.random.Generator, start_s: int) -> None:
        self.profile = profile
        self.rng = rng
        self.day_s = start_s
        self._level = float(rng.normal())
        self._mood = float(rng.normal())
        self._pending = blank(0)
        self._ensemble = profile.ensemble

    def next_day(self) -> Mentions:
        """All mentions of the next 24 hours, in order of time."""
        start_s, end_s = float(self.day_s), float(self.day_s + DAY_S)
        roots = self._roots(start_s)
        horizon_s = end_s + DAY_S
        clock = ActivityClock(self.profile.rhythm, start_s, horizon_s + DAY_S)
        most = 200 + 10.0 * len(roots)
        talk = Talk(self.profile.contagion, self.profile.cast, horizon_s, most, loyalty=0.6)
        made = spread(self.rng, roots, talk, self._writer(), clock)
        every = together(self._pending, made, self._own(start_s))
        self._pending = between(every, end_s, horizon_s)
        self.day_s += DAY_S
        return between(every, start_s, end_s)

    def _writer(self) -> Writer:
        profile = self.profile
        links = 1_000_000 + (self.day_s // DAY_S) % 900 * _LINKS_A_DAY
        subject = Subject(links, hashtags=40, links=200, terms=2500, tag_exponent=1.0)
        return Writer(self._ensemble, profile.reader, subject, profile.crowd, profile.languages)

    def _roots(self, start_s: float) -> Mentions:
        rng, profile = self.rng, self.profile
        grid = start_s + np.arange(0.0, DAY_S, _STEP_S)
        expected = profile.per_hour * _STEP_S / HOUR_S * profile.rhythm.at(grid)
        expected *= self._levels() * max(1 - profile.contagion.branching, 0.2)
        counts = rng.poisson(expected)
        at_s = np.repeat(grid, counts) + rng.random(int(counts.sum())) * _STEP_S
        roots = blank(len(at_s))
        roots["at_s"] = np.sort(at_s)
        roots["id"] = ids(rng, len(roots))
        keep = _MOOD_MEMORY
        self._mood = keep * self._mood + (1 - keep**2) ** 0.5 * float(rng.normal())
        cast = {**profile.cast, "user": profile.cast["user"] * np.exp(_MOOD_SPREAD * self._mood)}
        roots["voice"] = self._ensemble.cast(rng, cast, len(roots))
        by_reply = self._ensemble.share("opens_by_reply", roots["voice"].astype(np.int64))
        roots["kind"] = np.where(rng.random(len(roots)) < by_reply, REPLY, 0)
        writer = self._writer()
        writer.write(rng, roots)
        writer.sign(rng, roots)
        return roots

    def _levels(self) -> Floats:
        """The drift of the level over the day: an Ornstein-Uhlenbeck process, mean one."""
        profile = self.profile
        keep = float(np.exp(-_STEP_S / HOUR_S / profile.wander_h))
        steps = self.rng.normal(0, (1 - keep**2) ** 0.5, _STEPS)
        levels = np.empty(_STEPS)
        for row, step in enumerate(steps):
            self._level = keep * self._level + float(step)
            levels[row] = self._level
        drift: Floats = np.exp(profile.wander * levels - profile.wander**2 / 2)
        return drift

    def _own(self, start_s: float) -> Mentions:
        return own_posts(self.rng, start_s, float(DAY_S), int(self.rng.poisson(_OWN_POSTS_A_DAY)))


def own_posts(rng: np.random.Generator, start_s: float, span_s: float, count: int) -> Mentions:
    """Posts by the brand itself: they are counted apart from what is said about it."""
    own = blank(count)
    own["at_s"] = np.sort(start_s + rng.random(count) * span_s)
    own["id"] = ids(rng, count)
    own["own"] = True
    return own
