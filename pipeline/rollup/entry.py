"""What one record did to the state of a brand: the line of the journal."""

from msgspec import Struct, field

from pipeline.rollup.partial import Partial
from schemas.mention import Gap


class Entry(Struct, array_like=True):
    """The outcome of one applied record; an array in JSON, small enough to write for each.

    ``offset`` of the record on its partition: at or below the newest one means *seen before*.
    ``sent_until_s``: every bucket that ends by then had been acknowledged when this was written.
    ``watermark_s`` is what the record claims, ``arrived_s`` when Kafka says that it came (0: not
    known). ``closed_until_s``: what was closed when the record was decided upon.
    """

    offset: int
    source: str
    watermark_s: float
    partials: list[Partial] = field(default_factory=list)
    gap: Gap | None = None
    sent_until_s: int = 0
    arrived_s: float = 0.0
    closed_until_s: int = 0

    @property
    def last_start_s(self) -> int:
        """Start of the latest bucket that this entry adds to; 0 when it adds to none."""
        return max((partial.start_s for partial in self.partials), default=0)
