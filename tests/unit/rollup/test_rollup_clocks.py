"""Whose time is believed: sources with a wrong clock, replays beside live ones, slow ones."""

from itertools import count

import msgspec

from pipeline.rollup import RollupRules
from pipeline.rollup.partition.shard import Shard
from pipeline.rollup.partition.step import RolledUp
from schemas.dead_letter import DeadLetter
from support.rolling import BRANDS, T0, FakeModel, at, gap, mention, raw

RULES = RollupRules(width_s=10, lateness_s=5, future_s=60, blind_after_s=60, ahead_s=60)
YEARS_S = 10 * 365 * 86_400
DAY_S = 86_400


class Tape:
    """Records of one partition, each with the time at which it came, and what became of them."""

    def __init__(self, table: dict[str, bytes] | None = None, *, broker_time: bool = True) -> None:
        self.table = {} if table is None else table
        self.records: list[tuple[bytes, float]] = []
        self.outcomes: list[RolledUp] = []
        self.told = []
        self.broker_time = broker_time
        self.restart()

    def restart(self) -> None:
        self.shard = Shard(0, table=self.table, brands=BRANDS, rules=RULES, model=FakeModel())
        for bucket in self.shard.recovered:
            self._keep(bucket)

    def put(self, came_s: float, *mentions, to: float, **fields) -> RolledUp:
        """A record that came at ``came_s`` after ``T0``."""
        record = raw(*mentions, to=to, **fields)
        self.records.append((record, T0 + came_s))
        outcome = self.shard.apply(len(self.records) - 1, record, arrived_s=T0 + came_s)
        for bucket in outcome.buckets:
            self._keep(bucket)
        self.outcomes.append(outcome)
        return outcome

    def _keep(self, bucket) -> None:
        copies = [one for one in self.told if name_of(one) == name_of(bucket)]
        copies = [] if bucket.brand == "*" else copies  # its two clocks may meet
        assert all(copy == bucket for copy in copies)
        self.told += [] if copies else [bucket]
        self.shard.acknowledge(bucket)

    def of(self, brand: str = "nestle"):
        """The buckets of a brand as they were told last, in the order in which they were first."""
        last = {one.start: one for one in self.told if one.brand == brand}
        return list(last.values())

    def counted(self, brand: str = "nestle") -> int:
        return sum(bucket.mentions for bucket in self.of(brand))

    def dropped(self, reason: str) -> int:
        return sum(outcome.dropped.get(reason, 0) for outcome in self.outcomes)

    def reasons(self) -> list[str]:
        return [one.error.reason for outcome in self.outcomes for one in outcome.rejected]


numbers = count()


def name_of(bucket) -> tuple:
    return bucket.brand, bucket.apart, bucket.start, bucket.revision


def post(second: float, **fields):
    return mention(f"m{next(numbers)}", second, **fields)


def beat(tape: Tape, came_s: float, *, to: float, source: str = "x", **fields) -> RolledUp:
    return tape.put(came_s, to=to, brand="*", source=source, **fields)


def speak(tape: Tape, source: str, second: float, *, skew_s: float = 0, delay_s: float = 5) -> None:
    """A source tells of one post, and then that it is alive; its clock is ``skew_s`` ahead.

    The post bears the time that it had, for X dates it.
    """
    to = second + skew_s - delay_s
    came_s = second if tape.broker_time else second + skew_s
    tape.put(came_s, post(second - delay_s), to=to, source=source)
    beat(tape, came_s, to=to, source=source)


# A post, a heartbeat, a gap of the future


def test_an_archive_with_one_post_of_the_future_does_not_stop_the_live_source():
    tape = Tape()
    for second in range(0, 230, 10):
        speak(tape, "x", second)
    came_s = 235
    tape.put(came_s, post(-DAY_S), to=-DAY_S, source="replay")
    tape.put(came_s, post(YEARS_S), to=YEARS_S, source="replay")
    tape.put(came_s, post(-DAY_S), to=YEARS_S, source="replay")
    beat(tape, came_s, to=YEARS_S, source="replay")
    for second in range(240, 480, 10):
        speak(tape, "x", second)
        if second == 300:
            tape.restart()
    beat(tape, 600, to=595)
    assert tape.counted() == 23 + 24
    assert tape.reasons() == [
        "replay_beside_live",
        "ahead_of_time",
        "ahead_of_time",
    ]


def test_a_post_of_the_future_is_counted_as_such_and_kept_with_the_dead():
    tape = Tape()
    tape.put(10, post(3), post(500), to=5)
    (rejected,) = tape.outcomes[-1].rejected
    assert (rejected.place, rejected.error.reason) == (1, "ahead_of_time")
    assert msgspec.json.decode(rejected.raw)["id"].startswith("m")
    assert tape.dropped("future") == 1
    tape.put(60, to=60)
    assert [(one.mentions, one.future) for one in tape.of()] == [(1, 1)]


