"""What a source says of itself: pure standings, and when they are sent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ingest.position import PositionFile
from agents.ingest.status.reports import StatusReports, status_before
from agents.ingest.status.standing import SourceStanding
from agents.monitoring.health import Cause
from schemas.codec import Decoder, encode
from schemas.mention import Gap
from schemas.source_status import HEARTBEAT_S, SourceStatus

T0 = datetime(2026, 11, 30, 3, tzinfo=UTC)
UNHEARD = Cause("source_unheard", "x has not been heard for 50 s: http 503", "http 503")
REFUSED = Cause("source_refused", "x has not been heard for 9 s: 401", "401 Unauthorized")
UNPAID = Cause("out_of_money", "x has not been heard for 9 s: 402", "402 CreditsDepleted")
GONE = Cause("rules_gone", "x has not been heard for 9 s: 2 rules", "2 rules lack")


def at(seconds):
    return T0 + timedelta(seconds=seconds)


def standing(before=None, *, live=True):
    return SourceStanding("x", live=live, brands=["acme", "bolt"], at=T0, before=before)


def states(one, *turns):
    """States as (event, cause) follow each other, ten seconds apart."""
    said = []
    for number, (event, cause) in enumerate(turns, start=1):
        if event == "reach":
            one.reached(at(10 * number))
        elif event == "lose":
            one.lost()
        said.append(one.status(cause, at(10 * number)))
    return said


@pytest.mark.parametrize(
    ("cause", "state"),
    [(UNHEARD, "never_heard"), (REFUSED, "refused"), (UNPAID, "unpaid"), (GONE, "never_heard")],
)
def test_what_never_got_through_is_so_since_it_was_first_started(cause, state):
    first, second = states(standing(), ("", None), ("lose", cause))
    assert (first.state, second.state) == ("starting", state)
    assert (second.since, second.reached, second.because) == (T0, None, cause.why)


@pytest.mark.parametrize(
    ("cause", "state"),
    [(UNHEARD, "blind"), (REFUSED, "refused"), (UNPAID, "unpaid"), (GONE, "blind")],
)
def test_what_was_heard_is_blind_since_it_was_complete(cause, state):
    heard, away, lost = states(standing(), ("reach", None), ("lose", None), ("", cause))
    assert (heard.state, heard.since) == ("listening", at(10))
    assert (away.state, away.since) == ("listening", at(10)), "away for a moment"
    assert (lost.state, lost.since, lost.reached) == (state, at(10), at(10))


def test_another_cause_is_another_state_of_the_same_blindness():
    *_, silent, refused, again = states(
        standing(), ("reach", None), ("lose", UNHEARD), ("", REFUSED), ("reach", None)
    )
    assert (silent.state, refused.state, again.state) == ("blind", "refused", "listening")
    assert silent.since == refused.since == at(10)
    assert (again.since, again.because) == (at(40), "")


def test_a_restart_goes_on_with_what_the_run_before_had_reached():
    earlier = standing()
    states(earlier, ("reach", None))
    later = SourceStanding(
        "x", live=True, brands=["acme"], at=at(500), before=earlier.stopped("", at(100))
    )
    status = later.status(REFUSED, at(510))
    assert (status.state, status.since, status.reached) == ("refused", at(10), at(10))


def test_a_restart_of_what_was_never_heard_is_still_since_the_first_start():
    [never] = states(standing(), ("", REFUSED))
    later = SourceStanding("x", live=True, brands=["acme"], at=at(500), before=never)
    assert later.status(REFUSED, at(510)).since == T0


def test_a_live_source_that_is_heard_and_minutes_late_is_behind_since_then():
    one = standing()
    one.reached(at(0))
    assert one.status(None, at(10)).state == "listening"
    assert (late := one.status(None, at(200))).state == "behind"
    assert late.since == at(0)
    one.reached(at(30))
    assert one.status(None, at(210)).since == at(0), "it moves, and is behind all the same"
    one.reached(at(209))
    assert one.status(None, at(211)).state == "listening"


def test_a_recording_speaks_of_other_times_and_is_not_behind():
    one = standing(live=False)
    one.reached(at(-9e8))
    assert one.status(None, at(10)).state == "listening"


def test_the_newest_gaps_and_the_newest_post_are_said():
    one = standing()
    gaps = [Gap(start=at(n), end=at(n + 1), cause="disconnect") for n in range(7)]
    for gap in gaps:
        one.missed(gap)
    one.posted(at(9))
    one.posted(at(5))
    status = one.status(None, at(10))
    assert (status.gaps, status.post_at) == (tuple(gaps[-5:]), at(9))


def test_a_source_that_ends_over_a_refusal_stays_refused():
    one = standing()
    assert one.stopped("no such feed", at(5)).state == "refused"
    assert standing().stopped("", at(5)).state == "stopped"


words = st.text(max_size=700)
causes = st.none() | st.builds(
    Cause,
    st.sampled_from(["source_unheard", "source_refused", "out_of_money", "rules_gone"]),
    words,
    words,
)
happenings = st.tuples(st.sampled_from(["reach", "lose", "post", ""]), causes, st.integers(0, 500))


@given(st.lists(happenings, max_size=20), st.booleans())
def test_whatever_happens_each_status_can_be_read_and_its_times_are_in_order(turns, live):
    one, now_s, newest = standing(live=live), 0, None
    for event, cause, later_s in turns:
        now_s += later_s
        if event == "reach":
            one.reached(newest := at(now_s))
        elif event == "lose":
            one.lost()
        elif event == "post":
            one.posted(at(now_s))
        status = one.status(cause, at(now_s))
        assert Decoder(SourceStatus).decode(encode(status)) == status
        assert status.since <= status.at
        assert status.reached == newest
        assert status.state != "blind" or status.since == newest
        assert (status.state == "never_heard") <= (newest is None)


class Outbox:
    """A publisher with as much room as a test says, and a Kafka that comes and goes."""

    def __init__(self):
        self.said = []
        self.has_room = True
        self.acknowledged = 0

    @property
    def position(self):
        return len(self.said)

    def status(self, status):
        if self.has_room:
            self.said.append(status)
        return self.has_room


class Scene:
    """Reports with a clock and a health of their own."""

    def __init__(self, kept=None, before=None):
        self.now_s, self.cause = 0.0, None
        self.outbox = Outbox()
        self.reports = StatusReports(
            standing(before), self.outbox, lambda: self.cause,
            kept=kept, now=lambda: at(self.now_s), clock_s=lambda: self.now_s,
        )  # fmt: skip

    def look(self, *, after_s=0.0, cause=None):
        self.now_s += after_s
        self.cause = cause
        self.reports.look()
        return [one.state for one in self.outbox.said]


def test_a_change_is_sent_at_once_and_what_stays_as_it_was_every_heartbeat():
    scene = Scene()
    assert scene.look() == ["starting"]
    assert scene.look(after_s=0.5) == ["starting"]
    assert scene.look(after_s=0.5, cause=UNHEARD) == ["starting", "never_heard"]
    scene.outbox.acknowledged = 2
    assert len(scene.look(after_s=HEARTBEAT_S - 1, cause=UNHEARD)) == 2
    assert len(scene.look(after_s=1, cause=UNHEARD)) == 3
    assert len(scene.look(cause=UNHEARD._replace(detail="for 99 s"))) == 3, "time alone is no news"
    assert len(scene.look(cause=UNHEARD._replace(why="http 500"))) == 4


def test_heartbeats_do_not_heap_up_while_kafka_is_away_and_changes_are_kept():
    scene = Scene()
    for _ in range(50):
        scene.look(after_s=HEARTBEAT_S)
    assert len(scene.outbox.said) == 1
    scene.look(after_s=1, cause=REFUSED)
    assert [one.state for one in scene.outbox.said] == ["starting", "refused"]


def test_what_had_no_room_is_sent_when_there_is_some():
    scene = Scene()
    scene.outbox.has_room = False
    scene.look()
    scene.outbox.has_room = True
    assert scene.look(after_s=0.5) == ["starting"]


def test_the_newest_status_is_kept_for_the_next_run(tmp_path):
    kept = PositionFile(tmp_path / "x.status")
    assert status_before(kept) is None
    scene = Scene(kept)
    scene.reports.standing.reached(at(0))
    scene.look()
    scene.reports.end("")
    assert status_before(kept) == scene.outbox.said[-1]
    assert status_before(kept).state == "stopped"


def test_a_kept_status_that_cannot_be_read_is_passed_over(tmp_path):
    kept = PositionFile(tmp_path / "x.status")
    kept.save(b"\xff{")
    assert status_before(kept) is None
