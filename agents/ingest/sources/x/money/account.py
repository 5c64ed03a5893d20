"""What was spent, across threads and restarts, and what is given up for it."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from math import inf
from threading import Lock
from typing import NamedTuple

import msgspec
from msgspec import Struct

from agents.ingest.sources.x.answers import shown
from agents.ingest.sources.x.connect_log import KeptBytes
from agents.ingest.sources.x.connection import Ended
from agents.ingest.sources.x.money.budget import (
    Purse,
    SpendingLimits,
    Spent,
    added,
    purses,
    reconciled,
    span_words,
    turned,
)
from agents.ingest.sources.x.money.flow import Flow, faded, heard
from agents.ingest.sources.x.money.ladder import (
    ALL,
    LADDER,
    STOPPED,
    UNRULED,
    LadderState,
    Rung,
    Spending,
    WhenSpent,
    decide,
)
from agents.ingest.sources.x.money.prices import MICROS, Taken, prices_on
from agents.ingest.sources.x.tags import weight_of
from agents.ingest.steady_clock import utc_now

log = logging.getLogger(__name__)

_LEAST_AHEAD = 5
_AHEAD_S = 2.0
"""Money is noted on the disk for so many lines ahead, or for those of so many seconds."""


class _Reference(Struct, frozen=True):
    type: str = ""


class _Id(Struct, frozen=True):
    id: str = ""


class _Post(Struct, frozen=True):
    referenced_tweets: tuple[_Reference, ...] | None = None


class _Includes(Struct, frozen=True):
    users: tuple[_Id, ...] = ()
    tweets: tuple[_Id, ...] = ()


class _Tagged(Struct, frozen=True):
    tag: str | None = None


class _Page(Struct, frozen=True):
    """The parts of a line or a page that cost something, or say for how many posts it stands."""

    data: _Post | tuple[_Post, ...] | None = None
    includes: _Includes | None = None
    matching_rules: tuple[_Tagged, ...] | None = None


_decode = msgspec.json.Decoder(_Page, strict=False).decode


class _OnDisk(Struct, frozen=True):
    spent: Spent
    flow: Flow = Flow()
    state: LadderState = LadderState()


class SpendingStatus(NamedTuple):
    """How things stand: the rung, what was spent, the limits, and for how long they last."""

    rung: Rung
    spent: Spent
    purses: tuple[Purse, ...]
    lasts_s: float
    by_x: int

    def words(self) -> str:
        """All of it in a sentence or two for people."""
        found = [
            f"{purse.used:,.2f} of {purse.words()}"
            if purse.unit == "usd"
            else f"{purse.used:,.0f} of {purse.words()}"
            for purse in self.purses
        ] or [f"{self.spent.today.micros / MICROS:,.2f} USD today, without a limit"]
        lasts = f"; at this rate spent in {span_words(self.lasts_s)}" if self.is_short else ""
        return f"{', '.join(found)}{lasts}; {self.rung.words()}"

    @property
    def is_short(self) -> bool:
        """Whether a limit is reached before its period ends, if it goes on like this."""
        return self.lasts_s < inf


class Account:
    """Counts what X delivers, and decides what is asked for. Safe for several threads.

    What is on the disk (``kept``) is always at least what was read: money is noted there for some
    lines ahead, so that ``kill -9`` forgets nothing. Without ``limits`` it only counts. Where the
    rules may not be changed, ``may_change_rules``, nothing but the authors can be given up.
    """

    def __init__(
        self,
        limits: SpendingLimits = SpendingLimits(),  # noqa: B008 - it cannot change
        *,
        kept: KeptBytes | None = None,
        now: Callable[[], datetime] = utc_now,
        owner: str = "tocsin",
        may_change_rules: bool = True,
        when_spent: WhenSpent = "stop",
    ) -> None:
        self._limits = limits
        self._kept = kept
        self._now = now
        self._owner = owner
        self._ladder = LADDER if may_change_rules else UNRULED
        self._when_spent = when_spent
        self._lock = Lock()
        self._by_x = 0
        found = _found(kept.load() if kept else None, now().astimezone(UTC).date())
        self._spent, self._flow = found.spent, found.flow
        self._state = found.state if found.state.place < len(self._ladder) else LadderState()
        self._noted = found.spent
        if not limits.are_set:
            self._state = LadderState()
        self.decide()  # a limit may have been raised since

    @property
    def has_limits(self) -> bool:
        """Whether anything is ever given up."""
        return self._limits.are_set

    @property
    def rung(self) -> Rung:
        """What is asked for now."""
        return self._ladder[self._state.place]

    def took(self, raw: bytes, *, owned: bool = False) -> bool:
        """Note a line of the stream, or a page; return whether nothing more may be read.

        ``owned``: its posts mention the account that owns the app.
        """
        try:
            page = _decode(raw)
        except (msgspec.DecodeError, RecursionError):
            return self._took_unreadable(raw, owned=owned)
        posts = page.data if isinstance(page.data, tuple) else (page.data,) if page.data else ()
        includes = page.includes or _Includes()
        taken = Taken(
            posts=len(includes.tweets) + (0 if owned else len(posts)),
            users=len(includes.users),
            owned=len(posts) if owned else 0,
        )
        with self._lock:
            now = self._now()
            if page.matching_rules is not None and posts:
                rung = self.rung
                self._flow = heard(
                    self._flow,
                    now.timestamp(),
                    taken,
                    stands_for=weight_of(
                        (one.tag or "" for one in page.matching_rules), self._owner
                    ),
                    is_repost=any(
                        one.type == "retweeted" for one in posts[0].referenced_tweets or ()
                    ),
                    has_authors=bool(includes.users),
                    has_reposts=rung.has_reposts,
                )
            self._add(taken, now)
            return self._is_spent(now)

    def _took_unreadable(self, raw: bytes, *, owned: bool) -> bool:
        """Note what cannot be read, and was paid for all the same: by its texts and its names."""
        posts = raw.count(b'"text":')
        if not posts:
            return False
        taken = Taken(0 if owned else posts, raw.count(b'"username":'), owned=posts if owned else 0)
        with self._lock:
            now = self._now()
            self._add(taken, now)
            return self._is_spent(now)

    def asked(self, taken: Taken) -> None:
        """Note what was read otherwise, such as a request of counts."""
        with self._lock:
            self._add(taken, self._now())

    def affords(self, taken: Taken) -> bool:
        """Return whether each limit has room for that, and nothing but authors is given up."""
        with self._lock:
            now = self._now()
            prices = prices_on(self._spent.day)
            if self.rung.percent < ALL.percent or not self.rung.has_reposts:
                return False
            wanted = {"posts": taken.posts + taken.owned, "usd": taken.micros(prices) / MICROS}
            return all(purse.left >= wanted[purse.unit] for purse in self._purses(now))

    def decide(self) -> Rung | None:
        """Return what is to be asked for from now on, if it is something else than before."""
        if not self._limits.are_set:
            return None
        with self._lock:
            now = self._now()
            state = decide(
                self._state,
                self._spending(now),
                now.timestamp(),
                ladder=self._ladder,
                when_spent=self._when_spent,
            )
            if state == self._state:
                return None
            self._state = state
            self._save()
            rung = self.rung
        log.warning("X: what is read changes with the money: %s", self.standing().words())
        return rung

    def reconcile(self, by_x: Mapping[date, int]) -> None:
        """Take in what X has counted of the project's posts, by day (UTC)."""
        with self._lock:
            now = self._now()
            self._spent = reconciled(self._spent, dict(by_x), now)
            self._by_x = by_x.get(self._spent.day, 0)
            self._save()

    def spent(self) -> Ended | None:
        """Return why no connection may be made now, or None."""
        if self.rung != STOPPED:
            return None
        purse = next(iter(self._shortest()), None)
        if purse is None:
            return None
        anew = datetime.fromtimestamp(purse.ends_s, UTC)
        detail = (
            f"the budget of {purse.words()} is spent; it begins anew at {anew:%Y-%m-%d %H:%M} UTC"
        )
        return Ended("spent", shown(detail))

    def standing(self) -> SpendingStatus:
        """Return how things stand."""
        with self._lock:
            now = self._now()
            spending = self._spending(now)
            ends_s = min(
                (
                    lasts_s
                    for purse in spending.purses
                    if (lasts_s := spending._replace(purses=[purse]).lasts_s(self.rung))
                    < purse.ends_s - now.timestamp()
                ),
                default=inf,
            )
            return SpendingStatus(
                self.rung, self._spent, tuple(spending.purses), ends_s, self._by_x
            )

    def close(self) -> None:
        """Note exactly what was spent."""
        with self._lock:
            self._save()

    def _shortest(self) -> list[Purse]:
        with self._lock:
            return sorted(self._purses(self._now()), key=lambda purse: purse.left / purse.most)

    def _purses(self, now: datetime) -> list[Purse]:
        self._spent = turned(self._spent, now)
        return list(purses(self._limits, self._spent))

    def _spending(self, now: datetime) -> Spending:
        self._flow = faded(self._flow, now.timestamp())
        return Spending(self._purses(now), self._flow, prices_on(self._spent.day))

    def _is_spent(self, now: datetime) -> bool:
        if not self._limits.are_set or self._when_spent == "go_on":
            return False
        if self._spending(now).spent(self.rung) is None:
            return False
        self._state = LadderState(len(self._ladder) - 1, now.timestamp())
        self._save()
        return True

    def _add(self, taken: Taken, now: datetime) -> None:
        self._spent = added(self._spent, taken, now)
        noted = self._noted
        if self._spent.day == noted.day and (
            self._spent.month.micros <= noted.month.micros
            and self._spent.month.posts <= noted.month.posts
        ):
            return
        lines = max(_LEAST_AHEAD, round(_AHEAD_S * self._flow.per_s * self.rung.percent / 100))
        ahead = Taken(
            round(lines * self._flow.posts_each),
            round(lines * self._flow.users_each) if self.rung.has_authors else 0,
        )
        self._save(added(self._spent, ahead, now))

    def _save(self, noted: Spent | None = None) -> None:
        self._noted = noted or self._spent
        if self._kept is not None:
            on_disk = _OnDisk(self._noted, self._flow, self._state)
            self._kept.save(msgspec.json.encode(on_disk))


def _found(raw: bytes | None, today: date) -> _OnDisk:
    """What an earlier run noted; a file that says nothing of use leaves it to X's own count."""
    try:
        return msgspec.json.decode(raw, type=_OnDisk) if raw else _OnDisk(Spent(today))
    except (msgspec.DecodeError, msgspec.ValidationError):
        log.warning("What was spent is unreadable: it is counted anew, and as X counts it")
        return _OnDisk(Spent(today))
