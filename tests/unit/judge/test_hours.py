"""The brand's usual day, and what it takes off the excess."""

import pytest

from pipeline.detection.baseline.hours import HOUR_S, HourlyCounts
from pipeline.detection.incident.onset import Onset
from pipeline.detection.incident.rise import level_before
from pipeline.detection.window.counts import nothing
from pipeline.detection.window.recent import BLOCK_S, Block

DAY_S = 24 * HOUR_S


def counted(days: int, by_night: int, by_day: int) -> HourlyCounts:
    """Night is from 0 to 6 o'clock."""
    hours = HourlyCounts()
    for start_s in range(0, days * DAY_S, BLOCK_S):
        night = start_s % DAY_S < 6 * HOUR_S
        hours.learn(Block(start_s, [by_night if night else by_day, *nothing()[1:]]))
    return hours


def test_a_brand_that_was_never_heard_has_no_day() -> None:
    assert HourlyCounts().over(7, 7 + HOUR_S) == pytest.approx(HOUR_S)


def test_a_day_is_a_day() -> None:
    assert counted(5, 2, 20).over(0, DAY_S) == pytest.approx(DAY_S, rel=0.01)


def test_the_night_is_shorter_than_the_day() -> None:
    hours = counted(5, 2, 20)
    night, noon = hours.over(2 * HOUR_S, 3 * HOUR_S), hours.over(12 * HOUR_S, 13 * HOUR_S)
    # Ten times as much is said; five days are not enough to believe all of it.
    assert 4 < noon / night < 10


def test_few_mentions_make_no_day() -> None:
    hours = HourlyCounts()
    hours.learn(Block(0, [3, *nothing()[1:]]))
    hours.learn(Block(DAY_S, [3, *nothing()[1:]]))
    assert hours.over(0, HOUR_S) < 1.3 * HOUR_S


def test_old_days_are_forgotten() -> None:
    hours = counted(30, 20, 2)
    for start_s in range(30 * DAY_S, 60 * DAY_S, BLOCK_S):
        night = start_s % DAY_S < 6 * HOUR_S
        hours.learn(Block(start_s, [2 if night else 20, *nothing()[1:]]))
    assert hours.over(2 * HOUR_S, 3 * HOUR_S) < hours.over(12 * HOUR_S, 13 * HOUR_S)


def test_what_rises_because_people_wake_up_is_usual() -> None:
    hours = counted(5, 2, 20)
    morning = Onset(8 * HOUR_S, before=0.4)
    level = level_before(morning, from_s=2 * HOUR_S, usual_per_hour=180.0, hours=hours)
    by_noon = level.mean_hour * hours.over(12 * HOUR_S, 13 * HOUR_S) / 60
    assert by_noon > 1.5 * level.before * 60
