"""Fetches afterwards what was said while nobody heard it, as far as the contract with X allows.

Two ways: recent search (any contract; of posts with a keyword it returns no reposts since May
2026, so what it recovers holds originals only), and the stream of a past period (Enterprise).
"""

import logging
import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final, NamedTuple, Protocol

import msgspec
import requests
import tweepy
from msgspec import Struct

from agents.ingest.sources.x.answers import shown
from agents.ingest.sources.x.client import (
    SILENCE_S,
    RebasedSession,
    XClient,
    ended_by,
    fields,
    user_agent,
)
from agents.ingest.sources.x.connect_log import ConnectLog
from agents.ingest.sources.x.connection import WINDOW_S
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.prices import Taken
from schemas.mention import Gap, Recovery

log = logging.getLogger(__name__)

QUERY_LIMIT: Final = 512
"""Characters of a query of recent search."""

SETTLE_S: Final = 15.0
"""Search refuses the latest 10 s, and finds a post a few seconds after it was written."""

_SEARCH_BACK: Final = timedelta(days=7) - timedelta(minutes=1)
_STREAM_BACK: Final = timedelta(hours=24) - timedelta(minutes=1)
_REQUESTS_LIMIT: Final = 400
"""Of the 450 that recent search allows within 15 minutes."""
_PAGE_POSTS: Final = 100
_DEAREST_PAGE: Final = Taken(posts=2 * _PAGE_POSTS, users=3 * _PAGE_POSTS)
"""What a page may bring with all that is added to each post."""


class RecoveryOutcome(NamedTuple):
    """What became of a gap: from ``since`` on it is ``recovered``, before that nothing is."""

    recovered: Recovery
    since: datetime
    detail: str = ""


Found = bytes | RecoveryOutcome | None
"""Posts as X gives them, the outcome at the end, or None: nothing yet."""


class Recoverer(Protocol):
    """A way to fetch what was missed."""

    def fetch(self, gap: Gap, halt: Event) -> Iterator[Found]:
        """Yield what was said within the gap, and an ``RecoveryOutcome`` at the end."""
        ...


class _Meta(Struct, frozen=True):
    result_count: int = 0
    next_token: str = ""


class _Page(Struct, frozen=True):
    meta: _Meta = _Meta()


_decode_page = msgspec.json.Decoder(_Page).decode


