"""One partition of the roll-up: raw records in, closed buckets and dead letters out."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct, field

from pipeline.faults import burying
from pipeline.partitions import check_place
from pipeline.reading.asking import Asking, answered
from pipeline.reading.contract import Reader
from pipeline.reading.rules import ReadingRules
from pipeline.rollup.brand import BrandRollup, Checkpoint
from pipeline.rollup.entry import Entry
from pipeline.rollup.heard import Sources, hear
from pipeline.rollup.journal import RollupJournal
from pipeline.rollup.reading import read_batch
from pipeline.rollup.rules import RollupRules
from pipeline.rollup.watching import WatchList
from pipeline.rollup.watermarks import progress
from pipeline.sentiment.api import Scorer
from pipeline.state.header import Header, claim, layout_of
from pipeline.state.journal import Journal, Table, journals_of
from pipeline.stories import words_of
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import UnreadableError, encode
from schemas.mention import ALL_BRANDS, Gap, Mention, MentionBatch
from schemas.topics import ROLLUP_TABLE

GAPS_KEPT = 100
"""The newest gaps that were stated for a whole partition."""


class Rejected(NamedTuple):
    """Bytes for the dead-letter topic: which mention of the record (None: all of it), and why."""

    place: int | None
    error: UnreadableError
    raw: bytes


class RolledUp(NamedTuple):
    """What a record led to: closed buckets, and what of it was rejected.

    ``batch`` is None where the record could not be read or was applied before. ``dropped``: how
    many of its mentions were not counted, by reason.
    """

    buckets: list[Bucket]
    rejected: list[Rejected]
    batch: MentionBatch | None = None
    dropped: Mapping[str, int] = {}


class Clock(Struct, array_like=True):
    """What heartbeats said for a whole partition.

    Live sources and replays speak of different times, so each of the two has its own ticks:
    ``closed_until_s`` and ``replayed_until_s``. ``lost_before``: offset before which records were
    gone; ``holes``: how far each source had got then that has not spoken since.
    """

    offset: int = -1
    sources: Sources = field(default_factory=dict)
    gaps: list[tuple[str, Gap]] = field(default_factory=list)
    closed_until_s: int = 0
    replayed_until_s: int = 0
    lost_before: int = 0
    holes: dict[str, float] = field(default_factory=dict)


STORED: Final = (Clock, Checkpoint, Entry)


def rollup_header(width_s: int) -> Header:
    """The header of a partition's state, as this code writes it."""
    return Header(table=ROLLUP_TABLE, width_s=width_s, layout=layout_of(STORED))


class _Member(NamedTuple):
    """A brand of the partition: what is in memory, its journal, and the buckets to acknowledge."""

    rollup: BrandRollup
    journal: RollupJournal
    unsent: dict[int, Bucket]

    @property
    def sent_until_s(self) -> int:
        """All buckets that end by then are with Kafka."""
        return min(self.unsent, default=self.rollup.closed_until_s)


class _Step(NamedTuple):
    """What a record leads to, worked out and not yet written."""

    entry: Entry
    raw: bytes
    buckets: list[Bucket]
    checkpoint: bytes | None
    needed_from_s: int
    rejected: list[Rejected]


