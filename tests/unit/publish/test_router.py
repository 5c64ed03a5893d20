import json
import math
from datetime import UTC, datetime, timedelta
from itertools import islice
from threading import Event

import pytest

from agents.ingest.formats import BadLine, NotPost
from agents.ingest.ledger import Ledger
from agents.ingest.pacing import Tick, held, paced, parse_speed
from agents.ingest.position import PendingPositions, PositionFile
from agents.ingest.recorded import Recorded
from agents.ingest.router import Router
from agents.ingest.source import Idle, Lost, Missed, PositionError, Post, Reached
from agents.ingest.sources.replay.source import ReplaySource
from agents.ingest.telemetry import Telemetry
from schemas.codec import encode
from schemas.mention import Author, Gap, Mention

T0 = datetime(2010, 3, 17, 9, tzinfo=UTC)


def at(seconds):
    return T0 + timedelta(seconds=seconds)


def mention(second, text="Acme"):
    return Mention(id=str(second), created_at=at(second), text=text, author=Author(id="a"))


BAD = BadLine(file="f.jsonl", line=3, reason="invalid", detail="no id", raw=b"{}")


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s

    def sleep(self, seconds):
        self.now_s += seconds


def pace(items, speed, tick_s=1.0):
    clock = Clock()
    return [
        (round(clock() - 100, 6), item)
        for item in paced(items, speed, clock_s=clock, sleep=clock.sleep, tick_s=tick_s)
    ]


def test_at_real_time_mentions_keep_their_distance():
    passed = pace([mention(5), mention(7)], 1.0, tick_s=10)
    assert passed == [(0, mention(5)), (2, Tick(at(7))), (2, mention(7))]


def test_at_sixty_times_a_minute_takes_a_second():
    passed = pace([mention(0), mention(60), mention(120)], 60.0, tick_s=10)
    assert [at_s for at_s, item in passed if isinstance(item, Mention)] == [0, 1, 2]


def test_event_time_ticks_while_nothing_is_said():
    passed = pace([mention(0), mention(180)], 60.0)
    assert [item.at for _, item in passed if isinstance(item, Tick)] == [at(60), at(120), at(180)]


def test_at_most_nothing_is_held():
    assert pace([mention(0), mention(9_999)], math.inf) == [(0, mention(0)), (0, mention(9_999))]


def test_a_bad_line_passes_at_once():
    assert pace([BAD, mention(0)], 1.0) == [(0, BAD), (0, mention(0))]


@pytest.mark.parametrize("text", ["0", "-1", "fast", ""])
def test_a_speed_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"speed|float"):
        parse_speed(text)


def test_nobody_waits_for_a_post_that_is_dated_in_ten_years():
    clock = Clock()
    items = [mention(0), mention(3e8), mention(5)]
    passed = list(
        paced(
            items,
            1.0,
            clock_s=clock,
            sleep=clock.sleep,
            is_ahead=lambda when: when.year > T0.year,
        )
    )
    assert [item for item in passed if isinstance(item, Mention)] == items
    assert clock() - 100 == pytest.approx(5)


def test_what_is_held_comes_no_sooner_than_its_date():
    clock, told = Clock(), []
    items = [mention(-5), mention(2), BAD, mention(4)]
    passed = [
        (item, round(clock() - 100, 6))
        for item in held(
            items,
            now=lambda: at(clock() - 100),
            sleep=clock.sleep,
            on_present=lambda: told.append(clock() - 100),
            tick_s=2,
        )
    ]
    assert passed == [
        (mention(-5), 0),
        (Tick(at(2)), 2),
        (mention(2), 2),
        (BAD, 2),
        (Tick(at(4)), 4),
        (mention(4), 4),
    ]
    assert told == [0]


