"""Slack and the terminal are told once that a brand is not heard, and once that it is again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from agents.alerting.blindness import BlindnessSink, BlindnessWatch, Caring
from agents.alerting.policy import NotifyReason
from agents.alerting.sinks.base import Delivered, Notice
from agents.alerting.sinks.blindness import RoutedBlindness
from agents.alerting.sinks.console import ConsoleBlindness
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.blindness import SlackBlindness
from agents.coverage.verdict import Status, Trouble
from schemas.brand import Brand
from schemas.mention import Gap
from schemas.source_status import SourceStatus
from support.slack_server import Fault, SlackServer

NOW = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)
HEARD = Status("heard", NOW)
LIMIT_S = 300
BRANDS = {
    "nestle": Brand(id="nestle", names=("Nestlé",), slack_channel="#nestle-alerts"),
    "kitkat": Brand(id="kitkat", names=("KitKat <!here>",), slack_channel="#nestle-alerts"),
    "acme": Brand(id="acme", names=("Acme",), alert_language="fr"),
}


class World:
    """Brands whose coverage a test decides, with its clocks; ``watch`` is one run of a process."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.now = NOW
        self.statuses = dict.fromkeys(BRANDS, HEARD)
        self.screen = StringIO()
        self.turn = True
        self.errors: list[str] = []
        self.sources: dict[str, SourceStatus] = {}
        self.start()

    def start(self, sink: BlindnessSink | None = None) -> None:
        api = SlackApi("xoxb-test", self.slack.url)
        self.watch = BlindnessWatch(
            sink or SlackBlindness(api, now=lambda: datetime.fromtimestamp(1_700_000_000, UTC)),
            lambda _: self.statuses,
            BRANDS,
            default_channel="#fallback",
            limit_s=LIMIT_S,
            may_tell=lambda: self.turn,
            errored=self.errors.append,
            crash=lambda error: pytest.fail(repr(error)),
            source=self.sources.get,
            now=lambda: self.now,
            clock_s=self.clock_s,
        )

    def clock_s(self) -> float:
        return self.now.timestamp()

    def look(self, after_s: float = 0, **statuses: Status) -> None:
        self.now += timedelta(seconds=after_s)
        self.statuses |= statuses
        self.watch.look()

    def texts(self, channel: str = "C0NESTLE1") -> list[str]:
        return [message["text"] for message in self.slack.messages[channel]]


@pytest.fixture
def world() -> Iterator[World]:
    with SlackServer() as slack:
        yield World(slack)
        assert slack.broken_rules == []


UNHEARD = Status("unheard", NOW, NOW)


def test_a_silence_within_the_limit_is_not_told(world: World) -> None:
    world.look(LIMIT_S, nestle=UNHEARD)
    assert world.texts() == []


def test_beyond_it_is_told_once_and_once_more_when_it_is_over(world: World) -> None:
    for _ in range(5):
        world.look(LIMIT_S + 1, nestle=UNHEARD)
    (text,) = world.texts()
    assert text == (
        "Nestlé: not heard since 14:00 UTC; no source sends anything. A crisis that starts now "
        "does not ring. Until this is over, look yourselves. Look first: Nestlé "
        "https://x.com/search?q=%22Nestl%C3%A9%22&amp;f=live "
        "https://bsky.app/search?q=%22Nestl%C3%A9%22"
    )
    for _ in range(3):
        world.look(10, nestle=HEARD)
    root, reply = world.slack.messages["C0NESTLE1"]
    assert reply["thread_ts"] == root["ts"]
    assert reply["broadcast"]
    assert "Nestlé: heard again, 29\u00a0Nov\u00a02026, 14:25 UTC." in reply["text"]
    assert "25\u00a0min since 14:00 UTC may be missing" in reply["text"].replace(
        " min", "\u00a0min"
    )
    assert root["text"].startswith("~Nestlé: not heard since")


def test_after_a_restart_it_is_neither_told_again_nor_left_open(world: World) -> None:
    world.look(LIMIT_S + 1, nestle=UNHEARD)
    world.start()
    world.look(60)
    assert len(world.texts()) == 1
    world.start()
    world.look(60, nestle=HEARD)
    assert len(world.texts()) == 2
    world.start()
    world.look(60)
    assert len(world.texts()) == 2
    world.look(60, nestle=Status("unheard", world.now, world.now))
    world.look(LIMIT_S + 1)
    assert len(world.texts()) == 3


