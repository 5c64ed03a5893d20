"""One partition of the roll-up: raw records in, closed buckets and dead letters out."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct, field

from pipeline.apart import named_part, part_name
from pipeline.deletions.to_forget import ToForget
from pipeline.faults import burying
from pipeline.partitions import check_place
from pipeline.reading.asking import Asking, ReadAnswers, answered
from pipeline.reading.contract import Reader
from pipeline.reading.rules import ReadingRules
from pipeline.rollup.brand import BrandRollup, Checkpoint, Scores
from pipeline.rollup.entry import Entry
from pipeline.rollup.event_time.heard import Sources, hear
from pipeline.rollup.event_time.watermarks import progress
from pipeline.rollup.networks import RecordPart, divide, is_whole
from pipeline.rollup.partition.journal import RollupJournal
from pipeline.rollup.partition.reading import read_batch
from pipeline.rollup.partition.step import (
    Applying,
    BrandStep,
    Burials,
    Member,
    MentionRecord,
    Rejected,
    RolledUp,
)
from pipeline.rollup.remembered import Rest
from pipeline.rollup.rules import RollupRules
from pipeline.rollup.speakers.watching import WatchList
from pipeline.sentiment.api import Score, Scorer
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


STORED: Final = (Clock, Checkpoint, Rest, Entry)

_read_clock = msgspec.json.Decoder(Clock).decode


@cache
def rollup_header(width_s: int) -> Header:
    """The header of a partition's state, as this code writes it."""
    return Header(table=ROLLUP_TABLE, width_s=width_s, layout=layout_of(STORED))


class _Scored(NamedTuple):
    """Scores of the mentions of a record, and the version of the scorer that gave them.

    ``whole``: it is certain that the record is not divided.
    """

    scores: Scores
    model: str
    whole: bool = False


class _Step:
    """What some records lead to, worked out and not yet written; the clock is written last.

    ``alone``: it has one record, so whatever fails is that record's fault. ``brands``: by name, as
    ``pipeline.apart.part_name`` has it.
    """

    def __init__(self, *, alone: bool) -> None:
        self.alone = alone
        self.brands: dict[str, BrandStep] = {}
        self.moves_clock = False

    def of(self, name: str, member: Member) -> BrandStep:
        """What it makes of a brand; asked before anything of it is changed."""
        if name not in self.brands:
            self.brands[name] = BrandStep(member)
        return self.brands[name]

    def write(self) -> None:
        """Write what it makes of brands.

        What is together comes after what is apart: it says how records are divided, and until it is
        written they are divided again as before.
        """
        for name in sorted(self.brands, key=lambda name: not named_part(name)[1]):
            self.brands[name].write()


