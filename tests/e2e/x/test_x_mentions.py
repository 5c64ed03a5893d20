"""Owned reads over HTTP: what mentions the account, each once, at a fifth of the price."""

import time
from threading import Event

import pytest

from agents.ingest.source import Lost, Missed, Post, Reached
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.budget import SpendingLimits
from agents.ingest.sources.x.owned import OwnedSource
from support.x_agent import NOW
from support.x_world import Answer, XPost


def source(server, **how):
    account = how.pop("account", None) or Account(now=NOW)
    return OwnedSource(
        "x-mentions", "7", lambda: "secret", server.url, account=account, interval_s=0.05, **how
    )


def told(source, *, until, resume=None):
    """What it says up to an event; it is closed then."""
    stop, found = Event(), []
    source.open(resume)
    for event in source.events(stop):
        found.append(event)
        if until(event):
            stop.set()
    source.close()
    return found


def ids(events):
    return [event.mention.id for event in events if isinstance(event, Post)]


def posts(*numbers, at_s=None):
    return [XPost(str(number), at_s or time.time()) for number in numbers]


def test_pages_are_said_from_the_oldest_and_cost_a_fifth(x_server):
    account = Account(now=NOW)
    watched = source(x_server, account=account)
    x_server.world.posts = posts(*range(1, 251))
    found = told(watched, until=lambda event: isinstance(event, Reached))
    assert ids(found) == [str(number) for number in range(1, 251)]
    assert account.standing().spent.today.micros / 1e6 == pytest.approx(x_server.world.bill_usd)
    assert x_server.world.bill_usd == pytest.approx(0.25)
    [asked, *_] = [query for _, path, query, _ in x_server.requests if path.endswith("/mentions")]
    assert asked["max_results"] == ["100"]


def test_a_later_run_says_what_came_meanwhile_and_nothing_twice(x_server):
    first = source(x_server)
    x_server.world.posts = posts(1, 2)
    told(first, until=lambda event: isinstance(event, Reached))
    x_server.world.posts += posts(3)
    found = told(
        source(x_server),
        until=lambda event: isinstance(event, Reached),
        resume=first.position(),
    )
    assert ids(found) == ["3"]
    assert not [event for event in found if isinstance(event, Missed)]


def test_what_x_does_not_list_any_more_is_a_stated_gap(x_server):
    watched = source(x_server)
    x_server.world.posts = posts(*range(1, 1001))
    found = told(watched, until=lambda event: isinstance(event, Reached))
    assert len(ids(found)) == 800
    [missed] = [event for event in found if isinstance(event, Missed)]
    assert found.index(missed) == 0


def test_a_refusal_is_named_and_asked_again(x_server):
    x_server.world.broken = Answer(401, {"title": "Unauthorized"})
    watched = source(x_server)
    told(watched, until=lambda event: isinstance(event, Lost))
    assert watched.health().word == "source_refused"
    x_server.world.broken = None
    told(watched, until=lambda event: isinstance(event, Reached))
    assert watched.health() is None


def test_a_budget_that_is_spent_ends_the_asking(x_server):
    account = Account(SpendingLimits(usd_day=0.3), now=NOW, may_change_rules=False)
    watched = source(x_server, account=account)
    x_server.world.posts = posts(*range(1, 900))
    found = told(watched, until=lambda event: isinstance(event, Lost))
    assert 0.1 <= x_server.world.bill_usd <= 0.3
    assert watched.health().word == "out_of_money"
    assert [event for event in found if isinstance(event, Missed)]
