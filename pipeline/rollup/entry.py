"""What some records did to the state of a brand: the line of the journal."""

from typing import Final

from msgspec import Struct, field

from pipeline.deletions.records import reading_without
from pipeline.deletions.to_forget import ToForget
from pipeline.rollup.partial import Partial
from schemas.mention import Gap
from schemas.reading import Reading

BESIDE: Final = -1


class Claim(Struct, array_like=True, frozen=True):
    """How far a record says that its source has got.

    ``arrived_s``: when the record came, by Kafka's word; 0 where that is not known.
    """

    source: str
    watermark_s: float
    arrived_s: float = 0.0


class Met(Struct, array_like=True, frozen=True):
    """A network that was heard of a brand: since when, and from when on it counts with the others.

    ``joins_s``: 0 for from the first; ``BESIDE`` for never, as the brand is not judged on it.
    ``live``: it was heard as it was said; a recording speaks of another time.
    """

    first_s: int
    joins_s: int
    live: bool = False


class Closing(Struct, array_like=True, frozen=True):
    """That buckets were closed until ``until_s``, and what they say of sources and gaps.

    It depends on what heartbeats had said to the whole partition by then, which is written apart.
    Folded again, the buckets say the same, whatever has been said since. ``gaps``: of the brand and
    of the partition, those that touch the buckets. ``revises``: late posts joined their buckets
    before.
    """

    until_s: int
    live: tuple[str, ...]
    blind: tuple[str, ...]
    quarantined: tuple[str, ...]
    gaps: list[Gap] = field(default_factory=list)
    revises: bool = False


class Entry(Struct, array_like=True):
    """The outcome of one or more applied records, in a row, of a brand; an array in JSON.

    ``offset``: of the newest record on its partition; at or below the newest one of all entries
    means *seen before*. ``claims``: one a record; none where a heartbeat alone closed buckets.
    ``partials``: what they added to each bucket. ``closing``: what was closed after them, if
    anything; so no entry reaches beyond a closing. ``read``: start of each bucket that was closed
    with it, and what was read of it. ``sent_until_s``: all that closings until then led to had been
    acknowledged when this was written. ``met``: networks that were met with the records.
    """

    offset: int
    claims: list[Claim]
    partials: list[Partial] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    sent_until_s: int = 0
    closing: Closing | None = None
    read: list[tuple[int, Reading]] = field(default_factory=list)
    met: dict[str, Met] = field(default_factory=dict)

    def forget(self, gone: ToForget) -> None:
        """Let go of what is to be forgotten; no count moves."""
        for partial in self.partials:
            partial.forget(gone)
        self.read = [(start_s, reading_without(one, gone)) for start_s, one in self.read]

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return the posts by accounts that are to be forgotten."""
        found = {
            post.id
            for _, reading in self.read
            for post in (*reading.roots, *reading.best)
            if gone.author(post.handle)
        }
        return found.union(*(partial.posts_by(gone) for partial in self.partials))

    @property
    def last_s(self) -> int:
        """The latest time that this entry speaks of; 0 where it speaks of none."""
        starts = [partial.start_s for partial in self.partials]
        until = [] if self.closing is None else [self.closing.until_s - 1]
        return max(starts + until, default=0)

    @property
    def order(self) -> tuple[int, int]:
        """The order in which entries are folded: a heartbeat closes after the records before it."""
        return self.offset, 0 if self.closing is None else self.closing.until_s
