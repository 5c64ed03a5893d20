"""What a monitor is after any sequence of buckets, however it was interrupted."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detection.baseline.volume import VolumeMonitor

STEP_S = 10

counts = st.one_of(st.just(0.0), st.integers(0, 60).map(float), st.floats(0, 1e9))
buckets = st.lists(st.tuples(st.integers(1, 200), counts, st.booleans()), min_size=1, max_size=40)


def make(step_s: int = STEP_S) -> VolumeMonitor:
    return VolumeMonitor(step_s=step_s, false_alarms_per_week=0.25, minimum_mentions=5)


def timed(drawn: list[tuple[int, float, bool]]) -> list[tuple[int, float, bool]]:
    step, out = 0, []
    for gap, count, frozen in drawn:
        step += gap
        out.append((step * STEP_S, count, frozen))
    return out


@settings(max_examples=20, deadline=None)
@given(drawn=buckets, cut=st.integers(0, 39))
def test_a_restart_anywhere_changes_nothing(drawn: list[tuple[int, float, bool]], cut: int) -> None:
    whole, first = make(), make()
    series = timed(drawn)
    verdicts = [whole.update(start, count, frozen=frozen) for start, count, frozen in series]
    seen = [first.update(start, count, frozen=frozen) for start, count, frozen in series[:cut]]
    second = make()
    second.load(json.loads(json.dumps(first.dump())))
    seen += [second.update(start, count, frozen=frozen) for start, count, frozen in series[cut:]]
    assert seen == verdicts
    assert second.dump() == whole.dump()


@settings(max_examples=20, deadline=None)
@given(drawn=buckets)
def test_zeros_left_out_are_zeros_fed_one_by_one(drawn: list[tuple[int, float, bool]]) -> None:
    sparse, dense = make(), make()
    last = None
    for start, count, _ in timed(drawn):
        for missing in range(start if last is None else last + STEP_S, start, STEP_S):
            dense.update(missing, 0.0)
        assert dense.update(start, count) == sparse.update(start, count)
        last = start
    assert dense.dump() == sparse.dump()


def test_state_stays_small() -> None:
    monitor = make()
    for row in range(12 * 50):
        monitor.update(300 * row, float(row * 7919 % 10_000))
    assert len(json.dumps(monitor.dump())) <= 12_000


@pytest.mark.parametrize("change", [{"version": 0}, {"step_s": 60}])
def test_a_foreign_state_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="start anew"):
        make().load(make().dump() | change)


@pytest.mark.parametrize("count", [-1.0, float("nan"), float("inf"), 1e13])
def test_an_impossible_count_is_refused(count: float) -> None:
    with pytest.raises(ValueError, match="count"):
        make().update(0, count)


def test_time_does_not_run_backwards() -> None:
    monitor = make()
    monitor.update(100, 1.0)
    with pytest.raises(ValueError, match="not after the last"):
        monitor.update(100, 1.0)
