"""Originals and reposts are watched apart."""

import random
from datetime import UTC, datetime, timedelta

from talk import START_S, poisson

from pipeline.detection.baseline.loudness import LoudnessMonitor
from pipeline.detection.baseline.volume import VolumeMonitor, warm_up
from schemas.bucket import Bucket

HOUR_S = 3_600
DAY_S = 86_400
WIDTH_S = 300


def fed(rows, *, monitor=None, from_row=0):
    """Feed ``(originals, reposts)`` a row; the monitor and its last word."""
    monitor = monitor or LoudnessMonitor(width_s=WIDTH_S)
    said = None
    for place, (originals, reposts) in enumerate(rows, from_row):
        start_s = START_S + place * WIDTH_S
        start = datetime.fromtimestamp(start_s, UTC)
        bucket = Bucket(
            brand="acme",
            start=start,
            width_s=WIDTH_S,
            watermark=start + timedelta(seconds=WIDTH_S),
            mentions=originals + reposts,
            weighted=float(originals + reposts),
            originals=originals,
            reposts=reposts,
        )
        said = monitor.update(bucket, start_s, frozen=False)
    return monitor, said


def calm(rows, *, originals, reposts, seed=1):
    """A popular brand: cascades of reposts come and go, own posts hardly vary."""
    rng = random.Random(seed)
    return [
        (poisson(rng, originals), poisson(rng, reposts * rng.choice((0.2, 0.5, 1, 4))))
        for _ in range(rows)
    ]


def test_own_posts_that_swell_under_loud_reposts_are_rare() -> None:
    monitor, _ = fed(calm(7 * 288, originals=10, reposts=300))
    _, said = fed([(70, 250)] * 3, monitor=monitor, from_row=7 * 288)
    assert said.originals
    assert said.severity >= monitor.every.threshold


def test_a_post_that_is_passed_on_is_rare_by_all_mentions() -> None:
    monitor, _ = fed(calm(7 * 288, originals=10, reposts=3))
    _, said = fed([(10, 400)] * 3, monitor=monitor, from_row=7 * 288)
    assert not said.originals
    assert said.severity >= monitor.every.threshold


def test_rates_are_told_apart() -> None:
    _, said = fed([(10, 30)] * 288)
    assert round(said.usual_per_hour) == 480
    assert round(said.usual_originals_per_hour) == 120


def test_two_looks_count_as_two() -> None:
    rows = [*calm(7 * 288, originals=10, reposts=0), (100, 0)]
    _, said = fed(rows)
    alone = VolumeMonitor(step_s=WIDTH_S, false_alarms_per_week=0.25, minimum_mentions=20)
    for place, (originals, _) in enumerate(rows):
        verdict = alone.update(START_S + place * WIDTH_S, float(originals))
    assert not said.originals
    assert said.return_period_s == verdict.return_period_s / 2


def test_a_monitor_goes_on_from_its_state() -> None:
    rows = calm(3 * 288, originals=5, reposts=20)
    whole, last = fed(rows)
    part, _ = fed(rows[:400])
    again = LoudnessMonitor(width_s=WIDTH_S)
    again.load(part.dump())
    resumed, same = fed(rows[400:], monitor=again, from_row=400)
    assert same == last
    assert resumed.dump() == whole.dump()


def with_history(*, per_hour=3600.0, days=7):
    """A monitor that past counts have told of all mentions, hour by hour, up to ``START_S``."""
    rng = random.Random(5)
    monitor = LoudnessMonitor(width_s=WIDTH_S)
    starts = range(START_S - days * DAY_S, START_S, HOUR_S)
    warm_up(monitor.every, [(at, poisson(rng, per_hour)) for at in starts], width_s=HOUR_S)
    return monitor


def test_originals_that_are_still_learnt_say_nothing_beside_a_known_volume() -> None:
    """Their loudest hour yet is no news: nobody knows what they are like."""
    rng = random.Random(6)
    rows = [*((poisson(rng, 10), poisson(rng, 290)) for _ in range(288)), *[(120, 180)] * 3]
    monitor, said = fed(rows, monitor=with_history())
    assert not monitor.every.learning
    assert not said.originals
    assert said.severity < monitor.every.threshold - 1
    _, unknown = fed(rows)
    assert unknown.originals
    assert unknown.severity > monitor.every.threshold


def test_a_lone_look_counts_as_one() -> None:
    alone = with_history().every
    verdict = alone.update(START_S, 2000.0)
    _, said = fed([(1000, 1000)], monitor=with_history())
    assert (said.severity, said.return_period_s) == (verdict.severity, verdict.return_period_s)


def test_originals_speak_once_they_are_known() -> None:
    monitor, _ = fed(calm(7 * 288, originals=10, reposts=290), monitor=with_history())
    _, said = fed([(120, 180)] * 3, monitor=monitor, from_row=7 * 288)
    assert said.originals
    assert said.severity >= monitor.every.threshold
