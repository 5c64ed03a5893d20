"""A budget over HTTP: the server charges for what it sends, and the agent stays within it."""

import time

import pytest

from agents.ingest.position import PositionFile
from agents.ingest.source import Post
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.budget import SpendingLimits
from agents.ingest.sources.x.recovery import SearchRecovery, XSearch
from support.x_agent import NOW, Agent, post
from support.x_server import USAGE, XServer, talk
from support.x_world import XPost


@pytest.fixture
def server():
    server = XServer()
    yield server
    server.close()


def posts(count):
    return [
        XPost(str(1500000000000000000 + n), time.time(), is_repost=n % 5 == 4) for n in range(count)
    ]


def test_a_budget_that_is_spent_ends_the_connection_with_its_cause(server, tmp_path):
    kept = PositionFile(tmp_path / "x.spent")
    server.script = [talk(posts(200), per_s=60)] * 3
    account = Account(SpendingLimits(usd_day=1.0), kept=kept, now=NOW)
    with Agent(server, account=account, silence_s=5) as agent:
        agent.until(lambda: agent.source.health() is not None)
        cause = agent.source.health()
    assert cause.word == "out_of_money"
    assert "the budget of 1.00 USD a day is spent" in cause.detail
    assert 0.2 < server.world.bill_usd <= 1.0
    again = Account(SpendingLimits(usd_day=1.0), kept=kept, now=NOW)
    on_its_way = 0.5  # what X sent and nobody read any more: X's own count has it
    assert again.standing().spent.today.micros / 1e6 >= server.world.bill_usd * on_its_way
    with Agent(server, account=again, silence_s=5):
        time.sleep(0.5)
    assert server.world.bill_usd <= 1.0


def test_authors_are_given_up_first_and_then_a_share_of_the_posts(server):
    server.script = [talk(posts(3_000), per_s=100)] * 4
    account = Account(SpendingLimits(usd_day=100.0), now=NOW)
    with Agent(server, account=account, silence_s=5) as agent:
        agent.until(lambda: account.rung.name == "sampled")
        agent.until(lambda: any("sample:" in rule["value"] for rule in server.rules))
        agent.until(lambda: len(server.streams) > 1)
        agent.until(
            lambda: (
                {rule["tag"] for rule in server.rules} == {f"tocsin:{account.rung.percent}%:acme"}
            )
        )
        agent.until(lambda: agent.publisher.gaps)
    asked = [query["expansions"][0] for query, _ in server.streams]
    assert ["author_id" in one.split(",") for one in asked[:2]] == [True, False]
    assert {gap.cause for gap in agent.publisher.gaps} == {"budget"}
    assert all("left out" in gap.detail for gap in agent.publisher.gaps)


def test_who_was_seen_before_is_known_while_authors_are_left_out(server, x_stream):
    with_author = post(1)
    with_author["includes"] = {
        "users": [{"id": "7", "username": "ana", "public_metrics": {"followers_count": 9}}]
    }
    gone = {"data": {"user_delete": {"user": {"id": "7"}}}}
    server.script = [x_stream(with_author, post(2), gone, post(3), then="hold")]
    said = []
    source = Agent(server, silence_s=5)
    source.source._note = said.append
    with source as agent:
        agent.until(lambda: len(agent.publisher.posts) == 3)
    authors = [event.mention.author for event in said if isinstance(event, Post)]
    assert [(one.handle, one.followers) for one in authors] == [("ana", 9), ("ana", 9), ("", 0)]


def test_what_x_has_counted_is_asked_for_and_counts(server, x_stream):
    server.world.read_on[NOW().date().isoformat()] = 990
    server.script = [x_stream(post(1), then="keep-alive")]
    account = Account(SpendingLimits(posts_day=1_000), now=NOW)
    with Agent(server, account=account, silence_s=5) as agent:
        agent.until(lambda: account.standing().by_x == 990)
    asked = [query for _, path, query, _ in server.requests if path == USAGE]
    assert asked[0]["usage.fields"] == ["daily_project_usage"]
    assert account.standing().spent.today.posts >= 990


def test_what_cannot_be_afforded_is_not_searched_for(server, x_stream):
    account = Account(SpendingLimits(usd_day=3.0), now=NOW)
    ask = XSearch("secret", server.url, account=account)
    search = SearchRecovery(ask, ["Acme"], now=NOW, account=account, settle_s=0.0)
    server.script = [x_stream(post(1)), x_stream(post(3), then="hold")]
    with Agent(server, account=account, recoverer=search, silence_s=5) as agent:
        agent.until(lambda: agent.publisher.gaps)
    [gap] = agent.publisher.gaps
    assert gap.recovered == "none"
    assert gap.detail.endswith("search: it is left out to save money")
    assert server.world.searches == 0
