"""River's detectors behind the common protocol."""

from statistics import NormalDist, fmean, pstdev, stdev

import pytest

from lab.evaluate.baselines.river_detectors import (
    DAY_ROWS,
    WARM_UP_ROWS,
    RiverDetector,
    gaussian_scorer,
    holt_winters,
    standard_absolute_deviation,
)

PAST = [8.0 if row % 2 else 12.0 for row in range(WARM_UP_ROWS)]


def after(detector: RiverDetector, count: float) -> bool:
    for row, one in enumerate(PAST):
        assert not detector.update(row * 300, one)
    return detector.update(len(PAST) * 300, count)


@pytest.mark.parametrize(("beyond", "alarm"), [(-0.1, False), (0.1, True)])
def test_the_gaussian_scorer_rings_in_the_outer_half_percent(beyond: float, *, alarm: bool) -> None:
    # 2 |cdf - 1/2| = .995 where cdf = .9975: 2.807 deviations
    spread = NormalDist(fmean(PAST), stdev(PAST))
    assert after(gaussian_scorer(), spread.inv_cdf(0.9975) + beyond) is alarm


@pytest.mark.parametrize(("beyond", "alarm"), [(-0.1, False), (0.1, True)])
def test_the_absolute_deviation_rings_at_three(beyond: float, *, alarm: bool) -> None:
    assert after(standard_absolute_deviation(), 10 + 3 * pstdev(PAST) + beyond) is alarm


def test_a_forecast_with_a_season_waits_for_the_season() -> None:
    detector = holt_winters()
    for row in range(4 * DAY_ROWS):
        detector.update(row * 300, 50.0 + row % DAY_ROWS / 10 + row % 3)
    assert detector.update(4 * DAY_ROWS * 300, 5000.0)


def test_it_is_silent_while_it_warms_up() -> None:
    detector = standard_absolute_deviation()
    assert not any(detector.update(row * 300, 1e6 * (row % 97 == 0)) for row in range(WARM_UP_ROWS))
