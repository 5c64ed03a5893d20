"""Figures against cases worked out by hand."""

import pytest

from pipeline.sentiment.api import label_of
from pipeline.sentiment.training.evaluation import figures, softmax, temperature_of


def test_figures_of_a_small_case() -> None:
    sure = [(0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.8, 0.1, 0.1), (0.1, 0.1, 0.8)]
    found = figures([0, 1, 2, 2], sure)
    assert found.accuracy == pytest.approx(0.75)
    assert found.recall == pytest.approx((1, 1, 0.5))
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert found.macro_recall == pytest.approx(2.5 / 3)
    assert found.calibration_error == pytest.approx(0.05)


def test_a_tie_goes_to_the_first_class() -> None:
    assert label_of((0.4, 0.4, 0.2)) == 0


def test_an_empty_set_has_figures() -> None:
    assert figures([], []).macro_f1 == 0


def test_overconfident_log_odds_are_cooled() -> None:
    labels = [0, 0, 0, 2] * 50
    assert temperature_of(labels, [(4.0, -4.0)] * 200) > 2


def test_softmax_sums_to_one() -> None:
    assert sum(softmax(1.0, -2.0, 0.7)) == pytest.approx(1)
