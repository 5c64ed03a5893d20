"""What a monitor says: quiet, explosion, slow boil, small brands, gaps, episodes."""

import random
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detection.baseline.volume import VolumeMonitor, VolumeVerdict, warm_up
from pipeline.detection.baseline.volume.history import scatter

DAY_S = 86_400
HOUR_S = 3_600
ROW_S = 300
ALARM = 0.5


def make(step_s: int = ROW_S, minimum_mentions: int = 20, budget: float = 0.25) -> VolumeMonitor:
    return VolumeMonitor(
        step_s=step_s, false_alarms_per_week=budget, minimum_mentions=minimum_mentions
    )


def chatter(
    monitor: VolumeMonitor, per_hour: float, days: float, *, start_s: int = 0, seed: int = 1
) -> tuple[list[VolumeVerdict], int]:
    """Feed independent mentions at a steady rate; the verdicts, and when the next step starts."""
    dice = random.Random(seed)
    verdicts = []
    steps = int(days * DAY_S) // monitor.step_s
    for i in range(steps):
        mean = per_hour * monitor.step_s / HOUR_S
        count = sum(dice.random() < mean / 64 for _ in range(64))
        verdicts.append(monitor.update(start_s + i * monitor.step_s, count))
    return verdicts, start_s + steps * monitor.step_s


def seasoned(per_hour: float = 60.0) -> tuple[VolumeMonitor, int]:
    """A monitor of ten-second buckets with three days of five-minute history behind it."""
    monitor = make(step_s=10)
    dice = random.Random(3)
    mean = per_hour / 12
    rows = [
        (i * ROW_S, float(sum(dice.random() < mean / 64 for _ in range(64))))
        for i in range(3 * 288)
    ]
    warm_up(monitor, rows, width_s=ROW_S)
    return monitor, 3 * DAY_S


def test_steady_chatter_is_quiet() -> None:
    verdicts, _ = chatter(make(), per_hour=60, days=8)
    assert not any(verdict.alarming or verdict.score >= ALARM for verdict in verdicts)


def test_learning_ends_after_two_days() -> None:
    verdicts, _ = chatter(make(), per_hour=60, days=3)
    assert [verdict.learning for verdict in verdicts].index(False) == 2 * 288


def test_nothing_alarms_while_learning() -> None:
    monitor = make()
    chatter(monitor, per_hour=60, days=1)
    verdict = monitor.update(DAY_S, 100_000)
    assert verdict.learning
    assert not verdict.alarming
    assert verdict.score < ALARM


def test_an_explosion_alarms_within_two_buckets() -> None:
    monitor, now_s = seasoned(per_hour=60)
    quiet = monitor.update(now_s, 0)
    loud = [monitor.update(now_s + 10 * i, 40) for i in range(1, 3)]
    assert not quiet.alarming
    assert any(verdict.alarming for verdict in loud)


def test_a_slow_boil_alarms_within_hours() -> None:
    monitor = make()
    _, now_s = chatter(monitor, per_hour=60, days=3)
    boiling = []
    for hour in range(6):
        verdicts, now_s = chatter(
            monitor, per_hour=60 * 1.5 ** (hour + 1), days=1 / 24, start_s=now_s, seed=hour
        )
        boiling += verdicts
    assert any(verdict.alarming for verdict in boiling)


def test_the_rarer_the_longer_the_return_period() -> None:
    periods = []
    for count in (10, 50, 250):
        monitor = make()
        _, now_s = chatter(monitor, per_hour=60, days=3)
        periods.append(monitor.update(now_s, count).return_period_s)
    assert periods == sorted(periods)
    assert periods[-1] > 7 * DAY_S


def test_a_larger_budget_alarms_earlier() -> None:
    assert make(budget=2.0).threshold < make(budget=0.25).threshold


def test_usual_and_surge_are_counts_that_people_read() -> None:
    monitor = make()
    verdicts, now_s = chatter(monitor, per_hour=600, days=3)
    assert verdicts[-1].usual_per_hour == pytest.approx(600, rel=0.1)
    monitor.update(now_s, 500)
    assert monitor.update(now_s + ROW_S, 500).surge == pytest.approx(10, rel=0.1)


