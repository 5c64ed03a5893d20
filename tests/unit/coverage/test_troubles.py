"""What sources say of themselves makes a brand blind, explains it, and ends it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.coverage.alarm import Blindness, over, to_tell
from agents.coverage.source_memory import MOST, SourceMemory
from agents.coverage.troubles import (
    FORGOTTEN_AFTER,
    StatusSaid,
    recovered,
    trouble_of,
    with_sources,
)
from agents.coverage.verdict import PROVEN, Status, Trouble
from schemas.mention import Gap
from schemas.source_status import NO_WORD_AFTER_S, SourceStatus

NOW = datetime(2026, 11, 30, 3, 30, tzinfo=UTC)
HEARD = Status("heard", NOW)
NO_WORD = timedelta(seconds=NO_WORD_AFTER_S + 1)
CHANNELS = {"acme": ("#acme", "en"), "bolt": ("#acme", "en")}
LIMIT = timedelta(minutes=5)


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


def said(state, source="x", *, since=10.0, written=NOW, live=True, **more):
    status = SourceStatus(
        source=source, live=live, state=state, since=ago(since), at=written, **more
    )
    return StatusSaid(status, written)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("blind", "silent"),
        ("never_heard", "never_heard"),
        ("refused", "refused"),
        ("unpaid", "unpaid"),
        ("stopped", "stopped"),
        ("starting", None),
        ("listening", None),
        ("behind", None),
    ],
)
def test_a_source_says_itself_why_it_is_not_heard(state, why):
    trouble = trouble_of(said(state, because="401"), NOW)
    assert trouble == (why and Trouble("x", why, ago(10), "401"))


@pytest.mark.parametrize("state", ["starting", "listening", "behind", "blind", "never_heard"])
def test_who_says_nothing_any_more_does_not_run(state):
    reached = ago(7)
    trouble = trouble_of(said(state, reached=reached), NOW + NO_WORD)
    assert trouble == Trouble("x", "no_word", reached)
    assert trouble_of(said(state), NOW + NO_WORD) == Trouble("x", "no_word", NOW)


@pytest.mark.parametrize("state", ["refused", "unpaid", "stopped"])
def test_what_a_place_refused_is_true_when_nobody_says_it_any_more(state):
    assert trouble_of(said(state), NOW + NO_WORD).why == state


def test_a_recording_is_missed_by_nobody():
    assert trouble_of(said("listening", live=False), NOW + NO_WORD) is None


def test_the_only_source_that_never_got_through_has_a_time_and_a_reason():
    status = with_sources(Status("unheard"), [said("never_heard", because="http 503")], NOW)
    assert (status.state, status.since, status.sources) == ("unheard", ago(10), ("x",))
    assert status.troubles == (Trouble("x", "never_heard", ago(10), "http 503"),)


def test_a_refused_source_beside_one_that_is_heard_makes_the_brand_blind():
    status = with_sources(HEARD, [said("refused"), said("listening", "bluesky")], NOW)
    assert (status.state, status.until, status.since) == ("blind", NOW, ago(10))
    assert status.sources == ("x",)


def test_what_buckets_name_is_explained_where_the_source_says_why():
    named = Status("blind", NOW, ago(3), ("rss", "x"))
    status = with_sources(named, [said("unpaid", because="402")], NOW)
    assert status.sources == ("rss", "x")
    assert status.since == ago(10)
    assert [(one.source, one.why) for one in status.troubles] == [
        ("rss", "silent"),
        ("x", "unpaid"),
    ]


def test_one_that_was_stopped_is_not_waited_for_but_explains_a_silence():
    assert with_sources(HEARD, [said("stopped")], NOW) == HEARD
    silent = with_sources(Status("unheard", NOW, ago(4)), [said("stopped")], NOW)
    assert (silent.since, silent.sources) == (ago(4), ())
    assert [one.why for one in silent.troubles] == ["stopped"]


@pytest.mark.parametrize("state", ["unread", "unjudged"])
def test_where_nobody_judges_the_sources_are_not_to_blame(state):
    status = Status(state, NOW, ago(4))
    assert with_sources(status, [said("refused")], NOW) == status


statuses = st.builds(
    Status,
    st.sampled_from(["heard", "recorded", "behind", "blind", "unheard", "unjudged", "unread"]),
    st.none() | st.just(NOW),
    st.none() | st.just(ago(4)),
    st.sampled_from([(), ("x",), ("rss", "x")]),
    st.just(()),
)
spoken = st.builds(
    said,
    st.sampled_from(["starting", "listening", "behind", "blind", "refused", "unpaid", "stopped"]),
    st.sampled_from(["x", "bluesky"]),
    live=st.booleans(),
    written=st.sampled_from([NOW, NOW - 2 * NO_WORD]),
)


@given(statuses, st.lists(spoken, max_size=3, unique_by=lambda one: one.status.source))
def test_no_source_makes_a_brand_better_heard_than_it_is(status, known):
    joined = with_sources(status, known, NOW)
    assert (joined.state in PROVEN) <= (status.state in PROVEN)
    assert joined.until == status.until
    assert {*status.sources} <= {*joined.sources}
    if joined != status:
        assert {*joined.sources} <= {one.source for one in joined.troubles}


def test_of_each_source_the_newest_word_counts_for_the_brands_that_it_names():
    memory = SourceMemory()
    for state, brands in (("refused", ("acme", "bolt")), ("listening", ("acme",))):
        memory.take(round(NOW.timestamp() * 1000), said(state, brands=brands).status)
    assert [one.status.state for one in memory.of("acme", NOW)] == ["listening"]
    assert memory.of("bolt", NOW) == []
    assert memory.of("acme", NOW + FORGOTTEN_AFTER + NO_WORD) == []
    assert memory.get("x").state == "listening"
    assert memory.get("y") is None


def test_sources_without_number_are_no_burden():
    memory = SourceMemory()
    for number in range(MOST + 5):
        memory.take(0, said("listening", f"x{number}", brands=("acme",)).status)
    assert len(memory.of("acme", datetime.fromtimestamp(0, UTC))) == MOST


GAP = {"start": ago(20), "end": ago(10), "cause": "disconnect"}


@pytest.mark.parametrize(
    ("complete_from", "gaps", "left"),
    [
        (ago(99), [], "full"),
        (ago(99), ["full"], "full"),
        (ago(99), ["full", "originals_only"], "originals_only"),
        (ago(99), ["originals_only", "none"], "none"),
        (ago(5), ["full"], "none"),
        (None, [], "none"),
    ],
)
def test_what_was_recovered_is_the_least_of_what_the_gaps_say(complete_from, gaps, left):
    status = said(
        "listening",
        complete_from=complete_from,
        gaps=tuple(Gap(**GAP, recovered=kind) for kind in gaps),
    ).status
    assert recovered(status, ago(20)) == left


def test_a_gap_of_before_has_nothing_to_do_with_it():
    status = said("listening", complete_from=ago(99), gaps=(Gap(**GAP),)).status
    assert recovered(status, ago(10)) == "full"


def told(statuses, before=()):
    return to_tell(statuses, before, CHANNELS, now=NOW, limit=LIMIT)


def blind(*sources, since=10.0):
    troubles = tuple(Trouble(name, "refused", ago(since)) for name in sources)
    return Status("blind", NOW, ago(since), sources, troubles)


def test_each_source_is_told_of_once_and_a_second_one_is_news():
    [first] = told({"acme": blind("x")})
    assert told({"acme": blind("x")}, [first]) == []
    [second] = told({"acme": blind("rss", "x")}, [first])
    assert (second.sources, [one.source for one in second.troubles]) == (("rss",), ["rss"])


def test_a_source_that_has_just_fallen_silent_waits_for_the_limit():
    status = blind("rss", "x")
    young = status.troubles[0]._replace(since=ago(1))
    [one] = told({"acme": status._replace(troubles=(young, status.troubles[1]))})
    assert one.sources == ("x",)


def test_brands_with_the_same_trouble_are_told_together_since_the_first():
    [one] = told({"acme": blind("x", since=9), "bolt": blind("x", since=12)})
    assert (one.brands, one.since) == (("acme", "bolt"), ago(12))


def test_one_source_is_over_while_another_is_silent_and_not_before_all_is_well():
    about = [Blindness("#acme", ("acme",), "blind", ago(9), (name,)) for name in ("rss", "x")]
    assert over({"acme": blind("rss")}, about) == [about[1]]
    assert over({"acme": Status("behind", NOW, ago(9))}, about) == []
    assert over({"acme": Status("unheard", NOW, ago(9))}, about) == []
    assert over({"acme": HEARD}, about) == about


def test_where_all_is_silent_names_that_come_later_are_no_news():
    before = [Blindness("#acme", ("acme",), "unheard", ago(9))]
    assert told({"acme": blind("x")._replace(state="unheard")}, before) == []
