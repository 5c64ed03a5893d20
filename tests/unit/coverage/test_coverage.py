"""When a brand counts as heard: never because nothing came, always up to a proven minute."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agents.coverage.memory import CLOCKS, PENDING, CoverageMemory, partition_of
from agents.coverage.verdict import PROVEN, State, Status, status_of, worst_first
from schemas.bucket import HISTORY, Bucket
from schemas.mention import ALL_BRANDS

NOW = datetime(2026, 11, 29, 14, 3, 30, tzinfo=UTC)
LIVE = NOW - timedelta(seconds=20)
PARTITIONS = 8
BRAND = "acme"
PART = partition_of(BRAND, PARTITIONS)


class Kafka:
    """A partition of buckets, and what the worker's group has taken."""

    def __init__(self) -> None:
        self.memory = CoverageMemory([BRAND, "other"], PARTITIONS, blind_after_s=60)
        self.offset = 0

    def write(self, at: datetime = LIVE, *, written: datetime | None = None, **more: Any) -> None:
        """Write a bucket that is complete up to ``at``; a tick unless a brand is named."""
        fields = {"brand": ALL_BRANDS, "width_s": 10, "sources": ("x",)} | more
        bucket = Bucket(start=at - timedelta(seconds=10), watermark=at, **fields)
        written_ms = round((written or at + timedelta(seconds=12)).timestamp() * 1000)
        self.memory.take(PART, self.offset, written_ms, bucket)
        self.offset += 1

    def judge(self, *, to: int | None = None, waiting: bool = False) -> None:
        self.memory.reached(PART, judged_to=self.offset if to is None else to, waiting=waiting)

    def status(self, now: datetime = NOW) -> Status:
        return status_of(self.memory.of(BRAND), now)


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


def test_a_tick_of_now_that_was_judged_proves_that_it_is_heard(kafka: Kafka) -> None:
    kafka.write()
    kafka.judge()
    assert kafka.status() == Status("heard", LIVE)


def test_a_revision_takes_no_brand_back_in_time(kafka: Kafka) -> None:
    kafka.write(blind=("rss",), sources=("x",))
    kafka.judge()
    kafka.write(brand=BRAND, blind=("rss",))
    kafka.write(brand=BRAND, at=LIVE - timedelta(seconds=50), revision=1, mentions=1)
    blind = kafka.memory.of(BRAND).blind
    assert blind == ("rss",)


def test_where_no_source_ever_spoke_it_is_not_heard(kafka: Kafka) -> None:
    assert kafka.status() == Status("unheard")
    kafka.judge()
    assert kafka.status() == Status("unheard")


def test_where_mentions_wait_and_nobody_ever_counted_nothing_is_judged(kafka: Kafka) -> None:
    kafka.judge(waiting=True)
    assert kafka.status() == Status("unjudged")


def test_when_all_sources_fall_silent_it_is_not_heard_since_the_last_tick(kafka: Kafka) -> None:
    kafka.write()
    kafka.judge()
    assert kafka.status(NOW + timedelta(minutes=5)) == Status("unheard", LIVE, LIVE)


def test_when_mentions_wait_meanwhile_it_is_the_worker_that_is_silent(kafka: Kafka) -> None:
    kafka.write()
    kafka.judge(waiting=True)
    written = LIVE + timedelta(seconds=12)
    assert kafka.status(NOW + timedelta(minutes=5)) == Status("unjudged", LIVE, written)


def test_what_was_counted_and_not_judged_is_no_proof(kafka: Kafka) -> None:
    kafka.write()
    assert kafka.status().state == "behind"
    assert kafka.status(NOW + timedelta(minutes=5)).state == "unjudged"


def test_a_judge_that_falls_behind_the_count_is_behind(kafka: Kafka) -> None:
    for minutes in (5, 4, 3, 2, 1, 0):
        kafka.write(LIVE - timedelta(minutes=minutes))
    kafka.judge(to=1)
    assert kafka.status() == Status(
        "behind", LIVE - timedelta(minutes=5), LIVE - timedelta(minutes=5)
    )


def test_a_worker_that_catches_up_is_behind_by_what_it_lacks(kafka: Kafka) -> None:
    late = NOW - timedelta(hours=3)
    kafka.write(late, written=NOW)
    kafka.judge(waiting=True)
    assert kafka.status() == Status("behind", late, late)


def test_a_silent_source_makes_it_blind_since_it_fell_silent(kafka: Kafka) -> None:
    first = LIVE - timedelta(minutes=2)
    for at in (first, LIVE - timedelta(minutes=1), LIVE):
        kafka.write(at, sources=("rss",), blind=("x",))
    kafka.judge()
    assert kafka.status() == Status("blind", LIVE, first - timedelta(seconds=60), ("x",))
    kafka.write(LIVE + timedelta(seconds=5), sources=("rss", "x"))
    kafka.judge()
    assert kafka.status().state == "heard"


