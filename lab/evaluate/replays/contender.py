"""Who is judged: anything that is given buckets and rings; and plain detectors made one."""

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from msgspec import Struct

from lab.evaluate.replays.told import ToldIncident
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.mention import ALL_BRANDS

ROW_S: Final = 300


class ContenderRing(Struct, frozen=True):
    """Somebody is called. Rings of one ``incident`` are one matter; severity 0 is not stated."""

    at_s: float
    incident: str = ""
    severity: int = 0


class Contender(Protocol):
    """What is judged. It is copied where two futures begin at the same past."""

    name: str

    def take(self, bucket: Bucket) -> list[ContenderRing]:
        """One more closed bucket of the brand, or a tick of the clock (brand ``*``)."""
        ...

    def told(self) -> tuple[ToldIncident, ...]:
        """All incidents until now, with heads-ups; nothing of who knows only alarms."""
        ...


MakeContender = Callable[[Brand], Contender]
"""A new contender for a brand; a module-level function, for it travels to other processes."""


class CountBaseline(Protocol):
    """A detector of counts: one call for every five minutes that were seen whole."""

    @property
    def name(self) -> str:
        """What tables call it."""

    def update(self, start_s: int, count: float) -> bool:
        """Whether to be alarmed at the end of the row ``[start_s, start_s + 300)``."""
        ...


class CountRow(NamedTuple):
    """Five minutes: estimated mentions, and those of them that were called negative."""

    start_s: int
    mentions: float
    negative: float


class RowDetector(Protocol):
    """A detector that looks at more than the count."""

    name: str

    def look(self, row: CountRow) -> bool:
        """Whether to be alarmed at the end of the row."""
        ...


class Counting:
    """A ``CountBaseline`` as a ``RowDetector``."""

    def __init__(self, baseline: CountBaseline) -> None:
        self.name = baseline.name
        self._baseline = baseline

    def look(self, row: CountRow) -> bool:
        """Show it the count."""
        return self._baseline.update(row.start_s, row.mentions)


class RowContender:
    """Rolls buckets up to rows of five minutes; rows touched by a gap are not shown to anybody.

    It rings whenever its detector is alarmed; that many alarms are one ring is the harness's rule,
    and the same for all.
    """

    def __init__(self, detector: RowDetector) -> None:
        self.name = detector.name
        self._detector = detector
        self._row: int | None = None
        self._count = 0.0
        self._negative = 0.0

    def told(self) -> tuple[ToldIncident, ...]:
        """It has alarms, and no incidents."""
        return ()

    def take(self, bucket: Bucket) -> list[ContenderRing]:
        """Count a bucket; show every row that is over."""
        row = int(bucket.start.timestamp()) // ROW_S
        if self._row is None:
            self._row = row
        gaps = [
            (gap.start.timestamp() // ROW_S, gap.end.timestamp() // ROW_S) for gap in bucket.gaps
        ]
        rings = []
        while self._row < row:
            seen = not any(first <= self._row <= last for first, last in gaps)
            shown = CountRow(self._row * ROW_S, self._count, self._negative)
            if seen and self._detector.look(shown):
                rings.append(ContenderRing(float(shown.start_s + ROW_S)))
            self._row += 1
            self._count = self._negative = 0.0
        if bucket.brand != ALL_BRANDS and bucket.mentions:
            self._count += bucket.weighted
            self._negative += bucket.negative * bucket.weighted / bucket.mentions
        return rings
