"""Hostile records by the million through roll-up, judge and alerting's words, without Kafka."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chaos.stage import Options
from chaos.tally import Row

from agents.alerting.message.compose import message_of
from agents.alerting.sinks.slack import blocks
from pipeline.detection.shard import JudgeShard
from pipeline.rollup.partition.shard import Shard
from pipeline.rollup.rules import RollupRules
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError, encode
from schemas.incident import Transition
from schemas.mention import Author, Mention, MentionBatch
from schemas.topics import BUCKETS, FEEDBACK, INCIDENTS, MENTIONS
from support.hostile import hostile_records
from support.rolling import FakeModel

BRANDS = {name: Brand(id=name, names=(name,)) for name in ("nestle", "kitkat", "acme")}
GOOD_EVERY = 50
TELL_EVERY = 50_000
START = datetime(2010, 3, 17, 9, tzinfo=UTC)


def run(options: Options) -> Row:
    """Return the row of the table; what is raised by a pure step is a fault."""
    began_s = time.monotonic()
    stages = _Stages()
    said = 0
    records = hostile_records(options.seed, tuple(stages.takes))
    for number in range(options.fuzz):
        record = next(records)
        if record.value:
            stages.take(record.topic, number, record.value)
        if number % GOOD_EVERY == 0:
            said += 1
            stages.take(MENTIONS.name, number, _good(said))
        if number and number % TELL_EVERY == 0:
            took_s = time.monotonic() - began_s
            options.say(
                f"pure {took_s:5.0f} s: {number:,} records, {number / took_s:,.0f} a second, "
                f"{stages.rejected.total():,} set aside"
            )
    stages.take(MENTIONS.name, options.fuzz, _good(said + 1, after_s=3600))
    counted = stages.counted
    return Row(
        "pure",
        sent=said,
        counted=counted,
        lost=max(said - counted, 0),
        doubled=max(counted - said, 0),
        dead_letters=stages.rejected.total(),
        peak_bytes=0,
        took_s=time.monotonic() - began_s,
        faults=tuple(stages.faults),
        notes=(
            f"{options.fuzz:,} hostile records; set aside: "
            + ", ".join(f"{reason} {count:,}" for reason, count in stages.rejected.most_common()),
        ),
    )


class _Stages:
    """The pure steps, each with its state in a plain dictionary."""

    def __init__(self) -> None:
        self.rejected: Counter[str] = Counter()
        self.faults: list[str] = []
        self.counted = 0
        self._shard = Shard(0, table={}, brands=BRANDS, rules=RollupRules(), model=FakeModel())
        self._judges = JudgeShard(0, table={}, brands=BRANDS, width_s=10)
        self.takes: dict[str, Callable[[int, bytes], None]] = {
            MENTIONS.name: self._roll_up,
            BUCKETS.name: self._judge,
            FEEDBACK.name: self._hear,
            INCIDENTS.name: self._alert,
        }

    def take(self, topic: str, offset: int, value: bytes) -> None:
        try:
            self.takes[topic](2 * offset + (topic == MENTIONS.name), value)
        except UnreadableError as error:
            self.rejected[error.reason] += 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self.faults.append(f"{topic}: {error!r} on {value[:200]!r}")

    def _roll_up(self, offset: int, value: bytes) -> None:
        outcome = self._shard.apply(offset, value)
        self.rejected.update(each.error.reason for each in outcome.rejected)
        self._count(outcome.buckets)

    def _count(self, buckets: list[Bucket]) -> None:
        self.counted += sum(bucket.mentions for bucket in buckets if bucket.brand == "acme")

    def _judge(self, offset: int, value: bytes) -> None:
        self._note(self._judges.apply(offset, value).error)

    def _hear(self, offset: int, value: bytes) -> None:
        self._note(self._judges.apply_feedback(offset, value).error)

    def _note(self, error: UnreadableError | None) -> None:
        if error is not None:
            self.rejected[error.reason] += 1

    def _alert(self, _offset: int, value: bytes) -> None:
        transition = _decode(value)
        brand = BRANDS.get(transition.brand) or Brand(id=transition.brand, names=("?",))
        blocks.message(message_of(transition, brand))


_decode = Decoder(Transition).decode


def _good(number: int, *, after_s: float = 0.0) -> bytes:
    at = START + timedelta(seconds=number * 0.5 + after_s)
    mention = Mention(
        id=f"good-{number}", created_at=at, text="bad", author=Author(id=f"a{number}")
    )
    return encode(
        MentionBatch(
            brand="acme",
            source="right",
            seq=number,
            watermark=at,
            mentions=() if after_s else (mention,),
        )
    )
