"""One partition of the judgement: raw buckets and feedback in, transitions and dead letters out.

A judge's state is larger than a bucket, so a record costs one write of itself, and every
``RECORDS_PER_CHECKPOINT`` records one of the whole state. Keys: ``partition|brand`` and
``partition|brand|slot``. Buckets and feedback come from two topics, each with offsets of its own:
the order in which they were applied is that of the slots. What is said aloud before its record is
in the table for good could come out otherwise after a crash, when the topics are read again side by
side; so the caller waits for the table first (``pipeline.worker.app``).
"""

from collections.abc import Callable, Container, Mapping, MutableMapping
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw, Struct, field

from pipeline.detection.judge import Judge
from pipeline.detection.past import HistoryError
from pipeline.detection.patterns.library import Library
from pipeline.detection.state import JudgeState
from pipeline.faults import burying, check_fits
from pipeline.partitions import check_place
from pipeline.state.header import Header, claim, layout_of
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError, encode
from schemas.feedback import Feedback
from schemas.incident import Transition
from schemas.mention import ALL_BRANDS
from schemas.topics import JUDGE_TABLE

RECORDS_PER_CHECKPOINT = 16

REFUSALS: Final = ("unusable_history", "unknown_incident", "incident_over", "invalid")
"""What a judge says before it has changed anything."""

_bucket = Decoder(Bucket)
_feedback = Decoder(Feedback)
_transition = Decoder(Transition)


class UnsayableError(RuntimeError):
    """A transition that is beyond the bounds of its own schema."""


class Judged(NamedTuple):
    """What a record led to; ``error`` where it could not be read, was refused, or failed."""

    transitions: list[Transition]
    error: UnreadableError | None = None


class _Applied(Struct, array_like=True):
    offset: int
    record: Raw
    feedback: bool = False


class _Checkpoint(Struct, array_like=True):
    offset: int
    judge: Raw
    unsent: list[Transition] = field(default_factory=list)
    heard: int = -1


STORED: Final = (_Checkpoint, _Applied, JudgeState, Bucket, Feedback)

_read_applied = msgspec.json.Decoder(_Applied).decode
_read_checkpoint = msgspec.json.Decoder(_Checkpoint).decode


def judge_header(width_s: int) -> Header:
    """The header of a partition's state, as this code writes it."""
    return Header(table=JUDGE_TABLE, width_s=width_s, layout=layout_of(STORED))


class _Step(NamedTuple):
    """What a record leads to, worked out and not yet written. ``since``: entries since then."""

    transitions: list[Transition]
    key: str
    value: bytes
    since: int


class _Seat:
    """The judge of one brand and where its state is kept."""

    def __init__(self, judge: Judge, key: str, table: MutableMapping[str, bytes]) -> None:
        self.judge = judge
        self.offset = -1
        self.heard = -1  # the same for the feedback topic
        self.unsent: dict[tuple[str, int], Transition] = {}
        self._key = key
        self._table = table
        self._since = 0

    def apply(self, offset: int, raw: bytes, bucket: Bucket) -> _Step | None:
        """Apply a bucket to what is in memory; None where it was applied before."""
        if offset <= self.offset:
            return None
        self._check_fits(applied := _Applied(offset, Raw(raw)))
        try:
            transitions = self._update(offset, bucket)
        except HistoryError as error:
            raise UnreadableError("unusable_history", str(error)) from error
        return self._step(transitions, applied)

    def hear(self, offset: int, raw: bytes, said: Feedback) -> _Step | None:
        """Apply feedback. What is refused is raised: it changed nothing."""
        if offset <= self.heard:
            return None
        self._check_fits(applied := _Applied(offset, Raw(raw), feedback=True))
        return self._step(self._hear(offset, said), applied)

    def write(self, step: _Step) -> None:
        """The one write that a record costs."""
        self._table[step.key] = step.value
        self._since = step.since

    def replay(self, applied: list[_Applied]) -> None:
        """Apply what came after the checkpoint; ``applied`` is in order of slots."""
        self._since = 0
        for one in applied:
            if one.offset <= (self.heard if one.feedback else self.offset):
                continue
            if one.feedback:
                self._hear(one.offset, _feedback.decode(bytes(one.record)))
            else:
                self._update(one.offset, _bucket.decode(bytes(one.record)))
            self._since += 1

    def _step(self, transitions: list[Transition], applied: _Applied) -> _Step:
        for one in transitions:
            _check_readable(one)
        if self._since < RECORDS_PER_CHECKPOINT:
            key = f"{self._key}|{self._since}"
            return _Step(transitions, key, encode(applied), self._since + 1)
        unsent = list(self.unsent.values())
        value = encode(_Checkpoint(self.offset, Raw(self.judge.dump()), unsent, self.heard))
        check_fits(self._key, value)
        return _Step(transitions, self._key, value, 0)

    def _check_fits(self, applied: _Applied) -> None:
        check_fits(f"{self._key}|{self._since}", encode(applied))

    def _update(self, offset: int, bucket: Bucket) -> list[Transition]:
        transitions = self.judge.update(bucket)
        self.offset = offset
        return self._keep(transitions)

    def _hear(self, offset: int, said: Feedback) -> list[Transition]:
        transitions = self.judge.hear(said)
        self.heard = offset
        return self._keep(transitions)

    def _keep(self, transitions: list[Transition]) -> list[Transition]:
        self.unsent.update(((one.incident, one.seq), one) for one in transitions)
        return transitions


