"""One partition of the judgement: raw buckets and feedback in, transitions and dead letters out.

What is said aloud before its record is in the table for good could come out otherwise after a
crash, when buckets and feedback are read again side by side; so the caller waits for the table
first (``pipeline.worker.judges``).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from pipeline.apart import judged_as, named_part, part_name
from pipeline.deletions.records import bucket_without
from pipeline.deletions.to_forget import ToForget
from pipeline.detection.brand_judge import BrandJudge, JudgeStep, forget, judge_header
from pipeline.detection.incident.transition import part_of
from pipeline.detection.patterns.library import Library
from pipeline.faults import burying
from pipeline.partitions import check_place
from pipeline.state.header import claim
from pipeline.state.journal import Journal, Table, journals_of
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError, encode
from schemas.feedback import Feedback
from schemas.incident import Transition
from schemas.mention import ALL_BRANDS

REFUSALS: Final = ("unusable_history", "unknown_incident", "incident_over", "invalid")
"""Reasons that a judge gives before it has changed anything."""

_bucket = Decoder(Bucket)
_feedback = Decoder(Feedback)


class JudgedRecord(NamedTuple):
    """What a record led to; ``error`` where it could not be read, was refused, or failed."""

    transitions: list[Transition]
    error: UnreadableError | None = None


class JudgeShard:
    """The judges of all brands of one partition, kept in ``table`` (see ``pipeline.state``).

    The counterpart of ``pipeline.rollup.partition.shard.Shard``: skips what it has seen, keeps
    transitions until ``acknowledge``, offers those in doubt after a crash in ``recovered``, and
    outlives every record. ``library``: as in ``Judge``. ``partitions``: of the topics. ``gone``: as
    there.

    Raises:
        StateError: ``table`` was written by other code, or with another width of a bucket.
    """

    def __init__(
        self,
        partition: int,
        *,
        table: Table,
        brands: Mapping[str, Brand],
        width_s: int,
        library: Library | None = None,
        partitions: int = 1,
        gone: ToForget | None = None,
    ) -> None:
        self._gone = ToForget() if gone is None else gone
        self._to_forget: defaultdict[str, list[ToForget]] = defaultdict(list)
        self.forgotten = 0
        self._partition = partition
        self._partitions = partitions
        self._table = table
        self._brands = brands
        self._width_s = width_s
        self._library = library
        claim(table, partition, judge_header(width_s))
        journals = journals_of(table, partition)
        if len(self._gone):
            for journal in journals.values():
                self.forgotten += forget(journal, self._gone)
        self._judges = {
            name: self._brand_judge(name, journal)
            for name, journal in journals.items()
            if named_part(name)[0]
            in brands  # else taken out of the brands file; its state stays in the table
        }
        self.recovered = [one for judge in self._judges.values() for one in judge.unsent.values()]

    def apply(self, offset: int, raw: bytes) -> JudgedRecord:
        """Apply the bucket at ``offset``. Writes to the table before it returns."""
        try:
            with burying():
                bucket = _bucket.decode(raw)
                if bucket.brand != ALL_BRANDS:
                    check_place(bucket.brand, self._brands, self._partition, self._partitions)
                    self._check_width(bucket)
                    name = self._judge_of(bucket)
                without = bucket_without(bucket, self._gone)
        except UnreadableError as error:
            return JudgedRecord([], error)
        raw = raw if without is bucket else encode(without)

        def step(judge: BrandJudge) -> JudgeStep | None:
            return judge.apply_bucket(offset, raw, without)

        if bucket.brand != ALL_BRANDS:
            return self._decide(name, step) if name is not None else JudgedRecord([])
        transitions: list[Transition] = []
        faults = []
        for brand in [brand for brand, judge in self._judges.items() if judge.active]:
            judged = self._decide(brand, step)
            transitions += judged.transitions
            if judged.error is not None:
                faults.append((judged.error.reason, f"brand {brand}: {judged.error.detail}"))
        if not faults:
            return JudgedRecord(transitions)
        detail = "; ".join(detail for _, detail in faults)
        return JudgedRecord(transitions, UnreadableError(faults[0][0], detail))

    def apply_feedback(self, offset: int, raw: bytes) -> JudgedRecord:
        """Apply the feedback at ``offset``. Writes to the table before it returns."""
        try:
            with burying():
                said = _feedback.decode(raw)
                if said.kind in {"label", "note"}:
                    return JudgedRecord([])
                check_place(said.brand, self._brands, self._partition, self._partitions)
        except UnreadableError as error:
            return JudgedRecord([], error)
        name = part_of(said.incident)
        if name not in self._judges or named_part(name)[0] != said.brand:
            name = said.brand  # whose judge says that it knows of no such incident
        return self._decide(name, lambda judge: judge.apply_feedback(offset, raw, said))

    def acknowledge(self, transition: Transition) -> None:
        """Kafka has this transition: it need not be sent again."""
        name = part_name(transition.brand, transition.apart)
        if name in self._judges:
            self._judges[name].acknowledge(transition)

    def _judge_of(self, bucket: Bucket) -> str | None:
        """The name of the judge that takes a bucket; None where the brand is not judged on it.

        Raises:
            UnreadableError: ``unusable_history`` where nobody knows of which network it is.
        """
        brand = self._brands[bucket.brand]
        if bucket.is_history and brand.judge.each:
            detail = f"brand {brand.id!r} is judged on each source; counts of the past name none"
            raise UnreadableError("unusable_history", detail)
        return judged_as(brand, bucket.apart)

    def forget_soon(self, gone: ToForget) -> None:
        """Take out of the state what is to be forgotten, as ``Shard.forget_soon`` does."""
        for brand in journals_of(self._table, self._partition):
            self._to_forget[brand].append(gone)

    def forget_next(self) -> bool:
        """Let one brand forget; False where all have."""
        if not self._to_forget:
            return False
        self._forget(next(iter(self._to_forget)))
        return True

    def _forget(self, brand: str) -> None:
        all_gone = self._to_forget.pop(brand, [])
        if not all_gone:
            return
        judge = self._judges.get(brand)
        if judge is None:  # taken out of the brands file
            journal = journals_of(self._table, self._partition)[brand]
        else:
            journal = judge.journal
        changed = sum(forget(journal, gone) for gone in all_gone)
        self.forgotten += changed
        if changed and judge is not None:
            self._rebuild(brand, set(judge.unsent))

    def _check_width(self, bucket: Bucket) -> None:
        """Refuse a bucket that was made with another width: a level can't be told from it."""
        if bucket.width_s != self._width_s and not bucket.is_history:
            detail = f"a bucket of {bucket.width_s} s, this worker's are {self._width_s} s long"
            raise UnreadableError("invalid", detail)

    def _decide(self, name: str, step: Callable[[BrandJudge], JudgeStep | None]) -> JudgedRecord:
        """One step of one brand: worked out, and only then written."""
        judge = self._judge(name)
        unsent = set(judge.unsent)
        try:
            with burying():
                done = step(judge)
        except UnreadableError as error:
            if error.reason not in REFUSALS:
                self._rebuild(name, unsent)
            return JudgedRecord([], error)
        if done is None:
            return JudgedRecord([])
        judge.write(done)
        return JudgedRecord(done.transitions)

    def _rebuild(self, name: str, unsent: set[tuple[str, int]]) -> None:
        """Take the brand back to what the table holds, as after a crash: a record failed half-way.

        What is not acknowledged stays kept; what was, is not.
        """
        judge = self._brand_judge(name, self._judges[name].journal)
        judge.unsent = {which: one for which, one in judge.unsent.items() if which in unsent}
        self._judges[name] = judge

    def _judge(self, name: str) -> BrandJudge:
        self._forget(name)
        if name not in self._judges:
            journal = Journal(self._table, self._partition, name)
            self._judges[name] = self._brand_judge(name, journal)
        return self._judges[name]

    def _brand_judge(self, name: str, journal: Journal) -> BrandJudge:
        brand, apart = named_part(name)
        return BrandJudge(
            self._brands[brand],
            journal,
            width_s=self._width_s,
            library=self._library,
            apart=apart,
        )
