"""The source ``follow`` of one file that grows, one post a line."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic

import msgspec
from msgspec import Struct

from agents.ingest.formats import FormatError, Portions
from agents.ingest.recorded import LiveItems
from agents.ingest.signs_of_life import SignsOfLife
from agents.ingest.source import Idle, Lost, Missed, Reached, SourceEvent, decode_position
from agents.ingest.sources.follow.tail import FilePlace, Portion, Tail
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Cause
from schemas.mention import Cause as GapCause
from schemas.mention import Gap

LOOK_EVERY_S = 0.05


class GrowingPosition(Struct, frozen=True, kw_only=True):
    """``said`` items of the portion of ``size_bytes`` at ``place``.

    ``looked_at``: when all was read that there was.
    """

    place: FilePlace
    size_bytes: int = 0
    said: int = 0
    looked_at: datetime | None = None


class GrowingFile:
    """Says what is appended to ``path``, from its beginning on.

    A file that is moved aside is read to its end before the new one. Where it was emptied, or is
    gone after a standstill, what nobody read is a gap. ``delay_s``: how old a post may be when its
    line is written; the watermark stays so far behind, and stands while there is more to read.
    """

    live = True

    def __init__(
        self,
        name: str,
        path: Path,
        portions: Callable[[], Portions],
        *,
        delay_s: float = 60.0,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.items = LiveItems(name, now)
        self._path = path
        self._portions = portions
        self._delay = timedelta(seconds=delay_s)
        self._now = now
        self._signs = SignsOfLife(name, clock_s=clock_s)
        self._tail = Tail(path)
        self._text: Portions | None = None
        self._at = GrowingPosition(place=FilePlace())
        self._gap_from: datetime | None = None

    def open(self, resume: bytes | None) -> None:
        """Go on behind the item that an earlier run had said last."""
        if resume is None:
            return
        advice = "delete it to read the file from its beginning"
        self._at = decode_position(resume, GrowingPosition, advice=advice)
        if self._at.place.inode and not self._tail.resume(self._at.place):
            self._gap_from = self._at.looked_at
            self._at = GrowingPosition(place=FilePlace())
            return
        self._learn(self._tail.beginning())

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Look again and again whether there is more, and yield it."""
        while not stop.is_set():
            looked_at = self._now()
            try:
                portion = self._tail.read(*([self._at.size_bytes] if self._at.size_bytes else []))
            except OSError as error:
                self._signs.lost(error.strerror or "it cannot be read")
                yield Lost()
                portion = None
            else:
                self._signs.heard()
                if portion is not None:
                    yield from self._said(portion, stop)
                if portion is None and not stop.is_set():
                    yield from self._missed(
                        looked_at, "restart", "the file it was read from is gone"
                    )
                    self._looked(looked_at)
                    yield Reached(looked_at - self._delay)
            yield Idle()
            if portion is None:
                stop.wait(LOOK_EVERY_S)

    def position(self) -> bytes:
        """Return which item was said last."""
        return msgspec.json.encode(self._at)

    def health(self) -> Cause | None:
        """Return for how long the file could not be read, and why."""
        return self._signs.cause()

    def close(self) -> None:
        """Let the file go."""
        self._tail.close()

    def _said(self, portion: Portion, stop: Event) -> Iterator[SourceEvent]:
        if portion.is_cut:
            self._gap_from = self._at.looked_at
            yield from self._missed(self._now(), "other", "the file was emptied or replaced")
        if portion.place.offset == 0:
            self._text = None
        if self._text is None:
            self._text = self._portions()
        if portion.is_cut or portion.place != self._at.place:
            self._at = GrowingPosition(place=portion.place, looked_at=self._at.looked_at)
        items = self._text.read(portion.raw, first_line=portion.place.line)
        size = len(portion.raw)
        for number, item in enumerate(items[self._at.said :], start=self._at.said + 1):
            if stop.is_set():
                return
            self._at = msgspec.structs.replace(self._at, size_bytes=size, said=number)
            yield from self.items.events(item)
        self._tail.passed(portion)
        self._looked(self._at.looked_at)

    def _missed(self, until: datetime, cause: GapCause, detail: str) -> Iterator[SourceEvent]:
        start, self._gap_from = self._gap_from, None
        if start is not None:
            yield Missed(Gap(start=min(start, until), end=until, cause=cause, detail=detail))

    def _looked(self, at: datetime | None) -> None:
        self._at = GrowingPosition(place=self._tail.place, looked_at=at)

    def _learn(self, beginning: bytes) -> None:
        self._text = self._portions()
        if beginning:
            try:
                self._text.learn(beginning)
            except FormatError:
                self._text = None  # as at its beginning: the next portion may tell