def test_a_crash_between_reply_and_mark_does_not_end_it_twice(world: World) -> None:
    world.look(LIMIT_S + 1, nestle=UNHEARD)
    world.slack.faults.append(Fault("hang_up", "chat.update"))
    world.look(10, nestle=HEARD)
    assert len(world.errors) == 1
    world.start()
    world.look(LIMIT_S)
    assert len(world.texts()) == 2
    assert world.texts()[0].startswith("~")


def test_an_answer_that_was_lost_does_not_tell_it_twice(world: World) -> None:
    world.slack.faults.append(Fault("lose_answer", "chat.postMessage"))
    world.look(LIMIT_S + 1, nestle=UNHEARD)
    world.look(5)  # too soon to try again
    world.look(LIMIT_S)
    world.look(LIMIT_S)
    assert len(world.texts()) == 1


def test_brands_of_one_channel_are_told_of_together_and_each_channel_in_its_language(
    world: World,
) -> None:
    world.look(LIMIT_S + 1, nestle=UNHEARD, kitkat=UNHEARD, acme=UNHEARD)
    (text,) = world.texts()
    assert text.startswith("KitKat ‹!here&gt;, Nestlé: not heard")
    (french,) = world.texts("C0FALLBK1")
    assert french.startswith("Acme\u00a0: plus rien n’est entendu.")
    world.look(10, nestle=HEARD)
    assert len(world.texts()) == 1  # one of the two is still deaf
    world.look(10, kitkat=HEARD)
    assert len(world.texts()) == 2


def test_what_kind_of_silence_it_is_is_said(world: World) -> None:
    blind = Status("blind", NOW, NOW, ("x", "rss"))
    world.look(LIMIT_S + 1, nestle=blind, kitkat=Status("unjudged", NOW, NOW))
    assert any("nothing comes from x, rss" in text for text in world.texts())
    assert any("no worker takes them" in text for text in world.texts())
    world.look(10, kitkat=HEARD)
    assert "was kept, and is judged by now" in world.texts()[-1]


REFUSED = Status(
    "unheard", None, NOW, ("x",), (Trouble("x", "refused", NOW, "http 401: <!here> Unauthorized"),)
)


def test_a_source_that_was_never_heard_is_told_of_with_the_words_of_its_place(
    world: World,
) -> None:
    world.look(LIMIT_S + 1, nestle=REFUSED, acme=REFUSED)
    (text,) = world.texts()
    assert text == (
        "Nestlé: not heard since 14:00 UTC; no source sends anything. x: refused, and not heard "
        "since 14:00 UTC (“http 401: ‹!here&gt; Unauthorized”). A crisis that starts now does not "
        "ring. Until this is over, look yourselves. "
        "Look first: Nestlé https://x.com/search?q=%22Nestl%C3%A9%22&amp;f=live"
    )
    (french,) = world.texts("C0FALLBK1")
    assert "x\u00a0: accès refusé (dernier signe\u00a0: 14\u00a0h\u00a000 UTC), réponse" in french


@pytest.mark.parametrize(
    ("recovered", "words"),
    [
        ("none", "may be missing from the counts for good"),
        ("originals_only", "originals were fetched; reposts are missing"),
        ("full", "was read afterwards; nothing is missing"),
    ],
)
def test_the_all_clear_says_what_was_recovered(world: World, recovered: str, words: str) -> None:
    world.look(LIMIT_S + 1, nestle=REFUSED)
    gap = Gap(start=NOW, end=world.now, cause="other", recovered=recovered)
    world.sources["x"] = SourceStatus(
        source="x", live=True, state="listening", since=world.now, at=world.now,
        complete_from=NOW - timedelta(days=1), gaps=(gap,),
    )  # fmt: skip
    world.look(10, nestle=HEARD)
    assert words in world.texts()[-1]


def test_of_a_source_that_was_stopped_nobody_says_that_it_is_heard_again(world: World) -> None:
    world.look(LIMIT_S + 1, nestle=REFUSED._replace(state="blind", until=NOW))
    world.sources["x"] = SourceStatus(
        source="x", live=True, state="stopped", since=world.now, at=world.now
    )
    world.look(10, nestle=HEARD)
    assert "x was stopped and is no longer waited for" in world.texts()[-1]


