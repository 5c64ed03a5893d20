"""The source ``x-mentions``: posts that mention the account which owns the app.

X calls these owned reads, and charges a fifth of the price (``GET /2/users/:id/mentions``).
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import Final

import msgspec
import requests
import tweepy
from msgspec import Struct

from agents.ingest.formats.x import v2 as x_v2
from agents.ingest.signs_of_life import UNHEARD_AFTER_S, SignsOfLife
from agents.ingest.source import (
    FROM_THE_PRESENT,
    Idle,
    Lost,
    Missed,
    Post,
    Reached,
    SourceEvent,
    Unreadable,
    decode_position,
)
from agents.ingest.sources.x.answers import shown
from agents.ingest.sources.x.client import SILENCE_S, RebasedSession, ended_by, fields, user_agent
from agents.ingest.sources.x.connection import Ended
from agents.ingest.sources.x.money.account import Account
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Cause, Word
from schemas.codec import UnreadableError
from schemas.mention import Gap, Mention

log = logging.getLogger(__name__)

_PAGE: Final = 100
_MOST_PAGES: Final = 8
"""X shows the latest 800 mentions of an account and no more."""
_SETTLE: Final = timedelta(seconds=10)
"""A mention is listed a few seconds after it was posted."""
_TURN_S: Final = 0.05
_LONGEST_WAIT_S: Final = 900.0
_WORDS: Final[dict[str, Word]] = {
    "refused": "source_refused",
    "unpaid": "out_of_money",
    "spent": "out_of_money",
}


class _Meta(Struct, frozen=True):
    next_token: str = ""


class _Page(Struct, frozen=True):
    meta: _Meta = _Meta()


class _Position(Struct, frozen=True):
    """The newest post that was said, and up to when all were listed."""

    since_id: str
    until: datetime


_decode_page = msgspec.json.Decoder(_Page).decode


class OwnedSource:
    """Asks every ``interval_s`` what mentions the account ``user_id``, and says what is new.

    ``token`` gives the access token of that account (OAuth 2.0, user context), anew for each
    request: it lives for two hours. A first run begins with the present; a later one behind what
    was said last, so a standstill loses nothing but what X does not list any more, which is a
    stated gap.
    """

    live = True

    def __init__(
        self,
        name: str,
        user_id: str,
        token: Callable[[], str],
        base_url: str,
        *,
        account: Account,
        interval_s: float = 15.0,
        timeout_s: float = SILENCE_S,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.pages = 0
        self._user_id = user_id
        self._token = token
        self._base_url = base_url
        self._account = account
        self._interval_s = interval_s
        self._timeout_s = timeout_s
        self._now = now
        self._clock_s = clock_s
        self._position = _Position("", now())
        unheard_after_s = max(UNHEARD_AFTER_S, 2 * interval_s)
        self._signs = SignsOfLife(name, unheard_after_s=unheard_after_s, clock_s=clock_s)
        self._failed = 0
        self._due_s = 0.0

    def open(self, resume: bytes | None) -> None:
        """Go on behind what an earlier run had said last."""
        if resume is None:
            self._position = _Position("", self._now())
            return
        self._position = decode_position(resume, _Position, advice=FROM_THE_PRESENT)

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Ask again and again, and yield what is new, until ``stop``."""
        self._due_s = self._clock_s()
        while not stop.is_set():
            if self._clock_s() >= self._due_s:
                self._due_s = self._clock_s() + self._interval_s
                yield from self._asked(stop)
            yield Idle()
            stop.wait(_TURN_S)

    def position(self) -> bytes:
        """Return which post was said last, and up to when all were listed."""
        return msgspec.json.encode(self._position)

    def health(self) -> Cause | None:
        """Return for how long X did not answer, and why."""
        return self._signs.cause()

    def close(self) -> None:
        """Note what was spent; nothing is held open."""
        self._account.close()

    def _asked(self, stop: Event) -> Iterator[SourceEvent]:
        """Ask once, and yield what there is to say."""
        asked_at = self._now()
        self._account.decide()
        found: list[Mention] = []
        ended = self._account.spent()
        token, is_whole = "", ended is None
        try:
            for _ in range(_MOST_PAGES if ended is None else 0):
                raw = self._page(token)
                is_spent = self._account.took(raw, owned=True)
                yield from self._read(raw, found)
                token = _decode_page(raw).meta.next_token
                if is_spent or not token:
                    is_whole = not token
                    break
            else:
                is_whole = is_whole and not token
        except _AskError as error:
            ended = error.ended
        except msgspec.DecodeError:
            ended = Ended("http", "an answer that makes no sense")
        if ended is not None:
            yield self._lost(ended)
            return
        self._failed = 0
        self._signs.heard()
        yield from self._said(found, asked_at, stop, is_whole=is_whole)

    def _said(
        self, found: list[Mention], asked_at: datetime, stop: Event, *, is_whole: bool
    ) -> Iterator[SourceEvent]:
        """Say what is new, the oldest first, and how far all of it is known."""
        found.sort(key=lambda mention: int(mention.id))
        if not is_whole and found:
            end = max(found[0].created_at, self._position.until)
            detail = "X lists no more of what mentions the account, or the budget is spent"
            yield Missed(Gap(start=self._position.until, end=end, cause="overload", detail=detail))
        for mention in found:
            if stop.is_set():
                return
            self._position = _Position(mention.id, self._position.until)
            yield Post(mention)
        until = max(asked_at - _SETTLE, self._position.until)
        self._position = _Position(self._position.since_id, until)
        yield Reached(until)

    def _read(self, raw: bytes, found: list[Mention]) -> Iterator[SourceEvent]:
        self.pages += 1
        if b'"data"' not in raw:
            return  # nothing is new
        try:
            response = x_v2.response(raw)
        except UnreadableError as error:
            yield self._unreadable(raw, error)
            return
        for one in response.mentions():
            if isinstance(one, UnreadableError):
                yield self._unreadable(raw, one)
            else:
                found.append(one)

    def _unreadable(self, raw: bytes, error: UnreadableError) -> Unreadable:
        return Unreadable(raw, f"{self.name}:{self.pages}", error.reason, error.detail)

    def _lost(self, ended: Ended) -> Lost:
        self._failed += 1
        log.warning("X: mentions: %s: %s", ended.short, ended.detail)
        self._signs.lost(ended.detail or ended.short, _WORDS.get(ended.kind))
        wait_s = min(self._interval_s * 2.0 ** min(self._failed - 1, 10), _LONGEST_WAIT_S)
        self._due_s = self._clock_s() + wait_s
        return Lost()

    def _page(self, token: str) -> bytes:
        client = tweepy.Client(self._token(), return_type=requests.Response)
        client.session = RebasedSession(self._base_url, self._timeout_s)
        client.user_agent = user_agent()
        since = self._position.since_id
        begin = None if since else self._position.until.replace(microsecond=0)
        try:
            answer: requests.Response = client.get_users_mentions(
                self._user_id,
                since_id=since or None,
                start_time=begin,
                max_results=_PAGE,
                pagination_token=token or None,
                **fields(with_authors=self._account.rung.has_authors),
            )
        except tweepy.HTTPException as error:
            raise _AskError(ended_by(error.response)) from error
        except (requests.RequestException, OSError) as error:
            raise _AskError(Ended("network", shown(f"{type(error).__name__}: {error}"))) from error
        return answer.content


class _AskError(Exception):
    """X did not answer with mentions; ``ended`` says what that means."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended.detail)
        self.ended = ended