def test_a_source_that_is_not_the_brands_own_does_not_make_it_blind(kafka: Kafka) -> None:
    kafka.write(LIVE - timedelta(minutes=1), brand=BRAND, sources=("rss",))
    kafka.write(sources=("rss",), blind=("x",))
    kafka.judge()
    assert kafka.status().state == "heard"
    kafka.write(LIVE - timedelta(seconds=30), brand=BRAND, sources=("rss",), blind=("x",))
    assert kafka.status().state == "blind"


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("archive", datetime(2010, 3, 17, 11, 33, tzinfo=UTC)),
        ("replay-2", NOW - timedelta(days=1)),
        ("simulate", NOW - timedelta(hours=1)),
    ],
)
@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=9)])
def test_a_recording_is_called_one_while_it_runs_and_afterwards(
    kafka: Kafka, source: str, at: datetime, later: timedelta
) -> None:
    kafka.write(at, written=NOW, sources=(source,))
    kafka.judge()
    status = kafka.status(NOW + later)
    assert (status.state, status.until) == ("recorded", at)


def test_a_replay_beside_a_live_source_keeps_its_own_time(kafka: Kafka) -> None:
    long_ago = datetime(2010, 3, 17, 11, 33, tzinfo=UTC)
    kafka.write(brand=BRAND, at=LIVE - timedelta(minutes=1))
    for seconds in (10, 0):
        kafka.write(LIVE - timedelta(seconds=seconds))
        kafka.write(long_ago - timedelta(seconds=seconds), written=NOW, sources=("archive",))
    kafka.judge()
    assert kafka.status() == Status("heard", LIVE)
    kafka.write(long_ago, written=NOW, brand=BRAND, sources=("archive",))
    assert kafka.status().state == "recorded"


def test_a_silent_source_beside_a_replay_is_still_named(kafka: Kafka) -> None:
    long_ago = datetime(2010, 3, 17, 11, 33, tzinfo=UTC)
    kafka.write(brand=BRAND, at=LIVE - timedelta(minutes=1), sources=("rss", "x"))
    kafka.write(sources=("rss",), blind=("x",))
    kafka.write(long_ago, written=NOW, sources=("archive",))
    kafka.judge()
    assert (kafka.status().state, kafka.status().sources) == ("blind", ("x",))


def test_a_source_whose_clock_is_not_believed_makes_it_blind(kafka: Kafka) -> None:
    kafka.write(sources=("rss",), quarantined=("x",))
    kafka.judge()
    assert (kafka.status().state, kafka.status().sources) == ("blind", ("x",))


def test_clocks_of_sources_that_never_come_back_are_forgotten(kafka: Kafka) -> None:
    for number in range(10):
        at = LIVE + timedelta(seconds=number)
        kafka.write(at, sources=(f"x{number}",))
    kafka.judge()
    assert kafka.status(NOW + timedelta(seconds=9)) == Status("heard", at)
    assert len(kafka.memory._parts[PART].clocks) == CLOCKS


def test_what_is_simulated_as_of_now_is_heard(kafka: Kafka) -> None:
    kafka.write(sources=("simulate",))
    kafka.judge()
    assert kafka.status().state == "heard"


def test_nothing_is_complete_beyond_the_moment_at_which_it_was_written(kafka: Kafka) -> None:
    kafka.write(NOW + timedelta(days=3650), written=LIVE)
    kafka.judge()
    assert kafka.status() == Status("heard", LIVE)


def test_wide_buckets_may_come_as_seldom_as_they_do(kafka: Kafka) -> None:
    kafka.write(NOW - timedelta(minutes=70), written=NOW - timedelta(minutes=70), width_s=3600)
    kafka.judge()
    assert kafka.status().state == "heard"


def test_counts_of_the_past_are_heard_by_nobody(kafka: Kafka) -> None:
    kafka.write(brand=BRAND, sources=(HISTORY,))
    kafka.judge()
    assert kafka.status().state == "unheard"


def test_memory_is_bounded_by_brands_and_partitions(kafka: Kafka) -> None:
    for number in range(3 * PENDING):
        kafka.write(brand=f"stranger-{number}")
        kafka.write()
    assert len(kafka.memory._spoken) == 0
    assert [len(one.pending) for one in kafka.memory._parts[PART].clocks] == [PENDING]


def test_the_worst_comes_first_and_alike_brands_stand_together() -> None:
    second = timedelta(seconds=1)
    groups = worst_first(
        [
            ("a", Status("heard", NOW)),
            ("b", Status("unheard", NOW, NOW)),
            ("c", Status("heard", NOW + second)),
        ]
    )
    assert [(status.state, brands) for status, brands in groups] == [
        ("unheard", ["b"]),
        ("heard", ["a", "c"]),
    ]


@pytest.mark.parametrize("state", ["behind", "blind", "unheard", "unjudged", "unread"])
def test_only_what_is_proven_may_be_called_quiet(state: State) -> None:
    assert state not in PROVEN
