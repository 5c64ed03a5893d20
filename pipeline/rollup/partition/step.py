"""A step of the roll-up: some records of a partition, applied together.

What a step leads to is worked out in memory, brand by brand, down to the bytes to be written, and
written once nothing can fail any more. Each brand has one entry between two closings, however many
records it is made of.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.reading.asking import Asking, ReadAnswers
from pipeline.reading.contract import Wanted
from pipeline.rollup.brand import BrandRollup, SourceGap
from pipeline.rollup.event_time.heard import HeardSource
from pipeline.rollup.partition.journal import Closed, RollupJournal, after
from schemas.bucket import Bucket
from schemas.codec import UnreadableError
from schemas.mention import MentionBatch


class Rejected(NamedTuple):
    """Bytes for the dead-letter topic: which mention of the record (None: all of it), and why."""

    place: int | None
    error: UnreadableError
    raw: bytes


class MentionRecord(NamedTuple):
    """A record of the mentions topic, read but not applied.

    ``arrived_s``: when it came, by Kafka's word (its timestamp, which it keeps), UNIX time; 0 where
    that is not known, and then every claim about time is believed. ``batch`` is None where it could
    not be read; ``rejected`` says why, and which of its mentions were set aside.
    """

    offset: int
    raw: bytes
    arrived_s: float
    batch: MentionBatch | None
    rejected: Sequence[Rejected] = ()

    @property
    def mentions(self) -> int:
        """How many mentions it brings."""
        return 0 if self.batch is None else len(self.batch.mentions)


class Burials(NamedTuple):
    """What is to be in the dead-letter topic before a step is written, by record.

    Once it is written, these records are passed over: read again after a crash, they would not be
    rejected again.
    """

    rejected: Sequence[tuple[MentionRecord, Sequence[Rejected]]]


class RolledUp(NamedTuple):
    """What a record led to: closed buckets, and what of it was rejected.

    ``batch`` is None where the record could not be read or was applied before. ``dropped``: how
    many of its mentions were not counted, by reason; ``delayed``: how many count, and came after
    their bucket was closed.
    """

    buckets: list[Bucket]
    rejected: list[Rejected]
    batch: MentionBatch | None = None
    dropped: Mapping[str, int] = {}
    delayed: int = 0


Applying = Generator[Sequence[Wanted] | Burials, ReadAnswers | None, list[RolledUp]]
"""A step under way: it asks for readings, and once, before it writes, for burials (sent None)."""


class Member(NamedTuple):
    """A brand of the partition: what is in memory, its journal, and the buckets to acknowledge.

    ``unsent``: by start and revision, until when all had been sent before.
    """

    rollup: BrandRollup
    journal: RollupJournal
    unsent: dict[tuple[int, int], int]

    @property
    def sent_until_s(self) -> int:
        """All that closings until then led to is with Kafka."""
        return min(self.unsent.values(), default=self.rollup.closed_until_s)

    def keep(self, closed: Iterable[Closed]) -> None:
        """Keep what was closed until it is acknowledged."""
        for bucket, after_s in closed:
            self.unsent[int(bucket.start.timestamp()), bucket.revision] = after_s

    def acknowledge(self, bucket: Bucket) -> None:
        """Kafka has this bucket."""
        self.unsent.pop((int(bucket.start.timestamp()), bucket.revision), None)


class BrandStep:
    """What a step makes of one brand. ``write`` comes last; until then the table is untouched.

    It begins before the first record of the step changes the brand: what it writes of the state
    before (the checkpoint, what was sent) must not hold anything of the step.
    """

    def __init__(self, member: Member) -> None:
        rollup, journal, unsent = member
        self._member = member
        self._sent_until_s = member.sent_until_s
        self._needed_from_s = rollup.needed_from_s
        self._checkpoint: bytes | None = None
        if journal.checkpoint_due and not unsent:
            self._checkpoint = journal.prepared_checkpoint(rollup)
        self._entries: list[tuple[bytes, int]] = []
        self._closed: list[Closed] = []

    def closing(
        self, sources: Mapping[str, HeardSource], gaps: Sequence[SourceGap]
    ) -> Asking[list[Bucket]]:
        """Close the buckets that are complete now. What was taken until then is one entry.

        Raises:
            UnreadableError: (``too_large``) Kafka would not take the entry.
        """
        rollup = self._member.rollup
        before_s = rollup.closed_until_s
        buckets = yield from rollup.closing(sources, gaps)
        if rollup.closed_until_s > before_s:
            self._seal()
        self._closed += after(before_s, buckets)
        return buckets

    def pass_over(self, offset: int) -> None:
        """Make an entry of this alone, that the record at ``offset`` is never taken."""
        self._member.rollup.pass_over(offset)
        self._seal()

    def finish(self) -> None:
        """Make an entry of what was taken since the last closing.

        Raises:
            UnreadableError: (``too_large``) Kafka would not take the entry.
        """
        if self._member.rollup.has_news:
            self._seal()

    def write(self) -> None:
        """Write the checkpoint that was due, and then the entries."""
        _, journal, _ = self._member
        if self._checkpoint is not None:
            journal.write_checkpoint(self._checkpoint, needed_from_s=self._needed_from_s)
        for raw, last_s in self._entries:
            journal.append(raw, last_s)
        self._member.keep(self._closed)

    def _seal(self) -> None:
        entry = self._member.rollup.sealed()
        entry.sent_until_s = self._sent_until_s
        self._entries.append((self._member.journal.prepared(entry), entry.last_s))
