"""Whom the page names: who was called and is next, where it was taken, and who carries it."""

from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from msgspec.structs import replace

from agents.kafka.topic_reader import Read
from agents.web.catalogue import PAGE_WORDS
from agents.web.feeds.data import incident_line, incident_whole
from agents.web.notified import NotifiedMemory
from agents.web.views.calls import where_taken, who_is_next
from agents.web.views.people import people_of_incident
from pipeline.detection.incident.merge import Incident, merge, view
from schemas.brand import Brand
from schemas.bucket import Influencer
from schemas.codec import encode
from schemas.incident import Drivers, Handling
from schemas.notification import Calls, NextCall, Notification, Snapshot
from support.page_server import INCIDENT, NOW, PageServer, rang

EN = PAGE_WORDS["en"]


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def told(sink: str, ago: float, *ahead: NextCall, seq: int = 2, done: int = 1) -> Notification:
    at = NOW - minutes(ago)
    return Notification(
        sink=sink, incident=INCIDENT, brand="corvanne", at=at, reason="rang", ahead=ahead,
        told=Snapshot(seq=seq, state="open", severity=7, last_hour=1.0, negative_share=0.1),
        calls=Calls(since_seq=2, done=done, at=at),
    )  # fmt: skip


def after(receiver: str, later: float) -> NextCall:
    return NextCall(receiver=receiver, at=NOW + minutes(later))


def incident(**changes: object) -> Incident:
    return view(rang(**changes))


def test_the_channel_that_was_told_last_says_who_is_next() -> None:
    first = told("comms", 10, after("duty", -5), after("head", 20))
    found = who_is_next(incident(), [first, told("duty", 4, after("head", 20))], NOW)
    assert [one.receiver for one in found.due] == ["head"]
    assert found.overdue == []


def test_who_should_have_been_called_and_was_not_is_said() -> None:
    found = who_is_next(incident(), [told("comms", 10, after("duty", -5), after("head", 5))], NOW)
    assert [one.receiver for one in found.overdue] == ["duty"]
    under_way = who_is_next(incident(), [told("comms", 10, after("duty", -0.5))], NOW)
    assert ([one.receiver for one in under_way.due], under_way.overdue) == (["duty"], [])
    assert [one.receiver for one in found.due] == ["head"]


@pytest.mark.parametrize(
    "changes",
    [
        {"handling": Handling(acknowledged_by="ana", acknowledged_at=NOW)},
        {"state": "resolved", "reason": "back_to_normal"},
        {"level": "heads_up", "rung_at": None, "rings": ()},
    ],
)
def test_nobody_is_next_where_somebody_has_it_or_it_does_not_ring(
    changes: dict[str, object],
) -> None:
    found = who_is_next(incident(**changes), [told("comms", 10, after("duty", 5))], NOW)
    assert (found.due, found.overdue) == ([], [])


@pytest.mark.parametrize(
    ("feedback", "said"),
    [
        ("page-1", "Said on this page."), ("slack-U1-2", "Said in Slack."),
        ("5f0c", "Said by command."), ("", ""),
    ],
)  # fmt: skip
def test_where_it_was_taken_is_said(feedback: str, said: str) -> None:
    mine = Handling(acknowledged_by="ana", acknowledged_at=NOW)
    step = rang(seq=3, reason="acknowledged", by="ana", feedback=feedback, handling=mine)
    assert where_taken(EN, merge(incident(), view(step))) == said


def test_the_newest_word_of_a_channel_stands_in_any_order_and_memory_is_bounded() -> None:
    memory = NotifiedMemory(most=2)
    old, new = told("comms", 10, seq=2), told("comms", 5, seq=3)
    for one in (new, old, new):
        memory.take(Read("t", 0, 0, 0, encode(one)))
    memory.take(Read("t", 0, 1, 0, b"", b"comms/gone"))
    assert memory.of(INCIDENT) == [new]
    for name in ("a", "b"):
        memory.note(replace(new, incident=name))
    assert memory.of(INCIDENT) == []


def test_who_carries_an_incident_is_marked_and_a_reach_that_nobody_said_is_not_made_up() -> None:
    brand = Brand(id="corvanne", names=("Corvanne",), critics=("Forest_Watch",))
    known = rang(
        drivers=Drivers(
            influencers=(
                Influencer(handle="quiet", posts=1, followers=120_000),
                Influencer(handle="forest_watch", posts=3, reposts=40),
                Influencer(handle="<b>\u202e", posts=1),
            )
        )
    )
    shown = people_of_incident(EN, known, brand)
    assert shown is not None
    first, second, third = shown.split("<tr>")[2:]
    assert "forest_watch" in first
    assert "critic" in first
    assert "followers not stated" in first
    assert "120,000 followers" in second
    assert "<b>" not in third
    assert "\u202e" not in third
    assert people_of_incident(EN, rang(drivers=Drivers()), brand) is None


def test_a_heads_up_says_but_once_what_would_make_it_ring(tmp_path: Path) -> None:
    server = PageServer(tmp_path, count=20, days=0.1)
    server.stir()
    with server.serving() as address, urlopen(address, timeout=20) as answer:  # noqa: S310
        page = answer.read().decode()
    assert page.count("It rings from") == 1


def test_the_api_says_who_is_called_who_is_next_and_when() -> None:
    said = [
        replace(told("comms", 10, after("duty", -5), after("head", 20)), decides="Ana Ruiz"),
        told("board", 9, after("duty", -5), after("head", 20), done=0),
    ]
    line = incident_line(incident(), said, NOW)
    assert [(one.channel, one.calls) for one in line.called] == [("comms", 1), ("board", 0)]
    assert line.called[0].at == NOW - minutes(10)
    assert [(one.receiver, one.at, one.overdue) for one in line.next] == [
        ("duty", NOW - minutes(5), True),
        ("head", NOW + minutes(20), False),
    ]
    assert line.decides == "Ana Ruiz"
    whole = incident_whole(incident(), said, (), NOW)
    assert whole.incident == line
    mine = incident(handling=Handling(acknowledged_by="ana", acknowledged_at=NOW))
    assert incident_line(mine, said, NOW).next == ()
