"""The source ``rss``: new and changed entries of feeds, and what of them may have been missed."""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from threading import Event as StopEvent
from time import monotonic
from typing import Final

import msgspec

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
from agents.ingest.sources.rss.entries import feed_name, mention_of
from agents.ingest.sources.rss.feed import Feed, KeptFeed, Timing
from agents.ingest.sources.rss.fetch import Fetched, Fetcher
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Cause
from schemas.codec import UnreadableError
from schemas.mention import DETAIL_CHARACTERS, Gap
from schemas.mention import Cause as GapCause

log = logging.getLogger(__name__)

_TURN_S: Final = 0.05


class RssSource:
    """Says entries of feeds when they are first seen, and again when they have changed.

    The time of a mention is when it was seen, so the watermark is the present as long as one feed
    at least is heard. The position is what was seen of each feed. A feed that lists nothing any
    more of what it listed before may have listed more meanwhile: that time is a gap.
    """

    live = True

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        *,
        timing: Timing = Timing(),  # noqa: B008 - it cannot change
        allow_private: bool = False,
        timeout_s: float = 20.0,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._timing = timing
        self._allow_private = allow_private
        self._timeout_s = timeout_s
        self._now = now
        self._clock_s = clock_s
        self._chance = chance
        self._feeds = {url: Feed(url) for url in dict.fromkeys(urls)}
        unheard_after_s = max(UNHEARD_AFTER_S, 2 * timing.interval_s)
        self._signs = SignsOfLife(name, unheard_after_s=unheard_after_s, clock_s=clock_s)
        self._fetcher: Fetcher | None = None
        self._is_heard = False
        self._read_in_this_run: set[str] = set()

    @property
    def old(self) -> int:
        """Entries that were passed over, as they were no news."""
        return sum(feed.old for feed in self._feeds.values())

    @property
    def failing(self) -> dict[str, str]:
        """Feeds whose last fetch failed, by name, and how."""
        return {feed_name(one.url): one.error for one in self._feeds.values() if one.error}

    def open(self, resume: bytes | None) -> None:
        """Begin, with what an earlier run has seen."""
        if resume is not None:
            kept = decode_position(resume, dict[str, KeptFeed], advice=FROM_THE_PRESENT)
            self._feeds = {url: Feed(url, kept.get(url)) for url in self._feeds}
        for feed in self._feeds.values():
            feed.due_s = self._clock_s()
        self._fetcher = Fetcher(timeout_s=self._timeout_s, allow_private=self._allow_private)

    def events(self, stop: StopEvent) -> Iterator[SourceEvent]:
        """Read feeds as they are due, and yield what is new in them, until ``stop``."""
        fetcher = self._fetcher
        if fetcher is None:
            raise RuntimeError("the source was not opened")
        while not stop.is_set():
            now_s = self._clock_s()
            for feed in self._feeds.values():
                if feed.due_s <= now_s and not feed.is_fetching:
                    feed.is_fetching = True
                    fetcher.start(feed.url, feed.validators)
            for fetched in fetcher.take(_TURN_S):
                yield from self._fetched(self._feeds[fetched.url], fetched, stop)
                if stop.is_set():
                    return
            if self._is_heard:
                yield Reached(self._now())
            yield Idle()

    def position(self) -> bytes:
        """Return what was seen of each feed."""
        return msgspec.json.encode({url: feed.kept for url, feed in self._feeds.items()})

    def health(self) -> Cause | None:
        """Return for how long no feed was heard, and why."""
        return self._signs.cause()

    def close(self) -> None:
        """Give up what is under way."""
        if self._fetcher is not None:
            self._fetcher.close()

    def _fetched(self, feed: Feed, fetched: Fetched, stop: StopEvent) -> Iterator[SourceEvent]:
        feed.is_fetching = False
        error = fetched.error
        if feed.wait(
            self._timing, self._clock_s(), self._chance(), error=error, retry_s=fetched.retry_s
        ):
            log.warning("%s: %s", feed_name(feed.url), error or "it is heard again")
        if error:
            if all(one.error for one in self._feeds.values()):
                self._is_heard = False
                self._signs.lost(error)
                yield Lost()
            return
        self._signs.heard()
        self._is_heard = True
        yield from self._said(feed, fetched, stop)

    def _said(self, feed: Feed, fetched: Fetched, stop: StopEvent) -> Iterator[SourceEvent]:
        now = self._now()
        document = fetched.document
        if document is not None:
            if feed.is_torn(document) and feed.read_at is not None:
                yield Missed(self._gap(feed, feed.read_at, now))
            for entry, is_changed in feed.news(document, self._timing, now):
                try:
                    mention = mention_of(
                        entry, feed.url, document.lang, self._now(), is_changed=is_changed
                    )
                except UnreadableError as error:
                    raw = entry.text.encode(errors="replace")
                    origin = f"{feed_name(feed.url)}#{entry.key}"
                    yield Unreadable(raw, origin, error.reason, error.detail)
                else:
                    yield Post(mention)
                if stop.is_set():
                    return
        feed.read(document, fetched.validators, now)
        self._read_in_this_run.add(feed.url)

    def _gap(self, feed: Feed, start: datetime, end: datetime) -> Gap:
        cause: GapCause = "disconnect" if feed.url in self._read_in_this_run else "restart"
        detail = f"{feed_name(feed.url)} lists nothing any more of what it listed before"
        return Gap(start=min(start, end), end=end, cause=cause, detail=detail[:DETAIL_CHARACTERS])