class JudgeShard:
    """The judges of all brands of one partition, kept in ``table``.

    The counterpart of ``pipeline.rollup.shard.Shard``: skips what it has seen, keeps transitions
    until ``acknowledge``, offers those in doubt after a crash in ``recovered``, and outlives every
    record. ``library``: as in ``Judge``. ``partitions``: of the topics.

    Raises:
        StateError: ``table`` was written by other code, or with another width of a bucket.
    """

    def __init__(
        self,
        partition: int,
        *,
        table: MutableMapping[str, bytes],
        brands: Mapping[str, Brand],
        width_s: int,
        library: Library | None = None,
        partitions: int = 1,
    ) -> None:
        self._partition = partition
        self._partitions = partitions
        self._table = table
        self._brands = brands
        self._width_s = width_s
        self._library = library
        self._seats: dict[str, _Seat] = {}
        claim(table, partition, judge_header(width_s))
        self.recovered = self._recover()

    def apply(self, offset: int, raw: bytes) -> Judged:
        """Apply the bucket at ``offset``. Writes to the table before it returns."""
        try:
            with burying():
                bucket = _bucket.decode(raw)
                if bucket.brand != ALL_BRANDS:
                    check_place(bucket.brand, self._brands, self._partition, self._partitions)
                    self._check_width(bucket)
        except UnreadableError as error:
            return Judged([], error)

        def step(seat: _Seat) -> _Step | None:
            return seat.apply(offset, raw, bucket)

        if bucket.brand != ALL_BRANDS:
            return self._decide(bucket.brand, step)
        transitions: list[Transition] = []
        faults = []
        for brand in [brand for brand, seat in self._seats.items() if seat.judge.active]:
            judged = self._decide(brand, step)
            transitions += judged.transitions
            if judged.error is not None:
                faults.append((judged.error.reason, f"brand {brand}: {judged.error.detail}"))
        if not faults:
            return Judged(transitions)
        detail = "; ".join(detail for _, detail in faults)
        return Judged(transitions, UnreadableError(faults[0][0], detail))

    def hear(self, offset: int, raw: bytes) -> Judged:
        """Apply the feedback at ``offset``. Writes to the table before it returns."""
        try:
            with burying():
                said = _feedback.decode(raw)
                if said.kind == "label":
                    return Judged([])
                check_place(said.brand, self._brands, self._partition, self._partitions)
        except UnreadableError as error:
            return Judged([], error)
        return self._decide(said.brand, lambda seat: seat.hear(offset, raw, said))

    def _check_width(self, bucket: Bucket) -> None:
        """Refuse a bucket that was made with another width: a level can't be told from it."""
        if bucket.width_s != self._width_s and not bucket.is_history:
            detail = f"a bucket of {bucket.width_s} s, this worker's are {self._width_s} s long"
            raise UnreadableError("invalid", detail)

    def _decide(self, brand: str, step: Callable[[_Seat], _Step | None]) -> Judged:
        """One step of one brand: worked out, and only then written."""
        seat = self._seat(brand)
        unsent = dict(seat.unsent)
        try:
            with burying():
                done = step(seat)
        except UnreadableError as error:
            if error.reason not in REFUSALS:
                self._rebuild(brand, unsent)
            return Judged([], error)
        if done is None:
            return Judged([])
        seat.write(done)
        return Judged(done.transitions)

    def _rebuild(self, brand: str, unsent: Container[tuple[str, int]]) -> None:
        """Take the brand back to what the table holds, as after a crash: a record failed half-way.

        What is not acknowledged stays kept; what was, is not.
        """
        del self._seats[brand]
        key = f"{self._partition}|{brand}"
        slots = range(RECORDS_PER_CHECKPOINT)
        self._restore(brand, [slot for slot in slots if f"{key}|{slot}" in self._table])
        seat = self._seats[brand]
        seat.unsent = {name: one for name, one in seat.unsent.items() if name in unsent}

    def acknowledge(self, transition: Transition) -> None:
        """Kafka has this transition: it need not be sent again."""
        if transition.brand in self._seats:
            unsent = self._seats[transition.brand].unsent
            unsent.pop((transition.incident, transition.seq), None)

    def _seat(self, brand: str) -> _Seat:
        if brand not in self._seats:
            judge = Judge(self._brands[brand], width_s=self._width_s, library=self._library)
            self._seats[brand] = _Seat(judge, f"{self._partition}|{brand}", self._table)
        return self._seats[brand]

    def _recover(self) -> list[Transition]:
        own = str(self._partition)
        slots: dict[str, list[int]] = {}
        for key in self._table:
            partition, _, rest = key.partition("|")
            if partition == own:
                brand, _, slot = rest.partition("|")
                slots.setdefault(brand, []).extend([int(slot)] if slot else [])
        for brand in sorted(slots):
            if brand in self._brands:
                self._restore(brand, slots[brand])
        return [one for seat in self._seats.values() for one in seat.unsent.values()]

    def _restore(self, brand: str, slots: list[int]) -> None:
        seat = self._seat(brand)
        if f"{self._partition}|{brand}" in self._table:
            state = _read_checkpoint(self._table[f"{self._partition}|{brand}"])
            seat.judge = Judge.load(
                bytes(state.judge),
                self._brands[brand],
                width_s=self._width_s,
                library=self._library,
            )
            seat.offset, seat.heard = state.offset, state.heard
            seat.unsent = {(one.incident, one.seq): one for one in state.unsent}
        keys = [f"{self._partition}|{brand}|{slot}" for slot in sorted(slots)]
        seat.replay([_read_applied(self._table[key]) for key in keys])


def _check_readable(told: Transition) -> None:
    """Raise ``UnsayableError`` where no reader could read what is to be said."""
    try:
        _transition.decode(encode(told))
    except UnreadableError as error:
        raise UnsayableError(f"{told.incident} {told.state}: {error.detail}") from error
