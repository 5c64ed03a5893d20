"""What the source ``bluesky`` says of a Jetstream that drops, stalls, forgets and stammers."""

from threading import Event
from time import monotonic, sleep

import msgspec
import pytest

from agents.ingest.source import Gone, Idle, Lost, Missed, Post, Reached, Unreadable
from agents.ingest.sources.bluesky.records import time_of
from agents.ingest.sources.bluesky.source import BlueskyOptions, BlueskySource
from support.jetstream_server import (
    HASTY,
    REPOST,
    JetstreamServer,
    commit,
    identity,
    now_us,
    post,
    uri,
)
from support.waiting import PATIENCE_S

MS = 1_000
S = 1_000_000


@pytest.fixture
def server():
    running = JetstreamServer()
    yield running
    running.close()


@pytest.fixture
def other():
    running = JetstreamServer()
    yield running
    running.close()


def names_acme(mention):
    return "acme" in mention.text.lower()


class Run:
    """A source that is read step by step."""

    def __init__(self, *servers, resume=None, policy=HASTY, **options):
        self.stop = Event()
        self.said = []
        self.source = BlueskySource(
            "bluesky",
            [one.url for one in servers],
            names_acme,
            options=BlueskyOptions(**{"silence_s": 5.0, **options}),
            policy=policy,
            chance=lambda: 0.5,
        )
        self.source.open(resume)
        self._events = self.source.events(self.stop)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.source.close()

    def until(self, enough, *, within_s=PATIENCE_S):
        deadline_s = monotonic() + within_s
        while not enough():
            assert monotonic() < deadline_s, self.said
            event = next(self._events)
            if not isinstance(event, Idle):
                self.said.append(event)
        return self

    def of(self, kind):
        return [one for one in self.said if isinstance(one, kind)]

    @property
    def ids(self):
        return [one.mention.id for one in self.of(Post)]


def posts(began_us, *numbers):
    return [post(began_us + number * MS, number) for number in numbers]


