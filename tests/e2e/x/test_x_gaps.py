"""What was missed comes back over HTTP, as far as the contract with X allows."""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from threading import Event

import pytest

from agents.ingest.position import PositionFile
from agents.ingest.sources.x.connect_log import ConnectLog
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.recovery import SearchRecovery, StreamRecovery, XSearch
from schemas.mention import Gap
from support.waiting import PATIENCE_S
from support.x_agent import NOW, Agent, post
from support.x_server import STREAM, XServer
from support.x_world import XPost, XWorld


@pytest.fixture
def world():
    return XWorld(search_lag_s=0.0)


@pytest.fixture
def server(world):
    server = XServer(world)
    yield server
    server.close()


def now_post(number, *, ago_s=0.0):
    line = post(number)
    at = datetime.now(UTC) - timedelta(seconds=ago_s)
    line["data"]["created_at"] = at.isoformat(timespec="milliseconds")
    return line


def numbers(agent):
    return [int(one[1]) % 1000 for one in agent.publisher.posts]


def search(server, account=None, **limits):
    account = account or Account(now=NOW)
    ask = XSearch("secret", server.url, account=account)
    return SearchRecovery(ask, ["Acme"], now=NOW, account=account, settle_s=0.0, **limits)


def test_search_brings_back_the_originals_of_a_gap_before_what_follows(server, x_stream):
    begun_s = time.time()
    server.world.posts = [
        XPost("1500000000000000002", begun_s, is_repost=True),
        *(XPost(str(1500000000000000100 + number), begun_s) for number in range(150)),
    ]
    server.script = [x_stream(post(1)), x_stream(post(3), then="hold")]
    with Agent(server, recoverer=search(server), silence_s=5) as agent:
        agent.until(lambda: numbers(agent)[-1:] == [3])
    assert numbers(agent)[0] == 1
    assert sorted(numbers(agent)[1:-1]) == list(range(100, 250))
    [gap] = agent.publisher.gaps
    assert (gap.cause, gap.recovered) == ("disconnect", "originals_only")
    assert agent.publisher.said.index(("gap", "disconnect")) == 151, "behind what was fetched"
    assert server.world.searches == 2


def test_a_gap_that_takes_too_many_requests_counts_as_not_recovered(server, x_stream):
    begun_s = time.time()
    server.world.posts = [XPost(str(1500000000000000100 + n), begun_s) for n in range(150)]
    server.script = [x_stream(post(1)), x_stream(post(3), then="hold")]
    with Agent(server, recoverer=search(server, most_requests=1), silence_s=5) as agent:
        agent.until(lambda: numbers(agent)[-1:] == [3])
    [gap] = agent.publisher.gaps
    assert gap.recovered == "none"
    assert "more posts than the limit of requests allows" in gap.detail
    assert len(numbers(agent)) == 102


def test_a_search_that_fails_leaves_the_gap_and_says_why(server, x_stream):
    server.world.search_lag_s = 3600.0
    server.script = [x_stream(post(1)), x_stream(post(3), then="hold")]
    with Agent(server, recoverer=search(server), silence_s=5) as agent:
        agent.until(lambda: numbers(agent) == [1, 3])
    [gap] = agent.publisher.gaps
    assert gap.recovered == "none"
    assert "search: refused 400 'end_time' must be" in gap.detail


def test_the_stream_of_a_past_period_brings_back_everything(server, x_stream):
    recoverer = StreamRecovery(
        "secret", server.url, connects=ConnectLog(), account=Account(now=NOW), now=NOW
    )
    server.script = [
        x_stream(post(1)),
        x_stream(then="keep-alive"),
        x_stream(post(2), post(1)),
    ]
    with Agent(server, recoverer=recoverer, silence_s=5) as agent:
        agent.until(lambda: agent.publisher.gaps)
    assert numbers(agent) == [1, 2]
    [gap] = agent.publisher.gaps
    assert gap.recovered == "full"
    asked = [query for query, _ in server.streams if "start_time" in query]
    assert [set(query) >= {"start_time", "end_time"} for query in asked] == [True]


def test_a_stream_of_the_past_that_breaks_off_is_no_recovery(server, x_stream):
    recoverer = StreamRecovery(
        "secret", server.url, connects=ConnectLog(), account=Account(now=NOW), now=NOW
    )
    gap = Gap(start=NOW() - timedelta(seconds=60), end=NOW(), cause="disconnect")
    server.script = [x_stream(post(2), then="drop")]
    *_, outcome = recoverer.fetch(gap, Event())
    assert outcome.recovered == "none"
    assert outcome.detail.startswith("stream: dropped")


