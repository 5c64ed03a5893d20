"""Records applied together give what they give one by one, wherever a crash cuts a step."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.reading.asking import answers_of
from pipeline.reading.rules import ReadingRules
from pipeline.rollup import RollupRules, networks
from pipeline.rollup.partition import journal
from pipeline.rollup.partition.shard import Shard
from pipeline.rollup.partition.step import Burials, MentionRecord, RolledUp
from schemas.brand import Brand, JudgedOn
from schemas.bucket import Bucket
from schemas.codec import encode
from support.reading import FakeReader
from support.rolling import BRANDS, T0, FakeModel, batch, gap, mention, raw

RULES = RollupRules(width_s=10, lateness_s=5, horizon_s=60)
EVERY_S = 4
"""Seconds between two records."""


judged = st.sampled_from(["all", "each", ("s0",), ("s1", "s2")]).map(
    lambda on: {name: replace(one, judge=JudgedOn(sources=on)) for name, one in BRANDS.items()}
)
"""The brands, judged on their sources in any way."""


@contextmanager
def in_small(checkpoint_bytes: int):
    """What takes a day takes a minute, and a checkpoint comes after so many bytes."""
    with (
        patch.object(journal, "CHECKPOINT_BYTES", checkpoint_bytes),
        patch.object(networks, "SETTLED_S", 15),
        patch.object(networks, "NEW_FOR_S", 60),
    ):
        yield


class Moody(FakeModel):
    """Fails on what it does not like."""

    def score_many(self, said):
        if any("boom" in text for text, _ in said):
            raise ZeroDivisionError("no score for this")
        return super().score_many(said)


class Line(NamedTuple):
    """A record of the log. ``hole``: records before it were gone."""

    offset: int
    raw: bytes
    came_s: float
    hole: bool = False


skews_s = st.sampled_from([0, 0, 0, 0, 59, 300, -300, 10**8])
"""How far ahead the clock of a source is."""

ages_s = st.sampled_from([0, 1, 4, 9, 14, 25, 40, 70, 100])
"""How long a post is under way: some are late, some so late that nobody knows them any more."""


@st.composite
def logs(draw: st.DrawFn) -> list[Line]:
    """Live sources, some with a wrong clock, and a replay beside them: all that can go wrong."""
    skews = draw(st.lists(skews_s, min_size=1, max_size=3))
    by_broker = draw(st.booleans())
    lines: list[Line] = []
    said: list[int] = []
    for number in range(draw(st.integers(1, 60))):
        second = number * EVERY_S
        source = draw(st.integers(0, len(skews) - 1))
        came_s = T0 + second if by_broker else 0.0
        kind = draw(st.sampled_from(["say"] * 12 + ["beat"] * 5 + ["gap", "replay", "odd", "boom"]))
        brand = draw(st.sampled_from(["nestle", "nestle", "kitkat"]))
        to = second + skews[source] - draw(st.sampled_from([0, 0, 5, 20]))
        mentions = []
        if kind in {"say", "replay", "boom"}:
            back_s = 86_400 if kind == "replay" else 0
            to -= back_s
            for place in range(draw(st.integers(0, 4))):
                again = draw(st.integers(0, 6)) == 0 and said
                name = draw(st.sampled_from(said)) if again else 10 * number + place
                said.append(name)
                edits = {"edit_history": (str(name), f"{name}b")} if name % 7 == 3 else {}
                mentions.append(
                    mention(
                        str(name),
                        (name // 10) * EVERY_S - draw(ages_s) - back_s,
                        draw(st.sampled_from(["bad", "good #x", "so so"])),
                        handle=draw(st.sampled_from(["a", "b", "c", "Nestle"])),
                        kind=draw(st.sampled_from(["original", "repost", "reply"])),
                        ref_id="r",
                        ref_author="Watch",
                        source=draw(st.sampled_from(["", "", "", "s1", "S2-more"])),
                        **edits,
                    )
                )
        if kind == "boom":
            mentions.append(mention(f"boom{number}", second, "boom"))
        if kind == "beat":
            brand = "*"
        name = "replay" if kind == "replay" else f"s{source}"
        missing = gap(second - 30, second - 3) if kind == "gap" else None
        if kind == "gap" and draw(st.booleans()):
            brand = "*"
        value = encode(batch(*mentions, to=to, brand=brand, source=name, gap=missing))
        if kind == "odd":
            value = draw(st.sampled_from([b"", b"{}", raw(to=to, brand="unknown")]))
        lines.append(Line(number, value, came_s, draw(st.integers(0, 40)) == 0))
    end_s = 60 * EVERY_S
    lines += [
        Line(len(lines) + place, raw(to=end_s, brand=brand, source="s0"), T0 + end_s)
        for place, brand in enumerate(("nestle", "kitkat", "*"))
    ]
    return lines


def steps_of(draw, lines: list[Line]) -> Iterator[list[Line]]:
    """Any partition into steps. A step ends where records were gone."""
    most = draw(st.sampled_from([1, 2, 5, 20, 1000]))
    step: list[Line] = []
    for line in lines:
        if step and (line.hole or len(step) >= most or draw(st.integers(0, 9)) == 0):
            yield step
            step = []
        step.append(line)
    if step:
        yield step


class CrashError(Exception):
    """The process ends here."""


class Table(dict[str, bytes]):
    """A table that ends the process just before or just after its nth write; 0 for never."""

    def __init__(self, known: dict[str, bytes], at_write: int = 0, *, after: bool = False) -> None:
        super().__init__(known)
        self._left = at_write
        self._after = after

    def __setitem__(self, key: str, value: bytes) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise CrashError
        super().__setitem__(key, value)
        if self._left == 0:
            raise CrashError


class Life:
    """A worker from its start until it ends or crashes."""

    def __init__(
        self,
        table: dict[str, bytes],
        *,
        reading: bool,
        in_flight: int,
        brands: Mapping[str, Brand] = BRANDS,
    ) -> None:
        self.shard = Shard(
            0,
            table=table,
            brands=brands,
            rules=RULES,
            model=Moody(),
            reading=ReadingRules() if reading else None,
        )
        self._reader = FakeReader() if reading else None
        self._in_flight = in_flight
        self._flying = list(self.shard.recovered)
        self.sent: list[Bucket] = []
        self.buried: set[tuple[int, int | None, str]] = set()
        self.outcomes: dict[int, RolledUp] = {}

    def apply(self, step: list[Line]) -> None:
        if step[0].hole:
            self.shard.lose(step[0].offset)
        records = [self.shard.read(line.offset, line.raw, arrived_s=line.came_s) for line in step]
        for line, outcome in zip(step, self._rolled_up(records), strict=True):
            self.outcomes[line.offset] = outcome
            self._flying += outcome.buckets
        self.land(self._in_flight)

    def _rolled_up(self, records: list[MentionRecord]) -> list[RolledUp]:
        """Apply a step as a worker does: what it rejects is with Kafka before it writes."""
        applying = self.shard.applying(records)
        answers = None
        while True:
            try:
                asked = applying.send(answers)
            except StopIteration as end:
                return end.value
            answers = None
            if isinstance(asked, Burials):
                self.buried |= {
                    (record.offset, one.place, one.error.reason)
                    for record, rejected in asked.rejected
                    for one in rejected
                }
            elif self._reader is not None:
                answers = answers_of(self._reader, asked)

    def land(self, down_to: int = 0) -> None:
        """Kafka gets all buckets but the newest so many."""
        while len(self._flying) > down_to:
            bucket = self._flying.pop(0)
            self.sent.append(bucket)
            self.shard.acknowledge(bucket)


def one_by_one(lines: list[Line], *, reading: bool, brands: Mapping[str, Brand] = BRANDS) -> Life:
    life = Life({}, reading=reading, in_flight=0, brands=brands)
    for line in lines:
        life.apply([line])
    return life


def told(outcomes: dict[int, RolledUp]) -> list:
    return [
        (
            offset,
            [(each.place, each.error.reason, each.raw) for each in one.rejected],
            one.dropped,
            one.batch,
            one.buckets,
        )
        for offset, one in sorted(outcomes.items())
    ]


def by_bucket(buckets: list[Bucket]) -> dict:
    """All copies of each bucket; the clock of a partition is not kept by a crash."""
    found: dict = {}
    for one in buckets:
        if one.brand != "*":
            found.setdefault((one.brand, one.apart, one.start, one.revision), []).append(one)
    return found


@pytest.mark.parametrize("checkpoint_bytes", [1, 16_000])
@settings(max_examples=60, deadline=None)
@given(logs(), judged, st.booleans(), st.data())
def test_any_steps_give_what_single_records_give(checkpoint_bytes, lines, brands, reading, data):
    with in_small(checkpoint_bytes):
        whole = one_by_one(lines, reading=reading, brands=brands)
        in_flight = data.draw(st.sampled_from([0, 3, 1000]))
        life = Life({}, reading=reading, in_flight=in_flight, brands=brands)
        for step in steps_of(data.draw, lines):
            life.apply(step)
        life.land()
    assert told(life.outcomes) == told(whole.outcomes)
    assert life.sent == whole.sent


@pytest.mark.parametrize("checkpoint_bytes", [1, 16_000])
@settings(max_examples=60, deadline=None)
@given(logs(), judged, st.booleans(), st.data())
def test_a_crash_anywhere_within_steps_gives_the_same_buckets_and_dead_letters(
    checkpoint_bytes, lines, brands, reading, data
):
    """Several lives, each cut at a table write, go on from any point that may be committed."""
    sent: list[Bucket] = []
    buried: set[tuple[int, int | None, str]] = set()
    kept: dict[str, bytes] = {}
    committed = 0
    with in_small(checkpoint_bytes):
        whole = one_by_one(lines, reading=reading, brands=brands)
        for _ in range(data.draw(st.integers(1, 4))):
            at_write = data.draw(st.integers(1, 40))
            table = Table(kept, at_write, after=data.draw(st.booleans()))
            applied = committed
            try:
                in_flight = data.draw(st.sampled_from([0, 3, 99]))
                life = Life(table, reading=reading, in_flight=in_flight, brands=brands)
            except CrashError:
                kept = dict(table)
                continue
            try:
                for step in steps_of(data.draw, lines[committed:]):
                    life.apply(step)
                    applied = step[-1].offset + 1
            except CrashError:
                pass
            sent += life.sent
            buried |= life.buried
            kept = dict(table)
            committed = data.draw(st.integers(committed, applied))
        life = Life(kept, reading=reading, in_flight=0, brands=brands)
        for step in steps_of(data.draw, lines[committed:]):
            life.apply(step)
        life.land()
    found, wanted = by_bucket(sent + life.sent), by_bucket(whole.sent)
    assert found.keys() == wanted.keys()
    for key, copies in found.items():
        assert all(copy == wanted[key][0] for copy in copies)
    assert buried | life.buried == whole.buried


def test_a_heartbeat_that_is_read_again_closes_nothing_of_a_brand_that_is_ahead_of_it():
    """A slow source counts as blind until a heartbeat tells that it is not; that is not undone."""
    values = [
        raw(mention("1", 0), to=0, source="slow"),
        raw(mention("2", 99), to=100, source="x"),
        raw(to=100, brand="*", source="x"),
        raw(to=95, brand="*", source="slow"),
        raw(mention("3", 149), to=150, source="x"),
        raw(to=96, brand="*", source="slow"),
        raw(mention("4", 120), to=121, source="slow"),
        raw(to=300, source="x"),
        raw(to=300, brand="*", source="slow"),
    ]
    lines = [Line(offset, value, 0.0) for offset, value in enumerate(values)]
    wanted = by_bucket(one_by_one(lines, reading=False).sent)
    assert sum(copies[0].mentions for copies in wanted.values()) == 4
    crashes = 0
    for at_write in range(2, 20):  # the first one is the header
        table = Table({}, at_write)
        cut = Life(table, reading=False, in_flight=99)
        try:
            cut.apply(lines[:6])
        except CrashError:
            crashes += 1
        again = Life(dict(table), reading=False, in_flight=0)
        for line in lines:
            again.apply([line])
        found = by_bucket(again.sent)
        assert {key: copies[0] for key, copies in found.items()} == {
            key: copies[0] for key, copies in wanted.items()
        }
    assert crashes >= 3


def test_a_record_that_failed_is_not_taken_after_a_crash():
    """Once what came later is written its mentions would be late, and late ones are not scored."""
    values = [
        raw(mention("0", 0), to=0),
        raw(mention("1", 1), mention("2", 2, "boom"), to=3),
        raw(to=60, brand="*"),
        raw(to=300),
    ]
    lines = [Line(offset, value, 0.0) for offset, value in enumerate(values)]
    wanted = [bucket for bucket in one_by_one(lines, reading=False).sent if bucket.brand != "*"]
    crashes = 0
    for at_write in range(2, 8):  # the first one is the header
        table = Table({}, at_write)
        cut = Life(table, reading=False, in_flight=99)
        try:
            for line in lines:
                cut.apply([line])
        except CrashError:
            crashes += 1
        again = Life(dict(table), reading=False, in_flight=0)
        for line in lines:
            again.apply([line])
        assert [bucket for bucket in again.sent if bucket.brand != "*"] == wanted
        assert cut.buried | again.buried == {(1, None, "failed")}
    assert crashes >= 3


def shard(table: dict[str, bytes], **options) -> Shard:
    return Shard(0, table=table, brands=BRANDS, rules=RULES, model=Moody(), **options)


class Counting(dict[str, bytes]):
    """A table that knows in which order its keys were written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def __setitem__(self, key: str, value: bytes) -> None:
        self.written.append(key)
        super().__setitem__(key, value)


