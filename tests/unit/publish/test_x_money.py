"""What X costs: counted so that no restart forgets it, and kept within what it may cost."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.budget import (
    Purse,
    SpendingLimits,
    Spent,
    Sum,
    added,
    purses,
    turned,
)
from agents.ingest.sources.x.money.flow import Flow, heard
from agents.ingest.sources.x.money.ladder import LADDER, UNRULED, LadderState, Spending, decide
from agents.ingest.sources.x.money.prices import MICROS, Prices, Taken, prices_on
from agents.ingest.sources.x.money.usage import UsageError, days_in
from support.x_storm import Kept

DAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
PRICES = prices_on(DAY)
MIDNIGHT_S = datetime(2026, 12, 1, tzinfo=UTC).timestamp()


def line(number=1, *, tweets=0, users=1, tag="tocsin:acme", is_repost=False):
    data = {"id": str(number), "text": "Acme"}
    if is_repost:
        data["referenced_tweets"] = [{"type": "retweeted", "id": "1"}]
    includes = {"users": [{"id": str(n)} for n in range(users)]}
    includes["tweets"] = [{"id": str(n)} for n in range(tweets)]
    found = {"data": data, "includes": includes, "matching_rules": [{"id": "1", "tag": tag}]}
    return json.dumps(found).encode()


class Clock:
    def __init__(self, at=NOON):
        self.at = at

    def __call__(self):
        return self.at

    def pass_s(self, seconds):
        self.at += timedelta(seconds=seconds)


# What it costs


def test_a_line_costs_all_that_x_adds_to_it():
    account = Account(now=Clock())
    account.took(line(tweets=1, users=3))
    assert account.standing().spent.today == Sum(2, 40_000)
    account.asked(Taken(requests=1, owned=2))
    assert account.standing().spent.today == Sum(4, 47_000)


def test_a_new_price_leaves_what_was_read_before_as_it_was():
    dearer = Prices(date(2026, 12, 1), post=9_000, user=0, request=0, owned=0)
    table = (PRICES, dearer)
    assert prices_on(DAY, table) == PRICES
    assert prices_on(date(2027, 1, 1), table) == dearer


def test_a_page_of_search_costs_each_of_its_posts():
    account = Account(now=Clock())
    posts = [{"id": str(number), "text": "a"} for number in range(3)]
    account.took(json.dumps({"data": posts, "includes": {"users": [{"id": "1"}]}}).encode())
    assert account.standing().spent.today == Sum(3, 25_000)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"data": 3}', b'{"errors": [{"title": "a"}]}'])
def test_what_is_no_post_costs_nothing(raw):
    account = Account(SpendingLimits(usd_day=1), now=Clock())
    assert not account.took(raw)
    assert account.standing().spent.today == Sum()


def test_a_day_and_a_month_begin_at_nothing_in_utc():
    spent = added(Spent(date(2026, 11, 29)), Taken(1), datetime(2026, 11, 29, 23, 59, tzinfo=UTC))
    spent = added(spent, Taken(1), datetime(2026, 11, 30, tzinfo=UTC))
    assert (spent.today.posts, spent.month.posts) == (1, 2)
    spent = added(spent, Taken(1), datetime(2026, 12, 1, tzinfo=UTC))
    assert (spent.today.posts, spent.month.posts) == (1, 1)


def test_a_clock_that_is_set_back_gives_nothing_back():
    spent = Spent(DAY, Sum(5), Sum(5))
    assert turned(spent, NOON - timedelta(days=40)) == spent


def test_each_limit_is_filled_anew_at_its_own_time():
    found = list(
        purses(SpendingLimits(1, 2, 3.0, 4.0), Spent(DAY, Sum(1, MICROS), Sum(1, 2 * MICROS)))
    )
    assert [(one.unit, one.period, one.left) for one in found] == [
        ("posts", "day", 0), ("usd", "day", 2.0), ("posts", "month", 1), ("usd", "month", 2.0),
    ]  # fmt: skip
    assert {one.ends_s for one in found} == {MIDNIGHT_S}


# What is kept


def test_no_moment_of_a_crash_forgets_what_was_read():
    kept, clock = Kept(), Clock()
    account = Account(SpendingLimits(usd_day=100), kept=kept, now=clock)
    for number in range(200):
        clock.pass_s(0.05)
        account.took(line(number, tweets=number % 2, users=1 + number % 3))
        after = Account(SpendingLimits(usd_day=100), kept=kept, now=clock).standing().spent.today
        read = account.standing().spent.today
        assert after.micros >= read.micros
        assert after.posts >= read.posts
        assert after.micros - read.micros <= 45 * 40_000  # two seconds of it, at most
    account.close()
    again = Account(SpendingLimits(usd_day=100), kept=kept, now=clock)
    assert again.standing().spent == account.standing().spent


def test_a_restart_keeps_what_is_given_up():
    kept, clock = Kept(), Clock()
    account = Account(SpendingLimits(usd_day=10), kept=kept, now=clock)
    for number in range(120):
        clock.pass_s(1)
        account.took(line(number))
        account.decide()
    assert account.rung.name == "sampled"
    again = Account(SpendingLimits(usd_day=10), kept=kept, now=clock)
    assert again.rung == account.rung
    assert Account(kept=kept, now=clock).rung.name == "all"  # without limits nothing is given up


def test_a_file_that_is_torn_is_begun_anew():
    kept = Kept()
    kept.raw = b'{"spent": {"day"'
    assert Account(SpendingLimits(usd_day=1), kept=kept, now=Clock()).standing().spent == Spent(DAY)


# What X has counted


def test_what_others_of_the_project_read_counts_too():
    account = Account(SpendingLimits(posts_day=1_000), now=Clock())
    account.took(line())
    account.reconcile({DAY: 400, date(2026, 11, 1): 100, date(2026, 10, 31): 10**6})
    standing = account.standing()
    assert standing.by_x == 400
    assert (standing.spent.today.posts, standing.spent.month.posts) == (400, 500)


def test_a_count_of_x_that_lags_takes_nothing_back():
    account = Account(SpendingLimits(posts_day=1_000), now=Clock())
    for number in range(10):
        account.took(line(number))
    account.reconcile({DAY: 3})
    assert account.standing().spent.today.posts == 10


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b'{"data": {"daily_project_usage": {"usage": [{"date": "x"}]}}}']
)
def test_an_answer_that_makes_no_sense_is_said(raw):
    with pytest.raises(UsageError, match="makes no sense"):
        days_in(raw)


# How much comes


def flow_of(times_s, **how):
    flow = Flow()
    for at_s in times_s:
        kind = {"stands_for": 1.0, "is_repost": False, "has_authors": True, "has_reposts": True}
        flow = heard(flow, at_s, Taken(1, 1), **{**kind, **how})
    return flow


def test_three_posts_at_once_are_no_burst_and_fifty_are():
    assert flow_of([0.0, 0.1, 0.2]).per_s < 0.01
    assert flow_of([n / 50 for n in range(50)]).per_s > 1.0


def test_a_sample_tells_as_much_as_all():
    assert flow_of(range(0, 3000, 10), stands_for=10.0).per_s == pytest.approx(1.0, rel=0.1)


def test_one_post_of_a_hundred_is_no_burst():
    assert flow_of([0.0], stands_for=100.0).per_s == pytest.approx(100 / 600)


def test_what_is_left_out_stays_known():
    flow = flow_of(range(500))
    flow = heard(
        flow, 500, Taken(1), stands_for=1.0, is_repost=False, has_authors=False, has_reposts=True
    )
    assert flow.users_each == pytest.approx(1.0, rel=0.02)


# What is given up


def spending(per_s, *found):
    return Spending(found, Flow(slow=600 * per_s), PRICES)


def purse(most, used=0.0, unit="usd", period="day"):
    return Purse(unit, period, most, used, MIDNIGHT_S)


@given(
    per_s=st.floats(0.001, 250),
    most=st.floats(1, 10_000),
    used=st.floats(0, 0.99),
    unit=st.sampled_from(["usd", "posts"]),
)
def test_no_more_is_given_up_than_it_takes(per_s, most, used, unit):
    what = spending(per_s, purse(most, most * used, unit))
    now_s = MIDNIGHT_S - 86_000
    assume(what.spent(LADDER[0]) is None)
    place = decide(LadderState(), what, now_s).place
    rungs = LADDER[:place]
    assert all(not what.is_enough(rung, now_s, 1.0) for rung in rungs)
    if place < len(LADDER) - 2:
        assert what.is_enough(LADDER[place], now_s, 1.0)


COURSES = st.lists(
    st.tuples(st.floats(0, 600), st.integers(1, 40), st.integers(0, 1), st.integers(0, 3)),
    max_size=30,
)


@given(COURSES, st.floats(0.05, 20), st.sampled_from(["usd_day", "usd_month", "posts_day"]))
def test_whatever_comes_the_budget_is_not_overspent(course, most, which):
    clock = Clock()
    limits = SpendingLimits(**{which: int(most * 50) if which == "posts_day" else most})
    account = Account(limits, now=clock)
    for pause_s, lines, tweets, users in course:
        clock.pass_s(pause_s)
        account.decide()
        for _ in range(lines):
            if account.rung.name == "stopped" or account.took(line(tweets=tweets, users=users)):
                break
        assert all(one.used <= one.most for one in account.standing().purses)


def test_down_at_once_and_up_only_after_a_while():
    calm, storm = spending(0.0, purse(50.0)), spending(5.0, purse(50.0))
    state = decide(LadderState(), storm, 1_000.0)
    assert LADDER[state.place].name == "sampled"
    assert decide(state, calm, 1_100.0) == state
    assert decide(state, calm, 2_000.0).place == 0


def test_a_little_less_does_not_go_up_again():
    state = decide(LadderState(), spending(0.03, purse(20.0)), MIDNIGHT_S - 80_000)
    assert LADDER[state.place].name == "no_authors"
    lasting = 20.0 / (6 * 3600) / 0.04  # just enough for all
    assert decide(state, spending(lasting, purse(20.0)), MIDNIGHT_S - 60_000) == state


def test_a_budget_of_posts_gives_up_no_authors_in_vain():
    what = spending(1.0, purse(10_000, unit="posts"))
    assert LADDER[decide(LadderState(), what, MIDNIGHT_S - 80_000).place].name == "sampled"


def test_the_stop_is_the_one_that_was_chosen():
    empty = spending(1.0, purse(10.0, used=9.999))
    assert LADDER[decide(LadderState(), empty, 0.0).place].name == "stopped"
    going_on = decide(LadderState(), empty, 0.0, when_spent="go_on")
    assert LADDER[going_on.place].name == "originals"


def test_where_rules_may_not_be_changed_only_authors_can_be_given_up():
    what = spending(50.0, purse(50.0))
    assert UNRULED[decide(LadderState(), what, 1_000.0, ladder=UNRULED).place].name == "no_authors"


def test_a_new_day_begins_to_read_again():
    clock = Clock()
    account = Account(SpendingLimits(usd_day=0.2), now=clock)
    while not account.took(line(users=3)):
        clock.pass_s(1)
    assert account.rung.name == "stopped"
    assert account.spent().detail == (
        "the budget of 0.20 USD a day is spent; it begins anew at 2026-12-01 00:00 UTC"
    )
    account.decide()
    clock.at = datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC)
    account.decide()
    assert account.rung.name != "stopped"
    assert account.spent() is None


def test_a_limit_that_is_raised_is_heeded_at_the_next_start():
    kept, clock = Kept(), Clock()
    account = Account(SpendingLimits(usd_day=0.2), kept=kept, now=clock)
    account.asked(Taken(posts=40))
    assert account.took(line())
    assert Account(SpendingLimits(usd_day=0.2), kept=kept, now=clock).spent() is not None
    assert Account(SpendingLimits(usd_day=50), kept=kept, now=clock).spent() is None


def test_it_is_said_for_how_long_the_money_lasts():
    clock = Clock()
    account = Account(SpendingLimits(usd_day=100), now=clock)
    for number in range(3_000):
        clock.pass_s(1)
        account.took(line(number))
    said = account.standing().words()
    assert said == "45.00 of 100.00 USD a day; at this rate spent in 1 h 1 min; nothing is left out"
    assert Account(SpendingLimits(usd_day=100), now=clock).standing().lasts_s == float("inf")


def test_a_search_is_sent_only_where_its_dearest_page_fits():
    account = Account(SpendingLimits(usd_day=5), now=Clock())
    assert account.affords(Taken(posts=200, users=300))
    account.took(line(tweets=0, users=110))
    assert not account.affords(Taken(posts=200, users=300))
