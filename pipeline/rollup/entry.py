"""What one record did to the state of a brand: the line of the journal."""

from msgspec import Struct, field

from pipeline.rollup.partial import Partial
from schemas.mention import Gap
from schemas.reading import Reading


class Entry(Struct, array_like=True):
    """The outcome of one applied record; an array in JSON, small enough to write for each.

    ``offset`` of the record on its partition: at or below the newest one means *seen before*.
    ``source`` is empty where an entry only tells what was read.
    ``sent_until_s``: every bucket that ends by then had been acknowledged when this was written.
    ``watermark_s`` is what the record claims, ``arrived_s`` when Kafka says that it came (0: not
    known). ``closed_until_s``: what was closed once it was applied, or by a heartbeat since.
    ``read``: start of each bucket that was closed by it, or by a heartbeat since, and what was read
    of it. Folded again, the bucket says the same, whether or not there is a reader then.
    """

    offset: int
    source: str
    watermark_s: float
    partials: list[Partial] = field(default_factory=list)
    gap: Gap | None = None
    sent_until_s: int = 0
    arrived_s: float = 0.0
    closed_until_s: int = 0
    read: list[tuple[int, Reading]] = field(default_factory=list)

    @property
    def last_start_s(self) -> int:
        """Start of the latest bucket that this entry speaks of; 0 when it speaks of none."""
        starts = [partial.start_s for partial in self.partials]
        return max(starts + [start_s for start_s, _ in self.read], default=0)
