"""No record kills the roll-up: what fails is buried, and the state is as if it had not come."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as theirs

from pipeline.partitions import murmur2, partition_of
from pipeline.rollup.brand import BrandRollup
from pipeline.rollup.event_time.heard import SOURCES_KEPT as KEPT
from pipeline.rollup.partial import Partial
from pipeline.rollup.partition.shard import Shard
from pipeline.rollup.partition.step import RolledUp
from pipeline.rollup.rules import RollupRules
from pipeline.state import journal
from pipeline.state.header import StateError
from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.mention import Author
from schemas.topics import MENTIONS
from support.hostile import hostile
from support.rolling import BRANDS, FakeModel, mention, raw

RULES = RollupRules()
read_bucket = Decoder(Bucket).decode


class Moody(FakeModel):
    """Fails on what it does not like."""

    def score_many(self, said):
        if any("boom" in text for text, _ in said):
            raise ZeroDivisionError("no score for this")
        return super().score_many(said)


def shard(table: dict[str, bytes], *, model=None, partition: int = 0, **options) -> Shard:
    return Shard(
        partition, table=table, brands=BRANDS, rules=RULES, model=model or Moody(), **options
    )


def feed(records: list[tuple[int, bytes]]) -> tuple[list[RolledUp], dict[str, bytes]]:
    table: dict[str, bytes] = {}
    state = shard(table)
    return [state.apply(offset, value) for offset, value in records], table


def good(number: int, second: float, text: str = "so so", **fields) -> bytes:
    return raw(mention(f"m{number}", second, text), to=second, **fields)


def buckets(outcomes: list[RolledUp]) -> list[Bucket]:
    return [bucket for outcome in outcomes for bucket in outcome.buckets]


values = st.binary(max_size=80) | hostile(MENTIONS.name).map(lambda one: one.value).filter(bool)


@given(st.lists(st.tuples(st.integers(0, 5), values), max_size=12))
def test_whatever_comes_the_shard_lives_and_what_is_rejected_leaves_no_trace(bad):
    ordinary = [good(number, 7 * number) for number in range(6)]
    mixed: list[bytes] = []
    for number, one in enumerate(ordinary):
        mixed += [value for place, value in bad if place == number] + [one]
    numbered = list(enumerate(mixed))
    outcomes, table = feed(numbered)
    for outcome in outcomes:
        assert (outcome.batch is None) == any(each.place is None for each in outcome.rejected)
        for bucket in outcome.buckets:
            assert read_bucket(encode(bucket)) == bucket
    kept = [one for one, outcome in zip(numbered, outcomes, strict=True) if outcome.batch]
    again, without = feed(kept)
    assert table == without
    assert buckets(outcomes) == buckets(again)
    assert {one for _, one in kept} >= set(ordinary)


def test_an_exception_of_a_pure_step_names_itself_and_its_place():
    [outcome], table = feed([(0, good(0, 1, "boom"))])
    [rejected] = outcome.rejected
    assert rejected.error.reason == "failed"
    assert rejected.error.detail.startswith("ZeroDivisionError: no score for this at pipeline/")
    assert rejected.raw == good(0, 1, "boom")
    assert list(table) == ["0!header"]


@pytest.mark.parametrize("broken", ["take", "closing"])
def test_a_step_that_fails_half_way_leaves_nothing_half_done(monkeypatch, broken):
    whole = getattr(BrandRollup, broken)
    faults_left = []

    def half(self, *given, **named):
        found = whole(self, *given, **named)
        if faults_left:
            raise faults_left.pop()
        return found

    def half_of_an_asking(self, *given, **named):
        found = yield from whole(self, *given, **named)
        if faults_left:
            raise faults_left.pop()
        return found

    monkeypatch.setattr(BrandRollup, broken, half if broken == "take" else half_of_an_asking)
    table: dict[str, bytes] = {}
    state = shard(table)
    first = [state.apply(number, good(number, 7 * number)) for number in range(5)]
    before = dict(table)
    faults_left.append(KeyError(broken))
    failed = state.apply(5, good(5, 60))
    after = [state.apply(number, good(number, 7 * number)) for number in range(6, 12)]
    assert [one.error.reason for one in failed.rejected] == ["failed"]
    assert before.items() <= table.items()

    plain, without = feed([(n, good(n, 7 * n)) for n in range(12) if n != 5])
    assert buckets([*first, *after]) == buckets(plain)
    assert table == without


def test_a_brand_that_fails_keeps_no_other_from_the_clock(monkeypatch):
    table: dict[str, bytes] = {}
    state = shard(table)
    state.apply(0, good(0, 1))
    state.apply(1, good(1, 1, brand="kitkat"))
    close = Partial.close

    def picky(self, brand, *given, **named):
        if brand == "nestle":
            raise OverflowError("too much chocolate")
        return close(self, brand, *given, **named)

    monkeypatch.setattr(Partial, "close", picky)
    outcome = state.apply(2, raw(to=60, brand="*"))
    assert [bucket.brand for bucket in outcome.buckets] == ["kitkat", "*"]
    assert "brand nestle: OverflowError: too much chocolate" in outcome.rejected[0].error.detail
    assert shard(table).recovered != []  # a brand that can't be closed ends no restart either
    monkeypatch.undo()
    assert [bucket.brand for bucket in state.apply(3, raw(to=70, brand="*")).buckets] == [
        "nestle",
        "*",
    ]


def test_what_a_table_would_not_take_is_too_large_and_the_state_untouched(monkeypatch):
    table: dict[str, bytes] = {}
    state = shard(table)
    state.apply(0, good(0, 1))
    before = dict(table)
    monkeypatch.setattr(journal, "LIMIT_BYTES", 600)
    outcome = state.apply(1, raw(*(mention(f"n{n}", 2) for n in range(50)), to=2))
    assert [one.error.reason for one in outcome.rejected] == ["too_large"]
    assert table == before
    assert state.apply(2, good(2, 60)).buckets[0].mentions == 1


def test_a_checkpoint_that_a_table_would_not_take_is_put_off(monkeypatch):
    monkeypatch.setattr("pipeline.rollup.partition.journal.CHECKPOINT_BYTES", 300)
    monkeypatch.setattr(journal, "LIMIT_BYTES", 1_000)
    table: dict[str, bytes] = {}
    state = shard(table)
    found = []
    for number in range(300):
        outcome = state.apply(number, good(number, 7 * number))
        for bucket in outcome.buckets:
            found.append(bucket)
            state.acknowledge(bucket)
        assert not outcome.rejected
    assert max(map(len, table.values())) <= 1_000
    assert sum(bucket.mentions for bucket in found) >= 297


def test_a_bucket_at_all_its_bounds_can_be_read():
    author = {"id": "é" * 256, "handle": "😀" * 256, "followers": 10**10}
    wide = {
        "lang": "é" * 35,
        "ref_id": "😀" * 256,
        "ref_author": "😀" * 256,
        "hashtags": tuple(f"{n}" + "😀" * 298 for n in range(20)),
        "urls": tuple(f"{n}" + "😀" * 8_000 for n in range(20)),
        "addressed": tuple(f"{n}" + "İ" * 254 for n in range(20)),
        "weight": 10_000.0,
        "kind": "quote",
    }
    partial = Partial(1_268_816_400, model="m" * 256)
    one = mention("é" * 256, 1, "😀" * 30_000, **wide)
    score = FakeModel().score_many([("bad", "en")])[0]
    for number in range(30):
        many = _by(one, {**author, "id": f"{number}" + "é" * 250})
        partial.add([many], [score], [0], [0])
    partial.reach, partial.weighted_milli = 10**17, 10**19
    partial.wordings = dict.fromkeys(range(9), 3)  # no wording of an emoji is compared
    bucket = partial.close(
        "nestle",
        10,
        new_authors=1,
        copies=dict.fromkeys(range(9), 3),
        gaps=(),
        sources=("x",),
        blind=(),
    )
    written = encode(bucket)
    assert read_bucket(written) == bucket
    assert len(written) < 200_000


def _by(one, author):
    return msgspec.structs.replace(one, author=Author(**author))


def test_of_many_sources_the_newest_are_known():
    table: dict[str, bytes] = {}
    state = shard(table)
    for number in range(KEPT + 30):
        state.apply(number, good(number, number, source=f"s{number}"))
        state.apply(1_000 + number, raw(to=number, brand="*", source=f"s{number}"))
    assert f'"s{KEPT + 29}"'.encode() in table["0"]
    assert b'"s0"' not in table["0"]


@given(st.binary(max_size=40))
def test_murmur2_is_that_of_the_clients(key):
    assert murmur2(key) == theirs(key) & 0xFFFFFFFF


def test_a_brand_on_another_partition_than_its_own_is_refused():
    right = partition_of("nestle", 8)
    wrong = shard({}, partition=(right + 1) % 8, partitions=8).apply(0, good(0, 1))
    assert [one.error.reason for one in wrong.rejected] == ["wrong_partition"]
    assert f"partition {right} of 8" in wrong.rejected[0].error.detail
    assert shard({}, partition=right, partitions=8).apply(0, good(0, 1)).batch is not None


@pytest.mark.parametrize("partition", range(3))
def test_what_is_for_every_brand_may_be_on_every_partition(partition):
    state = shard({}, partition=partition, partitions=3)
    assert state.apply(0, raw(to=60, brand="*")).buckets


def test_another_width_of_a_bucket_is_refused_before_anything_is_published():
    table: dict[str, bytes] = {}
    state = shard(table)
    state.apply(0, good(0, 1))
    state.apply(1, good(1, 60))
    with pytest.raises(
        StateError, match=r"buckets of 10 s \(TOCSIN_BUCKET_S\), this worker has 20"
    ):
        Shard(0, table=table, brands=BRANDS, rules=RollupRules(width_s=20), model=FakeModel())


def test_state_without_a_header_is_refused():
    table: dict[str, bytes] = {}
    shard(table).apply(0, good(0, 1))
    del table["0!header"]
    with pytest.raises(StateError, match=r"tocsin-worker-rollup-changelog\[0\] bears no header"):
        shard(table)
    assert shard(table, partition=1).recovered == []


def test_records_that_were_gone_before_they_were_read_are_a_gap():
    table: dict[str, bytes] = {}
    state = shard(table)
    state.apply(0, good(0, 1))
    state.lose(70)
    recovered = shard(table)
    recovered.lose(70)  # read again after a crash
    found = []
    for number, second in ((70, 600), (71, 660), (72, 720)):
        found += recovered.apply(number, good(number, second)).buckets
    gaps = {gap for bucket in found for gap in bucket.gaps}
    assert [(one.cause, one.start.timestamp()) for one in gaps] == [
        ("expired", read_bucket(encode(found[0])).start.timestamp() + 1)
    ]
    assert {gap.end.timestamp() - gap.start.timestamp() for gap in gaps} == {599.0}