class Recorder:
    """A publisher that remembers, in order, what it was given."""

    def __init__(self):
        self.said = []

    def refuses(self, mention):
        return mention.created_at.year > T0.year

    def publish(self, brand_id, mention):
        self.said.append((brand_id, mention.id))

    def dead_letter(self, letter):
        self.said.append((letter.origin, letter.reason, letter.payload))

    def gap(self, gap):
        self.said.append(("gap", gap))

    def heartbeat(self, watermark):
        self.said.append(("heartbeat", watermark))

    def reach(self, watermark):
        if watermark.year > T0.year:
            return False
        self.said.append(("reach", watermark))
        return True

    def tick(self):
        self.said.append("tick")

    def close(self, _grace_s):
        return True


class Recording:
    """A source that is not live, as far as a router asks before it runs."""

    live = False


def run(items, brands=("acme",), heartbeat_s=1e9, tail_s=None):
    clock, publisher = Clock(), Recorder()
    router = Router(
        Recording(),
        publisher,
        lambda _mention: brands,
        telemetry=Telemetry("t"),
        now=lambda: T0,
        heartbeat_s=heartbeat_s,
        ledger=Ledger(lambda _brand, _handle: False),
        clock_s=clock,
    )
    for event in Recorded().said(items, Event()):
        router.take(event)
        if not isinstance(event, Reached):
            clock.sleep(0.1)
    if tail_s is not None:
        router.finish(tail_s)
    return router, publisher.said


def test_a_mention_is_published_once_for_each_of_its_brands_after_its_time_is_reached():
    _, said = run([mention(1)], brands=("acme", "bolt"))
    assert said == [("reach", at(1)), ("acme", "1"), ("bolt", "1")]


def test_the_ledger_of_a_recording_adds_up_and_what_it_missed_is_stated():
    gap = Gap(start=at(1), end=at(5), cause="overload")
    deletion = NotPost(file="f", line=1, what="delete")
    limit = NotPost(file="f", line=2, what="limit", said_missed="30 posts", missed=30, gap=gap)
    router, said = run([BAD, deletion, mention(1), mention(1), limit, mention(6)])
    assert router.ledger.words() == (
        "6 lines: 2 mentions, 1 duplicate, 0 own, 1 could not be read, 0 named no brand, "
        "2 not posts; 30 posts were missed, as the recording itself says"
    )
    assert ("gap", gap) in said
    assert said.index(("gap", gap)) < said.index(("reach", at(6)))


def test_a_mention_of_no_brand_still_moves_event_time():
    router, said = run([mention(1)], brands=())
    assert said == [("reach", at(1))]
    assert (router.mentions, router.unmatched) == (1, 1)


def test_a_bad_line_becomes_a_dead_letter_that_says_where_it_was():
    router, said = run([BAD])
    assert said == [("f.jsonl:3", "invalid", b"{}")]
    assert (router.items, router.bad) == (1, 1)


def test_a_tick_moves_event_time_and_the_publisher():
    _, said = run([Tick(at(1))])
    assert said == [("reach", at(1)), "tick"]


def test_heartbeats_come_by_event_time_and_one_covers_a_silence():
    _, said = run([mention(0), mention(9), mention(10), mention(15), mention(500)], heartbeat_s=10)
    assert [one for one in said if one[0] == "heartbeat"] == [
        ("heartbeat", at(10)),
        ("heartbeat", at(500)),
    ]


class Live(Recording):
    """A live source, as far as a router asks before it runs."""

    live = True

    def position(self):
        return None


def said_of(events):
    """What a router has published of the events of a live source, a second apart."""
    clock, publisher = Clock(), Recorder()
    router = Router(
        Live(),
        publisher,
        lambda _mention: ("acme",),
        telemetry=Telemetry("t"),
        now=lambda: at(clock()),
        heartbeat_s=2.0,
    )
    for event in events:
        clock.sleep(1)
        router.take(event)
    return publisher.said