class Shard:
    """The state of all brands of one partition, kept in ``table`` (see ``pipeline.state``).

    Feed it every record of the partition in order of offset, one by one or some together: what
    comes out is the same. A record that was applied before is recognised by its offset and changes
    nothing. Buckets stay in the state until ``acknowledge``;
    after a crash ``recovered`` holds those whose sending is in doubt. ``model_of`` gives the model
    of a brand where brands have their own; else ``model`` scores all. ``partitions``: of the topic;
    a brand that lies on another one of them is refused. ``reading``: how much is read carefully;
    None where there is no reader. ``gone``: what is to be forgotten, all that is known of by now;
    of what is added to it later, ``forget_soon`` has to be told at once. ``forgotten``: how many
    records of state were written anew for that.

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
        gone: ToForget | None = None,
    ) -> None:
        self._gone = ToForget() if gone is None else gone
        self._to_forget: defaultdict[str, list[ToForget]] = defaultdict(list)
        self.forgotten = 0
        self._partition = partition
        self._partitions = partitions
        self._table = table
        self._brands = brands
        self._rules = rules
        self._reading = reading
        self._model_of = model_of or (lambda _: model)
        self._clock = Clock()
        self._members: dict[str, Member] = {}
        claim(table, partition, rollup_header(rules.width_s))
        self.recovered = self._recover()

    def read(self, offset: int, raw: bytes, *, arrived_s: float = 0.0) -> MentionRecord:
        """Read the record at ``offset``; nothing changes. ``arrived_s``: see ``MentionRecord``."""
        try:
            with burying():
                batch, rejected = read_batch(raw)
                if batch.brand != ALL_BRANDS:
                    check_place(batch.brand, self._brands, self._partition, self._partitions)
        except UnreadableError as error:
            return MentionRecord(offset, raw, arrived_s, None, (Rejected(None, error, raw),))
        return MentionRecord(offset, raw, arrived_s, batch, [Rejected(*one) for one in rejected])

    def apply(
        self, offset: int, raw: bytes, *, arrived_s: float = 0.0, reader: Reader | None = None
    ) -> RolledUp:
        """Read and apply the one record at ``offset``, as ``apply_all`` does."""
        [outcome] = self.apply_all([self.read(offset, raw, arrived_s=arrived_s)], reader=reader)
        return outcome

    def apply_all(
        self, records: Sequence[MentionRecord], *, reader: Reader | None = None
    ) -> list[RolledUp]:
        """Apply records as ``applying`` does, reading on the spot; nothing is buried."""
        return answered(_unburied(self.applying(records)), reader)

    def applying(self, records: Sequence[MentionRecord]) -> Applying:
        """Apply records together, in their order; what each of them led to.

        Asks for what is to be read carefully on the way, and before it writes for what is to be
        buried, if anything is: all ``rejected`` of what it returns. Writes to the table before it
        returns, and nothing before it has asked; the clock comes last, for it would make mentions
        late that have to be read again. Until it has returned, no other record of the partition
        may be applied.

        Where something fails, the step is undone, and each record becomes a step of its own: so the
        one that is to blame is rejected alone.
        """
        self._forget_before(records)
        step = _Step(alone=len(records) == 1)
        try:
            with burying():
                outcomes = yield from self._worked_out(step, records)
                clock = encode(self._clock) if step.moves_clock else None
        except UnreadableError as error:
            self._undo(step, before=records[0].offset)
            if step.alone:
                [record] = records
                outcomes = [RolledUp([], [Rejected(None, error, record.raw)])]
                passing = self._pass_over(record)
                if burials := _burials(records, outcomes):
                    yield burials
                for brand_step in passing:
                    brand_step.write()
                if self._states_hole(record):  # it does so even if it is applied no more
                    self._table[str(self._partition)] = encode(self._clock)
                return outcomes
            outcomes = []
            for record in records:
                outcomes += yield from self.applying([record])
            return outcomes
        if burials := _burials(records, outcomes):
            yield burials
        step.write()
        if clock is not None:
            self._table[str(self._partition)] = clock
        return outcomes

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

    def acknowledge(self, bucket: Bucket) -> None:
        """Kafka has this bucket: it need not be sent again."""
        name = part_name(bucket.brand, bucket.apart)
        if name in self._members:
            self._members[name].acknowledge(bucket)

    def forget_soon(self, gone: ToForget) -> None:
        """Take out of the state what is to be forgotten, by ``forget_next``; no count moves.

        Not to be called within a step. A brand forgets before the next step that changes it, so
        that nothing of it is known by its name and by its alias at once.
        """
        for brand in journals_of(self._table, self._partition):
            self._to_forget[brand].append(gone)

    def forget_next(self) -> bool:
        """Let one brand forget; False where all have."""
        if not self._to_forget:
            return False
        self._forget(next(iter(self._to_forget)))
        return True

    def _forget_before(self, records: Sequence[MentionRecord]) -> None:
        """Let the brands forget that records may change."""
        if not self._to_forget:
            return
        brands = {record.batch.brand for record in records if record.batch is not None}
        for name in list(self._to_forget):
            if ALL_BRANDS in brands or named_part(name)[0] in brands:
                self._forget(name)

    def _forget(self, brand: str) -> None:
        all_gone = self._to_forget.pop(brand, [])
        if not all_gone:
            return
        member = self._members.get(brand)
        if member is None:  # taken out of the brands file
            journal = RollupJournal(journals_of(self._table, self._partition)[brand])
            self.forgotten += sum(map(journal.forget, all_gone))
        elif changed := sum(map(member.journal.forget, all_gone)):
            self.forgotten += changed
            # As after a crash: what is in memory is what the table holds.
            self._rebuild(brand, before=member.rollup.offset + 1)

    def _worked_out(self, step: _Step, records: Sequence[MentionRecord]) -> Asking[list[RolledUp]]:
        """Apply records to what is in memory; what they lead to is not written yet."""
        outcomes = []
        for record, scored in zip(records, self._scored(records), strict=True):
            outcomes.append((yield from self._one(step, record, scored)))
        for brand_step in step.brands.values():
            brand_step.finish()
        return outcomes

    def _scored(self, records: Sequence[MentionRecord]) -> list[_Scored]:
        """Score what records may add: all texts of one scorer in one call."""
        scorers: dict[str, Scorer] = {}  # once a brand: a step is scored by one version
        found = []
        asked: dict[int, tuple[Scorer, list[tuple[list[Score | None], int, Mention]]]] = {}
        for record in records:
            batch = record.batch
            if batch is None or batch.brand == ALL_BRANDS:
                found.append(_Scored([], ""))
                continue
            together = self._member(batch.brand).rollup
            if batch.brand not in scorers:
                scorers[batch.brand] = self._model_of(batch.brand)
            scorer = scorers[batch.brand]
            scores: list[Score | None] = [None] * len(batch.mentions)
            whole = is_whole(self._brands[batch.brand].judge, together, batch)
            found.append(_Scored(scores, scorer.version, whole))
            places: Sequence[int] = ()
            if not whole:
                places = range(len(batch.mentions))  # who takes them is decided later
            elif record.offset > together.offset:
                places = together.to_score(batch, arrived_s=record.arrived_s)
            if places:
                _, wanted = asked.setdefault(id(scorer), (scorer, []))
                wanted += [(scores, place, batch.mentions[place]) for place in places]
        for scorer, wanted in asked.values():
            if wanted:
                given = scorer.score_many([(one.text, one.lang) for _, _, one in wanted])
                for (scores, place, _), score in zip(wanted, given, strict=True):
                    scores[place] = score
        return found

    def _one(self, step: _Step, record: MentionRecord, scored: _Scored) -> Asking[RolledUp]:
        """Apply one record of a step."""
        offset, raw, arrived_s, batch, _ = record
        rejected = list(record.rejected)
        if batch is None:
            return RolledUp([], rejected)
        step.moves_clock |= self._states_hole(record)
        if batch.brand == ALL_BRANDS:
            return (yield from self._beat(step, record, batch))
        if scored.whole:
            fresh = offset > self._member(batch.brand).rollup.offset
            portions = [RecordPart("", batch)] if fresh else []
        else:
            portions = self._portions(step, record, batch)
        if not portions:
            return RolledUp([], [])
        if len(portions) == 1:
            taken = yield from self._take(step, record, portions[0], scored, rejected)
        else:
            taken = RolledUp([], rejected, batch)
            for portion in portions:
                one = yield from self._take(step, record, portion, scored, rejected)
                taken = _added(taken, one)
        rejected += self._unbelieved(batch, raw, arrived_s)
        return taken

    def _portions(
        self, step: _Step, record: MentionRecord, batch: MentionBatch
    ) -> list[RecordPart]:
        """The parts of a record that were not applied before; who is met with it is remembered."""
        brand = batch.brand
        member = self._member(brand)
        division = divide(
            self._brands[brand].judge,
            member.rollup,
            batch,
            self._clock.sources,
            arrived_s=record.arrived_s,
        )
        if division.met and record.offset > member.rollup.offset:
            step.of(brand, member)
            for network, met in division.met.items():
                member.rollup.meet(network, met)
            if all(portion.apart for portion in division.portions):
                member.rollup.pass_over(record.offset)
        return [
            portion
            for portion in division.portions
            if record.offset > self._member(part_name(brand, portion.apart)).rollup.offset
        ]

    def _take(
        self,
        step: _Step,
        record: MentionRecord,
        portion: RecordPart,
        scored: _Scored,
        rejected: list[Rejected],
    ) -> Asking[RolledUp]:
        """Apply a part of a record where it is counted; what is ``rejected`` of it is added.

        What becomes of a part depends on what it is counted with, and on no other part: after a
        crash, some parts may have been applied and some not.
        """
        offset, raw, arrived_s, _, _ = record
        apart, batch, places = portion
        name = part_name(batch.brand, apart)
        member = self._member(name)
        rollup, scores = member.rollup, scored.scores
        if live := rollup.disturbed_by(batch.source, batch.watermark.timestamp(), arrived_s):
            step.of(name, member)
            rollup.pass_over(offset)
            letter = raw if places is None else encode(batch)
            rejected.append(Rejected(None, _replay_beside(live, batch), letter))
            disturbing = {"replay_beside_live": len(batch.mentions)} if batch.mentions else {}
            return RolledUp([], rejected, batch, disturbing)
        if places is not None:
            scores = [scores[place] for place in places]

        def set_aside(place: int, mention: Mention) -> None:
            watermark_s = batch.watermark.timestamp()
            error = _ahead("post", mention.created_at, arrived_s or watermark_s)
            if arrived_s and mention.created_at.timestamp() <= arrived_s:
                ahead_s = mention.created_at.timestamp() - watermark_s
                detail = f"its post lies {ahead_s:.0f} s ahead of what its source had reached"
                error = UnreadableError("ahead_of_time", detail)
            where = place if places is None else places[place]
            rejected.append(Rejected(where, error, encode(mention)))

        brand_step = step.of(name, member)
        dropped = rollup.take(
            offset, batch, scores, scored.model, arrived_s=arrived_s, set_aside=set_aside
        )
        buckets: list[Bucket] = []
        if rollup.may_close(self._clock.sources):  # most records close nothing
            buckets = yield from brand_step.closing(self._clock.sources, self._clock.gaps)
        reasons = {str(why): count for why, count in dropped.items()}
        return RolledUp(buckets, rejected, batch, reasons, rollup.delayed)

    def _states_hole(self, record: MentionRecord) -> bool:
        """Make a gap of what was lost before this record, if it is the first of a source since."""
        clock, batch, arrived_s = self._clock, record.batch, record.arrived_s
        if batch is None or batch.source not in clock.holes or record.offset < clock.lost_before:
            return False
        start_s = clock.holes.pop(batch.source)
        until_s = min(batch.watermark.timestamp(), arrived_s or batch.watermark.timestamp())
        gap = Gap(
            start=datetime.fromtimestamp(start_s, UTC),
            end=datetime.fromtimestamp(max(until_s, start_s), UTC),
            cause="expired",
        )
        clock.gaps = [*clock.gaps, (batch.source, gap)][-GAPS_KEPT:]
        return True

    def _member(self, name: str) -> Member:
        if name not in self._members:
            journal = Journal(self._table, self._partition, name)
            self._members[name] = Member(self._rollup(name), RollupJournal(journal), {})
        return self._members[name]

    def _pass_over(self, record: MentionRecord) -> list[BrandStep]:
        """Never take a record that failed; the steps that are to be written.

        What is written later of a brand says so. But where a part of it is apart, one may have
        nothing to write for long, and would take its part of the record after a crash.
        """
        if record.batch is None or record.batch.brand == ALL_BRANDS:
            return []
        brand = record.batch.brand
        self._member(brand)
        members = [one for name, one in self._members.items() if named_part(name)[0] == brand]
        if len(members) == 1:
            members[0].rollup.pass_over(record.offset)
            return []
        steps = [BrandStep(one) for one in members if one.rollup.offset < record.offset]
        for one in steps:
            one.pass_over(record.offset)
        return steps

    def _rollup(self, name: str) -> BrandRollup:
        brand, apart = named_part(name)
        known = self._brands[brand]
        return BrandRollup(
            brand,
            self._rules,
            own_accounts=known.own_accounts,
            handles=known.handles,
            reading=self._reading,
            names=words_of(known),
            watch=WatchList(known),
            apart=apart,
            gone=self._gone,
        )

    def _undo(self, step: _Step, *, before: int) -> None:
        """Take everything back to what it was ``before`` this offset: a record failed half-way.

        Buckets that are not acknowledged stay kept.
        """
        for brand in step.brands:
            self._rebuild(brand, before=before)
        if step.moves_clock:
            self._clock = self._clock_of_table()

    def _rebuild(self, brand: str, *, before: int = 0) -> None:
        """Take one brand back to what the table holds, and past all records ``before``.

        Of those that were rejected the table knows nothing.
        """
        try:
            with burying():
                self._replay(brand, closing=True)
        except UnreadableError:  # it is closing that fails: the next record is told so again
            self._replay(brand, closing=False)
        self._members[brand].rollup.pass_over(before - 1)

    def _replay(self, brand: str, *, closing: bool) -> None:
        rollup = self._rollup(brand)
        self._members[brand] = member = self._members[brand]._replace(rollup=rollup)
        member.journal.replay(rollup, closing=closing)

    def _clock_of_table(self) -> Clock:
        raw = self._table.get(str(self._partition))
        return Clock() if raw is None else _read_clock(raw)

    def _unbelieved(self, batch: MentionBatch, raw: bytes, arrived_s: float) -> list[Rejected]:
        """The whole record as rejected, where its watermark or its gap lies in the future."""
        rules, gap = self._rules, batch.gap
        says_more = batch.mentions and batch.brand != ALL_BRANDS
        if not says_more and rules.is_ahead(batch.watermark.timestamp(), arrived_s):
            return [Rejected(None, _ahead("watermark", batch.watermark, arrived_s), raw)]
        if gap is not None and rules.is_gap_ahead(gap, arrived_s):
            return [Rejected(None, _ahead("end of a gap", gap.end, arrived_s), raw)]
        return []

    def _beat(self, step: _Step, record: MentionRecord, batch: MentionBatch) -> Asking[RolledUp]:
        """Apply a batch for all brands: a heartbeat, which brings time on."""
        clock, rules = self._clock, self._rules
        offset, raw, arrived_s, _, _ = record
        if offset <= clock.offset:
            return RolledUp([], [])
        step.moves_clock = True
        clock.offset = offset
        rejected = list(record.rejected)
        for place, mention in enumerate(batch.mentions):
            error = UnreadableError("wrong_brand", "a mention in a batch for all brands")
            rejected.append(Rejected(place, error, encode(mention)))
        strange = sum(one.error.reason == "wrong_brand" for one in rejected)
        dropped = {"wrong_brand": strange} if strange else {}
        unbelieved = self._unbelieved(batch, raw, arrived_s)
        hear(clock.sources, batch.source, batch.watermark.timestamp(), arrived_s, rules)
        if batch.gap is not None and not unbelieved:
            clock.gaps = [*clock.gaps, (batch.source, batch.gap)][-GAPS_KEPT:]
        buckets, failed = yield from self._close_all(step, record)
        buckets += self._ticks(arrived_s)
        return RolledUp(buckets, [*rejected, *unbelieved, *failed], batch, dropped)

    def _close_all(
        self, step: _Step, beat: MentionRecord
    ) -> Asking[tuple[list[Bucket], list[Rejected]]]:
        """Close what is complete now. A brand that fails keeps no other from its buckets.

        A brand that has applied a later record than the heartbeat is left as it is: a crash came
        between its entry and the clock, and what the heartbeat closed of it is in the entry.
        """
        clock = self._clock
        buckets: list[Bucket] = []
        rejected = []
        waiting = [
            brand
            for brand, member in self._members.items()
            if member.rollup.offset <= beat.offset and member.rollup.waits_for(clock.sources)
        ]
        for brand in sorted(waiting):  # by name: in which order they were met depends on steps
            member = self._members[brand]
            closing = step.of(brand, member).closing(clock.sources, clock.gaps)
            if not step.alone:
                buckets += yield from closing
                continue
            try:
                with burying():
                    buckets += yield from closing
            except UnreadableError as error:
                del step.brands[brand]
                self._rebuild(brand, before=beat.offset)
                named = UnreadableError(error.reason, f"brand {brand}: {error.detail}")
                rejected.append(Rejected(None, named, beat.raw))
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
        self._clock = self._clock_of_table()
        doubtful = []
        for brand, journal in journals_of(self._table, self._partition).items():
            if len(self._gone):
                self.forgotten += RollupJournal(journal).forget(self._gone)
            if named_part(brand)[0] not in self._brands:
                continue  # taken out of the brands file; its state stays in the table
            member = Member(self._rollup(brand), RollupJournal(journal), {})
            self._members[brand] = member
            try:
                with burying():
                    again = member.journal.recover(member.rollup)
            except UnreadableError:
                self._rebuild(brand)
                continue
            member.keep(again)
            doubtful += [one.bucket for one in again]
        return doubtful


def _added(taken: RolledUp, more: RolledUp) -> RolledUp:
    """What two parts of a record led to."""
    dropped = dict(taken.dropped)
    for why, count in more.dropped.items():
        dropped[why] = dropped.get(why, 0) + count
    return taken._replace(
        buckets=[*taken.buckets, *more.buckets],
        dropped=dropped,
        delayed=taken.delayed + more.delayed,
    )


def _burials(records: Sequence[MentionRecord], outcomes: Sequence[RolledUp]) -> Burials | None:
    """What is to be buried of a step; None where nothing was rejected."""
    rejected = [
        (record, outcome.rejected)
        for record, outcome in zip(records, outcomes, strict=True)
        if outcome.rejected
    ]
    return Burials(rejected) if rejected else None


def _unburied(applying: Applying) -> Asking[list[RolledUp]]:
    """The same step for somebody who takes what was rejected from its outcomes."""
    answers: ReadAnswers | None = None
    while True:
        try:
            asked = applying.send(answers)
        except StopIteration as end:
            outcomes: list[RolledUp] = end.value
            return outcomes
        answers = None if isinstance(asked, Burials) else (yield asked)


def _ahead(what: str, at: datetime, arrived_s: float) -> UnreadableError:
    ahead_s = at.timestamp() - arrived_s
    detail = f"its {what} lies {ahead_s:.0f} s after its arrival: whose clock is wrong?"
    return UnreadableError("ahead_of_time", detail)


def _replay_beside(live: str, batch: MentionBatch) -> UnreadableError:
    detail = f"{batch.source!r} replays {batch.brand!r}, of which {live!r} tells live"
    return UnreadableError("replay_beside_live", detail)
