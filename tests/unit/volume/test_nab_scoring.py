"""The benchmark's rules, against cases that are worked out by hand."""

from math import exp, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.evaluate.nab.rules import (
    LOW_FALSE_NEGATIVES,
    LOW_FALSE_POSITIVES,
    PROFILES,
    STANDARD,
    JudgedSeries,
    LabelledWindow,
    Profile,
    normalised_score,
    probation,
    raw_score,
    scaled_sigmoid,
)

ROWS = 2_000
WINDOW = LabelledWindow(1_000, 1_099)


def judged(*alarms: int, windows: tuple[LabelledWindow, ...] = (WINDOW,)) -> JudgedSeries:
    return JudgedSeries(ROWS, windows, alarms)


def sigmoid(position: float) -> float:
    return 2 / (1 + exp(5 * position)) - 1


@pytest.mark.parametrize("profile", PROFILES)
def test_a_detector_that_never_speaks_scores_0(profile: Profile) -> None:
    assert normalised_score([judged()], profile) == 0


@pytest.mark.parametrize("profile", PROFILES)
def test_the_first_row_of_every_window_scores_100(profile: Profile) -> None:
    windows = (WINDOW, LabelledWindow(1_500, 1_500))
    assert isclose(normalised_score([judged(1_000, 1_500, windows=windows)], profile), 100)


def test_half_way_into_a_window() -> None:
    # row 1050 of 1000..1099 has 50 rows left of 100: position -0.5
    expected = sigmoid(-0.5) / sigmoid(-1)
    assert isclose(raw_score(judged(1_050), STANDARD), expected)
    assert isclose(normalised_score([judged(1_050)], STANDARD), 100 * (expected + 1) / 2)


def test_only_the_best_alarm_of_a_window_counts() -> None:
    assert raw_score(judged(1_000, 1_001, 1_099), STANDARD) == raw_score(judged(1_000), STANDARD)


def test_a_false_alarm_before_any_window_costs_all() -> None:
    assert isclose(raw_score(judged(500, 1_000), STANDARD), 1 - 0.11)
    assert isclose(raw_score(judged(500, 1_000), LOW_FALSE_POSITIVES), 1 - 0.22)


def test_a_false_alarm_soon_after_a_window_costs_less() -> None:
    # 33 rows past the last row, in a window of 99 steps: a third of its length
    assert isclose(raw_score(judged(1_000, 1_132), STANDARD), 1 + 0.11 * sigmoid(1 / 3))


def test_a_false_alarm_long_after_a_window_costs_all() -> None:
    assert isclose(raw_score(judged(1_000, 1_900), STANDARD), 1 - 0.11)


def test_a_missed_window_costs_by_profile() -> None:
    windows = (WINDOW, LabelledWindow(1_500, 1_599))
    assert raw_score(judged(1_000, windows=windows), STANDARD) == 0
    assert raw_score(judged(1_000, windows=windows), LOW_FALSE_NEGATIVES) == -1
    assert isclose(normalised_score([judged(1_000, windows=windows)], LOW_FALSE_NEGATIVES), 50)


def test_probation_is_not_scored() -> None:
    assert probation(ROWS) == 300
    assert raw_score(judged(299), STANDARD) == raw_score(judged(), STANDARD)
    assert raw_score(judged(300), STANDARD) < raw_score(judged(), STANDARD)


def test_a_set_of_series_is_scored_as_a_whole() -> None:
    assert isclose(normalised_score([judged(1_000), judged()], STANDARD), 50)


def test_no_window_is_no_scale() -> None:
    with pytest.raises(ValueError, match="window"):
        normalised_score([judged(windows=())], STANDARD)


@given(alarms=st.lists(st.integers(0, ROWS - 1), max_size=20))
def test_no_detector_beats_the_perfect_one(alarms: list[int]) -> None:
    assert normalised_score([judged(*alarms)], STANDARD) <= 100 + 1e-9


@given(position=st.floats(-1, 3))
def test_the_sigmoid_falls_from_almost_1_to_almost_minus_1(position: float) -> None:
    assert scaled_sigmoid(3) <= scaled_sigmoid(position) <= scaled_sigmoid(-1)
