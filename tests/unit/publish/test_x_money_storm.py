"""Hours at X with a budget, in virtual time: the server's own bill stays within it, and says so."""

import pytest
from unit.publish.test_x_storm import EVERYTHING, lost

from agents.ingest.sources.x.connection import CONNECTS_LIMIT
from agents.ingest.sources.x.money.budget import SpendingLimits
from agents.ingest.sources.x.money.ladder import LADDER
from support.x_storm import BEGIN_S, Fault, Storm

DROPS = [Fault("drop", 1_000), Fault("kill", 2_000), Fault("kill", 2_001), Fault("drop", 3_000)]
HOURS = 1.5


def heard_of(storm):
    """True posts, and the posts that those said stand for, where nothing was missed."""
    gaps = [
        (gap.start.timestamp(), gap.end.timestamp())
        for gap in storm.gaps
        if gap.recovered == "none"
    ]
    end_s = storm._source._watch.complete_to.timestamp()
    posts = [
        post
        for post in storm.world.posts
        if BEGIN_S + 5 < post.at_s < end_s
        and not any(start <= post.at_s <= end for start, end in gaps)
    ]
    said = [storm.mentions[post.id].weight for post in posts if post.id in storm.mentions]
    return len(posts), sum(said), len(said)


@pytest.mark.parametrize("faults", [[], DROPS])
@pytest.mark.parametrize("usd", [0.5, 5.0, 20.0])
def test_the_bill_of_the_server_stays_within_the_budget(usd, faults):
    storm = Storm(faults, hours=HOURS, per_s=1.0, limits=SpendingLimits(usd_day=usd)).run()
    assert 0.05 * usd < storm.world.bill_usd <= usd
    ours = storm.account.standing().spent.today.micros / 1e6
    assert storm.world.bill_usd - 1e-6 <= ours <= 1.1 * usd  # never less than the server says
    assert storm.world.most_connects() < CONNECTS_LIMIT


@pytest.mark.parametrize(
    "limits", [SpendingLimits(posts_day=400), SpendingLimits(posts_month=2_000)]
)
def test_so_do_the_posts(limits):
    storm = Storm(DROPS, hours=HOURS, limits=limits).run()
    assert 20 < storm.world.read["posts"] <= (limits.posts_day or limits.posts_month)


def test_a_sample_stands_for_all_and_says_so():
    storm = Storm([], hours=HOURS, per_s=2.0, limits=SpendingLimits(usd_day=40)).run()
    true, estimated, said = heard_of(storm)
    assert said < true / 5
    assert estimated == pytest.approx(true, rel=0.15)
    weights = {mention.weight for mention in storm.mentions.values()}
    assert weights & {100 / rung.percent for rung in LADDER if rung.name == "sampled"}
    assert {gap.cause for gap in storm.gaps} == {"budget"}  # the moment of connecting anew


def test_without_a_sample_no_post_is_lost_without_a_word():
    storm = Storm(EVERYTHING, limits=SpendingLimits(usd_day=450)).run()
    assert set(storm.rungs) <= {"all", "no_authors"}
    assert storm.world.bill_usd <= 450
    assert lost(storm) == []


def test_a_time_without_reposts_is_stated_as_incomplete():
    storm = Storm(DROPS, hours=HOURS, per_s=4.0, limits=SpendingLimits(usd_day=2)).run()
    assert "originals" in storm.rungs
    partly = [gap for gap in storm.gaps if gap.recovered == "originals_only"]
    assert all(gap.cause == "budget" for gap in partly)
    assert sum((gap.end - gap.start).total_seconds() for gap in partly) > 600
    first, last = partly[0].start, partly[-1].end
    while_partly = [one for one in storm.mentions.values() if first < one.created_at < last]
    unstated = [
        one
        for one in while_partly
        if one.kind == "original"
        and one.weight == 100
        and not any(gap.start <= one.created_at <= gap.end for gap in storm.gaps)
    ]
    assert while_partly
    assert len(unstated) <= len(while_partly) / 4  # 1 % of everything, before and after


def test_what_is_chosen_happens_once_it_is_spent():
    stopping = Storm([], hours=0.5, per_s=1.0, limits=SpendingLimits(usd_day=0.05)).run()
    assert stopping.rungs[-1] == "stopped"
    cause = stopping._source.health()
    assert cause.word == "out_of_money"
    assert "the budget of 0.05 USD a day is spent" in cause.detail
    assert b"budget" in stopping._source.position()
    going_on = Storm(
        [], hours=0.5, per_s=1.0, limits=SpendingLimits(usd_day=0.05), when_spent="go_on"
    ).run()
    assert "stopped" not in going_on.rungs
    assert going_on._source.health() is None
    assert going_on.world.bill_usd > 0.05
