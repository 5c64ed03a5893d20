from collections import defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agents.ingest.batcher import NO_PROMISE, Batcher, Outgoing
from schemas.mention import ALL_BRANDS, Author, Gap, Mention

T0 = datetime(2010, 3, 17, 9, tzinfo=UTC)


def mention(number, at_s=0):
    return Mention(
        id=str(number),
        created_at=T0 + timedelta(seconds=at_s),
        text="no",
        author=Author(id="a"),
    )


def ids(out):
    return [one.id for one in out.batch.mentions]


def test_a_batch_leaves_after_the_linger_time():
    batcher = Batcher("x", partitions=1, linger_s=0.1)
    batcher.add("b", mention(1), 10, now_s=5.0)
    batcher.add("b", mention(2), 10, now_s=5.09)
    assert batcher.due(5.09) == []
    assert [ids(out) for out in batcher.due(5.2)] == [["1", "2"]]
    assert batcher.due(9.0) == []


def test_a_full_batch_leaves_at_once():
    batcher = Batcher("x", partitions=1, max_mentions=2)
    assert batcher.add("b", mention(1), 10, 0) == []
    assert [ids(out) for out in batcher.add("b", mention(2), 10, 0)] == [["1", "2"]]


def test_a_batch_never_exceeds_its_bytes():
    batcher = Batcher("x", partitions=1, max_bytes=100)
    batcher.add("b", mention(1), 60, 0)
    assert [ids(out) for out in batcher.add("b", mention(2), 60, 0)] == [["1"]]
    assert [ids(out) for out in batcher.flush()] == [["2"]]


def test_a_batch_closed_for_size_does_not_promise_beyond_the_mention_that_did_not_fit():
    batcher = Batcher("x", partitions=1, max_bytes=100)
    batcher.reach(T0 + timedelta(seconds=50))
    batcher.add("b", mention(1, at_s=10), 60, 0)
    (out,) = batcher.add("b", mention(2, at_s=20), 60, 0)
    assert out.batch.watermark == T0 + timedelta(seconds=20)


def test_brands_do_not_share_a_batch():
    batcher = Batcher("x", partitions=1)
    batcher.add("b", mention(1), 10, 0)
    batcher.add("c", mention(1), 10, 0)
    assert [(out.batch.brand, out.batch.seq, ids(out)) for out in batcher.flush()] == [
        ("b", 0, ["1"]),
        ("c", 0, ["1"]),
    ]


def test_a_heartbeat_goes_to_every_partition_behind_what_waited():
    batcher = Batcher("x", partitions=3)
    batcher.add("b", mention(1), 10, 0)
    batcher.reach(T0)
    assert [(out.batch.brand, out.partition) for out in batcher.to_all()] == [
        ("b", None),
        (ALL_BRANDS, 0),
        (ALL_BRANDS, 1),
        (ALL_BRANDS, 2),
    ]


def test_a_gap_is_stated_in_every_partition():
    gap = Gap(start=T0, end=T0, cause="disconnect")
    assert [out.batch.gap for out in Batcher("x", partitions=2).to_all(gap)] == [gap, gap]


def test_a_statement_promises_nothing_new():
    batcher = Batcher("x", partitions=1)
    batcher.reach(T0)
    (out,) = batcher.statement(None)
    assert out.batch.watermark == NO_PROMISE


STEPS = st.one_of(
    st.tuples(st.just("add"), st.sampled_from("bc"), st.integers(0, 100), st.integers(1, 60)),
    st.tuples(st.just("reach"), st.integers(0, 100)),
    st.tuples(st.just("wait"), st.floats(0, 0.3)),
    st.tuples(st.just("heartbeat")),
    st.tuples(st.just("flush")),
)


def play(steps):
    """Return what was added per brand (as id, time), and everything that came out, in order."""
    batcher = Batcher("x", partitions=2, linger_s=0.1, max_mentions=4, max_bytes=100)
    now_s, added, out = 0.0, defaultdict(list), []
    waiting_at = []
    for number, step in enumerate(steps):
        match step:
            case ("add", brand, at_s, size_bytes):
                added[brand].append(mention(number, at_s))
                made = batcher.add(brand, mention(number, at_s), size_bytes, now_s)
                made += batcher.due(now_s)
            case ("reach", at_s):
                batcher.reach(T0 + timedelta(seconds=at_s))
                made = []
            case ("wait", seconds):
                now_s += seconds
                made = batcher.due(now_s)
            case ("heartbeat",):
                made = batcher.to_all()
            case _:
                made = batcher.flush()
        out.extend(made)
        waiting_at.append((len(out), now_s, batcher))
    out.extend(batcher.to_all())
    return added, out


def mentions_of(out: list[Outgoing], brand):
    return [one for o in out if o.batch.brand == brand for one in o.batch.mentions]


@given(st.lists(STEPS, max_size=40))
def test_every_mention_leaves_once_and_in_order(steps):
    added, out = play(steps)
    for brand in "bc":
        assert mentions_of(out, brand) == added[brand]


@given(st.lists(STEPS, max_size=40))
def test_seq_counts_per_brand_and_per_partition_of_heartbeats(steps):
    _, out = play(steps)
    seen = defaultdict(list)
    for one in out:
        seen[one.batch.brand, one.partition].append(one.batch.seq)
    assert all(seqs == list(range(len(seqs))) for seqs in seen.values())


@given(st.lists(STEPS, max_size=40))
def test_a_watermark_never_goes_back(steps):
    _, out = play(steps)
    for brand in "bc":
        marks = [o.batch.watermark for o in out if o.batch.brand in {brand, ALL_BRANDS}]
        assert marks == sorted(marks)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from("bc"), st.integers(1, 60)), max_size=40),
    st.data(),
)
def test_nothing_older_follows_a_watermark_when_the_source_is_in_order(arrivals, data):
    at_s, steps = 0, []
    for after_s, brand, size_bytes in arrivals:
        at_s += after_s
        steps += [("reach", at_s), ("add", brand, at_s, size_bytes)]
        steps += data.draw(
            st.lists(st.sampled_from([("heartbeat",), ("flush",), ("wait", 0.07)]), max_size=2)
        )
    _, out = play(steps)
    for brand in "bc":
        promised = NO_PROMISE
        for one in out:
            if one.batch.brand in {brand, ALL_BRANDS}:
                assert all(m.created_at >= promised for m in one.batch.mentions)
                promised = one.batch.watermark


@given(st.lists(STEPS, max_size=40))
def test_no_batch_is_larger_than_allowed(steps):
    _, out = play(steps)
    assert all(len(one.batch.mentions) <= 4 for one in out)
