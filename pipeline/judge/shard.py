"""One partition of the judgement: raw buckets and feedback in, transitions and dead letters out.

A judge's state is larger than a bucket, so a record costs one write of itself, and every
``RECORDS_PER_CHECKPOINT`` records one of the whole state. Keys: ``partition|brand`` and
``partition|brand|slot``. Buckets and feedback come from two topics, each with offsets of its own:
the order in which they were applied is that of the slots. What is said aloud before its record is
in the table for good could come out otherwise after a crash, when the topics are read again side by
side; so the caller waits for the table first (``pipeline.topology``).
"""

from collections.abc import Mapping, MutableMapping
from typing import NamedTuple

import msgspec
from msgspec import Raw, Struct, field

from pipeline.judge import Judge
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError, encode
from schemas.feedback import Feedback
from schemas.incident import Transition
from schemas.mention import ALL_BRANDS

RECORDS_PER_CHECKPOINT = 16

_bucket = Decoder(Bucket)
_feedback = Decoder(Feedback)


class Judged(NamedTuple):
    """What a record led to; ``error`` where it could not be read, or feedback was refused."""

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


_read_applied = msgspec.json.Decoder(_Applied).decode
_read_checkpoint = msgspec.json.Decoder(_Checkpoint).decode


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

    def apply(self, offset: int, raw: bytes, bucket: Bucket) -> list[Transition]:
        if offset <= self.offset:
            return []
        transitions = self._update(offset, bucket)
        self._write(_Applied(offset, Raw(raw)))
        return transitions

    def hear(self, offset: int, raw: bytes, said: Feedback) -> list[Transition]:
        """Apply feedback. What is refused is raised and not written: it changed nothing."""
        if offset <= self.heard:
            return []
        transitions = self._hear(offset, said)
        self._write(_Applied(offset, Raw(raw), feedback=True))
        return transitions

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

    def _write(self, applied: _Applied) -> None:
        if self._since < RECORDS_PER_CHECKPOINT:
            self._table[f"{self._key}|{self._since}"] = encode(applied)
            self._since += 1
        else:
            unsent = list(self.unsent.values())
            state = _Checkpoint(self.offset, Raw(self.judge.dump()), unsent, self.heard)
            self._table[self._key] = encode(state)
            self._since = 0

    def _update(self, offset: int, bucket: Bucket) -> list[Transition]:
        self.offset = offset
        return self._keep(self.judge.update(bucket))

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
    until ``acknowledge``, and offers those in doubt after a crash in ``recovered``.
    """

    def __init__(
        self,
        partition: int,
        *,
        table: MutableMapping[str, bytes],
        brands: Mapping[str, Brand],
        width_s: int,
    ) -> None:
        self._partition = partition
        self._table = table
        self._brands = brands
        self._width_s = width_s
        self._seats: dict[str, _Seat] = {}
        self.recovered = self._recover()

    def apply(self, offset: int, raw: bytes) -> Judged:
        """Apply the bucket at ``offset``. Writes to the table before it returns."""
        try:
            bucket = _bucket.decode(raw)
        except UnreadableError as error:
            return Judged([], error)
        if bucket.brand == ALL_BRANDS:
            seats = [seat for seat in self._seats.values() if seat.judge.active]
        elif bucket.brand in self._brands:
            seats = [self._seat(bucket.brand)]
        else:
            return Judged([], _wrong_brand(bucket.brand))
        return Judged([one for seat in seats for one in seat.apply(offset, raw, bucket)])

    def hear(self, offset: int, raw: bytes) -> Judged:
        """Apply the feedback at ``offset``. Writes to the table before it returns."""
        try:
            said = _feedback.decode(raw)
            if said.kind == "label":
                return Judged([])
            if said.brand not in self._brands:
                raise _wrong_brand(said.brand)
            return Judged(self._seat(said.brand).hear(offset, raw, said))
        except UnreadableError as error:
            return Judged([], error)

    def acknowledge(self, transition: Transition) -> None:
        """Kafka has this transition: it need not be sent again."""
        if transition.brand in self._seats:
            unsent = self._seats[transition.brand].unsent
            unsent.pop((transition.incident, transition.seq), None)

    def _seat(self, brand: str) -> _Seat:
        if brand not in self._seats:
            judge = Judge(self._brands[brand], width_s=self._width_s)
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
            seat.judge = Judge.load(bytes(state.judge), self._brands[brand], width_s=self._width_s)
            seat.offset, seat.heard = state.offset, state.heard
            seat.unsent = {(one.incident, one.seq): one for one in state.unsent}
        keys = [f"{self._partition}|{brand}|{slot}" for slot in sorted(slots)]
        seat.replay([_read_applied(self._table[key]) for key in keys])


def _wrong_brand(brand: str) -> UnreadableError:
    detail = f"brand {brand!r} is not in the brands file of this worker"
    return UnreadableError("wrong_brand", detail)
