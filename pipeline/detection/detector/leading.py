"""The posts that are being passed on, and how likely one of them is the seed of a crisis."""

from math import erfc, log, sqrt
from typing import Final

from msgspec import Struct, field

from schemas.bucket import LeadingPost, Voices

HOLD_S: Final = 600
"""Reposts of an hour are told when one more comes, and hold for so long after it."""
MOST: Final = 3
SEED_REPOSTS: Final = 6
SEED_HOSTILE: Final = 0.5
SEED_PASSED_ON: Final = 1.5
SEED_MOST: Final = 5.0
SEED_LESS: Final = 1.0


class CascadesInBucket(Struct, array_like=True):
    """What a bucket said of the posts that were passed on."""

    at_s: int
    cascade: int
    critical_cascade: int


class Held(Struct, array_like=True):
    """A post that leads, as it was told of last."""

    at_s: int
    post: LeadingPost


class Leading(Struct, array_like=True):
    """What was told within the last ten minutes: numbers, and posts one by one."""

    told: list[CascadesInBucket] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def take(self, start_s: int, voices: Voices) -> None:
        """Take the voices of a bucket; of one that is revised, what came later stands."""
        if not voices.cascade:
            return
        self.told = [
            one
            for one in self.told
            if one.cascade > voices.cascade
            or one.critical_cascade > voices.critical_cascade
            or one.at_s > start_s
        ]
        self.told.append(CascadesInBucket(start_s, voices.cascade, voices.critical_cascade))
        later = {one.post.post for one in self.held if one.at_s > start_s}
        for post in voices.leading:
            if post.post not in later:
                self.held = [one for one in self.held if one.post.post != post.post]
                self.held.append(Held(start_s, post))

    def come_to(self, now_s: int) -> None:
        """Forget what was told too long ago."""
        self.told = [one for one in self.told if one.at_s >= now_s - HOLD_S]
        self.held = [one for one in self.held if one.at_s >= now_s - HOLD_S]

    @property
    def cascade(self) -> int:
        """Reposts within an hour of the post that is passed on most."""
        return max((one.cascade for one in self.told), default=0)

    @property
    def critical_cascade(self) -> int:
        """The same of the one that is negative, accuses or attacks."""
        return max((one.critical_cascade for one in self.told), default=0)

    @property
    def posts(self) -> list[LeadingPost]:
        """The posts that lead, that which is passed on most first."""
        posts = sorted((one.post for one in self.held), key=lambda one: (-one.reposts, one.post))
        return posts[:MOST]


def seed_of(passed_on: float, hostility: float) -> float:
    """How rare it is that a post of such ``hostility`` is ``passed_on`` so; 0 where it is no seed.

    Independent rarities add up: that of a cascade, in Gumbel scales, and that of a text, by how
    many deviations its hostility lies above the usual.

    >>> seed_of(passed_on=4.0, hostility=0.0)
    0.0
    >>> round(seed_of(passed_on=4.0, hostility=2.0), 1)
    6.8
    """
    if hostility <= SEED_HOSTILE or passed_on <= SEED_PASSED_ON:
        return 0.0
    rare = -log(max(erfc(hostility / sqrt(2)) / 2, 1e-30))
    return passed_on + min(rare, SEED_MOST) - SEED_LESS