def test_a_brand_of_one_mention_an_hour_rings_only_beyond_its_minimum() -> None:
    monitor = make(step_s=10, minimum_mentions=20)
    for hour in range(24 * 5):
        verdict = monitor.update(hour * HOUR_S + hour * 7919 % HOUR_S // 10 * 10, 1)
    now_s = 24 * 5 * HOUR_S
    few = [monitor.update(now_s + 10 * i, 2) for i in range(6)]
    many = [monitor.update(now_s + 60 + 10 * i, 2) for i in range(12)]
    assert verdict.usual_per_hour == pytest.approx(1, abs=0.2)
    assert not any(verdict.alarming for verdict in few)
    assert any(verdict.alarming for verdict in many)


def test_silence_never_rings() -> None:
    monitor = make()
    _, now_s = chatter(monitor, per_hour=600, days=3)
    verdicts = [monitor.update(now_s + ROW_S * i, 0) for i in range(288)]
    assert not any(verdict.score >= ALARM for verdict in verdicts)


def test_one_alarm_an_episode() -> None:
    monitor = make()
    _, now_s = chatter(monitor, per_hour=60, days=3)
    verdicts = [monitor.update(now_s + ROW_S * i, 400) for i in range(36)]
    assert [verdict.score >= ALARM for verdict in verdicts].count(True) == 1
    assert all(verdict.alarming for verdict in verdicts)


def test_an_episode_rings_again_when_it_is_ten_times_rarer() -> None:
    monitor = make()
    _, now_s = chatter(monitor, per_hour=60, days=3)
    counts = [25] * 6 + [4000] * 6
    rung = [monitor.update(now_s + ROW_S * i, c).score >= ALARM for i, c in enumerate(counts)]
    assert rung.count(True) == 2
    assert any(rung[6:])


def test_a_frozen_bucket_is_judged_and_not_learnt() -> None:
    monitor = make()
    _, now_s = chatter(monitor, per_hour=60, days=3)
    verdicts = [monitor.update(now_s + ROW_S * i, 400, frozen=True) for i in range(288)]
    assert verdicts[0].alarming
    assert verdicts[-1].usual_per_hour == verdicts[0].usual_per_hour
    assert verdicts[-1].severity == verdicts[-2].severity


def test_a_gap_is_no_silence() -> None:
    blind, silent = make(), make()
    for monitor in (blind, silent):
        _, now_s = chatter(monitor, per_hour=60, days=3)
    later_s = now_s + 6 * HOUR_S
    blind.pass_over(later_s)
    assert blind.update(later_s, 5).usual_per_hour > silent.update(later_s, 5).usual_per_hour


def test_sliding_looks_agree_with_rows_at_the_end_of_a_row() -> None:
    fine, coarse = make(step_s=10), make(step_s=ROW_S)
    dice = random.Random(5)
    for row in range(60):
        parts = [float(dice.randrange(4)) for _ in range(30)]
        for i, part in enumerate(parts):
            sliding = fine.update(row * ROW_S + 10 * i, part)
        whole = coarse.update(row * ROW_S, sum(parts))
        assert sliding.usual_per_hour == whole.usual_per_hour
        assert sliding.surge == pytest.approx(whole.surge)


@settings(max_examples=20, deadline=None)
@given(
    counts=st.lists(st.one_of(st.integers(0, 10**12), st.floats(0, 1e12)), max_size=120),
    step_s=st.sampled_from([1, 7, 10, 60, 300, 450, 3_600, 86_400]),
    data=st.data(),
)
def test_verdicts_are_finite_whatever_comes(
    counts: list[float], step_s: int, data: st.DataObject
) -> None:
    monitor = make(step_s=step_s)
    step = 0
    for count in counts:
        step += data.draw(st.sampled_from([1, 1, 1, 2, 40]))
        verdict = monitor.update(step * step_s, count, frozen=data.draw(st.booleans()))
        assert all(isfinite(figure) for figure in verdict)
        assert 0 <= verdict.score <= 1


@settings(max_examples=20, deadline=None)
@given(counts=st.lists(st.integers(0, 500), min_size=2, max_size=80), cut=st.integers(1, 79))
def test_no_look_ahead(counts: list[int], cut: int) -> None:
    whole, prefix = make(), make()
    verdicts = [whole.update(ROW_S * i, count) for i, count in enumerate(counts)]
    seen = [prefix.update(ROW_S * i, count) for i, count in enumerate(counts[:cut])]
    assert seen == verdicts[:cut]


@given(count=st.integers(0, 2_000), steps=st.integers(1, 360), seed=st.integers(0, 2**32))
def test_scattering_keeps_every_mention(count: int, steps: int, seed: int) -> None:
    assert sum(scatter(count, steps, seed)) == pytest.approx(count)


def test_history_must_fit_the_step() -> None:
    with pytest.raises(ValueError, match="multiple"):
        warm_up(make(step_s=60), [], width_s=90)


def test_scores_rise_with_severity() -> None:
    monitor = make()
    _, now_s = chatter(monitor, per_hour=60, days=3)
    verdicts = [monitor.update(now_s + ROW_S * i, count) for i, count in enumerate((5, 12, 18))]
    assert all(a.score <= b.score for a, b in pairwise(sorted(verdicts, key=lambda v: v.severity)))