def test_backfill_is_asked_for_after_a_gap_and_fills_it(server, x_stream):
    server.script = [
        x_stream(post(1)),
        x_stream(now_post(2, ago_s=30), post(1), now_post(3, ago_s=20), then="keep-alive"),
    ]
    with Agent(server, backfill_minutes=5, silence_s=5) as agent:
        agent.until(lambda: agent.publisher.gaps)
    assert ["backfill_minutes" in query for query, _ in server.streams] == [False, True]
    assert numbers(agent) == [1, 2, 3]
    assert agent.publisher.said[-1] == ("gap", "disconnect"), "behind what was sent again"
    assert [gap.recovered for gap in agent.publisher.gaps] == ["full"]


def test_what_backfill_does_not_reach_is_stated(server, x_stream, tmp_path):
    kept = PositionFile(tmp_path / "x")
    kept.save((NOW() - timedelta(minutes=9)).isoformat().encode() + b" budget unpaid 402: none")
    server.script = [x_stream(now_post(2, ago_s=30), then="keep-alive")]
    with Agent(server, kept=kept, backfill_minutes=5, silence_s=5) as agent:
        agent.until(lambda: len(agent.publisher.gaps) == 2)
    lost, filled = agent.publisher.gaps
    assert (lost.recovered, lost.cause, filled.recovered) == ("none", "budget", "full")
    assert lost.end == filled.start
    assert 235 < (lost.end - lost.start).total_seconds() < 245


def test_a_gap_of_one_of_two_connections_is_none(server, x_stream):
    is_heard = Event()

    def once_the_other_is_heard(handler):
        is_heard.wait(PATIENCE_S)
        x_stream(post(2))(handler)

    server.script = [
        x_stream(post(1), then="keep-alive"),
        once_the_other_is_heard,
        *[x_stream(post(2)), x_stream(post(3), then="drop")] * 3,
        x_stream(post(4), then="keep-alive"),
    ]
    with Agent(server, connections=2, silence_s=5) as agent:
        agent.until(lambda: 1 in numbers(agent))
        is_heard.set()
        agent.until(lambda: 4 in numbers(agent))
    assert sorted(numbers(agent)) == [1, 2, 3, 4]
    assert agent.publisher.gaps == []


def test_the_place_of_a_connection_that_died_is_taken_over(server, x_stream):
    server.world.connections_limit = 1
    server.script = [x_stream(then="keep-alive"), x_stream(post(1), then="keep-alive")]
    other = HTTPConnection(server.url.removeprefix("http://"))
    other.request("GET", STREAM)
    answer = other.getresponse()
    assert answer.status == 200
    with Agent(server, silence_s=5) as agent:
        agent.until(lambda: len(server.world.connects_s) > 3)
        assert agent.publisher.posts == []
        answer.close()
        other.close()
        agent.until(lambda: agent.publisher.posts)


def test_connects_are_counted_across_restarts(server, x_stream, tmp_path):
    kept = PositionFile(tmp_path / "x.connects")
    for _ in range(3):
        server.script = [x_stream(post(1), then="hold")]
        with Agent(server, connects=ConnectLog(kept)) as agent:
            agent.until(lambda: agent.publisher.posts)
    assert len(json.loads(kept.load())) == 3


def test_a_storm_over_http_loses_no_original(server, x_stream, x_answer):
    chance = random.Random(7)
    steps = [
        lambda: x_answer(503, {}),
        lambda: x_answer(401, {}),
        lambda: x_answer(429, {"connection_issue": "TooManyConnections"}),
        lambda: x_answer(302, {}, {"Location": "http://127.0.0.1:9"}),
        lambda: x_stream({"errors": [{"disconnect_type": "Upstream", "title": "x"}]}),
        lambda: x_stream(b'{"data": {\r\n', then="drop"),
    ]

    def live(handler):
        """What is written while the connection stands, and an end by chance."""
        from_s, stay_s = time.time(), chance.uniform(0.05, 0.4)
        while time.time() < from_s + stay_s and not server.closing.is_set():
            time.sleep(0.01)
        lines = [server.world.line(one) for one in server.world.within(from_s, time.time())]
        x_stream(*(line + b"\r\n" for line in lines if line))(handler)

    def first(handler):
        """Something is said from the moment on at which somebody listens."""
        begun_s = time.time()
        server.world.posts = [
            XPost(str(1500000000000000000 + number), begun_s + number / 40) for number in range(100)
        ]
        live(handler)

    server.script.append(first)
    for _ in range(60):
        server.script += [chance.choice(steps)() for _ in range(chance.randrange(4))] + [live]
    recoverer = search(server, most_requests=1000)
    with Agent(server, recoverer=recoverer, silence_s=2, delay_s=0.5) as agent:
        agent.until(lambda: set(numbers(agent)) == set(range(100)))
        agent.until(lambda: agent.publisher.gaps)
