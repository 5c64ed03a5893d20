"""The many-outlier test against published values and against its definition."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.evaluate.baselines.esd import (
    MAD_TO_DEVIATION,
    critical_values,
    is_upper_outlier,
    student_t_quantile,
)
from lab.evaluate.baselines.seasonal_hybrid_esd import SeasonalHybridEsd


@pytest.mark.parametrize(
    ("p", "freedom", "value"),
    [(0.95, 10, 1.812), (0.975, 30, 2.042), (0.995, 60, 2.660), (0.9995, 120, 3.373)],
)
def test_quantiles_of_students_table(p: float, freedom: int, value: float) -> None:
    assert student_t_quantile(p, freedom) == pytest.approx(value, abs=6e-4)


def test_critical_values_of_rosners_example() -> None:
    # 54 values, two-sided at .05, as tabled by NIST's handbook of statistics, 1.3.5.17.3
    tabled = [3.159, 3.151, 3.144, 3.136, 3.128, 3.120, 3.112, 3.103, 3.094, 3.085]
    assert critical_values(54, 10, 0.025) == pytest.approx(tabled, abs=6e-4)


def by_definition(values: list[float], *, alpha: float, share: float) -> list[float]:
    left, taken, outliers = sorted(values), [], 0
    critical = critical_values(len(values), int(len(values) * share), alpha)
    for number, limit in enumerate(critical, 1):
        middle = median(left)
        deviation = MAD_TO_DEVIATION * median(abs(value - middle) for value in left)
        if not deviation:
            break
        if (left[-1] - middle) / deviation > limit:
            outliers = number
        taken.append(left.pop())
    return taken[:outliers]


@given(values=st.lists(st.integers(0, 60), min_size=20, max_size=60))
def test_it_is_what_the_definition_says(values: list[int]) -> None:
    expected = by_definition([float(value) for value in values], alpha=0.05, share=0.2)
    ordered = sorted(values)
    for value in set(values):
        found = is_upper_outlier(ordered, value, alpha=0.05, largest_share=0.2)
        assert found is (value in expected)


def test_several_outliers_do_not_hide_one_another() -> None:
    ordered = [*range(40), 200, 201, 202]
    assert all(
        is_upper_outlier(ordered, value, alpha=0.05, largest_share=0.1) for value in (200, 202)
    )
    assert not is_upper_outlier(ordered, 39, alpha=0.05, largest_share=0.1)


def test_no_more_than_the_share_can_be_outliers() -> None:
    ordered = [*range(16), 200, 201, 202, 203]
    assert not is_upper_outlier(ordered, 200, alpha=0.05, largest_share=0.15)


def test_without_deviation_nothing_is_an_outlier() -> None:
    assert not is_upper_outlier([0] * 20 + [9], 9, alpha=0.05, largest_share=0.1)


def daily(day: int, slot: int) -> float:
    """A daily hump that differs by its day, by up to 3."""
    return 100.0 * (100 <= slot < 112) + (slot * 7 + day * 5) % 4


def fed(days: int) -> SeasonalHybridEsd:
    detector = SeasonalHybridEsd()
    for day in range(days):
        for slot in range(288):
            detector.update(day * 86_400 + slot * 300, daily(day, slot))
    return detector


@pytest.mark.parametrize(("slot", "alarm"), [(100, False), (148, True)])
def test_what_is_usual_at_its_hour_is_no_outlier(slot: int, *, alarm: bool) -> None:
    detector = fed(10)
    start_s = 10 * 86_400
    for earlier in range(slot):
        detector.update(start_s + earlier * 300, daily(10, earlier))
    said = [detector.update(start_s + (slot + i) * 300, 101.0) for i in range(12)]
    assert said[-1] is alarm


def test_it_looks_back_at_the_end_of_an_hour_only() -> None:
    detector = fed(10)
    said = [detector.update(864_000 + row * 300, 60.0) for row in range(18)]
    assert said == [False] * 11 + [True] * 7


def test_an_hour_whose_end_is_missing_is_looked_at_with_the_next_row() -> None:
    detector = fed(10)
    said = [detector.update(864_000 + row * 300, 60.0) for row in range(6)]
    said.append(detector.update(864_000 + 3_600, 1.0))
    assert said == [False] * 6 + [True]
