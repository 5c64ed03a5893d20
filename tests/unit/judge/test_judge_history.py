"""With counts of its past a brand is watched from its first minute."""

import random
from datetime import UTC, datetime

import pytest
from talk import CHATTER, HOUR_S, START_S, Kind, Part, buckets, burst, constant, day, poisson

from pipeline.detection.judge import Judge
from pipeline.detection.past import HistoryError, PastCounts, history_buckets
from pipeline.detection.shard import JudgeShard
from schemas.codec import encode

ROW_S = HOUR_S
WEEK_S = 7 * 24 * HOUR_S
PER_HOUR = 60.0
USUAL = day(PER_HOUR)
STORM = Kind(negative=0.75, positive=0.04, outrage=0.35, boycott=0.12, new=0.9, first=0.1,
             repost=0.6, carrier=0.6)  # fmt: skip
PARTY = Kind(negative=0.03, positive=0.8, outrage=0.0, new=0.8, repost=0.6, carrier=0.7)


def past(hours: int = 7 * 24, *, end_s: int = START_S, rate=USUAL) -> PastCounts:
    """Hourly counts, of the same rhythm as the talk that follows at ``START_S``."""
    rng = random.Random(11)
    starts = range(end_s - hours * ROW_S, end_s, ROW_S)
    return PastCounts(ROW_S, tuple((at, float(poisson(rng, rate(at - START_S)))) for at in starts))


def first_hour(kind: Kind, seed: int = 3):
    """Ordinary talk, and twenty minutes after listening began something that grows."""
    rise = burst(1500, at=1200, rise_s=900, half_life_s=7200, plateau_s=7200)
    return buckets([Part(CHATTER, day(PER_HOUR)), Part(kind, rise, "it")], length_s=HOUR_S,
                   seed=seed)  # fmt: skip


def play(judge: Judge, *streams) -> list:
    return [one for stream in streams for bucket in stream for one in judge.update(bucket)]


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_a_crisis_in_the_first_hour_rings_with_history_and_not_without(brand, seed) -> None:
    told = play(Judge(brand, width_s=10), history_buckets("acme", past()), first_hour(STORM, seed))
    told = [one for one in told if one.level == "ring"]
    assert told[0].reason == "history_crisis_pattern"
    assert told[0].completeness.from_history
    assert told[0].confidence <= 0.5
    assert START_S + 1200 < told[0].at.timestamp() < START_S + HOUR_S
    assert play(Judge(brand, width_s=10), first_hour(STORM, seed)) == []


def test_a_party_in_the_first_hour_does_not_ring(brand) -> None:
    told = play(Judge(brand, width_s=10), history_buckets("acme", past()), first_hour(PARTY))
    assert [one for one in told if one.level == "ring"] == []


def test_history_tells_what_is_loud_for_this_brand(brand) -> None:
    """A brand that is always so loud is not noticed, whatever its talk is like."""
    loud = past(rate=constant(1500.0))
    judge = Judge(brand, width_s=10)
    assert play(judge, history_buckets("acme", loud), first_hour(STORM)) == []
    assert not judge.active


def test_a_few_hours_of_history_are_too_short_to_speak_from(brand) -> None:
    short = history_buckets("acme", past(4))
    assert play(Judge(brand, width_s=10), short, first_hour(STORM)) == []


def test_rows_that_are_missing_are_not_silence(brand) -> None:
    """Without its nights the usual is what the days say; with nights of nothing it is less."""
    whole = past(rate=constant(PER_HOUR))
    night = [row for i, row in enumerate(whole.rows) if i % 24 >= 8]
    quiet = [row if i % 24 >= 8 else (row[0], 0.0) for i, row in enumerate(whole.rows)]

    def usual(rows) -> float:
        judge = Judge(brand, width_s=10)
        play(judge, history_buckets("acme", whole._replace(rows=tuple(rows))))
        return judge._volume.every._usual.mean * 12

    assert usual(night) == pytest.approx(PER_HOUR, rel=0.2)
    assert usual(quiet) < 0.8 * PER_HOUR


def test_history_told_twice_is_told_once(brand) -> None:
    once, twice = Judge(brand, width_s=10), Judge(brand, width_s=10)
    play(once, history_buckets("acme", past()))
    play(twice, history_buckets("acme", past()), history_buckets("acme", past()))
    assert once.dump() == twice.dump()


def test_history_after_the_first_bucket_is_refused(brand) -> None:
    judge = Judge(brand, width_s=10)
    play(judge, first_hour(CHATTER))
    before = judge.dump()
    with pytest.raises(HistoryError, match="after the brand was listened to"):
        play(judge, history_buckets("acme", past()))
    assert judge.dump() == before


def test_history_that_runs_into_the_live_buckets_is_not_counted_twice(brand) -> None:
    """Posts of a time that history has told already are read, but are no news."""
    longer = past(8 * 24, end_s=START_S + 24 * HOUR_S)
    judge = Judge(brand, width_s=10)
    play(judge, history_buckets("acme", longer))
    known = judge._volume.dump()
    assert play(judge, first_hour(STORM)) == []
    assert judge._volume.dump() == known


def test_rows_no_multiple_of_a_bucket_are_refused(brand) -> None:
    with pytest.raises(HistoryError, match="no multiple"):
        play(Judge(brand, width_s=7), history_buckets("acme", past(2)))


def test_the_shard_buries_history_that_comes_too_late_and_goes_on(brand) -> None:
    shard = JudgeShard(0, table={}, brands={"acme": brand}, width_s=10)
    live = [encode(bucket) for bucket in first_hour(CHATTER)]
    shard.apply(0, live[0])
    late = encode(next(history_buckets("acme", past())))
    judged = shard.apply(1, late)
    assert judged.error.reason == "unusable_history"
    assert "acme" in judged.error.detail
    assert shard.apply(2, live[1]).error is None


@pytest.mark.parametrize("cut", [1, 16, 17, 100, 168, 170, 300])
def test_stopped_anywhere_history_is_known_once(brand, cut) -> None:
    log = [encode(bucket) for bucket in (*history_buckets("acme", past()), *first_hour(STORM))]
    whole, table = JudgeShard(0, table={}, brands={"acme": brand}, width_s=10), {}
    said = [one for offset, raw in enumerate(log) for one in whole.apply(offset, raw).transitions]
    first = JudgeShard(0, table=table, brands={"acme": brand}, width_s=10)
    again = [one for offset in range(cut) for one in first.apply(offset, log[offset]).transitions]
    second = JudgeShard(0, table=dict(table), brands={"acme": brand}, width_s=10)
    for offset in range(max(0, cut - 5), len(log)):  # the last five are read again
        judged = second.apply(offset, log[offset])
        assert judged.error is None
        again += judged.transitions
    assert said
    assert {one.incident: one for one in again} == {one.incident: one for one in said}


def test_buckets_of_the_past_say_only_how_many() -> None:
    [bucket] = history_buckets("acme", PastCounts(3600, ((0, 5.0),)), times=1.5)
    assert (bucket.weighted, bucket.mentions, bucket.width_s) == (7.5, 0, 3600)
    assert bucket.watermark == datetime(1970, 1, 1, 1, tzinfo=UTC)
