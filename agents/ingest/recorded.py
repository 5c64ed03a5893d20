"""From recorded items, in the order of their time, to the events of a source that is not live."""

from collections.abc import Iterable, Iterator
from threading import Event

from agents.ingest.formats import BadLine, Item, NotPost
from agents.ingest.pacing import Tick
from agents.ingest.source import Aside, Idle, Missed, Post, Reached, SourceEvent, Unreadable


class Recorded:
    """Says items as events, and counts in ``done`` how many of them it has said.

    ``done`` begins at what an earlier run had said: the items are those behind it.

    >>> from datetime import UTC, datetime
    >>> from schemas.mention import Author, Mention
    >>> nine = datetime(2010, 3, 17, 9, tzinfo=UTC)
    >>> post = Mention(id="1", created_at=nine, text="no", author=Author(id="a"))
    >>> recorded = Recorded()
    >>> [type(event).__name__ for event in recorded.events([post, Tick(nine)], Event())]
    ['Reached', 'Post', 'Reached', 'Idle']
    >>> recorded.done
    1
    """

    def __init__(self) -> None:
        self.done = 0

    def events(self, items: Iterable[Item | Tick], stop: Event) -> Iterator[SourceEvent]:
        """Yield the events of each item, up to the last or to ``stop``."""
        for item in items:
            if stop.is_set():
                return
            if isinstance(item, Tick):
                yield Reached(item.at)
                yield Idle()
            elif isinstance(item, BadLine):
                self.done += 1
                yield Unreadable(item.raw, f"{item.file}:{item.line}", item.reason, item.detail)
            elif isinstance(item, NotPost):
                self.done += 1
                yield Aside(item.what, item.missed)
                if item.gap is not None:
                    yield Missed(item.gap)
            else:
                yield Reached(item.created_at)
                self.done += 1
                yield Post(item)
