"""What is to come: ordered, bounded, the same every time, and right about a process it knows."""

import random
from math import exp, isfinite
from statistics import median

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detection.window.recent import Minute, Recent
from pipeline.forecast import project
from pipeline.forecast.hawkes import BRANCHINGS, MEMORIES_MIN, Fit, fit
from pipeline.forecast.projection import DAY_MIN, HOUR_MIN, LEAST_MENTIONS, reach_min

courses = st.lists(st.integers(0, 400), min_size=1, max_size=80)
usuals = st.floats(0.0, 20.0)


def poisson(chance: random.Random, mean: float) -> int:
    count, reached = 0, chance.expovariate(1.0)
    while reached < mean:
        count += 1
        reached += chance.expovariate(1.0)
    return count


def begetting(seed: int, *, branching: float, memory_min: float, usual: float, shock: int):
    """Minutes of a self-exciting process, one by one; a shock after the first hour."""
    chance = random.Random(seed)
    counts, trace = [], 0.0
    for minute in range(HOUR_MIN * 5):
        fresh = poisson(chance, usual + branching * trace)
        fresh += shock if minute == HOUR_MIN else 0
        counts.append(fresh)
        keep = exp(-1 / memory_min)
        trace = keep * trace + (1 - keep) * (fresh - usual)
        trace = max(trace, -usual / branching)
    return counts


@settings(max_examples=40, deadline=None)
@given(courses, usuals)
def test_it_is_ordered_bounded_and_the_same_again(counts, usual):
    seen = project(counts, usual_per_minute=usual)
    assert seen == project(list(counts), usual_per_minute=usual)
    if seen is None:
        assert len(counts) < 10 or sum(counts[-60:]) < LEAST_MENTIONS
        return
    assert 0 <= seen.next_hour_low <= seen.next_hour <= seen.next_hour_high
    assert 0 <= seen.next_day_low <= seen.next_day <= seen.next_day_high
    assert seen.next_hour <= seen.next_day
    most = max([*counts, usual, 1])
    assert seen.next_day_high < 100 * DAY_MIN * most


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=10, max_size=60), st.floats(0.1, 5.0))
def test_twice_as_much_of_everything_is_not_expected_to_be_less(counts, usual):
    small = project(counts, usual_per_minute=usual)
    large = project([2 * one for one in counts], usual_per_minute=2 * usual)
    if small is not None:
        assert large is not None
        assert large.next_hour >= small.next_hour
        assert large.next_day >= small.next_day


def test_a_louder_last_quarter_of_an_hour_means_more_to_come():
    calm, level = [2] * 180, []
    for loud in (10, 20, 40, 80, 160):
        seen = project([*calm, *[loud] * 15], usual_per_minute=2.0)
        assert seen is not None
        level.append((seen.next_hour, seen.next_day))
    assert level == sorted(level)
    assert len(set(level)) == len(level)


def test_a_storm_that_ebbs_is_expected_to_go_on_less_than_one_that_grows():
    up = [2] * 120 + list(range(2, 122, 2))
    down = [2] * 120 + list(range(120, 0, -2))
    rising, ebbing = (project(course, usual_per_minute=2.0) for course in (up, down))
    assert rising is not None
    assert ebbing is not None
    assert rising.growing
    assert not ebbing.growing
    assert rising.next_hour > 3 * ebbing.next_hour


def test_nothing_is_said_of_too_little():
    assert project([], usual_per_minute=1.0) is None
    assert project([1] * 19, usual_per_minute=1.0) is None
    assert project([50] * 9, usual_per_minute=1.0) is None
    assert project([3] * 10, usual_per_minute=1.0) is not None


def test_a_usual_course_goes_on_as_usual():
    chance = random.Random(5)
    seen = project([poisson(chance, 4.0) for _ in range(360)], usual_per_minute=4.0)
    assert seen is not None
    assert seen.next_hour == pytest.approx(240, rel=0.1)
    assert seen.next_day == pytest.approx(4 * DAY_MIN, rel=0.1)


def test_the_truth_of_a_known_process_lies_inside_about_as_often_as_stated():
    inside, errors = 0, []
    for seed in range(30):
        counts = begetting(seed, branching=0.9, memory_min=20.0, usual=1.0, shock=400)
        seen = project(counts[: 2 * HOUR_MIN], usual_per_minute=1.0)
        assert seen is not None
        truth = sum(counts[2 * HOUR_MIN : 3 * HOUR_MIN])
        inside += seen.next_hour_low <= truth <= seen.next_hour_high
        errors.append(abs(seen.next_hour - truth) / truth)
    assert inside >= 20
    assert median(errors) < 0.5


def test_the_fit_tells_much_begetting_from_none():
    excited = begetting(1, branching=0.95, memory_min=12.0, usual=2.0, shock=300)
    chance = random.Random(2)
    plain = [poisson(chance, 2.0) for _ in range(300)]

    def branching(counts):
        return sum(one.weight * one.branching for one in fit(counts, 2.0).fits)

    assert branching(excited) > 0.85 > branching(plain)
    assert sum(one.weight for one in fit(plain, 2.0).fits) == pytest.approx(1.0)


@pytest.mark.parametrize("length_min", [HOUR_MIN, DAY_MIN])
@pytest.mark.parametrize("memory_min", MEMORIES_MIN)
def test_more_begetting_reaches_further_and_never_without_end(memory_min, length_min):
    reaches = [reach_min(Fit(memory_min, one, 1.0, 1.0), length_min) for one in BRANCHINGS]
    assert reaches == sorted(reaches)
    assert all(isfinite(one) and one > 0 for one in reaches)


def test_extremes_do_not_break_it():
    for counts in ([10**6] * 360, [0] * 340 + [10**7] * 20, [10**6] * 30 + [0] * 30):
        seen = project(counts, usual_per_minute=0.0)
        assert seen is not None
        assert isfinite(seen.next_day_high)
        assert msgspec.json.decode(msgspec.json.encode(seen), type=type(seen)) == seen


def test_the_course_of_minutes_is_filled_with_silence_and_ends_before_now():
    recent = Recent(minutes=[Minute(600, 4), Minute(780, 2), Minute(840, 9)])
    assert recent.course(890) == [4, 0, 0, 2]
    assert recent.course(1080) == [4, 0, 0, 2, 9, 0, 0, 0]
    assert Recent().course(890) == []
