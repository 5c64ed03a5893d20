"""Standard deviations above the past, by hand."""

from math import erfc, log10, sqrt

import pytest

from lab.evaluate.baselines.past import TrailingWindow
from lab.evaluate.baselines.sigma import five_sigma_14_d, z_score_12_h
from lab.evaluate.baselines.windowed_gaussian import WindowedGaussian

ROW_S = 300
DAY_ROWS = 288


def test_the_past_forgets_what_lies_before_its_window() -> None:
    past = TrailingWindow(2 * ROW_S)
    for row, count in enumerate((1000.0, 4.0, 10.0)):
        past.push(row * ROW_S, count)
    # 4 and 10: mean 7, each 3 away
    assert past.moments(3 * ROW_S) == (7.0, 3.0)


def test_a_deviation_is_at_least_one_mention() -> None:
    past = TrailingWindow(3600)
    past.push(0, 5.0)
    past.push(300, 5.0)
    assert past.moments(600) == (5.0, 1.0)
    assert TrailingWindow(3600).moments(0) == (0.0, 1.0)


def test_the_alarm_is_strictly_above_three_deviations() -> None:
    # 8 and 12 by turns: mean 10, deviation 2; three of them end at 16
    at, above = z_score_12_h(), z_score_12_h()
    for row in range(144):
        for detector in (at, above):
            assert not detector.update(row * ROW_S, 8.0 if row % 2 else 12.0)
    assert not at.update(144 * ROW_S, 16.0)
    assert above.update(144 * ROW_S, 16.01)


def test_it_is_silent_until_it_has_seen_twelve_hours() -> None:
    detector = z_score_12_h()
    early = [detector.update(row * ROW_S, 10.0) for row in range(143)]
    assert not any(early)
    assert not detector.update(143 * ROW_S, 1e6)
    assert z_score_12_h().score(0, 5.0) == 5.0


def test_five_deviations_over_fourteen_days_speaks_after_one() -> None:
    detector = five_sigma_14_d()
    for row in range(DAY_ROWS):
        detector.update(row * ROW_S, 8.0 if row % 2 else 12.0)
    # a spike of 18 is four deviations, one of 24 seven
    assert not detector.update(DAY_ROWS * ROW_S, 18.0)
    assert detector.update((DAY_ROWS + 1) * ROW_S, 24.0)


def test_the_windowed_gaussian_is_the_tail_of_the_last_two_rows() -> None:
    detector = WindowedGaussian()
    for row in range(100):
        detector.score(row * ROW_S, 8.0 if row % 2 else 12.0)
    # before it: mean 10, deviation 2, last 8; with 16 the mean of two is 12: one deviation
    assert detector.score(100 * ROW_S, 16.0) == pytest.approx(-log10(erfc(1 / sqrt(2)) / 2))