def test_a_second_source_is_told_of_and_each_ends_for_itself(world: World) -> None:
    first = REFUSED._replace(state="blind", until=NOW)
    both = first._replace(
        sources=("rss", "x"), troubles=(Trouble("rss", "no_word", NOW), *first.troubles)
    )
    world.look(LIMIT_S + 1, nestle=first)
    world.look(10, nestle=both)
    assert ["nothing comes from x." in text for text in world.texts()] == [True, False]
    assert "nothing comes from rss. rss: its process does not run" in world.texts()[1]
    world.start()
    world.look(10, nestle=first)
    assert len(world.texts()) == 3, "rss is over, x is not"


def test_to_be_late_is_neither_deaf_nor_well(world: World) -> None:
    world.look(LIMIT_S + 1, nestle=Status("behind", NOW, NOW))
    assert world.texts() == []
    world.look(0, nestle=UNHEARD)
    world.look(60, nestle=Status("behind", NOW, NOW))
    assert len(world.texts()) == 1


def test_kafka_itself_may_be_what_is_silent(world: World) -> None:
    world.look(LIMIT_S + 1, **dict.fromkeys(BRANDS, Status("unread", since=NOW)))
    assert "Kafka has not answered since 14:00 UTC" in world.texts()[0]


def test_a_brand_that_nobody_ever_heard_is_not_told_of(world: World) -> None:
    world.look(10 * LIMIT_S, nestle=Status("unheard"))
    assert world.texts() == []


def test_only_one_of_several_processes_tells(world: World) -> None:
    world.turn = False
    world.look(LIMIT_S + 1, nestle=UNHEARD)
    assert world.slack.calls == []


def test_without_the_right_to_read_it_is_told_all_the_same(world: World) -> None:
    world.slack.unscoped.add("conversations.history")
    world.look(LIMIT_S + 1, nestle=UNHEARD)
    assert len(world.texts()) == 1


def test_the_terminal_is_told_the_same(world: World) -> None:
    world.start(ConsoleBlindness(Console(file=world.screen, width=400)))
    world.look(LIMIT_S + 1, nestle=UNHEARD)
    world.look(10)
    world.look(10, nestle=HEARD)
    lines = world.screen.getvalue().splitlines()
    assert len(lines) == 2
    assert "Nestlé: not heard since 14:00 UTC" in lines[0]
    assert "Nestlé: heard again" in lines[1]


def test_a_channel_of_two_languages_is_told_in_both(world: World) -> None:
    world.start(ConsoleBlindness(Console(file=world.screen, width=400)))
    world.watch._channels |= {"nestle": ("", "en"), "acme": ("", "fr")}
    world.look(LIMIT_S + 1, nestle=UNHEARD, acme=UNHEARD)
    said = world.screen.getvalue()
    assert "Nestlé: not heard since" in said
    assert "Acme\u00a0: plus rien n’est entendu." in said


class Channel:
    """A receiver that keeps what it was handed, and forgets it after a minute."""

    name, title, lasting, refresh_s = "desk", "The desk", True, 60.0

    def __init__(self) -> None:
        self.got: list[Notice] = []

    def deliver(self, notice: Notice) -> Delivered:
        self.got.append(notice)
        return Delivered(ref="there")

    def answers(self) -> bool:
        return True


def routed(channel: Channel, *, loud: bool = False) -> RoutedBlindness:
    return RoutedBlindness(channel, BRANDS, now=lambda: NOW, loud=loud)


def watching(world: World, sink: BlindnessSink, **more: Any) -> None:
    world.watch = BlindnessWatch(
        sink,
        lambda _: world.statuses,
        BRANDS,
        default_channel="#fallback",
        limit_s=LIMIT_S,
        may_tell=lambda: True,
        errored=world.errors.append,
        crash=lambda error: pytest.fail(repr(error)),
        now=lambda: world.now,
        clock_s=world.clock_s,
        **more,
    )


def test_any_receiver_of_the_routes_hears_of_it_and_of_its_end(world: World) -> None:
    channel = Channel()
    watching(world, routed(channel), only_channel="desk")
    world.look(LIMIT_S + 1, nestle=UNHEARD, kitkat=UNHEARD)
    world.look(10)
    [told] = channel.got
    assert told.reason is NotifyReason.NOT_HEARD
    assert not told.loud
    assert "Nestlé" in told.message.text
    assert "KitKat" in told.message.text
    world.look(10, nestle=HEARD, kitkat=HEARD)
    over = channel.got[-1]
    assert (over.reason, over.incident, over.ref) == (
        NotifyReason.HEARD_AGAIN,
        told.incident,
        "there",
    )
    assert over.id != told.id