class SearchRecovery:
    """Fetches by recent search, the newest first, one query after the other.

    ``ask`` sends one request and returns the page; it raises ``SearchError``. A gap that takes
    more than ``most_requests``, or than the ``account`` affords, is stated as not recovered, though
    what was found is kept.
    """

    def __init__(
        self,
        ask: Callable[[str, datetime, datetime, str], bytes],
        queries: Sequence[str],
        *,
        now: Callable[[], datetime],
        account: Account,
        most_requests: int = 60,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._account = account
        self._ask = ask
        self._queries = queries
        self._now = now
        self._most_requests = most_requests
        self._settle_s = settle_s
        self._asked_s: deque[float] = deque(maxlen=_REQUESTS_LIMIT)

    def fetch(self, gap: Gap, halt: Event) -> Iterator[Found]:
        """Yield pages, then what became of the gap."""
        since = max(gap.start, self._now() - _SEARCH_BACK)
        while (wait_s := (gap.end - self._now()).total_seconds() + self._settle_s) > 0:
            if halt.wait(min(wait_s, 1.0)):
                return
            yield None
        left = self._most_requests
        try:
            for query in self._queries:
                for page, count in self._pages(query, since, gap.end, left, halt):
                    left -= 1
                    if count:
                        yield page
        except (SearchError, msgspec.DecodeError) as error:
            yield RecoveryOutcome("none", gap.end, shown(f"search: {error}"))
        else:
            yield RecoveryOutcome("originals_only", since)

    def _pages(
        self, query: str, since: datetime, until: datetime, most: int, halt: Event
    ) -> Iterator[tuple[bytes, int]]:
        """All pages of one query, each with the number of its posts."""
        token = ""
        while not halt.is_set():
            if most <= 0 or not self._may_ask():
                raise SearchError("there are more posts than the limit of requests allows")
            if not self._account.affords(_DEAREST_PAGE):
                raise SearchError("it is left out to save money")
            most -= 1
            page = self._ask(query, since, until, token)
            self._account.took(page)
            meta = _decode_page(page).meta
            yield page, meta.result_count
            token = meta.next_token
            if not token:
                return

    def _may_ask(self) -> bool:
        now_s = self._now().timestamp()
        is_full = len(self._asked_s) == _REQUESTS_LIMIT
        if is_full and now_s - self._asked_s[0] < WINDOW_S:
            return False
        self._asked_s.append(now_s)
        return True


class SearchError(RuntimeError):
    """X did not answer a search; the message says what it said instead."""


class XSearch:
    """One request of recent search; authors are asked for as the ``account`` decides."""

    def __init__(
        self, bearer_token: str, base_url: str, *, account: Account, timeout_s: float = SILENCE_S
    ) -> None:
        self._account = account
        self._client = tweepy.Client(bearer_token, return_type=requests.Response)
        self._client.session = RebasedSession(base_url, timeout_s)
        self._client.user_agent = user_agent()

    def __call__(self, query: str, start: datetime, end: datetime, token: str) -> bytes:
        """Return one page of the posts from ``start`` to ``end``."""
        try:
            answer: requests.Response = self._client.search_recent_tweets(
                query,
                # Whole seconds: what is asked for twice is known by its id.
                start_time=start.replace(microsecond=0),
                end_time=end + timedelta(seconds=1),
                max_results=_PAGE_POSTS,
                next_token=token or None,
                **fields(with_authors=self._account.rung.has_authors),
            )
        except tweepy.HTTPException as error:
            ended = ended_by(error.response)
            raise SearchError(f"{ended.short} {ended.detail}") from error
        except (requests.RequestException, OSError) as error:
            raise SearchError(f"{type(error).__name__}: {error}") from error
        return answer.content


class StreamRecovery:
    """Streams the period again, over a connection of its own (Enterprise)."""

    def __init__(
        self,
        bearer_token: str,
        base_url: str,
        *,
        connects: ConnectLog,
        account: Account,
        now: Callable[[], datetime],
        silence_s: float = SILENCE_S,
    ) -> None:
        self._account = account
        self._token = bearer_token
        self._base_url = base_url
        self._connects = connects
        self._now = now
        self._silence_s = silence_s

    def fetch(self, gap: Gap, halt: Event) -> Iterator[Found]:
        """Yield lines, then what became of the gap."""
        if not self._account.affords(Taken()):
            yield RecoveryOutcome("none", gap.end, "it is left out to save money")
            return
        since = max(gap.start, self._now() - _STREAM_BACK)
        found: queue.Queue[Found] = queue.Queue()

        def came(raw: bytes) -> None:
            if self._account.took(raw):
                client.drop(self._account.spent())
            found.put(raw)

        client = XClient(
            self._token,
            self._base_url,
            on_line=came,
            on_open=lambda _budget: None,
            on_alive=lambda: None,
            silence_s=self._silence_s,
        )

        def read() -> None:
            with self._connects.lock:
                self._connects.add(self._now().timestamp())
            ended = client.listen(
                with_authors=self._account.rung.has_authors,
                start_time=_whole(since),
                end_time=_whole(gap.end + timedelta(seconds=1)),
            )
            if ended.kind == "dropped" and ended.detail == "closed by X":
                found.put(RecoveryOutcome("full", since))
            else:
                found.put(
                    RecoveryOutcome("none", gap.end, shown(f"stream: {ended.short} {ended.detail}"))
                )

        thread = Thread(target=read, name="x-recovery", daemon=True)
        thread.start()
        try:
            while not halt.is_set():
                try:
                    one = found.get(timeout=0.1)
                except queue.Empty:
                    yield None
                    continue
                yield one
                if isinstance(one, RecoveryOutcome):
                    return
        finally:
            client.hang_up()


def _whole(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Fetching:
    """Runs a recovery in a thread, so that the one that publishes does not wait for X.

    After ``most_s`` it is given up: what comes meanwhile waits for it.
    """

    def __init__(
        self, recoverer: Recoverer, gap: Gap, *, most_s: float, clock_s: Callable[[], float]
    ) -> None:
        self.gap = gap
        self._found: queue.Queue[Found] = queue.Queue(1_000)
        self._halt = Event()
        self._clock_s = clock_s
        self._deadline_s = clock_s() + most_s
        self._thread = Thread(target=self._run, args=(recoverer,), name="x-fetching", daemon=True)
        self._thread.start()

    def take(self, timeout_s: float) -> Found:
        """Return what was found next, or None if that takes longer."""
        if self._clock_s() >= self._deadline_s:
            self.halt()
            return RecoveryOutcome("none", self.gap.end, "recovering took too long")
        try:
            return self._found.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def halt(self) -> None:
        """Give up."""
        self._halt.set()

    def _run(self, recoverer: Recoverer) -> None:
        try:
            for found in recoverer.fetch(self.gap, self._halt):
                if self._halt.is_set():
                    return
                if found is not None:
                    self._put(found)
        except Exception as error:
            log.exception("X: what was missed could not be fetched")
            self._put(RecoveryOutcome("none", self.gap.end, f"{type(error).__name__}"))

    def _put(self, found: Found) -> None:
        while not self._halt.is_set():
            try:
                self._found.put(found, timeout=0.2)
            except queue.Full:
                continue
            return
