"""The source ``stdin``: posts that come through a pipe, one a line, as they are made."""

import os
import select
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Final

from agents.ingest.formats import LINE_LIMIT_BYTES, Portions
from agents.ingest.recorded import LiveItems
from agents.ingest.source import Idle, Missed, PositionError, Reached, SourceEvent
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Cause
from pipeline.phrase import Phrase
from schemas.base import check_times
from schemas.mention import Gap

_TURN_S: Final = 0.05
_PIECE_BYTES: Final = 1 << 16


class StdinSource:
    """Says the lines that come out of the pipe ``descriptor``, up to its end.

    What was written into it between two runs is lost with it: a gap. ``delay_s``: how old a post
    may be when its line is written; the watermark stays so far behind.
    """

    live = True

    def __init__(
        self,
        name: str,
        descriptor: int,
        text: Portions,
        *,
        delay_s: float = 60.0,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = name
        self.items = LiveItems(name, now)
        self._descriptor = descriptor
        self._text = text
        self._delay = timedelta(seconds=delay_s)
        self._now = now
        self._line = 1
        self._reached: datetime | None = None
        self._gap_from: datetime | None = None

    def open(self, resume: bytes | None) -> None:
        """Note until when an earlier run had heard."""
        if resume is None:
            return
        try:
            at = datetime.fromisoformat(resume.decode())
            check_times(at=at.astimezone(UTC))
        except ValueError as error:
            raise PositionError(Phrase("{why}; delete it", why=error)) from error
        self._gap_from = at.astimezone(UTC)

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Yield what comes, up to the end of the pipe."""
        kept = b""
        yield from self._reach(self._now())
        while not stop.is_set():
            looked_at = self._now()
            piece = self._piece()
            if piece is None:
                yield from self._reach(looked_at)
                yield Idle()
                continue
            kept += piece
            end = len(kept) if not piece or len(kept) > LINE_LIMIT_BYTES else kept.rfind(b"\n") + 1
            portion, kept = kept[:end], kept[end:]
            for item in self._text.read(portion, first_line=self._line):
                yield from self.items.events(item)
            self._line += portion.count(b"\n")
            yield Idle()
            if not piece:
                yield from self._reach(looked_at)
                return

    def position(self) -> bytes | None:
        """Return up to when it has heard."""
        return None if self._reached is None else self._reached.isoformat().encode()

    def health(self) -> Cause | None:
        """A pipe is heard as long as it is open."""
        return None

    def close(self) -> None:
        """The pipe is not ours to close."""

    def _piece(self) -> bytes | None:
        """What has come; nothing at the end of the pipe, None where nothing comes for a moment."""
        ready, _, _ = select.select([self._descriptor], [], [], _TURN_S)
        return os.read(self._descriptor, _PIECE_BYTES) if ready else None

    def _reach(self, looked_at: datetime) -> Iterator[SourceEvent]:
        reached = looked_at - self._delay
        start, self._gap_from = self._gap_from, None
        if start is not None and start < reached:
            yield Missed(Gap(start=start, end=reached, cause="restart"))
        self._reached = reached
        yield Reached(reached)
