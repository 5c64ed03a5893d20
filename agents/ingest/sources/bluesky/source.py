"""The source ``bluesky``: what Jetstream says of posts and reposts, and what of it was missed."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from threading import Event as StopEvent
from time import monotonic
from typing import Final, NamedTuple

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
from agents.ingest.sources.bluesky import records
from agents.ingest.sources.bluesky.client import Ended, JetstreamClient, Opened
from agents.ingest.sources.bluesky.memory import Originals, SaidChanges
from agents.ingest.sources.bluesky.records import POST, REPOST, Commit, Event, Microseconds
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Cause
from schemas.base import EARLIEST
from schemas.codec import UnreadableError
from schemas.mention import DETAIL_CHARACTERS, Gap, Mention
from schemas.mention import Cause as GapCause

_TURN_S: Final = 0.05
_SECOND_US: Final = 1_000_000
_BAD_REQUEST: Final = 400


class BlueskyOptions(NamedTuple):
    """How Jetstream is read, in seconds.

    ``delay_s``: how far events may be out of order; the watermark stays so far behind.
    ``silence_s``: a connection that says nothing for so long is made anew. ``rewind_s``: how much
    is read again at each connection. ``most_behind_s``: what is older than that is not read again
    but stated as a gap. ``ahead_s``: no event is believed that is dated so far in the future.
    """

    delay_s: float = 5.0
    silence_s: float = 30.0
    rewind_s: float = 5.0
    most_behind_s: float = 3_000.0
    ahead_s: float = 60.0


class _Kept(Struct, frozen=True):
    """The position: the newest event that was taken, and what was said in the time before it."""

    time_us: Microseconds
    said: dict[str, Microseconds]


class BlueskySource:
    """Says what comes from the first of several hosts of Jetstream that answers.

    The position is the time of the newest event. Each connection begins a little before it, and a
    change that was said is not said again; so a connection that drops, or another host, misses
    nothing. Where the host keeps nothing so old, the time between is a gap.

    A repost has no text: it is said where the post is known that it passes on, and known are posts
    that were said in this run and for which ``is_about`` holds. One that is deleted is forgotten,
    and said to be gone. ``frames`` counts what came, ``unknown`` the reposts that were left out.
    """

    live = True

    def __init__(
        self,
        name: str,
        hosts: Sequence[str],
        is_about: Callable[[Mention], object],
        *,
        options: BlueskyOptions = BlueskyOptions(),  # noqa: B008 - it cannot change
        policy: Policy = DEFAULT,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.frames = 0
        self.unknown = 0
        self._hosts = tuple(hosts)
        self._is_about = is_about
        self._options = options
        self._policy = policy
        self._now = now
        self._clock_s = clock_s
        self._chance = chance
        self._signs = SignsOfLife(name, clock_s=clock_s)
        self._client: JetstreamClient | None = None
        self._state = State()
        self._is_up = False
        self._due_s = clock_s()
        self._opened_s: float | None = None
        self._said = SaidChanges()
        self._originals = Originals()
        self._newest_us: int | None = None
        self._bridge_us = 0
        self._is_first = True
        self._refused: set[int] = set()
        self._cause: GapCause = "restart"
        self._detail = ""

    def open(self, resume: bytes | None) -> None:
        """Begin, where an earlier run left off if there was one."""
        if resume is not None:
            kept = decode_position(resume, _Kept, advice=FROM_THE_PRESENT)
            self._newest_us = kept.time_us
            for key, time_us in kept.said.items():
                self._said.add(key, time_us)
        self._client = JetstreamClient(silence_s=self._options.silence_s)

    def events(self, stop: StopEvent) -> Iterator[SourceEvent]:
        """Yield what Jetstream says until ``stop``; what is left then is read by the next run."""
        client = self._client
        if client is None:
            raise RuntimeError("the source was not opened")
        reached_us = None
        while not stop.is_set():
            if not self._is_up:
                if self._clock_s() < self._due_s:
                    yield Idle()
                    stop.wait(_TURN_S)
                    continue
                self._connect(client)
            for said in client.take(_TURN_S):
                if stop.is_set():
                    return
                if isinstance(said, Ended):
                    yield from self._ended(said)
                elif isinstance(said, Opened):
                    self._opened_s = self._clock_s()
                else:
                    yield from self._in_frame(said)
            if self._newest_us != reached_us and not self._is_first:
                reached_us = self._newest_us
                yield from self._reached()
            yield Idle()

    def position(self) -> bytes | None:
        """Return the time of the newest event, and what was said shortly before it."""
        if self._newest_us is None:
            return None
        said = self._said.since(self._newest_us - self._rewind_us)
        return msgspec.json.encode(_Kept(self._newest_us, said))

    def health(self) -> Cause | None:
        """Return for how long Jetstream was not heard, and why."""
        return self._signs.cause()

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()

    @property
    def _rewind_us(self) -> int:
        return int(self._options.rewind_s * _SECOND_US)

    @property
    def _host(self) -> str:
        return self._hosts[self._state.host]

    def _connect(self, client: JetstreamClient) -> None:
        """Begin to connect, from a little before the newest event if there is one."""
        self._is_up, self._is_first, self._opened_s = True, True, None
        cursor = None
        if self._newest_us is not None:
            floor = self._now() - timedelta(seconds=self._options.most_behind_s)
            floor_us = int(floor.timestamp() * _SECOND_US)
            self._bridge_us = max(self._newest_us, floor_us)
            cursor = self._bridge_us - self._rewind_us
        if len(self._refused) == len(self._hosts):
            self._refused.clear()
            cursor = None  # no host keeps anything so old
        client.connect(self._host, cursor)

    def _ended(self, ended: Ended) -> Iterator[SourceEvent]:
        if ended.status == _BAD_REQUEST and self._newest_us is not None:
            self._refused.add(self._state.host)
        self._detail = f"{ended.short} ({self._host})"
        stood_s = 0.0 if self._opened_s is None else self._clock_s() - self._opened_s
        self._state, wait_s = after(
            self._state,
            stood_s,
            hosts=len(self._hosts),
            chance=self._chance(),
            policy=self._policy,
        )
        self._is_up, self._due_s = False, self._clock_s() + wait_s
        self._signs.lost(ended.short)
        yield Lost()

    def _missed(self, start_us: int, end_us: int, why: str) -> Missed:
        start = records.time_of(start_us) - timedelta(seconds=self._options.delay_s)
        detail = "; ".join(filter(None, (self._detail, why)))[:DETAIL_CHARACTERS]
        end = records.time_of(end_us)
        return Missed(Gap(start=max(start, EARLIEST), end=end, cause=self._cause, detail=detail))

    def _in_frame(self, frame: bytes) -> Iterator[SourceEvent]:
        self.frames += 1
        try:
            event = records.read(frame, self._now() + timedelta(seconds=self._options.ahead_s))
            self._signs.heard()
            if self._is_first:
                yield from self._begun(event.time_us)
            if event.time_us < self._bridge_us - self._rewind_us:
                return  # a host may begin earlier than it was asked to
            self._newest_us = max(self._newest_us or 0, event.time_us)
            yield from self._said_by(event)
        except UnreadableError as error:
            origin = f"{self.name}:{self.frames}"
            yield Unreadable(frame, origin, error.reason, error.detail)

    def _begun(self, time_us: int) -> Iterator[SourceEvent]:
        """Take the first event of a connection, which proves how far the host bridges the gap.

        A host that still has what was read last sends some of it again.
        """
        self._is_first = False
        self._refused.clear()
        if self._newest_us is not None:
            end_us, why = self._bridge_us, "what is older is not read again"
            if time_us > end_us:
                end_us, why = time_us, f"{self._host} keeps nothing older"
            if end_us > self._newest_us:
                yield self._missed(self._newest_us, end_us, why)
                self._newest_us = self._bridge_us
        self._cause, self._detail = "disconnect", ""

    def _reached(self) -> Iterator[SourceEvent]:
        if self._newest_us is not None:
            delay = timedelta(seconds=self._options.delay_s)
            yield Reached(records.time_of(self._newest_us) - delay)

    def _said_by(self, event: Event) -> Iterator[SourceEvent]:
        """Say what is new in an event: a post, or that one is gone that was said in this run."""
        commit = event.commit
        if commit is None:
            if event.account is not None and not event.account.active:
                if self._originals.has_author(event.did):
                    yield Gone("author", event.did, records.cause_of(event.account))
                self._originals.forget_author(event.did)
        elif commit.operation == "delete":
            uri = records.uri_of(event.did, commit)
            if (known := self._originals.get(uri)) is not None:
                yield Gone("post", known.id, "deleted")
            self._originals.forget(uri)
        elif commit.collection == POST:
            yield from self._post(event, commit)
        elif commit.collection == REPOST and commit.operation == "create":
            mention = self._repost(event, commit)
            if mention is not None:
                yield Post(mention)

    def _post(self, event: Event, commit: Commit) -> Iterator[SourceEvent]:
        uri = records.uri_of(event.did, commit)
        mention = records.post_of(event, commit)
        before = self._originals.get(uri)
        if not self._is_about(mention):
            self._originals.forget(uri)
        elif self._is_new(event, commit):
            self._originals.add(uri, mention)
        else:
            return
        yield Post(mention)
        if before is not None and before.id != mention.id:
            yield Gone("post", before.id, "edited")

    def _repost(self, event: Event, commit: Commit) -> Mention | None:
        original = self._originals.get(records.reposted(commit))
        if original is None:
            self.unknown += 1
            return None
        mention = records.repost_of(event, commit, original)
        return mention if self._is_new(event, commit) else None

    def _is_new(self, event: Event, commit: Commit) -> bool:
        key = f"{event.did}/{commit.collection}/{commit.rkey}/{commit.rev}"
        return self._said.add(key, event.time_us)
