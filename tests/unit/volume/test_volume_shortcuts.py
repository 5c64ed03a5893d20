"""Shortcuts through silence are shortcuts: nothing but time tells them from the long way."""

from math import sin

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detection.baseline.volume.calibration import Calibration
from pipeline.detection.baseline.volume.level import Level
from pipeline.detection.baseline.volume.scale import Scale
from pipeline.detection.baseline.volume.usual import Usual
from pipeline.detection.baseline.volume.windows import Windows, milli

SPANS, ROUGH = (1, 2, 5, 12), 7

residuals = st.lists(st.one_of(st.floats(-40, 40), st.just(0.0)), max_size=150)


@given(value=st.floats(-32, 32))
def test_thousandths_are_rounded_as_round_does(value: float) -> None:
    assert milli(value) == round(value * 1000)


@settings(max_examples=50, deadline=None)
@given(before=residuals, newest=residuals.filter(bool), ordered=st.booleans())
def test_rows_at_once_give_the_peaks_of_rows_one_by_one(
    before: list[float], newest: list[float], *, ordered: bool
) -> None:
    single, several = Windows(SPANS, ROUGH), Windows(SPANS, ROUGH)
    for residual in sorted(before) if ordered else before:
        single.push(residual)
        several.push(residual)
    rows = sorted(newest) if ordered else newest
    peaks = [max(channel) for channel in zip(*map(single.push, rows), strict=True)]
    assert several.push_all(rows) == peaks
    assert several.rows() == single.rows()
    assert several.sliding(1.0, 0.5) == single.sliding(1.0, 0.5)


@given(first=st.lists(st.integers(0, 900), max_size=5), times=st.integers(0, 40))
def test_a_count_learnt_many_times_is_learnt_each_time(first: list[int], times: int) -> None:
    levels, usuals = [Level(0.25, 300) for _ in "ab"], [Usual(300) for _ in "ab"]
    for learner in (*levels, *usuals):
        for count in first:
            learner.learn(count)
    one_by_one = [residual for _ in range(times) for residual in levels[0].learn(0.0)]
    assert levels[1].learn(0.0, times) == one_by_one
    assert (levels[0].level, levels[0].deviation) == (levels[1].level, levels[1].deviation)
    for _ in range(times):
        usuals[0].learn(0.0)
    usuals[1].learn(0.0, times)
    assert usuals[0].mean == usuals[1].mean


@settings(max_examples=30, deadline=None)
@given(counts=st.lists(st.integers(0, 500), min_size=1, max_size=200), rows=st.integers(1, 12))
def test_silence_at_once_is_silence_row_by_row(counts: list[int], rows: int) -> None:
    stepping, leaping = (Scale(0.25, 300, (1 / 30, 1 / 5)) for _ in range(2))
    for scale in (stepping, leaping):
        for count in counts:
            scale.row(count, [0.0, 0.0], learn=True)
    for _ in range(rows):
        stepping.row(0.0, [0.0, 0.0], learn=True)
    leaping.silence(rows)
    assert leaping.dump() == stepping.dump()


def test_a_block_keeps_its_largest_as_if_it_were_searched_every_hour() -> None:
    going = Calibration([1, 2])
    for hour in range(200):
        searched = Calibration([1, 2])
        searched.load(going.dump())
        for one in (going, searched):
            one.observe([1000 * sin(hour), 5.0 * (hour % 60)])
            one.close_hour(hour)
        assert going.dump() == searched.dump()
