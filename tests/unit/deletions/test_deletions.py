"""What was deleted is shown no longer: wherever it stands, whenever it is said, and counts stay."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.alerting.log import MemoryLog
from agents.alerting.notifier import Notifier
from agents.alerting.retelling import Retelling
from agents.alerting.sinks.base import Delivered, RetryableError
from agents.deletions.events import gone_in
from agents.deletions.forgotten import Forgotten, names_in
from agents.incidents.memory import IncidentMemory
from agents.labelling import post_key
from schemas.bucket import Influencer, Story, StoryPost, Watched
from schemas.codec import encode
from schemas.deletion import Deletion
from schemas.incident import Drivers, Wording
from support.alert_examples import BRAND, ONSET, example, transition

AT = datetime(2026, 11, 30, tzinfo=UTC)
INCIDENT = "nestle-20100317T0910"
ONSET_S = int(ONSET.timestamp())


def deletion(subject, kind="post", **more):
    return Deletion(id=f"d-{subject}", at=AT, kind=kind, subject=subject, by="x", **more)


def told(**changes):
    """A step that shows two accounts in every place where it can."""
    one, two = replace(example(1), wording="aa"), replace(example(2, "Another text"), wording="bb")
    posts = [StoryPost(id=each.id, handle=each.handle, at_s=ONSET_S, text=each.text)
             for each in (one, two)]  # fmt: skip
    values = {
        "examples": (one, two),
        "stories": (Story(id="s", started_s=ONSET_S, texts=9, first=posts[0], strongest=posts[1]),),
        "drivers": Drivers(
            authors=((one.handle, 3), (two.handle, 2)),
            handles=((one.handle, 1),),
            influencers=(Influencer(handle=one.handle), Influencer(handle=two.handle)),
            wordings=(
                Wording(id="aa", copies=7, sample=one.text),
                Wording(id="cc", copies=5, sample="Of somebody else"),
            ),
        ),
        "watched": (Watched(kind="critic", post=one.id, handle=one.handle, count=4),),
    }
    return transition(**{**values, **changes})


# What X says


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"delete": {"status": {"id": 6, "id_str": "6", "user_id": 3}}}, ("post", "6", "deleted")),
        ({"data": {"delete": {"tweet": {"id": "6", "author_id": "3"}}}}, ("post", "6", "deleted")),
        ({"data": {"drop": {"tweet": {"id": "6"}}}}, ("post", "6", "withheld")),
        ({"data": {"withheld": {"tweet": {"id": "6"}, "withheld_in_countries": ["FR"]}}},
         ("post", "6", "withheld")),
        ({"data": {"user_suspend": {"user": {"id": "3"}}}}, ("author", "3", "suspended")),
        ({"data": {"user_delete": {"user": {"id": "3"}}}}, ("author", "3", "deleted")),
        ({"data": {"event_type": "post.delete", "payload": {"id": "6"}}}, ("post", "6", "deleted")),
        ({"data": {"undrop": {"tweet": {"id": "6"}}}}, None),
        ({"data": {"user_undelete": {"user": {"id": "3"}}}}, None),
        ({"data": {"event_type": "post.create", "payload": {"id": "6"}}}, None),
        ({"data": {"delete": {"tweet": {"id": "../etc"}}}}, None),
    ],
)  # fmt: skip
def test_each_way_in_which_x_says_it_is_understood(line, expected):
    assert gone_in(json.dumps(line).encode()) == ([expected] if expected else [])


def test_an_edit_takes_the_earlier_text_away():
    edit = {"tweet": {"id": "6"}, "initial_tweet_id": "5", "edit_tweet_id": "6"}
    assert gone_in(json.dumps({"data": {"tweet_edit": edit}}).encode()) == [("post", "6", "edited")]


@given(st.text(), st.dictionaries(st.text(), st.integers() | st.text()))
def test_no_post_is_taken_for_a_deletion(text, more):
    line = {"data": {**more, "id": "1", "text": f"delete {text}"}, "matching_rules": []}
    assert gone_in(json.dumps(line).encode()) == []


@given(st.binary(max_size=200))
def test_nothing_that_comes_is_a_fault(raw):
    assert isinstance(gone_in(raw + b"delete"), list)


# What is shown


def test_a_post_goes_from_every_place_and_counts_stay():
    forgotten = Forgotten()
    forgotten.take(deletion("17-1"))
    before, after = told(), forgotten.shown(told())
    raw = encode(after)
    assert b'"17-1"' not in raw
    assert example(1).text.encode() not in raw
    assert [one.id for one in after.examples] == ["17-2"]
    assert after.drivers.wordings[0] == Wording(id="aa", copies=7)
    assert after.drivers.wordings[1] == before.drivers.wordings[1]
    assert after.stories[0].first is None
    assert after.stories[0].texts == 9
    assert (after.volume, after.seq, after.reasons) == (before.volume, before.seq, before.reasons)


@pytest.mark.parametrize("name", ["forest_watcher_1", "@Forest_Watcher_1"])
def test_an_account_goes_with_all_that_it_said(name):
    forgotten = Forgotten()
    forgotten.take(deletion(name, kind="author"))
    raw = encode(forgotten.shown(told()))
    assert b"forest_watcher_1" not in raw
    assert b"forest_watcher_2" in raw


def test_what_shows_nothing_of_it_is_the_same_record():
    forgotten, step = Forgotten(), told()
    assert forgotten.shown(step) is step
    forgotten.take(deletion("another"))
    assert forgotten.shown(step) is step


@pytest.mark.parametrize("first", ["step", "deletion"])
def test_a_memory_forgets_in_whichever_order_they_come(first):
    changed = []
    memory = IncidentMemory(told=changed.append)
    acts = [lambda: memory.take(told()), lambda: memory.forget(deletion("17-1"))]
    for act in acts if first == "step" else acts[::-1]:
        act()
    memory.forget(deletion("17-1"))  # a second copy
    assert changed == [INCIDENT]
    assert [one.id for one in memory.of(INCIDENT).newest.examples] == ["17-2"]
    gone, kept = told().examples
    assert memory.post(INCIDENT, post_key(gone)) is None, "it cannot be labelled any more"
    assert memory.post(INCIDENT, post_key(kept)) == kept


# What stands in a channel


class Remembering:
    """A sink that remembers what it was told, unless it is away."""

    name, title, lasting, away = "remembering", "The rememberer", False, False

    def __init__(self):
        self.delivered = []

    def deliver(self, notice):
        if self.away:
            raise RetryableError("ratelimited", "later")
        self.delivered.append(notice)
        return Delivered(ref=notice.incident)

    def answers(self):
        return not self.away


def standing(sink, memory):
    """An alert that was told, and what tells it again."""
    notifier = Notifier(
        sink, MemoryLog(), lambda _: BRAND, now=lambda: AT, shown=memory.forgotten.shown
    )
    clock = [0.0]
    retelling = Retelling(notifier, lambda name: memory.of(name).newest, clock_s=lambda: clock[0])
    memory.take(told())
    notifier.deliver(told(), AT)
    return notifier, retelling, clock


def test_a_message_that_stands_is_told_again_without_it():
    sink, changed = Remembering(), []
    memory = IncidentMemory(told=changed.append)
    notifier, retelling, _ = standing(sink, memory)
    memory.forget(deletion("17-1"))
    for incident in changed:
        retelling.add(incident)
    retelling.turn()
    retelling.turn()
    first, again = sink.delivered
    assert example(1).text in str(first.message)
    assert example(1).text not in str(again.message)
    assert "Another text" in str(again.message)
    assert again.reason.value == "refreshed"
    assert (again.loud, again.update) == (False, None), "nobody is called for it"
    notifier.deliver(told(seq=told().seq + 1), AT)
    assert example(1).text not in str(sink.delivered[-1].message), "nor does a later step show it"


def test_an_incident_waits_once_and_one_that_is_put_off_holds_up_no_other():
    sink, memory = Remembering(), IncidentMemory()
    asked = []

    def newest(name):
        asked.append(name)
        return memory.of(told().incident).newest if name == "first" else None

    notifier, _, clock = standing(sink, memory)
    retelling = Retelling(notifier, newest, clock_s=lambda: clock[0])
    for _ in range(1_000):
        retelling.add("first")
    sink.away = True
    retelling.turn()
    retelling.add("second")
    retelling.turn()
    retelling.turn()
    assert asked == ["first", "second"]
    clock[0] = 10.0
    retelling.turn()
    assert asked == ["first", "second", "first"]


def test_a_channel_that_is_away_is_told_later():
    sink, memory = Remembering(), IncidentMemory()
    _, retelling, clock = standing(sink, memory)
    memory.forget(deletion("17-1"))
    sink.away = True
    retelling.add(INCIDENT)
    retelling.turn()
    sink.away = False
    retelling.turn()
    assert len(sink.delivered) == 1, "not before five seconds"
    clock[0] = 5.0
    retelling.turn()
    assert len(sink.delivered) == 2


def test_a_deletion_is_looked_for_only_where_it_is_shown(monkeypatch):
    memory = IncidentMemory(most=20)
    for number in range(40):
        post = replace(example(number), id=f"p{number}", handle=f"h{number}")
        memory.take(told(examples=(post,), incident=f"i{number:02}", stories=(), watched=(),
                         drivers=Drivers(), reasons=()))  # fmt: skip
    looked = []
    shown = Forgotten.shown

    def looking(self, transition):
        looked.append(transition.incident)
        return shown(self, transition)

    monkeypatch.setattr(Forgotten, "shown", looking)
    for number in range(1_000):
        memory.forget(deletion(f"strange-{number}"))
    memory.forget(deletion("p3"))
    assert looked == [], "it is known no more"
    memory.forget(deletion("p33"))
    memory.forget(deletion("@H34", kind="author"))
    assert looked == ["i33", "i34"]
    assert not memory.of("i33").newest.examples
    assert not memory.of("i34").newest.examples
    assert len(memory._shown_in) == 2 * 20


def test_a_name_is_known_of_everything_that_a_deletion_takes_out():
    step = told()
    for name in names_in(step):
        forgotten = Forgotten()
        kind = "author" if name.startswith("@") else "post"
        forgotten.take(deletion(name, kind=kind))
        assert forgotten.shown(step) is not step
    left = Forgotten()
    for name in names_in(step):
        left.take(deletion(name, kind="author" if name.startswith("@") else "post"))
    nothing = left.shown(step)
    assert {name for name in names_in(nothing) if name != "@"} == set()
