"""What the source ``rss`` says of feeds that fail, lie, change and point where they should not."""

import json
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import pytest

from agents.ingest.source import Idle, Lost, Missed, Post, Reached, Unreadable
from agents.ingest.sources.rss.entries import feed_name
from agents.ingest.sources.rss.feed import Timing
from agents.ingest.sources.rss.fetch import MOST_BYTES, Fetcher, Validators
from agents.ingest.sources.rss.source import RssSource
from support.feed_server import FeedServer, item
from support.waiting import PATIENCE_S

HOUR = timedelta(hours=1)


@pytest.fixture
def server():
    running = FeedServer()
    yield running
    running.close()


@pytest.fixture
def other():
    running = FeedServer()
    yield running
    running.close()


class Run:
    """A source that is read step by step."""

    def __init__(self, *servers, resume=None, interval_s=0.02, timeout_s=5.0, **changes):
        self.stop = Event()
        self.said = []
        self.source = RssSource(
            "rss",
            [one.url for one in servers],
            timing=Timing(interval_s=interval_s, most_s=0.05),
            chance=lambda: 0.5,
            timeout_s=timeout_s,
            **{"allow_private": True, **changes},
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

    def polls(self, server, times):
        """Go on until the server was asked so many times more, and what it said is said."""
        asked = len(server.asked)
        return self.until(lambda: len(server.asked) > asked + times)

    def of(self, kind):
        return [one for one in self.said if isinstance(one, kind)]

    @property
    def texts(self):
        return [one.mention.text for one in self.of(Post)]


def test_entries_are_said_once_the_oldest_first_and_new_ones_as_they_come(server):
    server.items = [item(1, "one"), item(2, "two")]
    with Run(server) as run:
        run.until(lambda: len(run.texts) == 2).polls(server, 3)
        server.items.append(item(3, "three"))
        run.until(lambda: len(run.texts) == 3)
    assert run.texts == ["one", "two", "three"]
    [first, *_] = run.of(Post)
    name = feed_name(server.url)
    assert (first.mention.id, first.mention.author.id) == (f"{name}#1", name)
    assert (first.mention.urls, first.mention.lang) == (("https://news.example/1",), "en")
    assert run.of(Missed) == []


def test_what_has_not_changed_is_not_sent_again_by_the_server(server):
    server.items = [item(1)]
    server.headers = {"Last-Modified": "Sun, 29 Nov 2026 10:00:00 GMT"}
    with Run(server) as run:
        run.until(lambda: run.texts).polls(server, 2)
    assert "If-None-Match" not in server.asked[0]
    assert server.asked[-1]["If-None-Match"].startswith('"')
    assert server.asked[-1]["If-Modified-Since"] == "Sun, 29 Nov 2026 10:00:00 GMT"


def test_a_changed_entry_is_a_further_version_of_the_first(server):
    server.items = [item(1, "Acme is well")]
    with Run(server) as run:
        run.until(lambda: run.texts)
        server.items = [item(1, "Acme is in trouble")]
        run.until(lambda: len(run.texts) == 2).polls(server, 2)
    first, second = (one.mention for one in run.of(Post))
    assert second.identity == first.id != second.id
    assert second.text == "Acme is in trouble"


def test_dates_that_lie_decide_at_most_what_is_news(server):
    now = datetime.now(UTC)
    server.items = [
        item(1, "long ago", at=now - 30 * HOUR),
        item(2, "undated", at=None),
        item(3, "no date", at="the day before yesterday"),
        item(4, "to come", at=now + 24 * HOUR),
        item(5, "just now", at=now - HOUR / 2),
    ]
    with Run(server) as run:
        run.until(lambda: len(run.texts) == 2)
        assert run.source.old == 3
        server.items += [item(6, "later undated", at=None), item(7, "archive", at=now - 30 * HOUR)]
        run.until(lambda: len(run.texts) == 3).polls(server, 2)
    assert run.texts == ["just now", "to come", "later undated"]
    for one in run.of(Post):
        assert timedelta(0) <= one.mention.created_at - now < HOUR / 60, "when it was seen"


def test_what_came_while_no_process_was_there_is_news_whatever_its_age(server):
    server.items = [item(1, at=datetime.now(UTC))]
    with Run(server) as run:
        run.until(lambda: run.texts).polls(server, 2)
        kept = json.loads(run.source.position())
    kept[server.url]["read_at"] = (datetime.now(UTC) - 10 * HOUR).isoformat()
    server.items.append(item(2, "meanwhile", at=datetime.now(UTC) - 9 * HOUR))
    with Run(server, resume=json.dumps(kept).encode()) as run:
        run.until(lambda: run.texts)
    assert run.texts == ["meanwhile"]
    assert run.of(Missed) == []


@pytest.mark.parametrize("cause", ["restart", "disconnect"])
def test_a_feed_that_lists_nothing_known_any_more_may_have_lost_some(server, cause):
    server.items = [item(1), item(2)]
    first = Run(server)
    first.until(lambda: len(first.texts) == 2).polls(server, 2)
    run = first
    if cause == "restart":
        run = Run(server, resume=first.source.position())
    server.items = [item(8), item(9)]
    before = len(run.texts)
    with first, run:
        run.until(lambda: len(run.texts) == before + 2)
    [missed] = run.of(Missed)
    assert missed.gap.cause == cause
    assert missed.gap.start < missed.gap.end
    assert run.said.index(missed) < run.said.index(run.of(Post)[-1])


def test_one_feed_that_fails_is_named_and_the_others_are_heard(server, other):
    server.status = 404
    other.items = [item(1)]
    with Run(server, other) as run:
        run.until(lambda: run.texts and run.source.failing)
        assert run.source.failing == {feed_name(server.url): "http 404"}
        assert run.source.health() is None
        run.until(lambda: run.of(Reached))
        assert run.of(Lost) == []


def test_when_all_fail_nothing_is_promised_until_one_is_heard_again(server):
    server.items = [item(1)]
    with Run(server) as run:
        run.until(lambda: run.of(Reached))
        server.status = 500
        run.until(lambda: run.of(Lost))
        promised = len(run.of(Reached))
        run.polls(server, 2)
        assert len(run.of(Reached)) == promised
        server.status = 200
        run.until(lambda: len(run.of(Reached)) > promised)


def test_a_feed_that_fails_is_left_alone_for_as_long_as_it_asks(server):
    server.status, server.headers = 429, {"Retry-After": "600"}
    with Run(server) as run:
        run.until(lambda: run.of(Lost))
        [feed] = run.source._feeds.values()
        # Bounded by what this test allows: 24 times the longest wait.
        assert feed.due_s - monotonic() > 20 * 0.05


def test_a_feed_is_bounded_in_size_and_time(server, other):
    server.body = b"<rss>" + b"a" * MOST_BYTES
    other.slow_s = 1.0
    with Run(server, other, timeout_s=0.3) as run:
        run.until(lambda: len(run.source.failing) == 2)
    assert run.source.failing == {
        feed_name(server.url): f"larger than {MOST_BYTES} bytes",
        feed_name(other.url): "no answer in time",
    }


BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "Acme">]>
<rss version="2.0"><channel><item><title>&a;</title></item></channel></rss>"""


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<html><body>Not found</body></html>", "it is no feed"),
        (b"", "it is no feed"),
        (b"\xff\x00\x01", "it is no feed"),
        (BOMB, "it declares entities"),
        (BOMB.decode().encode("utf-16"), "it declares entities"),
    ],
)
def test_what_is_no_feed_is_a_feed_that_is_not_heard(server, body, error):
    server.body = body
    with Run(server) as run:
        run.until(lambda: run.source.failing)
    assert list(run.source.failing.values()) == [error]
    assert run.of(Post) + run.of(Unreadable) == []


def test_a_feed_that_calls_all_its_entries_the_same_says_each_once(server):
    server.items = [item(1, "one", guid="x"), item(2, "two", guid="x")]
    with Run(server) as run:
        run.until(lambda: len(run.texts) == 2).polls(server, 3)
    assert sorted(run.texts) == ["one", "two"]


PRIVATE = [
    "http://127.0.0.1:{port}/feed", "http://localhost:{port}/feed", "http://[::1]:{port}/feed",
    "http://[::ffff:127.0.0.1]:{port}/feed", "http://0.0.0.0:{port}/feed",
    "http://2130706433:{port}/feed", "http://169.254.169.254/latest/meta-data",
]  # fmt: skip


@pytest.mark.parametrize("url", PRIVATE)
def test_no_private_address_is_fetched_from_whatever_it_is_called(server, url):
    server.items = [item(1)]
    assert fetch(url.format(port=server.port), allow_private=False).error
    assert server.asked == []


def test_a_redirect_is_followed_to_public_addresses_only(server, other, monkeypatch):
    server.status = 302
    server.headers = {"Location": other.url}
    other.items = [item(1)]
    assert fetch(server.url, allow_private=True).document.entries
    monkeypatch.setattr(
        "agents.ingest.sources.rss.addresses.is_public", first_is_public := FirstIsPublic()
    )
    assert fetch(server.url, allow_private=False).error == "private address"
    assert first_is_public.asked == 2
    assert len(other.asked) == 1


class FirstIsPublic:
    """Takes the first address that it is asked about for a public one."""

    asked = 0

    def __call__(self, _address):
        self.asked += 1
        return self.asked == 1


def test_a_redirect_to_something_else_than_http_is_not_followed(server):
    server.status = 302
    server.headers = {"Location": "file:///etc/hostname"}
    assert fetch(server.url, allow_private=True).error.startswith("network:")


def fetch(url, *, allow_private):
    fetcher = Fetcher(timeout_s=3.0, allow_private=allow_private)
    try:
        fetcher.start(url, Validators())
        while not (fetched := fetcher.take(1.0)):
            pass
        return fetched[0]
    finally:
        fetcher.close()
