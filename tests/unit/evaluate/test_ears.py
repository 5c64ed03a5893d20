"""EARS by hand: seven days, a guard of two, three days summed."""

import pytest

from lab.evaluate.baselines.ears import Ears, Method, deviations

DAY_S = 86_400
WEEK = [10.0, 12.0, 8.0, 10.0, 12.0, 8.0, 10.0]
"""Mean 10; squares of distances 0 4 4 0 4 4 0 sum to 16; deviation sqrt(16 / 6) = 1.633."""


def judged(method: Method, days: list[float], *, start_s: int = 0) -> list[bool]:
    """What it says during the day after each of the days, fed in two halves."""
    detector = Ears(method)
    said = []
    for day, count in enumerate([*days, 0.0]):
        first = detector.update(start_s + day * DAY_S, count / 2)
        assert detector.update(start_s + day * DAY_S + DAY_S // 2, count / 2) == first
        said.append(first)
    return said[1:]


def test_deviations_by_hand() -> None:
    assert deviations([*WEEK, 15.0], 0) == pytest.approx(5 / 1.632993)
    assert deviations([*WEEK, 99.0, 99.0, 15.0], 2) == pytest.approx(5 / 1.632993)


def test_seven_equal_days_have_a_deviation_of_one_half() -> None:
    assert deviations([4.0] * 7 + [5.0], 0) == 2.0


@pytest.mark.parametrize(("count", "alarm"), [(14.8, False), (15.0, True)])
def test_c1_rings_above_three_deviations(count: float, *, alarm: bool) -> None:
    # 10 + 3 * 1.633 = 14.899
    assert judged("C1", [*WEEK, count])[-1] is alarm


def test_c1_hides_a_slow_rise_from_itself_and_c2_does_not() -> None:
    days = [*WEEK, 14.0, 14.0, 16.0]
    assert judged("C1", days)[-1] is False
    assert judged("C2", days)[-1] is True


def test_c3_sums_three_days_that_are_each_too_little() -> None:
    # twice the same week, so each baseline has deviation 1.633 or near; C2 of 13 is about 1.8
    days = [*WEEK, *WEEK, 13.0, 13.0, 13.0]
    assert judged("C2", days)[-3:] == [False, False, False]
    assert judged("C3", days)[-3:] == [False, False, True]


def test_c3_does_not_ring_where_nothing_lies_above_one_deviation() -> None:
    assert not any(judged("C3", [*WEEK, *WEEK, 11.0, 11.0, 11.0]))


@pytest.mark.parametrize(("method", "needed"), [("C1", 8), ("C2", 10), ("C3", 12)])
def test_it_is_silent_until_it_has_its_days(method: Method, needed: int) -> None:
    quiet = [10.0] * (needed - 2)
    assert judged(method, [*quiet, 500.0])[-1] is False
    assert judged(method, [10.0, *quiet, 500.0])[-1] is True


def test_a_first_day_that_is_not_whole_is_left_out() -> None:
    assert judged("C1", [*WEEK, 15.0], start_s=6 * 3600)[-1] is False
    assert judged("C1", [10.0, *WEEK, 15.0], start_s=6 * 3600)[-1] is True


def test_a_judgement_stands_until_the_next() -> None:
    assert judged("C1", [*WEEK, 90.0, 10.0])[-2:] == [True, False]