def test_after_a_restart_it_is_told_under_the_same_id(world: World) -> None:
    channel = Channel()
    for _ in range(2):
        watching(world, routed(channel), only_channel="desk")
        world.look(LIMIT_S + 1, nestle=UNHEARD)
    first, again = channel.got
    assert first.id == again.id


def test_a_channel_that_forgets_is_told_again_while_it_lasts(world: World) -> None:
    channel = Channel()
    sink = RoutedBlindness(channel, BRANDS, now=lambda: world.now, loud=True)
    watching(world, sink, only_channel="desk")
    world.look(LIMIT_S + 1, nestle=UNHEARD)
    for _ in range(6):
        world.look(30)
    assert len(channel.got) == 4
    assert all(one.loud for one in channel.got)


def refused(why: str, since: datetime = NOW) -> Status:
    trouble = Trouble("x", why, since, "no credits left" if why == "unpaid" else "rate limited")
    return Status("blind", NOW, NOW, ("x",), (trouble,))


def test_another_reason_is_told_once_in_the_thread_and_stands_in_the_message(world: World) -> None:
    world.look(LIMIT_S + 1, nestle=refused("refused"))
    world.look(10, nestle=refused("unpaid"))
    root, reply = world.slack.messages["C0NESTLE1"]
    assert reply["thread_ts"] == root["ts"]
    assert reply["broadcast"]
    assert reply["text"] == (
        "Nestlé: still not heard, since 14:00 UTC, and now for another reason. x: the account is "
        "empty; not heard since 14:00 UTC (“no credits left”)."
    )
    assert root["text"].endswith(reply["text"])
    for why in ("refused", "unpaid", "silent"):
        world.look(10, nestle=refused(why))
    world.start()
    world.look(10, nestle=refused("unpaid"))
    assert len(world.texts()) == 2
    world.look(10, nestle=HEARD)
    assert len(world.texts()) == 3
    assert "heard again" in world.texts()[-1]


def test_what_was_only_silent_is_told_again_when_its_reason_is_known(world: World) -> None:
    world.look(LIMIT_S + 1, nestle=UNHEARD)
    trouble = Trouble("x", "unpaid", NOW)
    world.look(10, nestle=UNHEARD._replace(sources=("x",), troubles=(trouble,)))
    assert len(world.texts()) == 2
    assert "the account is empty" in world.texts()[1]


def test_any_receiver_hears_of_another_reason_under_an_id_of_its_own(world: World) -> None:
    channel = Channel()
    watching(world, routed(channel), only_channel="desk")
    world.look(LIMIT_S + 1, nestle=refused("refused"))
    world.look(10, nestle=refused("unpaid"))
    first, again = channel.got
    assert again.incident == first.incident
    assert again.id != first.id
    assert again.ref == "there"
    assert "for another reason" in again.message.text


def test_the_terminal_shows_another_reason_in_french(world: World) -> None:
    world.start(ConsoleBlindness(Console(file=world.screen, width=400)))
    world.look(LIMIT_S + 1, acme=refused("refused"))
    world.look(10, acme=refused("unpaid"))
    lines = world.screen.getvalue().splitlines()
    assert "Acme\u00a0: toujours pas d’écoute complète" in lines[1]
    assert "compte épuisé" in lines[1]


def test_people_are_told_where_to_look_first_and_who_is_called(world: World) -> None:
    channel = Channel()
    caring = Caring(under_way=lambda: {"kitkat"}, called=("phone",))
    watching(world, routed(channel), only_channel="desk", caring=caring)
    silent = Status("blind", NOW, NOW, ("x",))
    world.look(LIMIT_S + 1, nestle=silent, kitkat=silent)
    text = channel.got[0].message.text
    assert text.index("KitKat ‹!here> (something is under way there)") < text.index("; then Nestlé")
    assert "https://x.com/search?q=%22Nestl%C3%A9%22&f=live" in text
    assert "bsky" not in text
    assert "If it lasts until 14:30 UTC, phone is called." in text


def test_nothing_heard_and_nothing_judged_are_different_words(world: World) -> None:
    world.look(LIMIT_S + 1, nestle=UNHEARD, kitkat=Status("unjudged", NOW, NOW))
    unheard, unjudged = world.texts()
    assert "no source sends anything" in unheard
    assert "nothing is judged since" in unjudged
