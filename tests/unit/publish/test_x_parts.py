import errno
import os
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import tweepy

from agents.ingest.position import PositionFile
from agents.ingest.source import Post, Reached, SourceRefusedError
from agents.ingest.sources.x.backoff import Backoff, Ended
from agents.ingest.sources.x.reader import Alive, Line, Opened, Overrun, XReader
from agents.ingest.sources.x.rules import changes, sync_rules
from agents.ingest.sources.x.source import XSource
from agents.ingest.sources.x.watch import Watch
from pipeline.brands import Rule
from schemas.mention import Gap

NINE = datetime(2010, 3, 17, 9, tzinfo=UTC)
DROPPED = Ended("dropped", stayed_s=3600)
FLAPPING = Ended("dropped", stayed_s=0.04)
NETWORK = Ended("network")
LIMITED = Ended("http", status=429)
BROKEN = Ended("http", status=503)


def at(seconds):
    return NINE + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("endings", "delays_s"),
    [
        ([DROPPED, DROPPED], [0, 0]),
        ([FLAPPING, FLAPPING], [0.25, 0.5]),
        ([NETWORK] * 3, [0.25, 0.5, 0.75]),
        ([BROKEN] * 8, [5, 10, 20, 40, 80, 160, 320, 320]),
        ([LIMITED] * 3, [60, 120, 240]),
        ([BROKEN, NETWORK, BROKEN], [5, 0.25, 5]),
        ([BROKEN, DROPPED, BROKEN], [5, 0, 5]),
        ([BROKEN, LIMITED, BROKEN], [5, 60, 5]),
    ],
)
def test_delays_follow_what_x_asks_for(endings, delays_s):
    backoff = Backoff()
    assert [backoff.after(ended, 0.0) for ended in endings] == delays_s


def test_network_delays_stop_growing_at_16_s():
    backoff = Backoff(connects=1_000)
    assert [backoff.after(NETWORK, 0.0) for _ in range(100)][-1] == 16


def test_a_rate_limit_is_waited_out_to_its_reset():
    assert Backoff().after(Ended("http", status=429, retry_at_s=500.0), 100.0) == 400.0


def test_no_more_connects_than_x_allows_within_a_quarter_of_an_hour():
    backoff, now_s, connects_s = Backoff(connects=45), 0.0, []
    for _ in range(200):
        connects_s.append(now_s)
        now_s += backoff.after(DROPPED, now_s)
    for first_s, later_s in zip(connects_s, connects_s[50:], strict=False):
        assert later_s - first_s >= 900


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
def test_what_does_not_get_better_is_not_repeated(status):
    with pytest.raises(SourceRefusedError, match=str(status)):
        Backoff().after(Ended("http", status=status), 0.0)


def test_nothing_is_promised_before_the_first_connection():
    assert Watch(delay_s=7).watermark is None


def test_the_first_connection_of_all_has_no_gap_before_it():
    assert Watch(delay_s=7).opened(NINE) is None


def test_a_restart_is_a_gap_since_the_former_run():
    watch = Watch(delay_s=7, complete_to=at(-60))
    assert watch.opened(NINE) == Gap(start=at(-60), end=NINE, cause="restart")


def test_signs_of_life_move_the_watermark():
    watch = Watch(delay_s=7)
    watch.opened(NINE)
    watch.alive(at(20))
    assert watch.watermark == at(13)


def test_nothing_is_promised_while_the_connection_is_lost():
    watch = Watch(delay_s=7)
    watch.opened(NINE)
    watch.lost("disconnect", "closed")
    watch.alive(at(20))
    assert watch.watermark is None


def test_the_gap_begins_where_the_promise_ended():
    watch = Watch(delay_s=7)
    watch.opened(NINE)
    watch.alive(at(20))
    watch.lost("disconnect", "closed")
    watch.lost("rate_limit", "too many")
    assert watch.opened(at(90)) == Gap(
        start=at(13), end=at(90), cause="rate_limit", detail="too many"
    )


