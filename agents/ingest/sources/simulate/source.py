"""The source ``simulate``: posts that somebody makes up, said as if they were real."""

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from threading import Event
from time import monotonic

from agents.ingest.pacing import held, paced
from agents.ingest.recorded import Recorded
from agents.ingest.source import PositionError, SourceEvent
from agents.ingest.steady_clock import utc_now
from pipeline.phrase import Phrase
from schemas.mention import Mention


class SimulateSource(Recorded):
    """Says ``mentions``, which come in the order of their time, at ``speed`` times that of life.

    None is said before its own date (``now``), however high the speed; ``on_present`` is called
    when the first of them has to wait. ``done`` counts posts that were said, by earlier runs, too.
    An earlier run is gone on from if ``mentions`` are the same again, as those of one seed are.
    """

    def __init__(
        self,
        name: str,
        mentions: Iterable[Mention],
        *,
        speed: float = math.inf,
        on_present: Callable[[], None] = lambda: None,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self.name = name
        self._mentions = mentions
        self._speed = speed
        self._on_present = on_present
        self._now = now
        self._clock_s = clock_s

    def open(self, resume: bytes | None) -> None:
        """Go on behind as many posts as an earlier run had said."""
        if resume is None:
            return
        if not resume.isdigit():
            raise PositionError(Phrase("is no count of posts; delete it"))
        self.done = int(resume)

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Yield posts when their time has come."""
        passing = paced(
            islice(self._mentions, self.done, None),
            self._speed,
            clock_s=self._clock_s,
            sleep=stop.wait,
        )
        items = held(passing, now=self._now, sleep=stop.wait, on_present=self._on_present)
        return self.said(items, stop)

    def position(self) -> bytes:
        """Return how many posts were said."""
        return b"%d" % self.done