def test_what_a_source_says_before_it_promises_anything_is_counted():
    """After a restart it reads again what it missed, and only then says how far it is."""
    tape = Tape()
    nothing_yet = -at(0).timestamp()
    tape.put(3_000, post(3), post(2_990), post(2_990 + DAY_S), to=nothing_yet)
    (rejected,) = tape.outcomes[-1].rejected
    assert (rejected.place, rejected.error.reason) == (2, "ahead_of_time")
    tape.put(3_060, to=3_060)
    assert sum(one.mentions for one in tape.of()) == 2


def test_a_post_ahead_of_a_recording_says_so():
    tape = Tape()
    tape.put(10 * DAY_S, post(500), to=5)
    (rejected,) = tape.outcomes[-1].rejected
    assert rejected.error.detail == "its post lies 495 s ahead of what its source had reached"


def test_a_source_whose_every_watermark_is_ahead_still_closes_its_buckets():
    """It is alone, so nobody else says how time goes; its records come, so it goes on."""
    tape = Tape()
    for second in range(0, 600, 5):
        speak(tape, "x", second, skew_s=300)
    assert tape.counted() > 100
    assert all(one.quarantined == ("x",) for one in tape.of())
    assert tape.dropped("late") == 0


def test_a_gap_that_reaches_into_the_future_is_not_believed():
    tape = Tape()
    speak(tape, "x", 0)
    assert beat(tape, 10, to=5, gap=gap(0, YEARS_S)).rejected[0].error.reason == "ahead_of_time"
    for second in range(10, 200, 10):
        speak(tape, "x", second)
    assert all(one.gaps == () for one in tape.of())


def test_a_slow_source_is_heard_beyond_what_it_promises():
    tape = Tape()
    tape.put(1000, post(999), to=400)
    tape.put(2000, to=2000)
    assert tape.counted() == 1


# One clock ahead of another


def test_of_two_sources_the_one_ahead_takes_nothing_from_the_other():
    for broker_time in (True, False):
        tape = Tape(broker_time=broker_time)
        for second in range(0, 2000, 5):
            speak(tape, "right", second)
            speak(tape, "ahead", second + 1, skew_s=300)
        assert tape.dropped("late") == 0
        assert tape.dropped("future") == 0
        assert tape.counted() > 2 * 400 - 60
        assert {one.blind for one in tape.of()} == {()}
        assert {one.quarantined for one in tape.of()[2:]} == {("ahead",)}
        assert all(one.sources == ("right",) for one in tape.of()[2:])


def test_within_the_margin_it_takes_nothing_either():
    tape = Tape()
    for second in range(0, 600, 5):
        speak(tape, "right", second, delay_s=8)
        speak(tape, "ahead", second + 1, skew_s=59)
    assert tape.dropped("late") == 0
    assert {one.blind for one in tape.of()} == {()}


def test_a_clock_that_is_set_right_is_believed_again():
    for broker_time in (True, False):
        tape = Tape(broker_time=broker_time)
        for second in range(0, 300, 5):
            speak(tape, "right", second)
            speak(tape, "other", second + 1, skew_s=300)
        assert tape.of()[-1].quarantined == ("other",)
        for second in range(300, 600, 5):
            speak(tape, "right", second)
            speak(tape, "other", second + 1)
        assert tape.of()[-1].quarantined == ()
        assert tape.of()[-1].sources == ("other", "right")
        assert tape.dropped("late") == 0


def test_of_three_the_one_that_is_behind_denies_nobody():
    tape = Tape(broker_time=False)
    for second in range(0, 600, 5):
        speak(tape, "a", second)
        speak(tape, "b", second + 1)
        speak(tape, "behind", second + 2, skew_s=-300)
    assert {one.quarantined for one in tape.of()[2:]} == {()}
    assert {"a", "b"} <= set(tape.of()[-1].sources)


def test_a_slow_but_truthful_source_has_a_fast_one_quarantined_never():
    tape = Tape()
    for second in range(0, 3000, 5):
        speak(tape, "x", second)
        if second % 60 == 0:
            beat(tape, second + 1, to=second - 600, source="rss")
    tape.put(3000, post(2400), to=2400, source="rss")
    for second in range(3005, 3200, 5):
        speak(tape, "x", second)
    assert {one.quarantined for one in tape.of()} == {()}
    assert tape.of()[-1].blind == ("rss",)


def test_a_slow_source_is_not_overrun_by_one_that_is_ahead():
    tape = Tape()
    for second in range(0, 3000, 10):
        speak(tape, "rss", second, delay_s=600)
        speak(tape, "ahead", second + 1, skew_s=300)
    assert tape.dropped("late") == 0


def test_where_the_right_source_dies_time_goes_on_with_the_one_that_is_ahead():
    tape = Tape()
    for second in range(0, 1000, 5):
        if second < 300:
            speak(tape, "right", second)
        speak(tape, "ahead", second + 1, skew_s=300)
    last = tape.of()[-1]
    assert last.start.timestamp() > T0 + 900
    assert (last.blind, last.quarantined) == (("right",), ("ahead",))