def test_a_live_source_beats_by_the_clock_as_long_as_it_is_heard():
    said = said_of([Reached(at(5)), *[Idle()] * 4])
    assert [one for one in said if one != "tick"] == [
        ("reach", at(5)),
        ("heartbeat", at(5)),
        ("heartbeat", at(5)),
    ]


def test_a_source_that_is_lost_promises_nothing_until_it_is_heard_again():
    said = said_of([Reached(at(5)), Lost(), *[Idle()] * 9, Reached(at(7))])
    assert [one for one in said if one != "tick"] == [
        ("reach", at(5)),
        ("reach", at(7)),
        ("heartbeat", at(7)),
    ]


def test_what_was_missed_is_stated_and_counted():
    gap = Gap(start=at(0), end=at(9), cause="overload")
    publisher, telemetry = Recorder(), Telemetry("t")
    router = Router(Live(), publisher, lambda _mention: (), telemetry=telemetry, heartbeat_s=1e9)
    router.take(Missed(gap, posts=7))
    assert publisher.said == [("gap", gap), "tick"]
    assert router.overrun == 7
    assert (
        telemetry.registry.get_sample_value(
            "tocsin_records_dropped_total", {"stage": "ingest", "reason": "overload"}
        )
        == 7
    )


def test_event_time_never_goes_back():
    _, said = run([mention(5), mention(3)])
    assert [one for one in said if one[0] == "reach"] == [("reach", at(5)), ("reach", at(5))]


def test_the_end_is_stated_beyond_the_last_mention():
    _, said = run([mention(5)], tail_s=20)
    assert said[-1] == ("heartbeat", at(25))


def test_no_input_states_nothing():
    assert run([], tail_s=20)[1] == []


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(encode(mention(second)) + b"\n" for second in range(20)))
    return path


def ids_said_by(source, *, most=99):
    """Ids of the posts that a source says, up to so many."""
    posts = (event for event in source.events(Event()) if isinstance(event, Post))
    return [int(event.mention.id) for event in islice(posts, most)]


def test_a_position_waits_for_the_acknowledgement():
    pending = PendingPositions()
    pending.add(b"10", behind=100)
    pending.add(b"20", behind=200)
    assert pending.take(99) is None
    assert pending.take(150) == b"10"
    assert pending.take(500) == b"20"


def test_a_replay_goes_on_behind_what_it_said(file):
    first = ReplaySource("r", [file])
    assert ids_said_by(first, most=7) == list(range(7))
    second = ReplaySource("r", [file])
    second.open(first.position())
    assert ids_said_by(second) == list(range(7, 20))


def test_a_position_from_before_there_were_sources_is_gone_on_from(file):
    inputs = [{"name": str(file), "size_bytes": (at := file.stat()).st_size,
               "modified_ns": at.st_mtime_ns}]  # fmt: skip
    source = ReplaySource("r", [file])
    source.open(json.dumps({"inputs": inputs, "items": 18}).encode())
    assert ids_said_by(source) == [18, 19]


def test_a_position_in_other_input_is_refused(file):
    position = ReplaySource("r", [file]).position()
    file.write_bytes(encode(mention(1)))
    with pytest.raises(PositionError, match="without --resume"):
        ReplaySource("r", [file]).open(position)


def test_a_broken_position_says_what_to_do_and_where_it_is(tmp_path, file):
    kept = tmp_path / "state.json"
    kept.write_text("{")
    router = Router(
        ReplaySource("r", [file]),
        Recorder(),
        lambda _mention: (),
        telemetry=Telemetry("t"),
        heartbeat_s=10,
        positions=PositionFile(kept),
    )
    with pytest.raises(PositionError, match=rf"{kept}: .*delete it"):
        router.run(Event())


def test_a_post_of_the_future_moves_no_watermark():
    router, said = run([mention(1), mention(3e8), mention(2)], tail_s=10)
    assert ("reach", at(3e8)) not in said
    assert said[-1] == ("heartbeat", at(12))
    assert (router.mentions, router.ahead) == (3, 1)
