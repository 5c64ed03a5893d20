"""What X counts: a past for new brands, and how much of it the stream delivered."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.history.read import past_from_x
from agents.ingest.source import Missed, Post
from agents.ingest.sources.x.counting.completeness import (
    HOUR,
    LEARNING,
    Tally,
    completeness,
    remembered,
)
from agents.ingest.sources.x.counting.request import CountsError
from agents.ingest.sources.x.counting.watch import Checks
from pipeline.detection.past import HistoryError
from schemas.mention import Author, Gap, Mention
from support.x_storm import Kept
from support.x_world import XPost, XWorld

NINE = datetime(2026, 11, 30, 9, tzinfo=UTC)


def mention(at, *, weight=1.0, kind="original"):
    return Mention(
        id="1", created_at=at, text="a", author=Author(id="a"), brand="acme",
        weight=weight, kind=kind,
    )  # fmt: skip


def tally_of(*events, begun=NINE):
    tally = Tally(begun)
    for event in events:
        tally.note(event)
    tally.note(Post(mention(NINE + 3 * HOUR)))  # listening went on
    return tally


def test_posts_count_by_hour_and_reposts_do_not():
    tally = tally_of(*(Post(mention(NINE + n * HOUR / 2)) for n in range(3)),
                     Post(mention(NINE, kind="repost")))  # fmt: skip
    assert [tally.heard("acme", NINE + n * HOUR) for n in range(3)] == [2, 1, 0]
    assert tally.heard("acme", NINE + 4 * HOUR) is None


def test_an_hour_that_was_not_heard_in_full_says_nothing():
    assert tally_of(begun=NINE + HOUR / 60).heard("acme", NINE) is None
    gap = Gap(start=NINE + HOUR * 0.9, end=NINE + HOUR * 1.1, cause="disconnect")
    tally = tally_of(Missed(gap))
    assert [tally.heard("acme", NINE + n * HOUR) for n in range(3)] == [None, None, 0]
    assert tally_of(Post(mention(NINE, weight=10.0))).heard("acme", NINE) is None


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=60))
def test_a_share_is_one_at_most_and_only_told_once_it_is_learned(hours):
    ratios = []
    for heard, counted in hours:
        share = completeness(heard, counted, ratios)
        assert share is None or (0 <= share <= 1 and len(ratios) >= LEARNING)
        ratios = remembered(ratios, heard, counted)


class Counts:
    """X's counts of a world, each request noted."""

    def __init__(self, world):
        self.world = world
        self.asked = []

    def within(self, queries, start, end):
        self.asked.append(start)
        if self.world is None:
            raise CountsError("http 503")
        counted = self.world.counts(start.timestamp(), end.timestamp())
        return len(queries) * sum(one["tweet_count"] for one in counted.body["data"])


def checks_over(hours, *, delivered, kept=None, world=True):
    """Play hours: 100 originals each, of which ``delivered(hour)`` come."""
    clock = [NINE - timedelta(minutes=1)]
    posts = [
        XPost(str(n), NINE.timestamp() + n * 36.0, is_repost=False) for n in range(hours * 100)
    ]
    model = XWorld()
    model.posts = posts
    tally = Tally(clock[0])
    counts = Counts(model if world else None)
    checks = Checks(counts, {"acme": ["Acme"]}, tally, kept=kept or Kept(), now=lambda: clock[0])
    shares = []
    for post in posts:
        at = datetime.fromtimestamp(post.at_s, UTC)
        clock[0] = at
        checks.look()
        number = int(post.id)
        if number % 100 < delivered(number // 100):
            tally.note(Post(mention(at)))
        shares.append(checks.shares.get("acme"))
    return checks, counts, shares


def test_what_is_usual_is_learned_and_then_an_hour_with_less_is_told():
    _, counts, shares = checks_over(20, delivered=lambda hour: 45 if hour == 16 else 90)
    assert shares[15 * 100] == pytest.approx(1.0)
    assert shares[11 * 100] is None
    assert shares[17 * 100 + 50] == pytest.approx(0.5)
    assert len(counts.asked) == 19  # once an hour, ten minutes after its end


def test_what_was_learned_outlives_a_restart():
    kept = Kept()
    checks_over(14, delivered=lambda _: 90, kept=kept)
    _, _, shares = checks_over(3, delivered=lambda _: 90, kept=kept)
    assert shares[-1] == pytest.approx(1.0)


def test_an_x_that_does_not_count_tells_nothing():
    checks, counts, _ = checks_over(4, delivered=lambda _: 90, world=False)
    assert counts.asked
    assert checks.shares == {}


def test_a_brand_is_new_once():
    kept, queries = Kept(), {"acme": ["Acme"], "bolt": ["Bolt"]}

    def made(**how):
        return Checks(Counts(None), queries, Tally(NINE), kept=kept, now=lambda: NINE, **how)

    assert made().new == ("acme", "bolt")
    assert made(was_heard=True).new == ()  # heard before anything was kept of it
    made().begin()
    assert made().new == ()
    queries["cord"] = ["Cord"]
    assert made(was_heard=True).new == ("cord",)


def test_answers_of_several_queries_are_one_past():
    model = XWorld()
    model.posts = [XPost(str(n), NINE.timestamp() + n * 60.0) for n in range(180)]
    answer = json.dumps(model.counts(NINE.timestamp() - 600, NINE.timestamp() + 9_000).body)
    past = past_from_x([answer.encode(), answer.encode()], "X", width_s=10)
    assert past.step_s == 3600
    assert [count for _, count in past.rows] == [120, 120]
    with pytest.raises(HistoryError, match="no answer of X's counts"):
        past_from_x([b"{}"], "X", width_s=10)
