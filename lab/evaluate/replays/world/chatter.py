"""Everyday talk of a brand, a day at a time: bursty, drifting, with habits."""

from typing import Final

import numpy as np

from lab.evaluate.replays.world.brand import BrandProfile
from lab.evaluate.replays.world.mentions import (
    CONTENT,
    NONE,
    QUOTE,
    REPLY,
    REPOST,
    Floats,
    Mentions,
    between,
    blank,
    together,
)
from lab.evaluate.replays.world.speakers.writing import TalkSubject, Writer
from lab.evaluate.replays.world.spread import Talk, ids, spread
from lab.evaluate.replays.world.timing.arrivals import Arrivals
from lab.evaluate.replays.world.timing.rhythm import DAY_S, HOUR_S, ActivityClock

_STEP_S: Final = 600
_STEPS: Final = DAY_S // _STEP_S
_LINKS_A_DAY: Final = 1000
_MOOD_MEMORY: Final = 0.7
_MOOD_SPREAD: Final = 0.25
_OWN_POSTS_A_DAY: Final = 3.0
_FOLLOWS_WITHIN: Final = 4.0
_FOLLOWS_S: Final = 2 * HOUR_S
"""Under real arrivals, a post follows about the fourth before it, if that is not long ago."""


class Chatter:
    """A brand's talk without anything special in it; days follow each other.

    The number of roots is Poisson around rhythm × a slowly wandering level, and what they set off
    makes bursts, so that counts vary more than Poisson's at every scale. With ``arrivals``, posts
    come when those of a real brand did, and who follows whom is made up.
    """

    def __init__(
        self,
        profile: BrandProfile,
        rng: np.random.Generator,
        start_s: int,
        arrivals: Arrivals | None = None,
    ) -> None:
        self.profile = profile
        self._arrivals = arrivals
        self._first_s = start_s
        self.rng = rng
        self.day_s = start_s
        self._level = float(rng.normal())
        self._mood = float(rng.normal())
        self._pending = blank(0)
        self._ensemble = profile.ensemble

    def next_day(self) -> Mentions:
        """All mentions of the next 24 hours, in order of time."""
        start_s, end_s = float(self.day_s), float(self.day_s + DAY_S)
        if self._arrivals is not None:
            at_s = self._arrivals.times(self.rng, (self.day_s - self._first_s) // DAY_S, start_s)
            self.day_s += DAY_S
            return together(self._as_they_came(at_s), self._own(start_s))
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
        subject = TalkSubject(links, hashtags=40, links=200, terms=2500, tag_exponent=1.0)
        return Writer(self._ensemble, profile.reader, subject, profile.crowd, profile.languages)

    def _roots(self, start_s: float) -> Mentions:
        rng, profile = self.rng, self.profile
        grid = start_s + np.arange(0.0, DAY_S, _STEP_S)
        expected = profile.per_hour * _STEP_S / HOUR_S * profile.rhythm.at(grid)
        expected *= self._levels() * max(1 - profile.contagion.branching, 0.2)
        luck = max(profile.bursty, 1e-3)
        counts = rng.poisson(expected * rng.gamma(1 / luck, luck, len(expected)))
        at_s = np.repeat(grid, counts) + rng.random(int(counts.sum())) * _STEP_S
        roots = blank(len(at_s))
        roots["at_s"] = np.sort(at_s)
        self._fill(roots, self._writer())
        return roots

    def _fill(self, roots: Mentions, writer: Writer) -> None:
        """Say who speaks and what, by the mood of the day."""
        rng, profile = self.rng, self.profile
        roots["id"] = ids(rng, len(roots))
        keep = _MOOD_MEMORY
        self._mood = keep * self._mood + (1 - keep**2) ** 0.5 * float(rng.normal())
        cast = {**profile.cast, "user": profile.cast["user"] * np.exp(_MOOD_SPREAD * self._mood)}
        roots["voice"] = self._ensemble.cast(rng, cast, len(roots))
        by_reply = self._ensemble.share("opens_by_reply", roots["voice"].astype(np.int64))
        roots["kind"] = np.where(rng.random(len(roots)) < by_reply, REPLY, 0)
        writer.write(rng, roots)
        writer.sign(rng, roots)

    def _as_they_came(self, at_s: Floats) -> Mentions:
        """A day of given times: some of the posts follow one shortly before, in its voice."""
        rng = self.rng
        rows = blank(len(at_s))
        rows["at_s"] = at_s
        writer = self._writer()
        self._fill(rows, writer)
        if not len(rows):
            return rows
        number = np.arange(len(rows))
        before = number - rng.geometric(1 / _FOLLOWS_WITHIN, len(rows))
        follows = (before >= 0) & (rng.random(len(rows)) < self.profile.contagion.branching)
        follows &= at_s - at_s[np.maximum(before, 0)] < _FOLLOWS_S
        parent = np.where(follows, before, number)
        while (parent[parent] != parent).any():  # the first of each thread
            parent = parent[parent]
        way = self._ensemble.way(rng, rows["voice"][parent].astype(np.int64))
        rows["kind"] = np.where(follows, way, rows["kind"])
        repeats = follows & (way == REPOST)
        speaks_to = follows & np.isin(way, (REPLY, QUOTE))
        for name in (*CONTENT, "voice"):
            rows[name][repeats] = rows[name][parent[repeats]]
        rows["root"] = np.where(repeats, rows["id"][parent], NONE)
        rows["answers"] = np.where(speaks_to, rows["id"][parent], NONE)
        return rows

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