def test_rules_are_compared_by_value_and_tag():
    active = [
        tweepy.StreamRule("Acme", "acme", "1"),
        tweepy.StreamRule("Acme", None, "2"),
        tweepy.StreamRule("Acme", "acme", "3"),
    ]
    assert changes([Rule("Acme", "acme"), Rule("Bolt", "bolt")], active) == (
        [Rule("Bolt", "bolt")],
        ["2", "3"],
    )


class Rules:
    """Rules as X keeps them; remembers the sizes of the requests."""

    def __init__(self):
        self.sizes = []

    def get_rules(self):
        return tweepy.Response(None, {}, [], {})

    def add_rules(self, add):
        self.sizes.append(len(add))
        return tweepy.Response(add, {}, [], {})

    def delete_rules(self, ids):
        raise AssertionError(ids)


def test_many_rules_go_in_several_requests():
    client = Rules()
    sync_rules(client, [Rule(f"w{number}", "acme") for number in range(250)])
    assert client.sizes == [100, 100, 50]


def test_lines_beyond_the_queue_are_counted_and_told_in_their_place():
    reader = XReader("t", "http://127.0.0.1:9", [], now=partial(datetime.now, UTC), capacity=2)
    for second in range(5):
        reader._put(Line(b"%d" % second, at(second)))
    reader._put(Alive(at(5)))
    taken = [reader.signals.get_nowait() for _ in range(2)]
    reader._put(Line(b"6", at(6)))
    taken += [reader.signals.get_nowait() for _ in range(2)]
    assert taken == [
        Line(b"0", at(0)),
        Line(b"1", at(1)),
        Overrun(3, at(2), at(4)),
        Line(b"6", at(6)),
    ]


def test_a_full_queue_never_loses_that_a_connection_stands():
    reader = XReader("t", "http://127.0.0.1:9", [], now=partial(datetime.now, UTC), capacity=2)
    reader._put(Opened(NINE))
    assert reader.signals.get_nowait() == Opened(NINE)


KEPT = NINE.isoformat().encode()


def test_a_position_is_found_again(tmp_path):
    PositionFile(tmp_path / "deep" / "b").save(KEPT)
    assert PositionFile(tmp_path / "deep" / "b").load() == KEPT
    assert PositionFile(tmp_path / "none").load() is None


def test_a_position_is_private_and_an_old_one_is_made_so(tmp_path):
    path = tmp_path / "deep" / "b"
    PositionFile(path).save(KEPT)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    assert PositionFile(path).load() == KEPT
    assert path.stat().st_mode & 0o777 == 0o600


def test_on_a_full_disk_the_older_position_stays(tmp_path, monkeypatch):
    PositionFile(tmp_path / "b").save(KEPT)

    def full(*_):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    PositionFile(tmp_path / "b").save(b"later")
    assert PositionFile(tmp_path / "b").load() == KEPT


def position_after_opening_at(kept):
    """The position of a source of X that was opened and has not heard anything yet."""
    source = XSource("x", "t", "http://127.0.0.1:9", [])
    source.open(kept)
    source.close()
    return source.position()


def test_the_source_goes_on_from_the_time_that_was_kept():
    assert position_after_opening_at(KEPT) == KEPT


@pytest.mark.parametrize("kept", [b"", b"yesterday", b"2010-03-17T09:00:00", b"\xff", None])
def test_a_time_that_cannot_be_read_is_none(kept):
    assert position_after_opening_at(kept) is None


def test_a_post_is_said_before_the_time_that_it_is_a_sign_of():
    source = XSource("x", "t", "http://127.0.0.1:9", [], delay_s=7)
    assert list(source._said(Opened(NINE))) == [Reached(at(-7))]
    told = source._said(
        Line(b'{"data": {"id": "1500000000000000007", "text": "Acme", "author_id": "1"}}', at(20))
    )
    assert [type(one) for one in told] == [Post, Reached]
    assert source.position() == at(13).isoformat().encode()
