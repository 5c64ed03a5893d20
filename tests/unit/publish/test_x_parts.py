import errno
import os
from datetime import UTC, datetime, timedelta
from functools import partial
from queue import Queue

import pytest

from agents.ingest.position import PositionFile
from agents.ingest.source import Post, Reached
from agents.ingest.sources.x.connect_log import ConnectLog
from agents.ingest.sources.x.connection import Ended
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.reader import XReader
from agents.ingest.sources.x.rule_watch import RuleKeeper
from agents.ingest.sources.x.signals import Alive, Disconnected, Overrun, StreamLine, StreamOpened
from agents.ingest.sources.x.source import XSource
from agents.ingest.sources.x.watch import ConnectionWatch
from schemas.mention import Gap

NINE = datetime(2010, 3, 17, 9, tzinfo=UTC)


def at(seconds):
    return NINE + timedelta(seconds=seconds)


def test_nothing_is_promised_before_the_first_connection():
    assert ConnectionWatch(delay_s=7).watermark is None


def test_the_first_connection_of_all_has_no_gap_before_it():
    assert ConnectionWatch(delay_s=7).opened(NINE) is None


def test_a_restart_is_a_gap_since_the_former_run():
    watch = ConnectionWatch(delay_s=7, complete_to=at(-60))
    assert watch.opened(NINE) == Gap(start=at(-60), end=NINE, cause="restart")


def test_signs_of_life_move_the_watermark():
    watch = ConnectionWatch(delay_s=7)
    watch.opened(NINE)
    watch.alive(at(20))
    assert watch.watermark == at(13)


def test_nothing_is_promised_while_the_connection_is_lost():
    watch = ConnectionWatch(delay_s=7)
    watch.opened(NINE)
    watch.lost("disconnect", "closed")
    watch.alive(at(20))
    assert watch.watermark is None


def test_the_gap_begins_where_the_promise_ended():
    watch = ConnectionWatch(delay_s=7)
    watch.opened(NINE)
    watch.alive(at(20))
    watch.lost("disconnect", "closed")
    watch.lost("rate_limit", "too many")
    assert watch.opened(at(90)) == Gap(
        start=at(13), end=at(90), cause="rate_limit", detail="closed; too many"
    )


def test_what_one_of_two_connections_misses_is_no_gap_if_the_other_heard():
    watch = ConnectionWatch(delay_s=7)
    watch.opened(NINE, 0)
    assert watch.opened(at(5), 1) is None
    watch.alive(at(20), 0)
    watch.alive(at(25), 1)
    assert watch.lost("disconnect", "closed", 0) is None
    assert watch.watermark == at(18)
    watch.alive(at(60), 1)
    assert watch.opened(at(61), 0) is None
    assert watch.watermark == at(53)


def test_a_connection_that_stood_too_late_does_not_fill_the_gap_of_the_other():
    watch = ConnectionWatch(delay_s=7)
    watch.opened(NINE, 0)
    watch.alive(at(20), 0)
    assert watch.opened(at(30), 1) is None, "the first may have heard: it stands"
    watch.alive(at(40), 1)
    assert watch.watermark == at(13), "it is not known yet whether it did"
    assert watch.lost("disconnect", "silence", 0) == Gap(
        start=at(13), end=at(30), cause="disconnect", detail="silence"
    )
    assert watch.watermark == at(33)


def test_without_its_rules_a_stream_is_blind_whatever_comes():
    watch = ConnectionWatch(delay_s=7)
    watch.opened(NINE)
    watch.alive(at(100))
    watch.blinded(at(40), "rules")
    watch.alive(at(120))
    assert watch.watermark is None
    assert watch.sighted(at(130)) == Gap(start=at(40), end=at(130), cause="other", detail="rules")
    assert watch.watermark == at(123)


def test_rules_that_come_back_while_nothing_stands_leave_the_gap_to_the_next_connection():
    watch = ConnectionWatch(delay_s=7)
    watch.opened(NINE)
    watch.blinded(at(-7), "rules")
    watch.lost("disconnect", "closed")
    assert watch.sighted(at(50)) is None
    assert watch.opened(at(60)) == Gap(
        start=at(-7), end=at(60), cause="other", detail="rules; closed"
    )


def reader_with_room_for(signals):
    now = partial(datetime.now, UTC)
    keeper = RuleKeeper(None, [], owner="tocsin", tell=None, now=now)
    return XReader(
        "t", "http://127.0.0.1:9", signals=Queue(signals), keeper=keeper, connects=ConnectLog(),
        account=Account(), now=now,
    )  # fmt: skip


def test_lines_beyond_the_queue_are_counted_and_told_in_their_place():
    reader = reader_with_room_for(2)
    for second in range(5):
        reader._put(StreamLine(b"%d" % second, at(second)))
    reader._put(Alive(at(5)))
    taken = [reader.signals.get_nowait() for _ in range(2)]
    reader._put(StreamLine(b"6", at(6)))
    taken += [reader.signals.get_nowait() for _ in range(2)]
    assert taken == [
        StreamLine(b"0", at(0)),
        StreamLine(b"1", at(1)),
        Overrun(3, at(2), at(4)),
        StreamLine(b"6", at(6)),
    ]


def test_a_full_queue_never_loses_that_a_connection_stands():
    reader = reader_with_room_for(2)
    reader._put(StreamOpened(NINE))
    assert reader.signals.get_nowait() == StreamOpened(NINE)


KEPT = NINE.isoformat().encode() + b" restart"


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


def test_the_position_says_why_no_more_was_heard_and_the_next_run_states_it():
    source = XSource("x", "t", "http://127.0.0.1:9", [])
    list(source._said(StreamOpened(NINE)))
    list(source._said(Disconnected(Ended("unpaid", "CreditsDepleted", 402))))
    kept = source.position()
    later = XSource("x", "t", "http://127.0.0.1:9", [])
    later._resume(kept)
    missed = next(iter(later._said(StreamOpened(at(600)))))
    assert missed.gap == Gap(
        start=at(-7), end=at(600), cause="budget", detail="unpaid 402: CreditsDepleted"
    )


def test_the_source_goes_on_from_the_time_that_was_kept():
    assert position_after_opening_at(KEPT) == KEPT


@pytest.mark.parametrize("kept", [b"", b"yesterday", b"2010-03-17T09:00:00", b"\xff", None])
def test_a_time_that_cannot_be_read_is_none(kept):
    assert position_after_opening_at(kept) is None


def test_a_post_is_said_before_the_time_that_it_is_a_sign_of():
    source = XSource("x", "t", "http://127.0.0.1:9", [])
    assert list(source._said(StreamOpened(NINE))) == [Reached(at(-7))]
    told = source._said(
        StreamLine(
            b'{"data": {"id": "1500000000000000007", "text": "Acme", "author_id": "1"}}', at(20)
        )
    )
    assert [type(one) for one in told] == [Post, Reached]
    assert source.position() == at(13).isoformat().encode() + b" restart"
