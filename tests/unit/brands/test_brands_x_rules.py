"""Rules that X takes, and that deliver what the matcher matches."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.brands import Rule, RuleTooLongError, all_x_rules, x_rules
from pipeline.brands.spelling import MOST_FORMS
from schemas.brand import Brand

FULL = Brand(
    id="nestle",
    names=("Nestlé", "Kit Kat", "McDonald's", "$KO", "OR"),
    handles=("Nestle",),
    hashtags=("Été",),
    own_accounts=("NestleFR",),
    exclude=("tree", "nestlé down"),
    languages=("fr", "id", "zh"),
)


def alternatives(rule: Rule) -> list[str]:
    group = re.match(r"\((.*?)\)", rule.value)
    assert group
    return group.group(1).split(" OR ")


def test_both_spellings_phrases_and_operators() -> None:
    assert alternatives(x_rules(FULL)[0]) == [
        "Nestlé",
        "Nestle",
        '"Kit Kat"',
        "KitKat",
        '"McDonald\'s"',
        '"McDonald’s"',
        "McDonalds",
        "$KO",
        '"OR"',
        "#Été",
        "#Ete",
        "#Eté",
        "#Éte",
        "@Nestle",
        "@NestleFR",
        "to:NestleFR",
        "retweets_of:NestleFR",
    ]


def test_a_name_is_told_with_each_of_its_accents_and_without_it() -> None:
    [rule] = x_rules(Brand(id="a", names=("Crème brûlée",)))
    phrases = {one.strip('"') for one in alternatives(rule) if " " in one}
    assert {"Crème brûlée", "Creme brulee", "Crème brulée", "Creme brûlée"} <= phrases
    assert len(phrases) == 8


def test_a_name_full_of_accents_makes_no_more_spellings_than_there_is_room_for() -> None:
    rules = x_rules(Brand(id="a", names=("Éléphant Dévoué à Été Névé",)))
    assert sum(rule.value.count(" OR ") + 1 for rule in rules) <= 2 * MOST_FORMS
    assert all(len(rule.value) <= 1024 for rule in rules)


def test_partly_accented_spellings_are_given_up_where_the_rules_are_too_many() -> None:
    brands = [Brand(id=f"a{n}", names=(f"Crème brûlée {n}",)) for n in range(20)]
    assert len(all_x_rules(brands, limit=256)) > 20
    assert len(all_x_rules(brands, limit=256, cap=20)) == 20


def test_filters_follow_the_group() -> None:
    filters = x_rules(FULL)[0].value.rsplit(") lang:", 1)[0], x_rules(FULL)[0].value
    assert filters[1].endswith(
        ' (lang:fr OR lang:in OR lang:zh-CN OR lang:zh-TW) -tree -"nestlé down" -"nestle down" '
        "-is:nullcast"
    )


def test_own_posts_are_not_filtered() -> None:
    assert x_rules(FULL)[1].value == "from:NestleFR -is:nullcast"


def test_one_rule_where_nothing_is_filtered() -> None:
    [rule] = x_rules(Brand(id="a", names=("Aa",), own_accounts=("aa",)))
    assert rule == Rule("(Aa OR @aa OR to:aa OR retweets_of:aa OR from:aa) -is:nullcast", "a")


def test_quotes_within_a_name_do_not_end_the_phrase() -> None:
    [rule] = x_rules(Brand(id="a", names=('The "Best" \\ Co',)))
    assert rule.value.startswith('("The Best Co"')


def test_alternative_that_cannot_fit_is_refused() -> None:
    with pytest.raises(RuleTooLongError, match="X takes 1024"):
        x_rules(Brand(id="a", names=("Aa",), exclude=("word " * 300,)))


@settings(max_examples=40)
@given(
    names=st.lists(st.from_regex(r"[a-zé]{2,40}", fullmatch=True), min_size=1, max_size=150),
    exclude=st.lists(st.from_regex(r"[0-9]{2,9}", fullmatch=True), max_size=20),
)
def test_split_rules_fit_and_lose_nothing(names: list[str], exclude: list[str]) -> None:
    rules = x_rules(Brand(id="a", names=tuple(names), exclude=tuple(exclude)))
    assert all(len(rule.value) <= 1024 for rule in rules)
    assert {rule.tag for rule in rules} == {"a"}
    for rule in rules:
        assert not re.search(r"-\(", rule.value)
        assert rule.value.endswith("-is:nullcast")
        assert all(f"-{word}" in rule.value for word in exclude)
    told = " ".join(re.sub(r" -\S+", "", rule.value) for rule in rules)
    assert set(names) <= set(re.findall(r"\w+", told))
