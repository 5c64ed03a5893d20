"""Own rules become those of the brands; rules of others stay as they are."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ingest.sources.x.rule_watch import RuleKeeper
from agents.ingest.sources.x.rules import (
    RequestError,
    RulesRefusedError,
    StandingRule,
    XRuleBook,
    owned,
    plan,
    removal,
    steps,
)
from agents.ingest.sources.x.signals import RulesBack, RulesGone
from pipeline.brands import Rule
from support.x_server import XServer
from support.x_world import XWorld

NINE = datetime(2010, 3, 17, 9, tzinfo=UTC)


class Book:
    """The rules of a world, without HTTP."""

    def __init__(self, **limits):
        self.world = XWorld(**limits)
        self.steps = []

    def read(self):
        return [StandingRule(rule["id"], rule["value"], rule["tag"]) for rule in self.world.rules]

    def put(self, *rules):
        self.world.change_rules({"add": [{"value": value, "tag": tag} for value, tag in rules]})

    def carry_out(self, step, *, dry_run=False):
        self.steps.append((step.verb, len(step.add) + len(step.delete)))
        asked = {"add": [rule._asdict() for rule in step.add]}
        if step.verb == "delete":
            asked = {"delete": {"ids": [standing.id for standing in step.delete]}}
        answer = self.world.change_rules(asked, dry_run=dry_run)
        if answer.status == 422 or "errors" in answer.body:
            raise RulesRefusedError(str(answer.body))

    @property
    def rules(self):
        return {(rule["value"], rule["tag"]) for rule in self.world.rules}


def carry_out(book, wanted, cap=1000):
    for one in steps(plan(owned(wanted, "tocsin"), book.read(), owner="tocsin"), cap=cap):
        book.carry_out(one)


def test_rules_of_others_are_never_touched():
    book = Book()
    book.put(("theirs", "acme"), ("old", "tocsin:acme"), ("bare", ""), ("x", "tocsin2:a"))
    carry_out(book, [Rule("Acme", "acme")])
    others = {("theirs", "acme"), ("bare", ""), ("x", "tocsin2:a")}
    assert book.rules == {*others, ("Acme", "tocsin:acme")}
    for one in steps(removal(book.read(), owner="tocsin")):
        book.carry_out(one)
    assert book.rules == others


def test_a_rule_that_others_have_is_shared_with_them():
    book = Book()
    book.put(("Acme", "theirs"))
    todo = plan(owned([Rule("Acme", "acme")], "tocsin"), book.read(), owner="tocsin")
    assert todo.is_done
    assert [standing.tag for standing in todo.shared] == ["theirs"]


def test_many_rules_go_in_several_requests():
    book = Book()
    carry_out(book, [Rule(f"w{number}", "acme") for number in range(250)])
    assert book.steps == [("add", 100), ("add", 100), ("add", 50)]


def test_new_rules_come_before_old_ones_go_unless_room_is_short():
    old = [Rule(f"old{number}", "tocsin:a") for number in range(6)]
    new = [Rule(f"new{number}", "a") for number in range(6)]
    roomy, full = Book(rules_cap=20), Book(rules_cap=10)
    for book, cap in ((roomy, 20), (full, 10)):
        book.put(*old)
        carry_out(book, new, cap)
    assert roomy.steps == [("add", 6), ("delete", 6)]
    assert full.steps == [("delete", 6), ("add", 6)]


def test_more_rules_than_there_is_room_for_are_refused_before_anything_is_changed():
    book = Book(rules_cap=5)
    book.put(("a", "theirs"), ("b", "theirs"), ("c", "theirs"), ("old", "tocsin:a"))
    with pytest.raises(RulesRefusedError, match="X takes 5, and 3 rules of others stand there"):
        carry_out(book, [Rule(f"w{number}", "a") for number in range(3)], 5)
    assert book.steps == []


VALUES = st.sampled_from("abcdef")
OURS = st.dictionaries(VALUES, st.sampled_from(["tocsin:p", "tocsin:q"]), max_size=5)
THEIRS = st.dictionaries(VALUES, st.sampled_from(["p", "", "other:p"]), max_size=3)
WANTED = st.lists(st.builds(Rule, VALUES, st.sampled_from(["p", "q", "r"])), max_size=6)


@given(ours=OURS, theirs=THEIRS, wanted=WANTED, cap=st.integers(6, 12))
def test_whatever_stands_there_own_rules_become_those_wanted_in_steps_that_x_takes(
    ours, theirs, wanted, cap
):
    book = Book(rules_cap=cap)
    book.put(*theirs.items(), *((one, tag) for one, tag in ours.items() if one not in theirs))
    carry_out(book, wanted, cap)
    assert {one for one in book.rules if one[0] in theirs} == set(theirs.items())
    expected = {tuple(rule) for rule in owned(wanted, "tocsin") if rule.value not in theirs}
    assert {one for one in book.rules if one[0] not in theirs} == expected
    assert plan(owned(wanted, "tocsin"), book.read(), owner="tocsin").is_done


def keeper(book, told, **options):
    wanted = owned([Rule("Acme", "acme"), Rule("Bolt", "bolt")], "tocsin")
    return RuleKeeper(book, wanted, owner="tocsin", tell=told.append, now=lambda: NINE, **options)


def test_rules_that_went_away_are_told_of_and_put_back():
    book, told = Book(), []
    one = keeper(book, told)
    assert one.ensure() is None
    assert told == [], "the first time is no news"
    book.world.rules.pop()
    assert one.look() is None
    assert told == [RulesGone(NINE, "1 of 2 rules are not in place"), RulesBack(NINE)]
    assert len(book.rules) == 2


def test_rules_that_may_not_be_put_back_stay_gone_until_somebody_does():
    book, told = Book(), []
    one = keeper(book, told, may_change=False)
    assert one.ensure().kind == "rules"
    carry_out(book, [Rule("Acme", "acme"), Rule("Bolt", "bolt")])
    assert one.ensure() is None
    book.world.rules.clear()
    assert one.look().kind == one.look().kind == "rules"
    assert book.rules == set()
    assert [type(signal) for signal in told] == [RulesGone]


def test_a_rule_that_x_does_not_take_is_a_refusal_in_its_words():
    book = Book(rule_characters=3)
    ended = keeper(book, []).ensure()
    assert ended.kind == "refused"
    assert "Rule is too long" in ended.detail


@pytest.mark.parametrize("answer", [{"data": [{"id": "1"}]}, {"data": [7]}, [], {"data": 7}])
def test_an_answer_about_rules_that_makes_no_sense_is_said_and_asked_for_again(answer):
    server = XServer()
    try:
        server.rule_answers = [(200, answer)]
        with pytest.raises(RequestError) as caught:
            XRuleBook("secret", server.url).read()
        assert caught.value.ended.kind == "http"
        assert XRuleBook("secret", server.url).read() == []
    finally:
        server.close()
