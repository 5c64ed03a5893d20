"""What is counted together and what apart, by network, as the brands file says."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.apart import NEW_FOR_S
from pipeline.rollup import RollupRules
from pipeline.rollup.networks import SETTLED_S
from pipeline.rollup.partition.shard import Shard
from schemas.brand import JudgedOn
from support.rolling import BRANDS, T0, FakeModel, mention, raw

RULES = RollupRules(width_s=10, lateness_s=0)
HOUR_S = 3_600


def shard(judged="all", table=None) -> Shard:
    brands = {"nestle": replace(BRANDS["nestle"], judge=JudgedOn(sources=judged))}
    table = {} if table is None else table
    return Shard(0, table=table, brands=brands, rules=RULES, model=FakeModel())


class Feed:
    """Records in their order, and the buckets that they lead to."""

    def __init__(self, state: Shard, offset: int = 0) -> None:
        self.state = state
        self.offset = offset
        self.buckets = []

    def say(self, second, *mentions, source="x", live=True, brand="nestle") -> None:
        value = raw(*mentions, to=second, source=source, brand=brand)
        arrived_s = T0 + second if live else 0.0
        outcome = self.state.apply(self.offset, value, arrived_s=arrived_s)
        assert not outcome.rejected
        self.buckets += outcome.buckets
        self.offset += 1

    def counted(self) -> dict[str, int]:
        """Mentions by what they are counted in."""
        found: dict[str, int] = {}
        for one in self.buckets:
            if one.mentions:
                found[one.apart] = found.get(one.apart, 0) + one.mentions
        return found


def both(feed: Feed, begin_s: int, end_s: int, *, live: bool = True) -> None:
    """Posts of X, and of Bluesky from ``begin_s`` on, one an hour each."""
    for second in range(0, end_s, HOUR_S):
        feed.say(second, mention(f"x{second}", second), source="x", live=live)
        if second >= begin_s:
            feed.say(second, mention(f"b{second}", second), source="bluesky", live=live)
    for source in ("x", "bluesky"):
        feed.say(end_s + 60, source=source, brand="*", live=live)


def test_a_bucket_says_who_brought_how_much():
    feed = Feed(shard())
    feed.say(1, mention("1", 1, "bad"), mention("2", 2), source="x-mentions")
    feed.say(1, mention("3", 1), source="bluesky")
    feed.say(1, mention("4", 1, "bad"), source="x")
    for source in ("x-mentions", "x", "bluesky"):
        feed.say(60, source=source, brand="*")
    [bucket] = [one for one in feed.buckets if one.brand == "nestle"]
    split = [(one.source, one.mentions, one.negative) for one in bucket.by_source]
    assert split == [("x", 3, 2), ("bluesky", 1, 0)]


def test_a_recording_says_of_which_network_each_post_is():
    feed = Feed(shard(judged="each"))
    posts = [mention("1", 1, source="x"), mention("2", 1, source="Bluesky"), mention("3", 2)]
    feed.say(3, *posts, source="replay", live=False)
    feed.say(60, source="replay", brand="*", live=False)
    assert feed.counted() == {"x": 1, "bluesky": 1, "replay": 1}


def test_what_begins_together_is_counted_together():
    feed = Feed(shard())
    both(feed, SETTLED_S - HOUR_S, SETTLED_S + HOUR_S)
    assert set(feed.counted()) == {""}


def test_a_network_that_begins_later_is_apart_for_a_day_and_then_joins():
    feed = Feed(shard())
    begin_s = 2 * 86_400
    both(feed, begin_s, begin_s + NEW_FOR_S + 10 * HOUR_S)
    assert feed.counted() == {"": 2 * 24 + 24 + 10 + 10, "bluesky": 24}
    together = [one for one in feed.buckets if one.brand == "nestle" and not one.apart]
    before = [one for one in together if one.start.timestamp() < T0 + begin_s + NEW_FOR_S]
    assert len(before) == 72
    assert {one.sources for one in before} == {("x",)}


def test_where_the_partition_heard_it_for_long_a_first_post_of_a_brand_is_no_news():
    feed = Feed(shard())
    for second in range(0, 3 * 86_400, HOUR_S):
        feed.say(second, mention(f"x{second}", second), source="x")
        feed.say(second, source="bluesky", brand="*")
    feed.say(second, mention("b", second), source="bluesky")
    for source in ("x", "bluesky"):
        feed.say(second + 60, source=source, brand="*")
    assert set(feed.counted()) == {""}


def test_what_a_replay_taught_is_usual_for_who_speaks_live():
    feed = Feed(shard())
    feed.say(0, mention("r", 0), source="replay", live=False)
    feed.say(5 * 86_400, mention("x", 5 * 86_400), source="x")
    feed.say(5 * 86_400 + 60, source="x", brand="*")
    assert set(feed.counted()) == {""}


def test_a_network_that_is_judged_from_now_on_is_new():
    table: dict[str, bytes] = {}
    feed = Feed(shard(("x",), table))
    both(feed, 0, 2 * 86_400)
    assert feed.counted() == {"": 48, "bluesky": 48}
    again = Feed(shard("all", table), feed.offset)
    second = 2 * 86_400 + HOUR_S
    again.say(second, mention("x", second), source="x")
    again.say(second, mention("b", second), source="bluesky")
    for source in ("x", "bluesky"):
        again.say(second + 60, source=source, brand="*")
    assert again.counted() == {"": 1, "bluesky": 1}


def test_a_network_that_is_judged_no_more_is_not_waited_for():
    table: dict[str, bytes] = {}
    feed = Feed(shard("all", table))
    both(feed, 0, 10 * HOUR_S)
    again = Feed(shard(("x",), table), feed.offset)
    second = 11 * HOUR_S
    again.say(second, mention("b", second), source="bluesky")
    again.say(second, mention("x", second), source="x")
    again.say(second + 600, source="x", brand="*")
    [together] = [one for one in again.buckets if not one.apart and one.mentions]
    assert together.sources == ("x",)
    assert together.blind == ()


posts = st.lists(
    st.tuples(
        st.integers(0, 290),
        st.sampled_from(["x", "x-mentions", "bluesky", "rss"]),
        st.sampled_from(["bad", "good #x", "so so"]),
        st.integers(0, 5),
    ),
    max_size=40,
)


@settings(max_examples=40)
@given(posts)
def test_what_is_not_judged_leaves_no_trace_in_what_is(drawn):
    """With and without it, the buckets that are judged are the same, word for word."""

    def judged(said):
        feed = Feed(shard(("x", "bluesky")))
        for name, (second, source, text, who) in said:
            post = mention(name, second, text, handle=f"h{who}", ref_id="r")
            feed.say(second, post, source=source)
        for source in ("x", "x-mentions", "bluesky", "rss"):
            feed.say(900, source=source, brand="*")
        return [one for one in feed.buckets if one.brand == "nestle" and not one.apart]

    said = [(str(number), one) for number, one in enumerate(sorted(drawn))]
    only = [one for one in said if one[1][1] != "rss"]
    assert judged(said) == judged(only)
