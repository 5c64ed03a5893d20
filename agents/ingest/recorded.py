"""From items of files to the events of a source: of a recording, and of one that is being made."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from agents.ingest.formats import BadLine, Item, NotPost
from agents.ingest.pacing import Tick
from agents.ingest.source import Aside, Idle, Missed, Post, Reached, SourceEvent, Unreadable
from agents.monitoring.health import Cause

OLD_AFTER: Final = timedelta(hours=1)
"""A live source that tells of so long ago counts as a replay (docs/adr/0016-clocks.md)."""

log = logging.getLogger(__name__)


class Recorded:
    """Says items as events, and counts in ``done`` how many of them it has said.

    ``done`` begins at what an earlier run had said: the items are those behind it. A source that
    reads a recording is one of these: it is always heard, and holds nothing open.

    >>> from datetime import UTC
    >>> from schemas.mention import Author, Mention
    >>> nine = datetime(2010, 3, 17, 9, tzinfo=UTC)
    >>> post = Mention(id="1", created_at=nine, text="no", author=Author(id="a"))
    >>> recorded = Recorded()
    >>> [type(event).__name__ for event in recorded.said([post, Tick(nine)], Event())]
    ['Reached', 'Post', 'Reached', 'Idle']
    >>> recorded.done
    1
    """

    live = False

    def __init__(self) -> None:
        self.done = 0

    def health(self) -> Cause | None:
        """What was recorded is always heard."""
        return None

    def close(self) -> None:
        """Nothing is held open."""

    def said(self, items: Iterable[Item | Tick], stop: Event) -> Iterator[SourceEvent]:
        """Yield the events of each item, up to the last or to ``stop``."""
        for item in items:
            if stop.is_set():
                return
            if isinstance(item, Tick):
                yield Reached(item.at)
                yield Idle()
                continue
            if not isinstance(item, BadLine | NotPost):
                yield Reached(item.created_at)
            self.done += 1
            yield from events_of(item)


def events_of(item: Item) -> Iterator[SourceEvent]:
    """Yield what a source says of one item."""
    if isinstance(item, BadLine):
        yield Unreadable(item.raw, f"{item.file}:{item.line}", item.reason, item.detail)
    elif isinstance(item, NotPost):
        yield Aside(item.what, item.missed)
        if item.gap is not None:
            yield Missed(item.gap)
    else:
        yield Post(item)


class LiveItems:
    """Says items of a place to which posts come as they are made, and counts the ``old`` ones.

    The first of these is logged: whoever pipes a recording in should replay it.
    """

    def __init__(self, name: str, now: Callable[[], datetime]) -> None:
        self.old = 0
        self._name = name
        self._now = now

    def events(self, item: Item) -> Iterator[SourceEvent]:
        """Yield the events of one item."""
        if not isinstance(item, BadLine | NotPost) and self._now() - item.created_at > OLD_AFTER:
            if not self.old:
                log.warning(
                    "%s tells of %s: what is more than an hour old is too late to be counted; "
                    "if this is a recording, use tocsin ingest replay",
                    self._name,
                    item.created_at.isoformat(timespec="minutes"),
                )
            self.old += 1
        yield from events_of(item)
