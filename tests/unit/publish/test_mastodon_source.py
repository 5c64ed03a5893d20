"""What the source ``mastodon`` says of an instance that drops, refuses, stalls and stammers."""

from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import pytest

from agents.ingest.source import Gone, Idle, Lost, Missed, Post, Reached, Unreadable
from agents.ingest.sources.mastodon import catch_up
from agents.ingest.sources.mastodon.source import MastodonSource, Options
from agents.ingest.sources.mastodon.streams import Stream, streams
from support.mastodon_server import HASTY, TOKEN, MastodonServer, frame, status
from support.waiting import PATIENCE_S

PUBLIC = streams()


@pytest.fixture
def server():
    running = MastodonServer()
    yield running
    running.close()


def names_acme(mention):
    return "acme" in mention.text.lower()


def ago(seconds):
    return datetime.now(UTC) - timedelta(seconds=seconds)


class Run:
    """A source that is read step by step."""

    def __init__(self, server, *, resume=None, asked=PUBLIC, token=TOKEN, **options):
        self.stop = Event()
        self.said = []
        self.source = MastodonSource(
            "mastodon",
            server.url,
            lambda: token,
            asked,
            names_acme,
            options=Options(**{"silence_s": 5.0, "ping_s": 0.05, **options}),
            policy=HASTY,
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

    def until_heard(self):
        already = len(self.of(Reached))
        return self.until(lambda: len(self.of(Reached)) > already)

    def of(self, kind):
        return [one for one in self.said if isinstance(one, kind)]

    @property
    def ids(self):
        return [one.mention.id for one in self.of(Post)]


def test_what_is_said_while_somebody_listens_is_said_and_the_watermark_follows(server):
    with Run(server, delay_s=7.0) as run:
        run.until_heard()
        said = [status(number) for number in range(3)]
        server.say(*said)
        run.until(lambda: len(run.ids) == 3).until_heard()
        promised = run.of(Reached)[-1].at
    assert run.ids == [server.id_of(one) for one in said]
    assert ago(9) < promised < ago(6)
    assert run.of(Missed) == []
    assert server.asked == [], "a first run begins with the present"


def test_ten_drops_lose_and_double_nothing_that_the_timeline_lists(server):
    said = [status(number) for number in range(20)]

    def has_said(count):
        return lambda: len(run.ids) == count

    with Run(server) as run:
        run.until_heard()
        for at in range(0, 20, 2):
            server.say(said[at])
            run.until(has_said(at + 1))
            server.drop()
            server.say(said[at + 1])
            run.until(has_said(at + 2)).until_heard()
    assert len(run.of(Lost)) == 10
    assert run.ids == [server.id_of(one) for one in said]
    assert run.of(Missed) == []


def test_nothing_is_promised_before_the_timelines_were_read_again(server):
    with Run(server) as run:
        run.until_heard()
        server.drop()
        server.say(*(status(number) for number in range(95)))
        run.until(lambda: len(run.ids) == 95)
        after = run.said[next(at for at, one in enumerate(run.said) if isinstance(one, Lost)) :]
        assert not [one for one in after if isinstance(one, Reached)]
        run.until_heard()
    assert len(set(run.ids)) == 95
    assert len(server.asked) == 4, "three pages, and one that is empty"


def test_a_later_run_reads_again_what_came_meanwhile_and_says_nothing_twice(server):
    with Run(server) as run:
        run.until_heard()
        server.say(*(status(number) for number in range(3)))
        run.until(lambda: len(run.ids) == 3).until_heard()
        kept = run.source.position()
    late = status(7, ago(30), text="Acme, from a slow instance")
    server.say(status(8), late)
    with Run(server, resume=kept) as again:
        again.until_heard()
    assert set(again.ids) == {server.id_of(one) for one in server.timeline[-2:]}
    assert again.of(Missed) == []


def test_what_is_too_old_to_be_read_again_is_a_gap(server):
    with Run(server, most_behind_s=3_000.0) as run:
        run.until_heard()
        run.source._heard_at = ago(4_000)
        server.drop()
        run.until(lambda: run.of(Missed)).until_heard()
    [gap] = [one.gap for one in run.of(Missed)]
    assert gap.cause == "disconnect"
    assert 985 < (gap.end - gap.start).total_seconds() < 1_015
    assert "what is older is not read again" in gap.detail


def test_where_the_timeline_fails_the_time_is_a_gap_with_its_cause(server):
    with Run(server) as run:
        run.source._client._retry_s = 0.01
        run.until_heard()
        heard_at = run.of(Reached)[-1].at
        server.pages = 429
        server.drop()
        run.until(lambda: run.of(Missed)).until_heard()
    [gap] = [one.gap for one in run.of(Missed)]
    assert len(server.asked) == 3, "a moment later it may answer"
    assert "http 429" in gap.detail
    assert abs((gap.start - heard_at).total_seconds()) < 1
    assert gap.end > gap.start


def test_a_timeline_of_which_nothing_can_be_read_is_no_timeline_at_its_end(server):
    with Run(server) as run:
        run.until_heard()
        server.drop()
        server.say(*(status(number, created_at="soon") for number in range(3)))
        run.until(lambda: run.of(Missed)).until_heard()
    assert len(run.of(Unreadable)) == 3
    [gap] = [one.gap for one in run.of(Missed)]
    assert "a page of it leads no further" in gap.detail


def test_more_than_is_read_again_is_a_gap_from_where_the_reading_ended(server, monkeypatch):
    monkeypatch.setattr(catch_up.CatchUp.__init__, "__defaults__", (2,))
    with Run(server, delay_s=0.0) as run:
        run.until_heard()
        run.source._heard_at = ago(1_000)
        server.drop()
        server.say(*(status(0, ago(900 - number)) for number in range(100)))
        run.until(lambda: run.of(Missed)).until_heard()
    [gap] = [one.gap for one in run.of(Missed)]
    assert len(run.ids) == 80
    assert abs(gap.start - ago(821)).total_seconds() < 5
    assert "more than is read again" in gap.detail


def test_a_deletion_of_what_was_said_is_to_be_forgotten_also_by_a_later_run(server):
    ours, other, later = status(1), status(2, text="nothing of ours"), status(3)
    with Run(server) as run:
        run.until_heard()
        server.say(ours, other, later)
        run.until(lambda: len(run.ids) == 3)
        server.delete(ours)
        server.delete(other)
        run.until(lambda: run.of(Gone)).until_heard()
        kept = run.source.position()
    assert run.of(Gone) == [Gone("post", server.id_of(ours), "deleted")]
    with Run(server, resume=kept) as again:
        again.until_heard()
        server.delete(later)
        again.until(lambda: again.of(Gone))
    assert again.of(Gone) == [Gone("post", server.id_of(later), "deleted")]


def test_a_changed_post_is_a_further_version_and_the_earlier_text_goes(server):
    first = status(1, text="Acme is awful")
    changed = [
        first | {"content": f"<p>Acme {number}</p>", "edited_at": f"2026-01-05T00:00:0{number}Z"}
        for number in (1, 2)
    ]
    key = server.id_of(first)
    with Run(server) as run:
        run.until_heard()
        server.say(first)
        for one in changed:
            server.say(one, event="status.update")
        run.until(lambda: len(run.of(Gone)) == 2)
        server.delete(changed[1])
        run.until(lambda: len(run.of(Gone)) == 3)
    versions = [key, f"{key}#1767571201000", f"{key}#1767571202000"]
    assert run.ids == versions
    assert {one.mention.identity for one in run.of(Post)} == {key}
    assert [(one.subject, one.cause) for one in run.of(Gone)] == [
        (versions[0], "edited"), (versions[1], "edited"), (versions[2], "deleted"),
    ]  # fmt: skip


def test_an_older_version_that_comes_behind_a_newer_one_is_passed_over(server):
    first = status(1)
    changed = first | {"content": "<p>Acme, calmer</p>", "edited_at": "2026-01-05T00:00:01Z"}
    with Run(server) as run:
        run.until_heard()
        server.say(first)
        server.say(changed, event="status.update")
        server.send(frame("update", first))
        server.say(status(2))
        run.until(lambda: len(run.ids) == 3)
    assert [one.subject for one in run.of(Gone)] == [server.id_of(first)]


def test_a_post_that_comes_over_two_streams_is_said_once(server):
    with Run(server, asked=streams(["acme"], public=True, home=True)) as run:
        run.until_heard()
        assert [one["stream"] for one in server.subscribed] == ["public", "hashtag", "user"]
        server.say(status(1, tags=[{"name": "acme"}]), status(2))
        run.until(lambda: len(run.ids) == 2).until_heard()
        server.drop()
        run.until_heard()
    assert len(run.ids) == 2
    assert [path for path, _ in server.asked] == [
        "/api/v1/timelines/public", "/api/v1/timelines/public",
        "/api/v1/timelines/tag/acme", "/api/v1/timelines/tag/acme",
        "/api/v1/timelines/home", "/api/v1/timelines/home",
    ]  # fmt: skip


@pytest.mark.parametrize("visibility", ["private", "direct", "limited"])
def test_what_is_not_for_the_public_is_not_said(server, visibility):
    boost = status(2, reblog=status(1, visibility=visibility))
    with Run(server, asked=[Stream("user")]) as run:
        run.until_heard()
        server.say(status(1, visibility=visibility), boost, status(3))
        run.until(lambda: run.ids)
    assert len(run.ids) == 1


def test_a_connection_that_does_not_answer_is_made_anew(server):
    with Run(server, silence_s=0.3) as run:
        run.until_heard()
        server.is_mute = True
        run.until(lambda: run.of(Lost))
        server.is_mute = False
        server.say(status(1))
        run.until(lambda: run.ids).until_heard()
    assert server.connections == 2


def test_an_instance_that_refuses_the_token_three_times_is_a_cause_at_once(server):
    with Run(server, token="another") as run:  # noqa: S106 - of nobody
        run.until(lambda: len(run.of(Lost)) == 2)
        assert run.source.health() is None, "once is not the end"
        run.until(lambda: len(run.of(Lost)) == 3)
        assert run.source.health().word == "source_refused"
        assert run.source.health().why == "http 401"
    assert TOKEN not in server.tokens


def test_a_stream_that_is_refused_is_no_stream_that_is_quiet(server):
    server.refuses = "user"
    with Run(server, asked=streams(public=True, home=True)) as run:
        run.until(lambda: len(run.of(Lost)) == 3)
        assert not run.of(Reached)
        assert run.source.health().why == "a stream is refused"
        assert run.source.health().word == "source_refused"
        server.refuses = ""
        run.until_heard()


@pytest.mark.parametrize("streaming", ["http://127.0.0.1:1", "file:///etc/passwd"])
def test_a_streaming_address_that_is_none_is_not_asked(server, streaming):
    server.streaming = streaming
    with Run(server) as run:
        run.until(lambda: run.of(Lost))
        assert server.connections == 0
        assert run.source._detail.startswith("its streaming address is no WebSocket")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"stream": ', "malformed_json"),
        (frame("update", '{"id": "7"}'), "invalid"),
        (frame("update", status(1, content="x" * 40_000)), "invalid"),
        (frame("update", status(1) | {"id": "../7"}), "invalid"),
        (frame("update", status(1, created_at="soon")), "invalid"),
    ],
)
def test_what_is_no_status_is_set_aside_and_the_rest_goes_on(server, raw, reason):
    with Run(server) as run:
        run.until_heard()
        server.send(raw)
        server.say(status(2))
        run.until(lambda: run.ids)
    [found] = run.of(Unreadable)
    assert (found.raw, found.reason) == (raw, reason)


def test_other_events_of_the_streams_are_passed_over(server):
    with Run(server, asked=[Stream("user")]) as run:
        run.until_heard()
        server.send(
            frame("notification", {"type": "mention"}), frame("filters_changed", ""),
            frame("announcement.delete", "1"), frame("delete", "12"),
        )  # fmt: skip
        server.say(status(2))
        run.until(lambda: run.ids)
    assert {type(one) for one in run.said} == {Reached, Post}