def test_a_source_that_dies_is_blind_after_its_minute():
    tape = Tape()
    for second in range(0, 600, 5):
        if second < 300:
            speak(tape, "dies", second)
        speak(tape, "lives", second + 1)
    blind = [one for one in tape.of() if one.blind]
    assert blind[0].start.timestamp() <= T0 + 300
    assert blind[0].blind == ("dies",)
    assert tape.of()[-1].start.timestamp() > T0 + 560


# Live and replay


def test_what_a_live_source_heard_while_kafka_was_away_is_counted():
    tape = Tape()
    for second in range(0, 300, 10):
        speak(tape, "x", second)
    back_s = 300 + 6 * 3600
    for second in range(300, 300 + 3 * 3600, 10):  # spooled, and sent as fast as it goes
        tape.put(back_s + second / 1e5, post(second - 5), to=second - 5)
    for second in range(back_s + 10, back_s + 200, 10):
        speak(tape, "x", second)
    beat(tape, back_s + 300, to=back_s + 290)
    assert tape.counted() == 30 + 1080 + 19
    assert tape.reasons() == []


def test_a_replay_beside_a_live_source_is_refused_and_moves_nothing():
    tape = Tape()
    speak(tape, "x", 0)
    outcome = tape.put(10, post(-YEARS_S), to=-YEARS_S, source="archive")
    assert [one.error.reason for one in outcome.rejected] == ["replay_beside_live"]
    assert "'archive'" in outcome.rejected[0].error.detail
    assert outcome.dropped == {"replay_beside_live": 1}
    for second in range(10, 100, 10):
        speak(tape, "x", second)
    assert {one.blind for one in tape.of()} == {()}


def test_a_replay_of_another_brand_is_its_own_affair():
    tape = Tape()
    for second in range(0, 200, 10):
        speak(tape, "x", second)
        old_s = second - YEARS_S
        tape.put(second, post(old_s), to=old_s, source="archive", brand="kitkat")
        beat(tape, second, to=old_s, source="archive")
    assert tape.counted() > 15
    assert tape.counted("kitkat") > 15
    assert {one.sources for one in tape.of()} == {("x",)}
    assert {one.sources for one in tape.of("*")} == {("x",), ("archive",)}


def test_a_live_source_takes_over_a_brand_that_was_replayed():
    tape = Tape()
    for second in range(0, 200, 10):
        tape.put(0, post(second - YEARS_S), to=second - YEARS_S, source="archive")
    assert tape.counted() > 15
    for second in range(10, 200, 10):
        speak(tape, "x", second)
    assert {one.sources for one in tape.of()[-10:]} == {("x",)}
    assert {one.blind for one in tape.of()} == {()}


# The partition's clock


def test_a_heartbeat_ten_years_ahead_closes_nothing_and_does_not_tick():
    tape = Tape()
    for second in range(0, 100, 10):
        speak(tape, "x", second)
    before = list(tape.told)
    for source in ("x", "stranger"):
        outcome = beat(tape, 100, to=YEARS_S, source=source)
        assert [one.error.reason for one in outcome.rejected] == ["ahead_of_time"]
    assert max(one.watermark.timestamp() for one in tape.told) < T0 + 200
    assert len(tape.told) <= len(before) + 1


def test_mentions_in_a_batch_for_all_brands_are_counted_as_lost():
    tape = Tape()
    outcome = beat(tape, 10, to=5)
    outcome = tape.put(10, post(3), post(4, brand="nestle"), to=5, brand="*")
    assert outcome.dropped == {"wrong_brand": 2}
    assert [one.error.reason for one in outcome.rejected] == ["wrong_brand"] * 2


# The state


def test_a_crash_leaves_what_was_closed_closed():
    """A slower source that comes late must not open again what was sent."""
    for crash in (False, True):
        tape = Tape()
        for second in range(0, 200, 10):
            speak(tape, "x", second)
        tape.put(200, post(100), to=170, source="rss")
        if crash:
            tape.restart()
        assert tape.put(201, post(171), to=201).buckets == []
        told = tape.put(202, to=202, source="rss").buckets
        assert [(one.start, one.revision, one.mentions) for one in told] == [
            (at(100), 1, 2),
            (at(170), 1, 2),
            (at(180), 0, 1),
        ]


def test_the_reasons_are_known_to_the_dead_letters():
    for reason in ("ahead_of_time", "replay_beside_live", "wrong_brand"):
        letter = {
            "at": "2010-01-01T00:00:00Z", "origin": "o", "reason": reason, "detail": "",
            "payload": "", "payload_bytes": 0, "schema": 1,
        }  # fmt: skip
        assert msgspec.convert(letter, DeadLetter).reason == reason
