"""Two hours of faults in seconds: the limits of X are kept, and nothing is lost without a word."""

import random

import pytest

from agents.ingest.sources.x.connection import CONNECTS_LIMIT
from support.x_storm import BEGIN_S, DELAY_S, Fault, Storm

EVERYTHING = [
    Fault("drop", 300),
    Fault("kill", 600),
    Fault("stall", 900, 60),
    Fault("503", 1190, 45),
    Fault("drop", 1200),
    Fault("told", 1500),
    Fault("flap", 1800, 300),
    Fault("kill", 1850),
    Fault("kill", 1851),
    Fault("401", 2590, 25),
    Fault("drop", 2600),
    Fault("network", 2900, 30),
    Fault("drop", 2900),
    Fault("402", 3290, 400),
    Fault("drop", 3300),
    Fault("kill", 3400),
    Fault("others", 4600),
    Fault("drop", 4700),
    Fault("rules", 6000),
    Fault("drop", 6600),
    Fault("kill", 6601),
]

CAUSES = (("unpaid", "budget"), ("limited", "rate_limit"), ("refused", "other"))


def cause_of(why):
    """The cause that an outage must have been stated with."""
    for kind, cause in CAUSES:
        if kind in why:
            return cause
    return "restart" if why[0] == "kill" else "disconnect"


def faults_by_chance(seed):
    chance = random.Random(seed)
    kinds = ["drop", "kill", "stall", "503", "network", "told", "flap", "401", "402", "rules"]
    found = []
    for at_s in range(120, 7000, 120):
        kind = chance.choice([*kinds, "others"]) if chance.random() < 0.6 else "drop"
        begin_s = at_s + chance.uniform(0, 60)
        found.append(Fault(kind, begin_s, chance.uniform(5, 90)))
        if kind in {"503", "network", "401", "402"}:
            found.append(Fault("drop", begin_s + 1))
    return found


STORMS = [EVERYTHING, *(faults_by_chance(seed) for seed in range(4))]


def lost(storm):
    """Posts that were neither said nor lie in a gap that was stated."""
    gaps = [(gap.start.timestamp(), gap.end.timestamp()) for gap in storm.gaps]
    end_s = storm._source._watch.complete_to.timestamp()
    return [
        post.id
        for post in storm.world.posts
        if BEGIN_S + 5 < post.at_s < end_s
        and post.id not in storm.posts
        and not any(start <= post.at_s <= end for start, end in gaps)
    ]


@pytest.mark.parametrize("faults", STORMS)
def test_no_storm_reaches_the_limit_and_no_post_is_lost_without_a_word(faults):
    storm = Storm(faults).run()
    assert storm.world.most_connects() < CONNECTS_LIMIT
    assert lost(storm) == []
    assert len(storm.posts) > 1_000


def test_every_gap_is_stated_to_the_second_with_its_cause():
    storm = Storm(EVERYTHING).run()
    stated = [
        (gap.start.timestamp(), gap.end.timestamp(), gap.cause)
        for gap in storm.gaps
        if "rules" not in gap.detail
    ]
    expected = [
        (outage.heard_until_s - DELAY_S, outage.again_s, cause_of(outage.why))
        for outage in storm.outages
    ]
    assert len(expected) > 10
    assert len(stated) == len(expected)
    for (start, end, cause), (start_s, end_s, why) in zip(stated, expected, strict=True):
        assert start == pytest.approx(start_s, abs=1.0)
        assert end == pytest.approx(end_s, abs=1.0)
        assert cause == why
    [ruleless] = [gap for gap in storm.gaps if "rules" in gap.detail]
    begun_s = BEGIN_S + 6000
    assert ruleless.start.timestamp() <= begun_s <= ruleless.end.timestamp() <= begun_s + 200


@pytest.mark.parametrize("faults", STORMS)
def test_search_brings_back_every_original_and_says_that_reposts_lack(faults):
    storm = Storm(faults, recover=True).run()
    end_s = storm._source._watch.complete_to.timestamp()
    lacking = [
        post
        for post in storm.world.posts
        if BEGIN_S + 5 < post.at_s < end_s and post.id not in storm.posts
    ]
    assert all(post.is_repost for post in lacking)
    assert lost(storm) == []
    assert {gap.recovered for gap in storm.gaps} == {"originals_only"}


@pytest.mark.parametrize("faults", STORMS)
def test_backfill_brings_back_all_of_five_minutes(faults):
    storm = Storm(faults, backfill=5).run()
    assert lost(storm) == []
    for gap in storm.gaps:
        if gap.recovered == "full":
            within = storm.world.within(gap.start.timestamp(), gap.end.timestamp())
            assert {post.id for post in within} <= storm.posts
    short = [gap for gap in storm.gaps if "rules" not in gap.detail and gap.recovered == "none"]
    assert all((gap.end - gap.start).total_seconds() > 0 for gap in short)
    assert any(gap.recovered == "full" for gap in storm.gaps)


def test_after_a_kill_the_place_is_taken_over_within_a_minute():
    storm = Storm([Fault("kill", 300)], hours=0.25).run()
    [outage] = storm.outages
    assert outage.again_s - (BEGIN_S + 300) <= 61
