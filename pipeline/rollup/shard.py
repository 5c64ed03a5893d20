"""One partition of the roll-up: raw records in, closed buckets and dead letters out."""

from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from msgspec import Struct, field

from pipeline.rollup.brand import BrandRollup
from pipeline.rollup.entry import Entry
from pipeline.rollup.journal import Journal
from pipeline.rollup.reading import read_batch
from pipeline.rollup.rules import RollupRules
from pipeline.rollup.watermarks import progress
from pipeline.sentiment.contract import SentimentModel
from pipeline.stories import words_of
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import UnreadableError, encode
from schemas.mention import ALL_BRANDS, Gap, MentionBatch

GAPS_KEPT = 100


class Rejected(NamedTuple):
    """Bytes for the dead-letter topic: which mention of the record (None: all of it), and why."""

    place: int | None
    error: UnreadableError
    raw: bytes


class Outcome(NamedTuple):
    """What a record led to. ``batch`` is None where it could not be read or was seen before."""

    buckets: list[Bucket]
    rejected: list[Rejected]
    batch: MentionBatch | None = None
    dropped: Mapping[str, int] = {}


class Clock(Struct, array_like=True):
    """What heartbeats said for a whole partition."""

    offset: int = -1
    watermarks_s: dict[str, float] = field(default_factory=dict)
    gaps: list[tuple[str, Gap]] = field(default_factory=list)
    closed_until_s: int = 0


class _Member(NamedTuple):
    rollup: BrandRollup
    journal: Journal
    unsent: dict[int, Bucket]

    @property
    def sent_until_s(self) -> int:
        return min(self.unsent, default=self.rollup.closed_until_s)


class Shard:
    """The state of all brands of one partition, kept in ``table`` (see ``journal``).

    Feed it every record of the partition in order of offset; a record that was applied before is
    recognised by its offset and changes nothing. Buckets stay in the state until ``acknowledge``;
    after a crash ``recovered`` holds those whose sending is in doubt. ``model_of`` gives the model
    of a brand where brands have their own; else ``model`` scores all.
    """

    def __init__(
        self,
        partition: int,
        *,
        table: MutableMapping[str, bytes],
        brands: Mapping[str, Brand],
        rules: RollupRules,
        model: SentimentModel,
        model_of: Callable[[str], SentimentModel] | None = None,
    ) -> None:
        self._partition = partition
        self._table = table
        self._brands = brands
        self._rules = rules
        self._model_of = model_of or (lambda _: model)
        self._clock = Clock()
        self._members: dict[str, _Member] = {}
        self.recovered = self._recover()

    def apply(self, offset: int, raw: bytes) -> Outcome:
        """Apply the record at ``offset``. Writes to the table before it returns."""
        try:
            batch, rejected_mentions = read_batch(raw)
            if batch.brand != ALL_BRANDS and batch.brand not in self._brands:
                detail = f"brand {batch.brand!r} is not in the brands file of this worker"
                raise UnreadableError("wrong_brand", detail)  # noqa: TRY301 - same way out
        except UnreadableError as error:
            return Outcome([], [Rejected(None, error, raw)])
        if batch.brand == ALL_BRANDS:
            return self._beat(offset, batch)
        member = self._member(batch.brand)
        rollup, journal, unsent = member
        if offset <= rollup.offset:
            return Outcome([], [])
        if journal.checkpoint_due and not unsent:
            journal.write_checkpoint(
                rollup, needed_from_s=rollup.closed_until_s - self._rules.dedup_s
            )
        model = self._model_of(batch.brand)  # once: a record is scored by one version
        entry = rollup.digest(offset, batch, model.score_many, model.version)
        entry.sent_until_s = member.sent_until_s
        rollup.fold(entry)
        journal.append(entry)
        return Outcome(
            self._close(member),
            [Rejected(*rejected) for rejected in rejected_mentions],
            batch,
            _dropped(entry),
        )

    def acknowledge(self, bucket: Bucket) -> None:
        """Kafka has this bucket: it need not be sent again."""
        if bucket.brand in self._members:
            self._members[bucket.brand].unsent.pop(int(bucket.start.timestamp()), None)

    def _member(self, brand: str) -> _Member:
        if brand not in self._members:
            self._members[brand] = _Member(
                BrandRollup(
                    brand,
                    self._rules,
                    own_accounts=self._brands[brand].own_accounts,
                    names=words_of(self._brands[brand]),
                ),
                Journal(self._table, f"{self._partition}|{brand}"),
                {},
            )
        return self._members[brand]

    def _close(self, member: _Member) -> list[Bucket]:
        buckets = member.rollup.close(self._clock.watermarks_s, self._clock.gaps)
        member.unsent.update((int(bucket.start.timestamp()), bucket) for bucket in buckets)
        return buckets

    def _beat(self, offset: int, batch: MentionBatch) -> Outcome:
        clock = self._clock
        if offset <= clock.offset:
            return Outcome([], [])
        clock.offset = offset
        known_s = clock.watermarks_s.get(batch.source, 0.0)
        clock.watermarks_s[batch.source] = max(known_s, batch.watermark.timestamp())
        if batch.gap is not None:
            clock.gaps = [*clock.gaps, (batch.source, batch.gap)][-GAPS_KEPT:]
        buckets = [
            bucket
            for member in self._members.values()
            if member.rollup.has_open
            for bucket in self._close(member)
        ]
        now = progress(clock.watermarks_s, self._rules.blind_after_s)
        until_s = self._rules.closed_until(now.watermark_s)
        if until_s > clock.closed_until_s:
            clock.closed_until_s = until_s
            buckets.append(self._tick(until_s, now.live, now.blind))
        self._table[str(self._partition)] = encode(clock)
        return Outcome(buckets, [], batch)

    def _tick(self, until_s: int, live: tuple[str, ...], blind: tuple[str, ...]) -> Bucket:
        return Bucket(
            brand=ALL_BRANDS,
            start=datetime.fromtimestamp(until_s - self._rules.width_s, UTC),
            width_s=self._rules.width_s,
            watermark=datetime.fromtimestamp(until_s, UTC),
            sources=live,
            blind=blind,
        )

    def _recover(self) -> list[Bucket]:
        own = str(self._partition)
        if own in self._table:
            self._clock = msgspec.json.decode(self._table[own], type=Clock)
        slots: dict[str, list[int]] = {}
        for key in self._table:
            partition, _, rest = key.partition("|")
            if partition == own and rest:
                brand, _, slot = rest.partition("|")
                slots.setdefault(brand, []).extend([int(slot)] if slot else [])
        doubtful = []
        for brand in sorted(slots):
            if brand not in self._brands:
                continue  # taken out of the brands file; its state stays in the table
            member = self._member(brand)
            sent_until_s = member.journal.replay(
                member.rollup, slots[brand], dedup_s=self._rules.dedup_s
            )
            for bucket in self._close(member):
                if bucket.watermark.timestamp() <= sent_until_s:
                    self.acknowledge(bucket)
                else:
                    doubtful.append(bucket)
        return doubtful


def _dropped(entry: Entry) -> Mapping[str, int]:
    return {
        reason: count
        for partial in entry.partials
        for reason in ("duplicates", "edited", "late", "future")
        if (count := getattr(partial, reason))
    }
