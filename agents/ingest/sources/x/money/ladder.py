"""What is given up, and in which order, so that the money lasts: a pure state machine.

``(state, how much comes, what is left, now) → state``. The rungs, from all to nothing::

    all → without authors → sample 50 … 1 % → originals only → stopped

The state is the least that is given up with which the rest of each limit lasts for a quarter of
its period, or to its end: six hours of a day. So a crisis is read in full while there is money
for six hours of it, and thinned as the money goes, instead of being cut off. Down it goes at once,
up only after a while, with half as much again in hand: each change costs a moment's hearing.
"""

from collections.abc import Sequence
from math import inf
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from agents.ingest.sources.x.money.budget import Purse
from agents.ingest.sources.x.money.flow import Flow
from agents.ingest.sources.x.money.prices import MICROS, Prices

Name = Literal["all", "no_authors", "sampled", "originals", "stopped"]
WhenSpent = Literal["stop", "go_on"]

DOWN_S: Final = 10.0
"""Between two steps down."""
UP_S: Final = 900.0
"""After which a step up may be tried."""
IN_HAND: Final = 1.5


class Rung(NamedTuple):
    """How much is read: with authors or without, how many of a hundred posts, reposts or none."""

    name: Name
    percent: int = 100

    @property
    def has_authors(self) -> bool:
        """Whether the accounts behind posts are asked for."""
        return self.name == "all"

    @property
    def has_reposts(self) -> bool:
        """Whether reposts are delivered."""
        return self.name != "originals"

    def words(self) -> str:
        """What is given up, as a clause for people.

        >>> Rung("sampled", 10).words()
        'authors are left out, and 90 of 100 posts'
        """
        if self.name == "all":
            return "nothing is left out"
        if self.name == "stopped":
            return "nothing is read"
        found = "authors are left out"
        if self.percent < 100:  # noqa: PLR2004 - all of a hundred
            found += f", and {100 - self.percent} of 100 posts"
        return found if self.has_reposts else f"{found}, and all reposts"


ALL: Final = Rung("all")
STOPPED: Final = Rung("stopped", 0)
LADDER: Final = (
    ALL,
    Rung("no_authors"),
    *(Rung("sampled", percent) for percent in (50, 25, 10, 5, 2, 1)),
    Rung("originals", 1),
    STOPPED,
)
UNRULED: Final = (ALL, Rung("no_authors"), STOPPED)
"""The ladder where the rules may not be changed."""


class LadderState(Struct, frozen=True):
    """On which rung of the ladder (its place), and since when (UNIX time)."""

    place: int = 0
    since_s: float = 0.0


class Spending(NamedTuple):
    """What is known when it is decided: the limits, what comes, and what it costs."""

    purses: Sequence[Purse]
    flow: Flow
    prices: Prices

    def per_s(self, rung: Rung, unit: str) -> float:
        """Return what a second takes of a limit in ``unit`` on a rung."""
        lines = self.flow.per_s * rung.percent / 100
        if not rung.has_reposts:
            lines *= self.flow.originals
        return lines * self._each(rung, unit)

    def _each(self, rung: Rung, unit: str) -> float:
        """What a line takes of a limit in ``unit``."""
        if unit == "posts":
            return self.flow.posts_each
        each = self.flow.posts_each * self.prices.post
        if rung.has_authors:
            each += self.flow.users_each * self.prices.user
        return each / MICROS

    def lasts_s(self, rung: Rung) -> float:
        """Return for how long the limit that is reached first lasts; endless where none is."""
        return min((self._lasts_s(purse, rung) for purse in self.purses), default=inf)

    def spent(self, rung: Rung) -> Purse | None:
        """Return the limit that is as good as spent, if there is one.

        As much as came within the last moment is kept back: it comes once more before a stop takes
        hold.
        """
        return next((purse for purse in self.purses if self._is_spent(purse, rung)), None)

    def _lasts_s(self, purse: Purse, rung: Rung) -> float:
        per_s = self.per_s(rung, purse.unit)
        return purse.left / per_s if per_s else inf

    def _is_spent(self, purse: Purse, rung: Rung) -> bool:
        dearest = 2.0
        if purse.unit == "usd":
            dearest = (2 * self.prices.post + 3 * self.prices.user) / MICROS
        return purse.left < dearest + self.flow.latest * self._each(rung, purse.unit)

    def is_enough(self, rung: Rung, now_s: float, in_hand: float) -> bool:
        """Whether each limit lasts for a quarter of its period or to its end, ``in_hand`` times."""
        return all(
            self._lasts_s(purse, rung)
            >= in_hand * min(purse.length_s / 4, max(purse.ends_s - now_s, 0.0))
            for purse in self.purses
        )


def decide(
    state: LadderState,
    spending: Spending,
    now_s: float,
    *,
    ladder: Sequence[Rung] = LADDER,
    when_spent: WhenSpent = "stop",
) -> LadderState:
    """Return the state to go to; the same one where nothing is to change.

    >>> from datetime import date
    >>> from agents.ingest.sources.x.money.prices import prices_on
    >>> calm = Spending([], Flow(), prices_on(date(2026, 11, 30)))
    >>> decide(LadderState(), calm, 0.0).place
    0
    >>> purse = Purse("usd", "day", 50.0, 0.0, 86_400.0)
    >>> storm = calm._replace(purses=[purse], flow=Flow(slow=600.0))  # a post a second
    >>> ladder = LADDER[decide(LadderState(), storm, 40.0).place]
    >>> ladder
    Rung(name='sampled', percent=10)
    """
    reading = ladder[:-1]
    last = len(reading) - 1
    current = ladder[state.place]
    is_spent = spending.spent(reading[last] if current == ladder[-1] else current) is not None
    if is_spent:
        return _at(state, len(ladder) - 1 if when_spent == "stop" else last, now_s)
    if current == ladder[-1]:
        return _at(state, _lasting(spending, reading, now_s, 1.0), now_s)
    held_s = now_s - state.since_s
    wanted = _lasting(spending, reading, now_s, 1.0)
    if wanted > state.place:
        return _at(state, wanted, now_s) if held_s >= DOWN_S else state
    better = _lasting(spending, reading, now_s, IN_HAND)
    return _at(state, better, now_s) if better < state.place and held_s >= UP_S else state


def _lasting(spending: Spending, reading: Sequence[Rung], now_s: float, in_hand: float) -> int:
    """The first place on which the money lasts; the last one where it does on none."""
    return next(
        (place for place, rung in enumerate(reading) if spending.is_enough(rung, now_s, in_hand)),
        len(reading) - 1,
    )


def _at(state: LadderState, place: int, now_s: float) -> LadderState:
    return state if place == state.place else LadderState(place, now_s)
