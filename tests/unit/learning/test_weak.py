"""Weak labels: when the rule speaks, how often, and of whom."""

import pytest

from pipeline.learning.weak import WEAK_AUTHOR, WeakLabels, weak_label
from schemas.mention import Mention
from support.rolling import batch, mention


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the new seats 😍", ("positive", "the new seats")),
        ("the new seats :(", ("negative", "the new seats")),
        ("the new seats", None),
        ("the new seats 😍😢", None),
        ("😍😍😍", None),
        ("ok 😍", None),
    ],
)
def test_the_rule_speaks_only_where_all_signs_point_one_way(text, said):
    assert weak_label(text) == said


def told(*mentions: Mention, per_hour: int = 5):
    return WeakLabels(per_hour).of(batch(*mentions, to=10), ("nestle",))


def test_a_weak_label_says_that_it_is_one():
    [label] = told(mention("7", 3, "so good again 😍"))
    assert (label.id, label.by, label.weak) == ("weak:7", WEAK_AUTHOR, True)
    assert (label.label, label.text, label.brand) == ("positive", "so good again", "nestle")


def test_off_means_none():
    assert told(mention("7", 3, "so good again 😍"), per_hour=0) == []


def test_neither_reposts_nor_the_brand_itself_are_asked():
    repost = mention("7", 3, "so good again 😍", kind="repost")
    own = mention("8", 3, "so good again 😍", handle="Nestle")
    assert told(repost, own) == []


def test_an_hour_of_a_brand_gives_only_so_many():
    weak = WeakLabels(2)
    for second in (0, 100, 200):
        weak.of(batch(mention(f"{second}", second, "so good again 😍"), to=second + 1), ())
    assert weak.of(batch(mention("x", 300, "so good again 😍"), to=301), ()) == []
    assert len(weak.of(batch(mention("y", 3700, "so good again 😍"), to=3701), ())) == 1
