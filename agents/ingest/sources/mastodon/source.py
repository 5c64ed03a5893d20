"""The source ``mastodon``: what an instance streams, and what of it was missed."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from threading import Event as StopEvent
from time import monotonic
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from agents.ingest.reconnect import DEFAULT, Policy, State, after
from agents.ingest.signs_of_life import SignsOfLife
from agents.ingest.source import (
    FROM_THE_PRESENT,
    Gone,
    Idle,
    Lost,
    Missed,
    Post,
    Reached,
    SourceEvent,
    Unreadable,
    decode_position,
)
from agents.ingest.sources.mastodon.catch_up import CatchUp
from agents.ingest.sources.mastodon.client import (
    Answered,
    Ended,
    MastodonClient,
    Said,
    Subscribed,
    TimelinePage,
)
from agents.ingest.sources.mastodon.memory import Versions
from agents.ingest.sources.mastodon.statuses import (
    Instance,
    MastodonStatus,
    frame_in,
    id_from,
    status_in,
    time_of,
    version_of,
)
from agents.ingest.sources.mastodon.streams import Stream
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Cause
from schemas.base import EARLIEST, UtcTime
from schemas.codec import UnreadableError
from schemas.mention import DETAIL_CHARACTERS, Gap, Mention
from schemas.mention import Cause as GapCause

_TURN_S: Final = 0.05
_FORBIDDEN: Final = 403
_REFUSALS: Final = frozenset({401, _FORBIDDEN})
_SURE_AFTER: Final = 3
"""An instance that restarts may refuse once; one that refuses three times means it."""


class Options(NamedTuple):
    """How an instance is read, in seconds.

    ``delay_s``: how old posts may be when they come; the watermark stays so far behind.
    ``silence_s``: a connection that does not answer for so long is made anew; it is asked every
    ``ping_s``. ``rewind_s``: how much of the timelines is read again beyond a standstill, for posts
    that came late from other instances. ``most_behind_s``: what is older than that is not read
    again but stated as a gap.
    """

    delay_s: float = 10.0
    silence_s: float = 30.0
    ping_s: float = 5.0
    rewind_s: float = 60.0
    most_behind_s: float = 3_000.0


class _Kept(Struct, frozen=True):
    """The position: until when the instance was heard, and the latest posts that were said."""

    heard_at: UtcTime
    said: dict[str, str]


class MastodonSource:
    """Says what comes over the streams of one instance.

    The position is when it was heard last. After each standstill the timelines are read from a
    little before it, and what was said is not said again; so nothing is missed that the timelines
    still list. A post that is deleted, or replaced by a later version, is to be forgotten
    where it was said; said are posts for which ``is_about`` holds. ``frames`` counts what came.
    """

    live = True

    def __init__(
        self,
        name: str,
        url: str,
        token: Callable[[], str],
        streams: Sequence[Stream],
        is_about: Callable[[Mention], object],
        *,
        options: Options = Options(),  # noqa: B008 - it cannot change
        policy: Policy = DEFAULT,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.frames = 0
        self._url = url
        self._token = token
        self._streams = tuple(streams)
        self._is_about = is_about
        self._options = options
        self._policy = policy
        self._now = now
        self._clock_s = clock_s
        self._chance = chance
        self._signs = SignsOfLife(name, clock_s=clock_s)
        host = urlsplit(url).netloc
        self._instance = Instance(host, host)
        self._client: MastodonClient | None = None
        self._state = State()
        self._is_up = False
        self._due_s = clock_s()
        self._opened_s: float | None = None
        self._refused = 0
        self._said = Versions()
        self._heard_at: datetime | None = None
        self._catching_up: CatchUp | None = None
        self._connected_at = EARLIEST
        self._is_first_run = True
        self._cause: GapCause = "restart"
        self._detail = ""

    def open(self, resume: bytes | None) -> None:
        """Begin, where an earlier run left off if there was one."""
        self._heard_at = self._now()
        if resume is not None:
            kept = decode_position(resume, _Kept, advice=FROM_THE_PRESENT)
            self._heard_at, self._is_first_run = kept.heard_at, False
            self._said.restore(kept.said)
        self._client = MastodonClient(
            self._url,
            self._token,
            silence_s=self._options.silence_s,
            ping_s=self._options.ping_s,
        )

    def events(self, stop: StopEvent) -> Iterator[SourceEvent]:
        """Yield what the instance says until ``stop``; the next run reads what is left then."""
        client = self._client
        if client is None:
            raise RuntimeError("the source was not opened")
        while not stop.is_set():
            if not self._is_up:
                if self._clock_s() < self._due_s:
                    yield Idle()
                    stop.wait(_TURN_S)
                    continue
                self._is_up, self._opened_s = True, None
                client.connect(self._streams)
            for said in client.take(_TURN_S):
                for event in self._in(said, client):
                    yield event
                    if stop.is_set():
                        return
                if not self._is_up:
                    break
            yield Idle()

    def position(self) -> bytes | None:
        """Return until when the instance was heard, and which posts were said lately."""
        if self._heard_at is None:
            return None
        return msgspec.json.encode(_Kept(self._heard_at, self._said.kept()))

    def health(self) -> Cause | None:
        """Return for how long the instance was not heard, and why."""
        return self._signs.cause()

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()

    def _in(self, said: Said, client: MastodonClient) -> Iterator[SourceEvent]:
        """Say what is in one thing that came."""
        if isinstance(said, bytes):
            yield from self._in_frame(said, client)
        elif isinstance(said, Answered):
            yield from self._reached()
        elif isinstance(said, Subscribed):
            yield from self._opened(said, client)
        elif isinstance(said, TimelinePage):
            yield from self._in_page(said, client)
        else:
            yield self._ended(said)

    def _opened(self, opened: Subscribed, client: MastodonClient) -> Iterator[SourceEvent]:
        """Read again what came since the instance was heard, now that nothing more is missed."""
        self._opened_s = self._clock_s()
        self._connected_at = self._now()
        self._instance = Instance(self._instance.host, opened.domain)
        if self._is_first_run or self._heard_at is None:
            self._is_first_run = False
            return
        floor = self._connected_at - timedelta(seconds=self._options.most_behind_s)
        if floor > self._heard_at:
            yield self._missed(self._heard_at, floor, "what is older is not read again")
            self._heard_at = floor
        since = self._heard_at - timedelta(seconds=self._options.rewind_s)
        self._catching_up = CatchUp(self._streams, id_from(since))
        self._ask(client)

    def _ask(self, client: MastodonClient) -> None:
        if self._catching_up is not None and (page := self._catching_up.next()):
            client.ask(*page)

    def _ended(self, ended: Ended) -> Lost:
        self._detail = f"{ended.short} ({self._instance.host})"
        stood_s = 0.0 if self._opened_s is None else self._clock_s() - self._opened_s
        self._state, wait_s = after(
            self._state, stood_s, hosts=1, chance=self._chance(), policy=self._policy
        )
        self._is_up, self._due_s = False, self._clock_s() + wait_s
        self._catching_up = None
        if ended.status not in _REFUSALS or stood_s >= self._policy.steady_s:
            self._refused = 0
        self._refused += ended.status in _REFUSALS
        is_sure = self._refused >= _SURE_AFTER
        self._signs.lost(ended.short, "source_refused" if is_sure else None)
        return Lost()

    def _missed(self, start: datetime, end: datetime, why: str) -> Missed:
        begun = max(start - timedelta(seconds=self._options.delay_s), EARLIEST)
        detail = "; ".join(filter(None, (self._detail, why)))[:DETAIL_CHARACTERS]
        return Missed(Gap(start=begun, end=end, cause=self._cause, detail=detail))

    def _reached(self) -> Iterator[SourceEvent]:
        """The instance answers: what it sent until now has come, unless it is still read again."""
        self._signs.heard()
        if self._catching_up is not None:
            return
        self._cause, self._detail = "disconnect", ""
        self._heard_at = self._now()
        yield Reached(self._heard_at - timedelta(seconds=self._options.delay_s))

    def _in_frame(self, raw: bytes, client: MastodonClient) -> Iterator[SourceEvent]:
        self.frames += 1
        try:
            frame = frame_in(raw)
            if frame.error is not None:
                # The connection stands, but a stream that was asked for does not come.
                client.hang_up()
                yield self._ended(Ended("a stream is refused", _FORBIDDEN))
                return
            payload = frame.payload or ""
            if frame.event in {"update", "status.update"}:
                yield from self._of(status_in(payload.encode(errors="surrogatepass")))
            elif frame.event == "delete":
                yield from self._gone(payload)
        except UnreadableError as error:
            yield Unreadable(raw, f"{self.name}:{self.frames}", error.reason, error.detail)

    def _in_page(self, page: TimelinePage, client: MastodonClient) -> Iterator[SourceEvent]:
        catching_up = self._catching_up
        if catching_up is None:
            return
        ids = []
        for raw in page.statuses:
            self.frames += 1
            try:
                status = status_in(raw)
                ids.append(status.id)
                yield from self._of(status)
            except UnreadableError as error:
                yield Unreadable(raw, f"{self.name}:{self.frames}", error.reason, error.detail)
        catching_up.took(page, ids)
        self._ask(client)
        if catching_up.is_over:
            self._catching_up = None
            yield from self._not_caught_up(catching_up)
            yield from self._reached()

    def _not_caught_up(self, catching_up: CatchUp) -> Iterator[SourceEvent]:
        if not catching_up.failed or self._heard_at is None:
            return
        first = min(catching_up.failed, key=lambda one: (len(one), one))
        why = "; ".join(dict.fromkeys(catching_up.failed.values()))
        read_until = max(time_of(first) or self._heard_at, self._heard_at)
        yield self._missed(read_until, max(self._connected_at, read_until), why)

    def _of(self, status: MastodonStatus) -> Iterator[SourceEvent]:
        mention = self._instance.mention_of(status, self._now())
        if mention is None:
            return
        before = self._said.version(status.id)
        if self._is_about(mention):
            if not self._said.say(status.id, version_of(status)):
                return
        elif before is not None:
            self._said.forget(status.id)
        yield Post(mention)
        if before is not None:
            yield Gone("post", self._key(status.id, before), "edited")

    def _gone(self, status_id: str) -> Iterator[SourceEvent]:
        version = self._said.version(status_id)
        if version is not None:
            yield Gone("post", self._key(status_id, version), "deleted")
            self._said.forget(status_id)

    def _key(self, status_id: str, version: str) -> str:
        key = self._instance.id_of(status_id)
        return f"{key}#{version}" if version else key
