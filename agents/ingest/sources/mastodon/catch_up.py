"""What is read again of the timelines after a standstill, stream by stream. Pure."""

from collections.abc import Iterable
from typing import Final

from agents.ingest.sources.mastodon.client import TimelinePage
from agents.ingest.sources.mastodon.streams import Stream

MOST_PAGES: Final = 250
"""Of all streams: an instance answers 300 requests of an account in five minutes."""


class CatchUp:
    """Says which page to ask for next, until each stream has come to its end or failed.

    Ids are compared as numbers by their length first, as those of Mastodon are.

    >>> stream = Stream("public")
    >>> catching_up = CatchUp([stream], "100")
    >>> catching_up.next()
    (Stream(name='public', tag=''), '100')
    >>> catching_up.took(TimelinePage(stream, [b"{}"]), ["101"])
    >>> catching_up.next()
    (Stream(name='public', tag=''), '101')
    >>> catching_up.took(TimelinePage(stream), [])
    >>> catching_up.next(), catching_up.failed, catching_up.is_over
    (None, {}, True)
    """

    def __init__(self, streams: Iterable[Stream], min_id: str, most: int = MOST_PAGES) -> None:
        self._left: dict[Stream, str] = dict.fromkeys(streams, min_id)
        self._pages_left = most
        self._is_asked = False
        self.failed: dict[str, str] = {}
        """Id up to which a stream was read that was not read to its end, and why not."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be asked for."""
        return not self._left

    def next(self) -> tuple[Stream, str] | None:
        """Return the page to ask for now, None while one is on its way or if all is over."""
        if self._is_asked or not self._left:
            return None
        self._is_asked = True
        return next(iter(self._left.items()))

    def took(self, page: TimelinePage, ids: Iterable[str]) -> None:
        """Note the page that was asked for, and the ids in it."""
        self._is_asked = False
        self._pages_left -= 1
        before = self._left[page.stream]
        newest = max([before, *ids], key=lambda one: (len(one), one))
        if page.error:
            self._fail(page.stream, page.error)
        elif newest == before:
            if page.statuses:
                self._fail(page.stream, "a page of it leads no further")
            else:
                del self._left[page.stream]
        elif not self._pages_left:
            self._left[page.stream] = newest
            for stream in tuple(self._left):
                self._fail(stream, "there is more than is read again")
        else:
            self._left[page.stream] = newest

    def _fail(self, stream: Stream, why: str) -> None:
        self.failed[self._left.pop(stream)] = why
