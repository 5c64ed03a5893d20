"""One alarm an episode."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lab.evaluate.alarms import QUIET_S, ring


def rung(*loud_s: int) -> list[int]:
    rows = [(start_s, 0.0) for start_s in sorted({*loud_s, 0, 10**6})]
    return [rows[index][0] for index in ring(lambda start_s, _: start_s in loud_s, rows)]


def test_an_episode_ends_after_more_than_nine_quiet_hours() -> None:
    assert rung(100, 100 + QUIET_S) == [100]
    assert rung(100, 101 + QUIET_S) == [100, 101 + QUIET_S]


def test_loud_rows_in_between_prolong_it() -> None:
    assert rung(100, 100 + QUIET_S, 100 + 2 * QUIET_S) == [100]


def test_each_row_is_asked_once_and_in_order() -> None:
    asked: list[tuple[int, float]] = []
    rows = [(300 * i, float(i)) for i in range(5)]
    ring(lambda start_s, count: bool(asked.append((start_s, count))), rows)
    assert asked == rows


@given(loud=st.sets(st.integers(0, 400), max_size=60))
def test_alarms_are_loud_and_far_apart(loud: set[int]) -> None:
    rows = [(3600 * hour, 0.0) for hour in range(401)]
    found = ring(lambda start_s, _: start_s // 3600 in loud, rows)
    assert set(found) <= loud
    assert bool(found) == bool(loud)
    assert all(b - a > 9 for a, b in pairwise(found))