def test_ten_forced_drops_and_a_change_of_host_lose_and_double_nothing(server, other):
    began_us = now_us() - 40 * S
    frames = [post(began_us + number * S // 10, number) for number in range(300)]
    server.add(*frames[:280])
    server.drops = [70] * 10  # 50 of them again, which lie within the rewind
    other.add(*frames)
    with Run(server, other, policy=HASTY._replace(steady_s=0.001)) as run:
        run.until(lambda: len(run.of(Lost)) == 10)
        run.until(lambda: len(run.ids) == 280)
        server.close()
        run.until(lambda: len(run.ids) == 300)
    assert (len(server.asked), len(other.asked)) == (11, 1)
    assert run.ids == [uri(number) for number in range(300)]
    assert run.of(Missed) == []


def test_a_host_that_drops_is_followed_by_the_next_from_a_little_before(server, other):
    began_us = now_us() - 20 * S
    server.add(*posts(began_us, 1, 2))
    server.drops = [2]
    other.add(*posts(began_us, 1, 2, 3))
    with Run(server, other, rewind_s=4.0) as run:
        run.until(lambda: len(run.ids) == 3)
    assert int(other.asked[0]["cursor"]) == began_us + 2 * MS - 4 * S
    assert run.ids == [uri(1), uri(2), uri(3)]
    assert [type(one) for one in run.of(Lost)] == [Lost]
    assert run.of(Missed) == []


def test_what_the_host_sends_twice_is_said_once(server):
    [one, two] = posts(now_us() - S, 1, 2)
    server.add(one, one, two, one, two)
    with Run(server) as run:
        run.until(lambda: run.source.frames == 5)
    assert run.ids == [uri(1), uri(2)]


def test_a_later_version_is_said_and_belongs_to_the_first(server):
    began_us = now_us() - S
    changed = {"text": "Acme, calmer"}
    server.add(
        post(began_us, 1), commit(began_us + MS, "1", changed, operation="update", rev="rev2")
    )
    with Run(server) as run:
        run.until(lambda: len(run.ids) == 2)
    second = run.of(Post)[1].mention
    assert (second.id, second.identity) == (f"{uri(1)}#rev2", uri(1))
    assert second.text == "Acme, calmer"


@pytest.mark.parametrize("refuses_old", [True, False])
def test_a_cursor_that_is_too_old_is_a_gap_with_its_cause(server, refuses_old):
    began_us = now_us() - 100 * S
    server.add(post(began_us, 1))
    with Run(server) as first:
        first.until(lambda: first.ids)
        kept = first.source.position()
    later_us = began_us + 60 * S
    server.events.clear()
    server.add(post(later_us, 2))
    server.keeps_since_us, server.refuses_old = later_us, refuses_old
    with Run(server, resume=kept) as run:
        run.until(lambda: run.ids)
    [missed] = run.of(Missed)
    gap = missed.gap
    assert (gap.start, gap.end) == (time_of(began_us - 5 * S), time_of(later_us))
    assert gap.cause == "restart"
    assert gap.detail.endswith("keeps nothing older")
    assert run.said.index(missed) < run.said.index(run.of(Post)[0])
    assert run.ids == [uri(2)]


def test_a_cursor_that_one_host_refuses_is_taken_to_the_next(server, other):
    began_us = now_us() - 100 * S
    server.add(post(began_us, 1))
    server.drops = [1]
    other.add(*posts(began_us, 1, 2))
    with Run(server, other) as run:
        run.until(lambda: run.ids)
        other.keeps_since_us, other.refuses_old = began_us + 1, True
        server.add(post(began_us + 50 * S, 3))
        run.until(lambda: len(run.ids) == 2)
    assert run.ids == [uri(1), uri(3)]
    assert run.of(Missed) == []


def test_what_lies_too_far_back_is_a_gap_and_the_rest_is_read(server):
    now = now_us()
    server.add(post(now - 200 * S, 1), post(now - 150 * S, 2), post(now - 50 * S, 3))
    server.drops = [1]
    with Run(server, most_behind_s=100.0) as run:
        run.until(lambda: len(run.ids) == 2)
    assert run.ids == [uri(1), uri(3)]
    [missed] = run.of(Missed)
    assert missed.gap.cause == "disconnect"
    assert missed.gap.start == time_of(now - 205 * S)
    assert missed.gap.end <= time_of(now - 50 * S)


def test_a_host_that_begins_earlier_than_asked_says_nothing_twice(server):
    began_us = now_us() - 100 * S
    frames = [post(began_us + number * S, number, "of the weather") for number in range(50)]
    server.add(*frames)
    server.drops, server.early_us = [50], 3600 * S
    with Run(server) as run:
        run.until(lambda: len(run.ids) >= 50)
        server.add(post(began_us + 50 * S, 50, "of the weather"))
        run.until(lambda: uri(50) in run.ids)
    assert run.ids[:50] == [uri(number) for number in range(50)]
    assert run.ids[50:] == [uri(number) for number in range(44, 51)], "no brand: only the rewind"


def test_garbage_is_set_aside_and_the_stream_goes_on(server):
    began_us = now_us() - S
    garbage = [b'{"did":"\xff"}', b"", b"[1]", b'{"did": 7}', b'{"did":"did:plc:7","time_us":-1}']
    future = post(now_us() + 3600 * S, 5)
    nameless = commit(began_us, "6", {"text": ["no text"]})
    control = commit(began_us, "a\u0007b", {"text": "Acme"})
    server.add(post(began_us, 1), *garbage, nameless, control)
    server.events.append((began_us, future))
    server.add(post(began_us + 2, 2))
    with Run(server) as run:
        run.until(lambda: len(run.ids) == 2)
    assert [one.reason for one in run.of(Unreadable)] == [
        "not_utf8", "malformed_json", "invalid", "invalid", "invalid", "invalid",
        "control_characters", "ahead_of_time",
    ]  # fmt: skip
    assert run.of(Unreadable)[0].origin == "bluesky:2"
    assert len(server.asked) == 1


def test_a_stall_is_blindness_and_is_left_for_a_new_connection(server):
    began_us = now_us() - S
    server.add(post(began_us, 1))
    with Run(server, silence_s=0.3) as run:
        run.until(lambda: run.ids)
        server.is_stalled = True
        server.add(post(began_us + MS, 2))
        run.until(lambda: run.of(Lost))
        assert uri(2) not in run.ids
        server.is_stalled = False
        run.until(lambda: len(run.ids) == 2)
    assert run.of(Missed) == []


def test_a_reader_that_is_slow_holds_the_host_up_and_loses_nothing_when_it_is_dropped(server):
    began_us = now_us() - 20 * S
    frames = [post(began_us + number, number, "Acme " + "a" * 2900) for number in range(6000)]
    server.add(*frames)
    server.drops = [5000]
    with Run(server) as run:
        run.until(lambda: run.ids)
        sleep(0.5)  # the host has sent what fits on the way, and waits
        assert server.sent < 5000
        run.until(lambda: len(run.ids) >= 6000)
    assert len(server.asked) == 2
    assert run.ids == [uri(number) for number in range(6000)]
    assert run.of(Missed) == []


def test_the_watermark_is_the_newest_time_less_the_delay_and_never_passes_a_post(server):
    began_us = now_us() - 20 * S
    server.add(post(began_us + 2 * S, 1), post(began_us, 2), post(began_us + 3 * S, 3))
    with Run(server, delay_s=5.0) as run:
        run.until(lambda: len(run.ids) == 3)
        run.until(lambda: run.of(Reached)[-1:] == [Reached(time_of(began_us - 2 * S))])
    assert max(reached.at for reached in run.of(Reached)) == time_of(began_us - 2 * S)


def repost(time_us, number, of):
    record = {"$type": REPOST, "subject": {"uri": of, "cid": "bafy"}}
    return commit(time_us, str(number), record, collection=REPOST, did="did:plc:8")


def test_a_repost_of_what_was_said_bears_its_text_and_others_are_counted(server):
    began_us = now_us() - S
    server.add(
        post(began_us, 1),
        repost(began_us + 1, 2, uri(1)),
        repost(began_us + 1, 2, uri(1)),
        repost(began_us + 2, 3, uri(99)),
    )
    with Run(server) as run:
        run.until(lambda: run.source.frames == 4)
    [_, passed_on] = run.of(Post)
    mention = passed_on.mention
    assert (mention.kind, mention.ref_id, mention.text) == ("repost", uri(1), "Acme again")
    assert mention.author.id == "did:plc:8"
    assert mention.created_at == time_of(began_us + 1)
    assert run.source.unknown == 1


def gone(time_us):
    told = {"did": "did:plc:7", "active": False, "status": "deleted"}
    return msgspec.json.encode(
        {"did": "did:plc:7", "time_us": time_us, "kind": "account", "account": told}
    )


@pytest.mark.parametrize("ending", ["post", "account", "text"])
def test_what_was_deleted_is_passed_on_no_more(server, ending):
    began_us = now_us() - S
    ends = {
        "post": commit(began_us + 1, "1", None),
        "account": gone(began_us + 1),
        "text": commit(began_us + 1, "1", {"text": "nothing"}, operation="update"),
    }
    server.add(post(began_us, 1), ends[ending], repost(began_us + 2, 2, uri(1)))
    with Run(server) as run:
        run.until(lambda: run.source.frames == 3)
    assert [one.mention.kind for one in run.of(Post) if "repost" in one.mention.id] == []
    assert run.source.unknown == 1
    told = {
        "post": Gone("post", uri(1), "deleted"),
        "account": Gone("author", "did:plc:7", "deleted"),
        "text": Gone("post", uri(1), "edited"),
    }
    assert run.of(Gone) == [told[ending]]


def test_only_what_was_said_is_said_to_be_gone(server):
    began_us = now_us() - S
    changed = {"text": "Acme, calmer"}
    server.add(
        post(began_us, 1, text="nothing of ours"), commit(began_us + 1, "1", None),
        gone(began_us + 2), post(began_us + 3, 2),
        commit(began_us + 4, "2", changed, operation="update", rev="rev9"),
        commit(began_us + 4, "2", changed, operation="update", rev="rev9"),
        commit(began_us + 5, "2", None), commit(began_us + 6, "2", None),
    )  # fmt: skip
    with Run(server) as run:
        run.until(lambda: run.source.frames == 8)
    assert run.of(Gone) == [
        Gone("post", uri(2), "edited"), Gone("post", f"{uri(2)}#rev9", "deleted"),
    ]  # fmt: skip


def test_health_names_how_the_last_attempt_ended(server):
    server.status = 503
    now_s = [0.0]
    source = BlueskySource("b", [server.url], names_acme, policy=HASTY, clock_s=lambda: now_s[0])
    source.open(None)
    stop = Event()
    next(one for one in source.events(stop) if isinstance(one, Lost))
    now_s[0] = 100.0
    assert source.health().detail == (
        "b has not been heard for 100 s, never since its start: http 503"
    )
    source.close()


def test_only_posts_and_reposts_are_asked_for(server):
    server.add(identity(now_us()))
    with Run(server) as run:
        run.until(lambda: run.of(Reached))
    assert run.ids == []
    assert server.asked[0]["maxMessageSizeBytes"] == "1000000"
    assert "cursor" not in server.asked[0]