def test_a_step_writes_one_entry_a_brand_and_the_clock_last():
    table = Counting()
    state = shard(table)
    said = [raw(mention(f"{n}", 1), to=1, brand=("nestle", "kitkat")[n % 2]) for n in range(22)]
    said.insert(12, raw(to=2, brand="*"))
    records = [state.read(offset, value) for offset, value in enumerate(said)]
    state.apply_all(records[:2])  # the first that is heard of a brand begins its time
    table.written.clear()
    state.apply_all(records[2:])
    assert table.written == ["0|nestle|1", "0|kitkat|1", "0"]


def test_all_texts_of_one_scorer_are_scored_in_one_call():
    calls: list[int] = []

    class Calls(FakeModel):
        def score_many(self, said):
            calls.append(len(said))
            return super().score_many(said)

    common, own = Calls(), Calls()
    state = Shard(
        0,
        table={},
        brands=BRANDS,
        rules=RULES,
        model=common,
        model_of=lambda brand: own if brand == "kitkat" else common,
    )
    said = [raw(mention(f"{n}", 1), to=1, brand=("nestle", "kitkat")[n % 2]) for n in range(20)]
    state.apply_all([state.read(offset, value) for offset, value in enumerate(said)])
    assert calls == [10, 10]


def test_a_record_that_fails_is_rejected_alone():
    table: dict[str, bytes] = {}
    state = shard(table)
    said = [raw(mention(f"{n}", n, "boom" if n == 7 else "bad"), to=n) for n in range(20)]
    outcomes = state.apply_all([state.read(offset, value) for offset, value in enumerate(said)])
    rejected = {
        offset: [one.error.reason for one in outcome.rejected]
        for offset, outcome in enumerate(outcomes)
        if outcome.rejected
    }
    assert rejected == {7: ["failed"]}
    sent = [bucket for outcome in outcomes for bucket in outcome.buckets]
    restarted = shard(dict(table))
    assert restarted.recovered == sent
    for each in (state, restarted):
        buckets = [*sent, *each.apply(20, raw(to=60)).buckets]
        assert [bucket.mentions for bucket in buckets] == [9, 10]


def test_an_entry_that_kafka_would_not_take_becomes_several(monkeypatch):
    monkeypatch.setattr("pipeline.state.journal.LIMIT_BYTES", 2_000)
    table: dict[str, bytes] = {}
    state = shard(table)
    said = [raw(mention(f"{n}", 1, handle=f"h{n}"), to=1) for n in range(30)]
    outcomes = state.apply_all([state.read(offset, value) for offset, value in enumerate(said)])
    assert not any(outcome.rejected for outcome in outcomes)
    assert max(map(len, table.values())) <= 2_000
    [bucket] = shard(table).apply(30, raw(to=60)).buckets
    assert bucket.mentions == 30
