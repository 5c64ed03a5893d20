"""What is known of one feed: when it is due, and what of it was said. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from msgspec import Struct

from agents.ingest.sources.rss.entries import Document, FeedEntry
from agents.ingest.sources.rss.fetch import Validators

MOST_SEEN: Final = 2_000
"""Entries of a feed that are remembered beside those that it still lists."""


class Timing(NamedTuple):
    """How often a feed is read, in seconds, and what counts as news.

    A feed is read every ``interval_s``; while it fails, at intervals that double up to ``most_s``.
    A tenth of each is chance. At its first reading an entry is news that is no older than
    ``oldest_s``.
    """

    interval_s: float = 300.0
    most_s: float = 3_600.0
    oldest_s: float = 3_600.0


class KeptFeed(Struct, frozen=True):
    """A feed as an earlier run has left it."""

    seen: dict[str, str]
    etag: str = ""
    modified: str = ""
    read_at: datetime | None = None


class New(NamedTuple):
    """An entry that is to be said; ``is_changed`` where an earlier version was seen."""

    entry: FeedEntry
    is_changed: bool


class Feed:
    """One feed. Times are handed in; ``chance`` is uniform from 0 to 1.

    ``seen`` is the content of each entry that was said or passed over. ``old`` counts entries that
    were passed over as no news.
    """

    def __init__(self, url: str, kept: KeptFeed | None = None) -> None:
        self.url = url
        self.due_s = 0.0
        self.error = ""
        self.old = 0
        self.is_fetching = False
        self.validators = Validators(kept.etag, kept.modified) if kept else Validators()
        self.read_at = kept.read_at if kept else None
        self.seen: dict[str, str] = dict(kept.seen) if kept else {}
        self._row = 0

    @property
    def kept(self) -> KeptFeed:
        """What a later run goes on from."""
        etag, modified = self.validators
        return KeptFeed(dict(self.seen), etag, modified, self.read_at)

    def wait(
        self, timing: Timing, now_s: float, chance: float, *, error: str, retry_s: float
    ) -> bool:
        """Note how a fetch ended, and when the next is due; return whether that has changed.

        >>> feed = Feed("https://example.org/feed")
        >>> for error in ("", "http 503", "http 503", ""):
        ...     _ = feed.wait(Timing(), 0.0, 0.5, error=error, retry_s=0.0)
        ...     feed.due_s
        300.0
        600.0
        1200.0
        300.0
        """
        was, self.error = self.error, error
        self._row = self._row + 1 if error else 0
        wait_s = timing.interval_s
        if error:
            longer_s = timing.interval_s * 2.0 ** min(self._row, 20)
            wait_s = max(wait_s, min(longer_s, timing.most_s), min(retry_s, 24 * timing.most_s))
        self.due_s = now_s + wait_s * (0.95 + chance / 10)
        return was != error

    def is_torn(self, document: Document) -> bool:
        """Whether a document lists nothing that was there before, so that some may be missed."""
        entries = document.entries
        return bool(self.seen and entries) and not any(one.key in self.seen for one in entries)

    def news(self, document: Document, timing: Timing, now: datetime) -> Iterator[New]:
        """Yield what is to be said, the oldest first, and note it as seen before it is yielded.

        What a feed says of time is used for this alone. An entry without a date is news, but at the
        first reading, where it may be anything.
        """
        since = now - timedelta(seconds=timing.oldest_s)
        if self.read_at is not None:
            since = min(since, self.read_at - timedelta(seconds=timing.oldest_s))
        for entry in _oldest_first(document.entries, now):
            before = self.seen.get(entry.key)
            if before == entry.content:
                continue
            self.seen[entry.key] = entry.content
            is_news = self.read_at is not None if entry.at is None else entry.at >= since
            if is_news or before is not None:
                yield New(entry, before is not None)
            else:
                self.old += 1

    def read(self, document: Document | None, validators: Validators, now: datetime) -> None:
        """Note that all of a document was said; without one, that nothing has changed."""
        self.read_at = now
        if document is None:
            return
        self.validators = validators
        listed = {entry.key for entry in document.entries}
        gone = [key for key in self.seen if key not in listed]
        for key in gone[: max(len(gone) - MOST_SEEN, 0)]:
            del self.seen[key]


def _oldest_first(entries: Sequence[FeedEntry], now: datetime) -> list[FeedEntry]:
    """By time; what has none, or one to come, stands as the feed has it, which lists it first."""
    upwards = list(entries)[::-1]
    return sorted(upwards, key=lambda one: min(one.at or now, now))
