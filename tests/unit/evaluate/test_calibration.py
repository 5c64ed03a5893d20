"""Quiet series, the rate of false alarms and its interval."""

from random import Random
from statistics import fmean, pvariance

import pytest

from lab.evaluate.quiet.brands import NOISES, SIZES, WEEK_ROWS, Noise, quiet_counts
from lab.evaluate.quiet.calibration import (
    BUDGETS,
    LEARNING_WEEKS,
    Job,
    alarms_at_budgets,
    evaluate_quiet,
    run_job,
)
from lab.evaluate.quiet.poisson import draw, interval
from lab.evaluate.targets import quiet_targets
from pipeline.detection.baseline.volume import VolumeMonitor
from schemas.evaluation import QuietPart


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904), (100, 81.3637, 121.6272)],
)
def test_garwoods_table(events: int, low: float, high: float) -> None:
    assert interval(events) == pytest.approx((low, high), abs=1e-3)


@pytest.mark.parametrize("mean", [0.5, 7.0, 200.0])
def test_poisson_numbers_have_mean_and_variance(mean: float) -> None:
    dice = Random(7)
    numbers = [draw(mean, dice) for _ in range(4_000)]
    assert fmean(numbers) == pytest.approx(mean, rel=0.06)
    assert pvariance(numbers) == pytest.approx(mean, rel=0.1)


@pytest.mark.parametrize("noise", NOISES)
def test_quiet_series_have_about_their_size(noise: Noise) -> None:
    counts = list(quiet_counts(noise, 40.0, 4 * WEEK_ROWS, Random(3)))
    assert 30 < fmean(counts) < 55
    assert counts == list(quiet_counts(noise, 40.0, 4 * WEEK_ROWS, Random(3)))


def test_kinds_of_noise_differ_in_spread() -> None:
    spread = [
        pvariance(quiet_counts(noise, 40.0, 2 * WEEK_ROWS, Random(3))) / 40 for noise in NOISES[:3]
    ]
    assert spread[0] == pytest.approx(1, rel=0.1)
    assert 3 < spread[1] < spread[2]


def with_events() -> list[float]:
    """Three weeks with growing bursts, so that budgets differ."""
    counts = [float(count) for count in quiet_counts("bursty", 6.0, 3 * WEEK_ROWS, Random(5))]
    for number, row in enumerate(range(1_000, len(counts), 500)):
        for i in range(6):
            counts[row + i] *= 1.5 + number / 2
    return counts


def test_one_pass_rings_as_a_monitor_of_its_own_for_each_budget() -> None:
    expected = []
    for budget in BUDGETS:
        monitor = VolumeMonitor(step_s=300, false_alarms_per_week=budget, minimum_mentions=1)
        scores = [monitor.update(300 * i, count).score for i, count in enumerate(with_events())]
        expected.append(sum(score >= 0.5 for score in scores))
    found = alarms_at_budgets(with_events())
    assert list(found) == expected
    assert found[0] < found[-1]


def test_a_job_is_the_same_again_and_another_brand_is_another() -> None:
    job = Job("bursty", 2.0, 0, seed=1, weeks=2)
    assert run_job(job) == run_job(job)
    drawn = {
        tuple(quiet_counts("flat", 40.0, 5, Random(f"{seed} flat 40.0 {number}")))
        for seed, number in ((1, 0), (1, 1), (2, 0))
    }
    assert len(drawn) == 3


def fake(function, jobs):
    """Every brand rings once at a budget of one half, twice at one, never otherwise."""
    assert function is run_job
    return [(0, 0, 1, 2, 0) for _ in jobs]


@pytest.fixture
def part() -> QuietPart:
    return evaluate_quiet(brands=3, seed=1, run=fake, weeks=3)


def test_rates_are_alarms_over_weeks_after_learning(part: QuietPart) -> None:
    assert part.brands == 3 * len(NOISES) * len(SIZES)
    assert [one.stated for one in part.together] == list(BUDGETS)
    weeks = 3 - LEARNING_WEEKS
    one = part.kinds[0].budgets[3]
    assert (one.alarms, one.brand_weeks) == (6, pytest.approx(3 * weeks))
    assert one.observed == pytest.approx(2 / weeks)
    assert one.low < one.observed < one.high
    together = part.together[3]
    assert together.alarms == 2 * part.brands
    assert together.high - together.low < one.high - one.low


def test_a_kept_budget_meets_its_target_and_a_broken_one_does_not(part: QuietPart) -> None:
    kept = {target.wanted: target.met for target in quiet_targets(part)}
    assert kept == {"at most 0.25": True, "at most 1": True}
    often = evaluate_quiet(brands=1, seed=1, weeks=3, run=lambda _, jobs: [(9,) * 5] * len(jobs))
    assert not any(target.met for target in quiet_targets(often))


@pytest.mark.parametrize(("brands", "weeks"), [(0, 3), (1, 0)])
def test_nothing_to_watch_is_refused(brands: int, weeks: int) -> None:
    with pytest.raises(ValueError, match="show nothing"):
        evaluate_quiet(brands=brands, seed=1, weeks=weeks)


def test_quiet_brands_ring_no_more_than_a_generous_budget_allows() -> None:
    rung = [run_job(Job(noise, 2.0, 0, seed=4, weeks=3))[-1] for noise in NOISES]
    # two a week and brand over 4 brands and 2.7 weeks: about 22 at most, if the budget is kept
    assert sum(rung) <= interval(22)[1]
