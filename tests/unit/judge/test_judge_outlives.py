"""No record kills the judge: what fails is buried, and the state is as if it had not come."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from talk import CHATTER, HOUR_S, START_S, Kind, Part, buckets, day

from pipeline.detection import lighten
from pipeline.detection.judge import Judge
from pipeline.detection.shard import JudgedRecord, JudgeShard
from pipeline.state import journal
from pipeline.state.header import StateError
from schemas.base import MOST_TOTAL
from schemas.brand import Brand
from schemas.bucket import Bucket, Example, Influencer
from schemas.codec import Decoder, encode
from schemas.feedback import Feedback
from schemas.incident import Transition
from schemas.topics import BUCKETS, FEEDBACK
from support.hostile import hostile

STORM = Kind(negative=0.75, positive=0.05, outrage=0.4, boycott=0.1, new=0.85, first=0.1)
BEGINS_S = 26 * HOUR_S
LENGTH_S = BEGINS_S + HOUR_S
BRANDS = {name: Brand(id=name, names=(name,)) for name in ("nestle", "kitkat", "acme")}
read = Decoder(Transition).decode


@pytest.fixture(scope="module")
def log() -> list[bytes]:
    def storm(at_s: float) -> float:
        return 3000.0 if at_s >= BEGINS_S else 0.0

    talk = [Part(CHATTER, day(30)), Part(STORM, storm, "storm")]
    return [encode(bucket) for bucket in buckets(talk, length_s=LENGTH_S, seed=3)]


@pytest.fixture(scope="module")
def eve(log) -> tuple[dict[str, bytes], int]:
    """The table just before it rings, and how many records it has seen."""
    table: dict[str, bytes] = {}
    state = shard(table)
    tables = []
    for offset, one in enumerate(log):
        tables.append(dict(table))
        if state.apply(offset, one).transitions:
            return tables[-20], offset - 19
    raise AssertionError("it never rang")


def shard(table: dict[str, bytes], partition: int = 0, **options) -> JudgeShard:
    return JudgeShard(partition, table=table, brands=BRANDS, width_s=10, **options)


values = st.binary(max_size=80) | st.sampled_from((BUCKETS, FEEDBACK)).flatmap(
    lambda topic: hostile(topic.name).map(lambda one: one.value).filter(bool)
)


@settings(max_examples=30)  # each of them judges some eighty records
@given(st.lists(st.tuples(st.integers(0, 29), st.booleans(), values), max_size=10))
def test_whatever_comes_the_judge_lives_and_what_is_refused_leaves_no_trace(log, eve, bad):
    before, seen = eve
    ordinary = log[seen : seen + 30]
    mixed: list[tuple[bool, bytes]] = []
    for number, one in enumerate(ordinary):
        mixed += [(heard, value) for place, heard, value in bad if place == number]
        mixed.append((False, one))
    numbered = [(seen + n, heard, value) for n, (heard, value) in enumerate(mixed)]

    def run(records) -> tuple[list[JudgedRecord], dict[str, bytes]]:
        table = dict(before)
        state = shard(table)
        return [
            (state.apply_feedback if heard else state.apply)(offset, value)
            for offset, heard, value in records
        ], table

    judged, table = run(numbered)
    for one in judged:
        for told in one.transitions:
            assert read(encode(told)) == told
    kept = [one for one, found in zip(numbered, judged, strict=True) if found.error is None]
    again, without = run(kept)
    assert table == without
    assert said(judged) == said(again)
    assert {value for _, _, value in kept} >= set(ordinary)
    assert any(told.brand == "acme" and told.state == "noticed" for told in said(judged))


def said(judged: list[JudgedRecord]) -> list[Transition]:
    return [told for one in judged for told in one.transitions]


def test_a_bucket_that_fails_half_way_is_told_with_its_place_and_forgotten(log, eve, monkeypatch):
    before, seen = eve
    update = Judge.update
    faults_left = []

    def half(self, bucket):
        found = update(self, bucket)
        if faults_left:
            raise faults_left.pop()
        return found

    def run(failing: set[int]) -> tuple[list[JudgedRecord], dict[str, bytes]]:
        table = dict(before)
        state = shard(table)
        found = []
        for offset in range(seen, seen + 40):
            faults_left[:] = [KeyError("half")] if offset in failing else []
            if failing or offset not in broken:
                found.append(state.apply(offset, log[offset]))
        return found, table

    monkeypatch.setattr(Judge, "update", half)
    broken = {seen + 3, seen + 19, seen + 20, seen + 33}
    whole, table = run(broken)
    errors = [one.error for one in whole if one.error]
    assert [error.reason for error in errors] == ["failed"] * 4
    assert errors[0].detail.startswith("KeyError: 'half' at pipeline/detection/brand_judge.py:")
    plain, without = run(set())
    assert said(plain) == said(whole)
    assert table == without


def test_the_clock_reaches_every_other_brand_when_one_fails(log, monkeypatch):
    table: dict[str, bytes] = {}
    state = shard(table)
    for offset, one in enumerate(log):
        state.apply(2 * offset, one)
        state.apply(2 * offset + 1, one.replace(b'"brand":"acme"', b'"brand":"kitkat"'))
    update = Judge.update

    def picky(self, bucket):
        if self.brand.id == "acme" and bucket.brand == "*":
            raise OverflowError("too much")
        return update(self, bucket)

    monkeypatch.setattr(Judge, "update", picky)
    until = datetime.fromtimestamp(START_S + LENGTH_S + 20 * HOUR_S, UTC)
    tick = encode(Bucket(brand="*", start=until, width_s=10, watermark=until))
    judged = state.apply(10**6, tick)
    assert {told.brand for told in judged.transitions} == {"kitkat"}
    assert judged.transitions[-1].state == "resolved"
    assert judged.error.reason == "failed"
    assert judged.error.detail.startswith("brand acme: OverflowError: too much")
    monkeypatch.undo()
    assert {told.brand for told in state.apply(10**6 + 1, tick).transitions} == {"acme"}
    assert shard(dict(table)).recovered


def test_what_was_acknowledged_is_not_said_again_after_a_failure(log, eve, monkeypatch):
    before, seen = eve
    table = dict(before)
    state = shard(table)
    rang = []
    for offset in range(seen, seen + 25):
        for told in state.apply(offset, log[offset]).transitions:
            rang.append(told)
            state.acknowledge(told)
    assert rang
    update, faults_left = Judge.update, [ZeroDivisionError()]

    def once(self, bucket):
        if faults_left:
            raise faults_left.pop()
        return update(self, bucket)

    monkeypatch.setattr(Judge, "update", once)
    assert state.apply(seen + 25, log[seen + 25]).error.reason == "failed"
    for offset in range(seen + 25, seen + 60):
        state.apply(offset, log[offset])
    assert not {(one.incident, one.seq) for one in shard(table).recovered} & {
        (one.incident, one.seq) for one in rang
    }


def test_what_a_table_would_not_take_is_too_large_and_the_state_untouched(log, monkeypatch):
    table: dict[str, bytes] = {}
    state = shard(table)
    state.apply(0, log[0])
    before = dict(table)
    monkeypatch.setattr(journal, "LIMIT_BYTES", 100)
    assert state.apply(1, log[1]).error.reason == "too_large"
    assert table == before
    monkeypatch.undo()
    assert state.apply(2, log[2]).error is None


def test_a_state_that_is_too_large_forgets_long_names_first(log, monkeypatch):
    monkeypatch.setattr(lighten, "STATE_BYTES", 60_000)
    table: dict[str, bytes] = {}
    state = shard(table)
    for offset, raw in enumerate(log[:600]):
        bucket = Decoder(Bucket).decode(raw)
        names = tuple((f"{offset}-{n}" + "😀" * 290, 10**10) for n in range(20))
        judged = state.apply(offset, encode(replace(bucket, hashtags=names, links=names)))
        assert judged.error is None
    assert 60_000 > len(table["0|acme"]) > 10_000


@settings(max_examples=25)
@given(data=st.data())
def test_what_is_said_of_buckets_at_their_bounds_can_be_read(log, eve, data):
    before, seen = eve
    table = dict(before)
    state = shard(table)
    counts = st.sampled_from([0, 1, 10**6, 10**10])
    names = st.sampled_from(["😀" * 290, "x", "é" * 300])
    for offset in range(seen, seen + 40):
        bucket = Decoder(Bucket).decode(log[offset])
        if data.draw(st.integers(0, 4)) == 0:
            lines = tuple((f"{n}"[-1:] + data.draw(names)[1:], data.draw(counts)) for n in range(3))
            mentions = max(data.draw(counts), bucket.mentions)
            bucket = replace(
                bucket,
                mentions=mentions,
                negative=mentions,
                positive=0,
                neutral=0,
                weighted=data.draw(st.sampled_from([0.0, 1e10, 1e12])),
                reposts=data.draw(st.sampled_from([0, mentions])),
                own=data.draw(counts),
                late=data.draw(counts),
                reach=10**15,
                hashtags=lines,
                loudest=lines,
                blind=tuple(f"{n}" + "b" * 250 for n in range(data.draw(st.integers(0, 200)))),
                influencers=(
                    Influencer(
                        handle="h" * 256, posts=MOST_TOTAL, followers=10**10, reposts=MOST_TOTAL
                    ),
                ),
                examples=(
                    Example(
                        id="7",
                        handle="h" * 256,
                        followers=10**10,
                        created_at=datetime(2099, 12, 31, tzinfo=UTC),
                        kind="quote",
                        text="😀" * 1_000,
                        p_negative=1.0,
                    ),
                ),
            )
        judged = state.apply(offset, encode(bucket))
        assert judged.error is None
        for told in judged.transitions:
            assert read(encode(told)) == told
    assert max(map(len, table.values())) < journal.LIMIT_BYTES


def test_a_brand_on_another_partition_than_its_own_is_refused(log):
    right, wrong = shard({}, 4, partitions=8), shard({}, 5, partitions=8)
    assert right.apply(0, log[0]).error is None
    assert wrong.apply(0, log[0]).error.reason == "wrong_partition"
    at = datetime(2026, 1, 1, tzinfo=UTC)
    spoken = encode(Feedback(id="1", brand="acme", at=at, by="ana", kind="ack", incident="acme-1"))
    assert right.apply_feedback(0, spoken).error.reason == "unknown_incident"
    assert wrong.apply_feedback(0, spoken).error.reason == "wrong_partition"


def test_state_of_another_width_or_without_a_header_is_refused(log):
    table: dict[str, bytes] = {}
    shard(table).apply(0, log[0])
    with pytest.raises(StateError, match=r"judge-changelog\[0\] was written with buckets of 10 s"):
        JudgeShard(0, table=table, brands=BRANDS, width_s=20)
    del table["0!header"]
    with pytest.raises(StateError, match="bears no header"):
        shard(table)


def test_a_bucket_of_another_width_is_refused_and_a_count_of_the_past_is_not(log):
    state = shard({})
    past = Bucket(
        brand="acme",
        start=datetime(2009, 12, 1, tzinfo=UTC),
        width_s=3600,
        watermark=datetime(2009, 12, 1, 1, tzinfo=UTC),
        weighted=5.0,
        sources=("history",),
    )
    assert state.apply(0, encode(past)).error is None
    wide = encode(replace(Decoder(Bucket).decode(log[0]), width_s=20))
    assert state.apply(1, wide).error.detail == "a bucket of 20 s, this worker's are 10 s long"
    assert state.apply(2, log[1]).error is None
