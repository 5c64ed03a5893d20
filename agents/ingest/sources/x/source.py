"""The source ``x``: what the filtered stream says, with its gaps."""

import logging
import queue
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Event
from time import monotonic

from agents.ingest.formats import x_v2
from agents.ingest.signs_of_life import SignsOfLife
from agents.ingest.source import Idle, Lost, Missed, Post, Reached, SourceEvent, Unreadable
from agents.ingest.sources.x.backoff import Backoff
from agents.ingest.sources.x.client import SILENCE_S
from agents.ingest.sources.x.reader import (
    Alive,
    Disconnected,
    Line,
    Opened,
    Overrun,
    Signal,
    XReader,
)
from agents.ingest.sources.x.watch import Watch
from agents.monitoring.health import Cause
from pipeline.brands import Rule
from schemas.codec import UnreadableError
from schemas.mention import Gap

log = logging.getLogger(__name__)

_TURN_S = 0.05


class XSource:
    """Says what comes from X's filtered stream; a thread of its own reads it (``XReader``).

    A line that is no post (a message of X, or no JSON) is unreadable, and the stream goes on.
    Whatever was missed while the connection was away is said before the watermark passes it. The
    position is the time up to which everything was seen; the time since then is a gap of the next
    run. ``lines`` counts what came. ``delay_s`` is how late X may deliver a post.
    """

    live = True

    def __init__(
        self,
        name: str,
        bearer_token: str,
        base_url: str,
        rules: Sequence[Rule],
        *,
        delay_s: float = 7.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        backoff: Backoff | None = None,
        silence_s: float = SILENCE_S,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.lines = 0
        self._delay_s = delay_s
        self._watch = Watch(delay_s=delay_s)
        self._signs = SignsOfLife(name, clock_s=clock_s)
        self._reader = XReader(
            bearer_token, base_url, rules, now=now, backoff=backoff, silence_s=silence_s
        )

    def open(self, resume: bytes | None) -> None:
        """Begin to read; the time since an earlier run becomes a gap."""
        self._watch = Watch(delay_s=self._delay_s, complete_to=_time_in(resume))
        self._reader.start()

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Yield what X says until ``stop``; what was read before that is not thrown away."""
        while not stop.is_set():
            try:
                signal = self._reader.signals.get(timeout=_TURN_S)
            except queue.Empty:
                if self._reader.error:
                    raise self._reader.error from None
                yield Idle()
            else:
                yield from self._said(signal)
        for _ in range(self._reader.signals.qsize()):
            yield from self._said(self._reader.signals.get_nowait())

    def position(self) -> bytes | None:
        """Return up to when everything was seen, in ISO 8601."""
        complete_to = self._watch.complete_to
        return None if complete_to is None else complete_to.isoformat().encode()

    def health(self) -> Cause | None:
        """Return for how long X was not heard, and how the last attempt ended."""
        return self._signs.cause()

    def close(self) -> None:
        """Stop reading."""
        self._reader.halt()

    def _said(self, signal: Signal) -> Iterator[SourceEvent]:
        match signal:
            case Line(raw, at):
                self._watch.alive(at)
                self._signs.heard()
                yield from self._in_line(raw)
                yield from self._reached()
            case Alive(at):
                self._watch.alive(at)
                self._signs.heard()
                yield from self._reached()
            case Opened(at):
                self._signs.heard()
                if gap := self._watch.opened(at):
                    yield Missed(gap)
                yield from self._reached()
            case Disconnected(ended):
                self._signs.lost(f"{ended.kind} {ended.status or ''}".rstrip())
                limited = ended.status == HTTPStatus.TOO_MANY_REQUESTS
                self._watch.lost("rate_limit" if limited else "disconnect", ended.detail)
                yield Lost()
            case Overrun(lines, first, last):
                detail = f"{lines} lines came faster than they could be published"
                start = first - self._watch.delay
                yield Missed(Gap(start=start, end=last, cause="overload", detail=detail), lines)

    def _in_line(self, raw: bytes) -> Iterator[SourceEvent]:
        self.lines += 1
        try:
            mentions = x_v2.parse(raw)
        except UnreadableError as error:
            log.warning("X sent no post: %s", error)
            yield Unreadable(raw, f"{self.name}:{self.lines}", error.reason, error.detail)
        else:
            yield from map(Post, mentions)

    def _reached(self) -> Iterator[SourceEvent]:
        if self._watch.watermark:
            yield Reached(self._watch.watermark)


def _time_in(position: bytes | None) -> datetime | None:
    """Return the time that an earlier run kept; None if it cannot be read."""
    if position is None:
        return None
    try:
        at = datetime.fromisoformat(position.decode())
    except ValueError:
        log.warning("The position kept is unreadable: what was missed since is not known")
        return None
    return at if at.tzinfo else None
