"""Late posts make revisions: whatever came when, what was told last is what happened."""

from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.rollup import BrandRollup, RollupRules, horizon
from pipeline.rollup.event_time.heard import HeardSource
from pipeline.rollup.speakers.watching import WatchList
from schemas.bucket import Bucket
from schemas.codec import encode
from support.rolling import BRAND, FakeModel, at, batch, gap, mention

RULES = RollupRules(width_s=10, lateness_s=5, horizon_s=300)
MODEL = FakeModel()
LONGEST_S = 290
END_S = 2_000
COPY = "what everybody copies, in the very same words as before"


def rollup(rules: RollupRules = RULES) -> BrandRollup:
    return BrandRollup(
        "nestle", rules, own_accounts=BRAND.own_accounts, watch=WatchList(BRAND), names=("Nestlé",)
    )


def told(batches, state: BrandRollup | None = None) -> list[Bucket]:
    """All that is told, in order; the last batch comes when nothing waits any more."""
    state = state or rollup()
    buckets = []
    for offset, one in enumerate(batches):
        state.take(offset, one, state.scored(one, MODEL.score_many), MODEL.version)
        buckets += state.close({})
        state.sealed()
    return buckets


def last_told(buckets: list[Bucket]) -> dict:
    """What was told last of each bucket; revisions come in order, one after another."""
    found: dict = {}
    for one in buckets:
        known = found.get(one.start)
        assert one.revision == (known.revision + 1 if known else one.revision)
        found[one.start] = one
    return {start: replace(one, revision=0) for start, one in found.items()}


@contextmanager
def bounds(**small: int):
    with patch.multiple(horizon, **small):
        yield


anything_small = st.fixed_dictionaries(
    {
        "SNAPSHOT_S": st.sampled_from([20, 60, 300]),
        "APART_S": st.sampled_from([20, 300]),
        "SNAPSHOT_POSTS": st.sampled_from([2, 10, 10_000]),
        "FREE_POSTS": st.sampled_from([0, 5, 200]),
        "WAIT_S": st.sampled_from([10, 60]),
    }
)


@st.composite
def talk(draw: st.DrawFn):
    """Posts, each with how late it comes: the later they come, the more they have in common."""
    delays_s = draw(st.sampled_from([[0, 1, 4], [0, 0, 0, 20, LONGEST_S], range(LONGEST_S)]))
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 700),
                st.sampled_from(["bad", "good #x", "so so", COPY, f"bad {COPY}"]),
                st.sampled_from(["original", "repost", "reply", "quote"]),
                st.sampled_from(["a", "b", "c", "d", "Nestle"]),
                st.sampled_from(["r", "s"]),
                st.sampled_from(list(delays_s)),
            ),
            max_size=40,
        )
    )
    return [
        (
            mention(str(n), second, text, kind=kind, handle=handle, ref_id=ref, ref_author="Watch"),
            second,
            delay_s,
        )
        for n, (second, text, kind, handle, ref, delay_s) in enumerate(rows)
    ]


def arrivals(posts, *, late: bool) -> list:
    """A batch a second in which something comes; watermarks keep up with the time."""
    by_second: dict[int, list] = {}
    for one, second, delay_s in posts:
        by_second.setdefault(second + delay_s * late, []).append(one)
    batches = [batch(*by_second.get(second, ()), to=second) for second in range(1000)]
    return [*batches, batch(to=END_S), batch(to=END_S + 100)]


@settings(max_examples=60, deadline=None)
@given(talk(), anything_small)
def test_any_order_within_the_horizon_ends_in_the_buckets_of_the_right_order(posts, small):
    with bounds(**small):
        in_order = told(arrivals(posts, late=False))
        assert all(one.revision == 0 for one in in_order)
        assert last_told(told(arrivals(posts, late=True))) == last_told(in_order)


@settings(max_examples=40, deadline=None)
@given(talk(), st.sampled_from([0, 10, 60, 120]), anything_small)
def test_every_post_is_counted_or_told_as_late(posts, horizon_s, small):
    rules = RULES._replace(horizon_s=horizon_s)
    with bounds(**small):
        buckets = told(arrivals(posts, late=True), rollup(rules))
    counted = sum(one.mentions + one.own for one in last_told(buckets).values())
    late = sum(one.late for one in last_told(buckets).values())
    assert counted + late == len(posts)
    # A bucket ends at most ten seconds after its post, and closes at most so long after five more.
    assert late <= sum(delay_s >= horizon_s + 5 - 10 for _, _, delay_s in posts)
    # The watermark that comes with a post closes nothing before it is taken.
    assert late >= sum(delay_s > horizon_s + 5 + 10 for _, _, delay_s in posts)


def test_a_copy_of_a_late_post_is_a_duplicate_as_long_as_posts_may_come_late():
    late = mention("1", 3)
    buckets = told([batch(to=100), batch(late, to=100), batch(late, to=280), batch(to=END_S)])
    assert [(one.mentions, one.duplicates, one.late) for one in buckets] == [(1, 0, 0), (0, 1, 0)]


def test_late_posts_of_one_bucket_make_one_revision():
    late = [batch(mention(f"{n}", 3), to=20 + n % 5) for n in range(20)]
    buckets = told([batch(mention("a", 1), to=20), *late, batch(to=40)])
    assert [(one.revision, one.mentions) for one in buckets] == [(0, 1), (1, 21)]


def test_what_comes_late_is_told_before_what_is_new():
    buckets = told(
        [
            batch(mention("1", 3), to=20),
            batch(mention("2", 25), mention("3", 4), to=26),
            batch(to=45),
        ]
    )
    assert [(one.start, one.revision) for one in buckets] == [(at(0), 0), (at(0), 1), (at(20), 0)]


def test_later_buckets_are_told_again_where_what_they_say_of_newcomers_changes():
    posts = [
        batch(mention("1", 25, handle="a"), to=40),
        batch(mention("2", 5, handle="a"), mention("x", 6, handle="b"), to=40),
        batch(to=50),
    ]
    first, early, later = told(posts)
    assert (first.start, first.new_authors) == (at(20), 1)
    assert (early.start, early.revision, early.new_authors) == (at(0), 1, 2)
    assert (later.start, later.revision, later.new_authors) == (at(20), 1, 0)


def test_a_bucket_of_which_all_came_late_names_what_was_known_when_it_closed():
    missing = gap(2, 8)
    (late,) = told(
        [batch(to=20, gap=missing), batch(mention("1", 5), to=30, source="x"), batch(to=50)]
    )
    assert (late.revision, late.gaps, late.sources) == (1, (missing,), ("x",))


def test_a_busy_brand_is_final_sooner():
    posts = [mention(f"{n}", 5 * n) for n in range(10)]
    with bounds(MOST_POSTS=5):
        state = rollup()
        told([batch(*posts, to=60)], state)
        late = batch(mention("a", 29), mention("b", 30), to=60)
        assert state.take(1, late, state.scored(late, MODEL.score_many), "") == {"late": 1}
        assert state.delayed == 1


def test_a_brand_of_which_nothing_is_said_holds_nothing():
    state = rollup()
    told([batch(mention("1", 3), to=20)], state)
    quiet, silent = ({"x": HeardSource(at(until).timestamp())} for until in (300, 350))
    assert not state.waits_for(quiet)
    assert state.waits_for(silent)
    assert state.close(silent) == []
    assert not state.waits_for({"x": HeardSource(at(10_000).timestamp())})
    assert len(encode(state.checkpoint())) < 1_500
