"""When X is asked again, and when it is left in peace."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.ingest.position import PositionFile
from agents.ingest.sources.x.connect_log import ConnectLog
from agents.ingest.sources.x.connection import (
    CONNECTS_LIMIT,
    WINDOW_S,
    Connect,
    ConnectBudget,
    ConnectionAccepted,
    Ended,
    State,
    Wait,
    WaitOver,
    step,
)

DROPPED = Ended("dropped")
NETWORK = Ended("network")
BROKEN = Ended("http", status=503)
LIMITED = Ended("limited", status=429)
REFUSED = Ended("refused", status=401)


def delays_s(*endings, stayed_s=0.0):
    """What is waited after each ending, of connections that stood for so long."""
    state, now_s, waited = State(), 0.0, []
    for ended in endings:
        state, todo = step(state, WaitOver(), now_s)
        assert todo == Connect()
        if ended.kind in {"dropped", "silent"}:
            state, _ = step(state, ConnectionAccepted(), now_s)
            now_s += stayed_s
        state, todo = step(state, ended, now_s)
        waited.append(todo.until_s - now_s)
        now_s = todo.until_s
    return waited


@pytest.mark.parametrize(
    ("endings", "waited_s"),
    [
        ([DROPPED, DROPPED], [0.25, 0.5]),
        ([NETWORK] * 3, [0.25, 0.5, 0.75]),
        ([BROKEN] * 8, [5, 10, 20, 40, 80, 160, 320, 320]),
        ([LIMITED] * 6, [60, 120, 240, 480, 900, 900]),
        ([BROKEN, NETWORK, BROKEN], [5, 0.25, 5]),
        ([BROKEN, LIMITED, BROKEN], [5, 60, 5]),
        ([Ended("occupied", status=429)] * 3, [60, 60, 60]),
        ([REFUSED] * 4, [30, 30, 900, 900]),
        ([REFUSED, BROKEN, REFUSED], [30, 5, 30]),
        ([Ended("unpaid", status=402)] * 2, [300, 300]),
        ([Ended("rules")] * 2, [60, 60]),
    ],
)
def test_delays_follow_what_x_asks_for(endings, waited_s):
    assert delays_s(*endings) == pytest.approx(waited_s)


def test_a_connection_that_stood_is_made_again_at_once():
    endings = [BROKEN, DROPPED, Ended("silent"), DROPPED, BROKEN]
    assert delays_s(*endings, stayed_s=60.0) == [5, 0, 0, 0, 5]


def test_network_delays_stop_growing_at_16_s():
    assert delays_s(*[NETWORK] * 100)[-1] == pytest.approx(16)


@pytest.mark.parametrize(
    ("ended", "until_s"),
    [
        (Ended("limited", budget=ConnectBudget(0, 1_500.0)), 1_500.0),
        (Ended("limited", budget=ConnectBudget(30, 1_500.0)), 1_060.0),
        (Ended("limited", budget=ConnectBudget(0, 1_000_000.0)), 1_900.0),
        (Ended("limited", budget=ConnectBudget(0, 900.0)), 1_060.0),
        (Ended("occupied", budget=ConnectBudget(40, 1_899.0)), 1_060.0),
    ],
)
def test_a_reset_is_waited_for_only_where_nothing_is_left(ended, until_s):
    assert step(State(), ended, 1_000.0)[1] == Wait(until_s)


def test_a_refusal_is_final_only_once_it_was_repeated():
    state, hopeless = State(), []
    for _ in range(3):
        state, _ = step(state, REFUSED, 0.0)
        hopeless.append(state.is_hopeless)
    assert hopeless == [False, False, True]
    assert not step(state, ConnectionAccepted(), 0.0)[0].is_hopeless


def connects_s(for_s, stay_s, *, log=None, restart=False):
    """When a stream is connected that drops after ``stay_s`` each time."""
    log = log or ConnectLog()
    state, now_s, found = State(), 0.0, []
    while now_s < for_s:
        state, todo = step(State() if restart else state, WaitOver(log.latest(now_s)), now_s)
        if isinstance(todo, Wait):
            state, now_s = (State() if restart else state), todo.until_s
            continue
        log.add(now_s)
        found.append(now_s)
        state, _ = step(state, ConnectionAccepted(), now_s)
        now_s += stay_s
        state, todo = step(state, DROPPED, now_s)
        now_s = now_s + 0.5 if restart else todo.until_s
    return found


def most_within_a_window(times_s):
    return max(sum(1 for at_s in times_s if a <= at_s <= a + WINDOW_S) for a in times_s)


@pytest.mark.parametrize("stay_s", [0.04, 1.0, 6.0, 20.0, 60.0])
@pytest.mark.parametrize("restart", [False, True])
def test_a_stream_that_flaps_never_reaches_the_limit_and_is_never_away_for_long(stay_s, restart):
    found = connects_s(7200.0, stay_s, restart=restart)
    assert most_within_a_window(found) < CONNECTS_LIMIT
    away_s = [later - at_s - stay_s for at_s, later in pairwise(found)]
    assert max(away_s) <= 25.0
    if stay_s >= 20.0 and not restart:
        assert max(away_s) < 1.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["dropped", "silent", "network", "http", "limited", "occupied"]),
            st.floats(0, 100),
        ),
        min_size=60,
        max_size=200,
    )
)
def test_whatever_happens_the_limit_is_never_reached(endings):
    log, state, now_s, found = ConnectLog(), State(), 0.0, []
    for kind, stay_s in endings:
        state, todo = step(state, WaitOver(log.latest(now_s)), now_s)
        while isinstance(todo, Wait):
            now_s = todo.until_s
            state, todo = step(state, WaitOver(log.latest(now_s)), now_s)
        log.add(now_s)
        found.append(now_s)
        if kind in {"dropped", "silent"}:
            state, _ = step(state, ConnectionAccepted(), now_s)
            now_s += stay_s
        state, todo = step(state, Ended(kind), now_s)
        now_s = todo.until_s
    assert most_within_a_window(found) < CONNECTS_LIMIT


def test_what_x_says_is_left_is_spread_where_others_use_it_up():
    state, _ = step(State(), ConnectionAccepted(ConnectBudget(2, 900.0)), 0.0)
    state, todo = step(state, Ended("dropped"), 300.0)
    assert todo == Wait(300.0), "it was away for no time at all"
    assert step(state, WaitOver([0.0]), 300.0)[1] == Connect()
    assert step(state, WaitOver([0.0, 300.0]), 301.0)[1] == Wait(500.0)


def test_nothing_left_is_waited_for_before_it_is_asked():
    state, _ = step(State(), ConnectionAccepted(ConnectBudget(0, 900.0)), 0.0)
    state, _ = step(state, Ended("dropped"), 300.0)
    assert step(state, WaitOver([0.0]), 300.0)[1] == Wait(900.0)


def test_connects_are_known_to_the_next_process(tmp_path):
    ConnectLog(PositionFile(tmp_path / "x.connects")).add(1_000.0)
    log = ConnectLog(PositionFile(tmp_path / "x.connects"))
    assert log.latest(1_100.0) == [1_000.0]
    assert log.latest(1_901.0) == []


@pytest.mark.parametrize("kept", [b"", b"{", b'["x"]', b"\xff"])
def test_a_log_that_cannot_be_read_is_none(tmp_path, kept):
    PositionFile(tmp_path / "x.connects").save(kept)
    assert ConnectLog(PositionFile(tmp_path / "x.connects")).latest(0.0) == []


def test_a_clock_that_was_set_back_forgets_no_connects():
    log = ConnectLog()
    log.add(10_000.0)
    assert log.latest(500.0) == [500.0]
