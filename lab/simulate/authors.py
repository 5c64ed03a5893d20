"""The people who post: regulars who return, and newcomers who mostly do not."""

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from lab.simulate.cascade import FOLLOWERS_SIGMA, MEDIAN_FOLLOWERS
from lab.simulate.draws import Draws
from schemas.mention import Author

_LONGEST_REAL_HANDLE = 15
_MOST_FOLLOWERS = 8_000_000
_REMEMBERED_NEWCOMERS = 600
_EQUALS = 25.0
_JOINTS = ("", "", "_")
_KNOWN_FROM, _KNOWN_SHARE = 60_000, 0.4
_FIRST_ACCOUNT = datetime.fromisoformat("2006-07-15T00:00:00+00:00")


CAREFUL = -1
"""Habits of those who type without slips."""


class Person(NamedTuple):
    """An author with the writing habits that stay from post to post."""

    author: Author
    habits: int
    """32 random bits, which say how this person types, or ``CAREFUL``."""


class Names:
    """Made-up handles. All are longer than the 15 characters X allows: none is a real account's."""

    def __init__(self, words: dict[str, tuple[str, ...]], draws: Draws) -> None:
        self._words = words
        self._draws = draws
        self._given: int = 0

    def give(self, language: str) -> str:
        """Return a handle nobody has yet."""
        draws = self._draws
        words = self._words.get(language) or self._words["en"]
        handle = f"{draws.pick(words)}_{draws.pick(words)}"
        while len(handle) < _LONGEST_REAL_HANDLE:
            handle = f"{handle}_{draws.pick(words)}"
        self._given += 1
        return f"{handle}{draws.pick(_JOINTS)}{self._given}"


class Crowd:
    """The regulars of one language around one brand, and the newcomers of the day.

    ``young`` crowds are of accounts a few weeks old that hardly anybody follows.
    A few dozen regulars write much of what regulars write (Zipf and Mandelbrot). Newcomers are
    remembered for a while and some write again. Memory is bounded: regulars by their number,
    newcomers by a window.
    """

    def __init__(
        self,
        language: str,
        regulars: int,
        *,
        start: datetime,
        names: Names,
        draws: Draws,
        salt: str,
        young: bool = False,
    ) -> None:
        self._language = language
        self._start = start.replace(microsecond=0)
        self._young = young
        self._names = names
        self._draws = draws
        self._next_id = 10_000_000 + crc32(f"{salt}/{language}/{young}".encode()) * 1_000_000
        self._regulars = max(regulars, 10)
        self._known: dict[int, Person] = {}
        self._recent: deque[Person] = deque(maxlen=_REMEMBERED_NEWCOMERS)

    def pick(self, newcomer_share: float) -> Person:
        """Return who posts next."""
        draws = self._draws
        chance = draws.random()
        if chance < newcomer_share:
            person = self.newcomer()
            self._recent.append(person)
            return person
        if self._recent and chance < newcomer_share + 0.25 * (1 - newcomer_share):
            return draws.pick(self._recent)
        rank = int(_EQUALS * ((self._regulars / _EQUALS + 1) ** draws.random() - 1))
        if rank not in self._known:
            self._known[rank] = self.newcomer(age_bonus=1.5)
        return self._known[rank]

    def newcomer(
        self, *, age_bonus: float = 1.0, followers: int | None = None, verified: bool = False
    ) -> Person:
        """Return an account not seen before."""
        draws = self._draws
        if followers is None:
            median, sigma = (6.0, 1.2) if self._young else (MEDIAN_FOLLOWERS, FOLLOWERS_SIGMA)
            followers = min(int(draws.lognormal(median, sigma)), _MOST_FOLLOWERS)
        self._next_id += 1 + draws.below(5_000)
        return Person(
            Author(
                id=str(self._next_id),
                handle=self._names.give(self._language),
                followers=followers,
                verified=verified or (followers > _KNOWN_FROM and draws.random() < _KNOWN_SHARE),
                created_at=self._born(age_bonus),
            ),
            draws.below(1 << 32),
        )

    def _born(self, age_bonus: float) -> datetime:
        draws = self._draws
        since_first = (self._start - _FIRST_ACCOUNT).total_seconds()
        if self._young:
            age_s = min(draws.lognormal(12 * 86_400, 0.8), since_first)
        else:
            age_s = since_first * draws.random() ** (1.0 / age_bonus)
        return self._start - timedelta(seconds=int(max(age_s, 0)))