class Shard:
    """The state of all brands of one partition, kept in ``table`` (see ``pipeline.state``).

    Feed it every record of the partition in order of offset; a record that was applied before is
    recognised by its offset and changes nothing. Buckets stay in the state until ``acknowledge``;
    after a crash ``recovered`` holds those whose sending is in doubt. ``model_of`` gives the model
    of a brand where brands have their own; else ``model`` scores all. ``partitions``: of the topic;
    a brand that lies on another one of them is refused. ``reading``: how much is read carefully;
    None where there is no reader.

    No record ends the process: one that fails is handed back as rejected, and the state is as if it
    had not come. Only what writing to ``table`` raises goes through.

    Raises:
        StateError: ``table`` was written by other code, or with another width of a bucket.
    """

    def __init__(
        self,
        partition: int,
        *,
        table: Table,
        brands: Mapping[str, Brand],
        rules: RollupRules,
        model: Scorer,
        model_of: Callable[[str], Scorer] | None = None,
        partitions: int = 1,
        reading: ReadingRules | None = None,
    ) -> None:
        self._partition = partition
        self._partitions = partitions
        self._table = table
        self._brands = brands
        self._rules = rules
        self._reading = reading
        self._model_of = model_of or (lambda _: model)
        self._clock = Clock()
        self._members: dict[str, _Member] = {}
        claim(table, partition, rollup_header(rules.width_s))
        self.recovered = self._recover()

    def apply(
        self, offset: int, raw: bytes, *, arrived_s: float = 0.0, reader: Reader | None = None
    ) -> RolledUp:
        """Apply the record at ``offset`` as ``applying`` does, reading on the spot."""
        return answered(self.applying(offset, raw, arrived_s=arrived_s), reader)

    def applying(self, offset: int, raw: bytes, *, arrived_s: float = 0.0) -> Asking[RolledUp]:
        """Apply the record at ``offset``; ask for what is to be read carefully on the way.

        Writes to the table before it returns, and nothing while it asks. Until it has returned, no
        other record of the partition may be applied.

        ``arrived_s``: when the record came, by Kafka's word (its timestamp, which it keeps), UNIX
        time; 0 where that is not known, and then every claim about time is believed.
        """
        try:
            with burying():
                batch, rejected_mentions = read_batch(raw)
                if batch.brand != ALL_BRANDS:
                    check_place(batch.brand, self._brands, self._partition, self._partitions)
        except UnreadableError as error:
            return RolledUp([], [Rejected(None, error, raw)])
        rejected = [Rejected(*one) for one in rejected_mentions]
        if batch.source in self._clock.holes:
            self._state_hole(batch, arrived_s)
        if batch.brand == ALL_BRANDS:
            return (yield from self._beat(offset, batch, raw, arrived_s, rejected))
        member = self._member(batch.brand)
        if offset <= member.rollup.offset:
            return RolledUp([], [])
        watermark_s = batch.watermark.timestamp()
        if live := member.rollup.disturbed_by(batch.source, watermark_s, arrived_s):
            refused = Rejected(None, _replay_beside(live, batch), raw)
            dropped = {"replay_beside_live": len(batch.mentions)} if batch.mentions else {}
            return RolledUp([], [*rejected, refused], batch, dropped)
        try:
            with burying():
                step = yield from self._step(member, offset, batch, arrived_s)
        except UnreadableError as error:
            self._rebuild(batch.brand)
            return RolledUp([], [Rejected(None, error, raw)])
        if step.checkpoint is not None:
            member.journal.write_checkpoint(step.checkpoint, needed_from_s=step.needed_from_s)
        member.journal.append(step.entry, step.raw)
        self._keep(member, step.buckets)
        rejected += [*step.rejected, *self._unbelieved(batch, raw, arrived_s)]
        return RolledUp(step.buckets, rejected, batch, _dropped(step.entry))

    def lose(self, offset: int) -> None:
        """Note that records before ``offset`` were gone before they could be read.

        What a source said between its last record and its next one is not known. It becomes a gap
        of each brand that the source speaks of, as soon as it speaks again.
        """
        clock = self._clock
        if offset <= clock.lost_before:
            return  # read again after a crash: it was stated before
        clock.lost_before = offset
        for heard in (clock.sources, *(one.rollup.sources for one in self._members.values())):
            for name, one in heard.items():
                clock.holes[name] = max(clock.holes.get(name, 0.0), one.watermark_s)
        self._table[str(self._partition)] = encode(clock)

    def _state_hole(self, batch: MentionBatch, arrived_s: float) -> None:
        """Make a gap of what was lost before this first record of a source since."""
        clock = self._clock
        start_s = clock.holes.pop(batch.source)
        until_s = min(batch.watermark.timestamp(), arrived_s or batch.watermark.timestamp())
        gap = Gap(
            start=datetime.fromtimestamp(start_s, UTC),
            end=datetime.fromtimestamp(max(until_s, start_s), UTC),
            cause="expired",
        )
        clock.gaps = [*clock.gaps, (batch.source, gap)][-GAPS_KEPT:]
        self._table[str(self._partition)] = encode(clock)

    def acknowledge(self, bucket: Bucket) -> None:
        """Kafka has this bucket: it need not be sent again."""
        if bucket.brand in self._members:
            self._members[bucket.brand].unsent.pop(int(bucket.start.timestamp()), None)

    def _step(
        self, member: _Member, offset: int, batch: MentionBatch, arrived_s: float
    ) -> Asking[_Step]:
        """Apply a batch to what is in memory; what it leads to is not written yet."""
        rollup, journal, unsent = member
        checkpoint, needed_from_s = None, rollup.closed_until_s - self._rules.dedup_s
        if journal.checkpoint_due and not unsent:
            checkpoint = journal.prepared_checkpoint(rollup)
        model = self._model_of(batch.brand)  # once: a record is scored by one version
        rejected: list[Rejected] = []

        def set_aside(place: int, mention: Mention) -> None:
            error = _ahead("post", mention.created_at, arrived_s or batch.watermark.timestamp())
            rejected.append(Rejected(place, error, encode(mention)))

        entry = rollup.digest(
            offset,
            batch,
            model.score_many,
            model.version,
            arrived_s=arrived_s,
            set_aside=set_aside,
        )
        entry.sent_until_s = member.sent_until_s
        rollup.fold(entry)
        buckets = yield from self._closing(member)
        entry.closed_until_s = rollup.closed_until_s
        entry.read = rollup.read()
        raw = journal.prepared(entry)
        return _Step(entry, raw, buckets, checkpoint, needed_from_s, rejected)

    def _member(self, brand: str) -> _Member:
        if brand not in self._members:
            journal = Journal(self._table, self._partition, brand)
            self._members[brand] = _Member(self._rollup(brand), RollupJournal(journal), {})
        return self._members[brand]

    def _rollup(self, brand: str) -> BrandRollup:
        known = self._brands[brand]
        return BrandRollup(
            brand,
            self._rules,
            own_accounts=known.own_accounts,
            handles=known.handles,
            reading=self._reading,
            names=words_of(known),
            watch=WatchList(known),
        )

    def _closing(self, member: _Member) -> Asking[list[Bucket]]:
        return member.rollup.closing(self._clock.sources, self._clock.gaps)

    def _close_again(self, member: _Member) -> list[Bucket]:
        """Close what was closed before a crash. What was read of it then is in the entries."""
        clock = self._clock
        return answered(member.rollup.closing(clock.sources, clock.gaps, again=True), None)

    def _keep(self, member: _Member, buckets: list[Bucket]) -> None:
        member.unsent.update((int(bucket.start.timestamp()), bucket) for bucket in buckets)

    def _rebuild(self, brand: str) -> None:
        """Take the brand back to what the table holds: a record failed half-way.

        Its buckets were all handed out before, and those not acknowledged stay kept.
        """
        member = self._members[brand]
        for closing in (True, False):
            rollup = self._rollup(brand)
            member = member._replace(rollup=rollup)
            self._members[brand] = member
            member.journal.replay(rollup)
            if closing:
                try:
                    with burying():
                        self._close_again(member)
                except UnreadableError:
                    continue  # it is closing that fails: the next record is told so again
            return

    def _unbelieved(self, batch: MentionBatch, raw: bytes, arrived_s: float) -> list[Rejected]:
        """The whole record as rejected, where its watermark or its gap lies in the future."""
        rules, gap = self._rules, batch.gap
        says_more = batch.mentions and batch.brand != ALL_BRANDS
        if not says_more and rules.is_ahead(batch.watermark.timestamp(), arrived_s):
            return [Rejected(None, _ahead("watermark", batch.watermark, arrived_s), raw)]
        if gap is not None and rules.is_gap_ahead(gap, arrived_s):
            return [Rejected(None, _ahead("end of a gap", gap.end, arrived_s), raw)]
        return []

    def _beat(
        self,
        offset: int,
        batch: MentionBatch,
        raw: bytes,
        arrived_s: float,
        rejected: list[Rejected],
    ) -> Asking[RolledUp]:
        """Apply a batch for all brands: a heartbeat, which brings time on."""
        clock, rules = self._clock, self._rules
        if offset <= clock.offset:
            return RolledUp([], [])
        clock.offset = offset
        for place, mention in enumerate(batch.mentions):
            error = UnreadableError("wrong_brand", "a mention in a batch for all brands")
            rejected.append(Rejected(place, error, encode(mention)))
        strange = sum(one.error.reason == "wrong_brand" for one in rejected)
        dropped = {"wrong_brand": strange} if strange else {}
        unbelieved = self._unbelieved(batch, raw, arrived_s)
        hear(clock.sources, batch.source, batch.watermark.timestamp(), arrived_s, rules)
        if batch.gap is not None and not unbelieved:
            clock.gaps = [*clock.gaps, (batch.source, batch.gap)][-GAPS_KEPT:]
        buckets, failed = yield from self._close_all(raw)
        buckets += self._ticks(arrived_s)
        self._table[str(self._partition)] = encode(clock)
        return RolledUp(buckets, [*rejected, *unbelieved, *failed], batch, dropped)

    def _close_all(self, raw: bytes) -> Asking[tuple[list[Bucket], list[Rejected]]]:
        """Close what is complete now. A brand that fails keeps no other from its buckets."""
        buckets: list[Bucket] = []
        rejected = []
        for brand, member in list(self._members.items()):
            if not member.rollup.has_open:
                continue
            try:
                with burying():
                    before_s = member.rollup.closed_until_s
                    closed = yield from self._closing(member)
                    entry = member.rollup.read_alone()
                    prepared = member.journal.prepared(entry)
            except UnreadableError as error:
                self._rebuild(brand)
                named = UnreadableError(error.reason, f"brand {brand}: {error.detail}")
                rejected.append(Rejected(None, named, raw))
            else:
                if member.rollup.closed_until_s > before_s:
                    member.journal.append(entry, prepared)
                self._keep(member, closed)
                buckets += closed
        return buckets, rejected

    def _ticks(self, arrived_s: float) -> list[Bucket]:
        """The clock of the partition, if it has moved: one of its live sources, one of replays."""
        clock = self._clock
        live = {
            name: one for name, one in clock.sources.items() if one.ahead or one.is_live(arrived_s)
        }
        others = {name: one for name, one in clock.sources.items() if name not in live}
        ticks = []
        if tick := self._tick(live, clock.closed_until_s):
            ticks.append(tick)
            clock.closed_until_s = int(tick.watermark.timestamp())
        if tick := self._tick(others, clock.replayed_until_s):
            ticks.append(tick)
            clock.replayed_until_s = int(tick.watermark.timestamp())
        return ticks

    def _tick(self, sources: Sources, closed_until_s: int) -> Bucket | None:
        """A bucket for all brands that says how far ``sources`` are; None if no further."""
        now = progress(sources, self._rules)
        until_s = self._rules.closed_until(now.watermark_s)
        if until_s <= closed_until_s:
            return None
        return Bucket(
            brand=ALL_BRANDS,
            start=datetime.fromtimestamp(until_s - self._rules.width_s, UTC),
            width_s=self._rules.width_s,
            watermark=datetime.fromtimestamp(until_s, UTC),
            sources=now.live,
            blind=now.blind,
            quarantined=now.quarantined,
        )

    def _recover(self) -> list[Bucket]:
        """Take up the state of the table; return the buckets that may not have been sent."""
        own = str(self._partition)
        if own in self._table:
            self._clock = msgspec.json.decode(self._table[own], type=Clock)
        doubtful = []
        for brand, journal in journals_of(self._table, self._partition).items():
            if brand not in self._brands:
                continue  # taken out of the brands file; its state stays in the table
            member = _Member(self._rollup(brand), RollupJournal(journal), {})
            self._members[brand] = member
            sent_until_s = member.journal.recover(member.rollup, dedup_s=self._rules.dedup_s)
            try:
                with burying():
                    closed = self._close_again(member)
            except UnreadableError:
                self._rebuild(brand)
                continue
            again = [one for one in closed if one.watermark.timestamp() > sent_until_s]
            self._keep(member, again)
            doubtful += again
        return doubtful


def _dropped(entry: Entry) -> Mapping[str, int]:
    return {
        reason: count
        for partial in entry.partials
        for reason in ("duplicates", "edited", "late", "future")
        if (count := getattr(partial, reason))
    }


def _ahead(what: str, at: datetime, arrived_s: float) -> UnreadableError:
    ahead_s = at.timestamp() - arrived_s
    detail = f"its {what} lies {ahead_s:.0f} s after its arrival: whose clock is wrong?"
    return UnreadableError("ahead_of_time", detail)


def _replay_beside(live: str, batch: MentionBatch) -> UnreadableError:
    detail = f"{batch.source!r} replays {batch.brand!r}, of which {live!r} tells live"
    return UnreadableError("replay_beside_live", detail)
