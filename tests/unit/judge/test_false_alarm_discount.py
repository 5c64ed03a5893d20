"""Nobody can switch the alarm off by calling everything false."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.feedback.false_alarm_discount import (
    HALF_LIFE_S,
    MOST_STEPS,
    FalseAlarmDiscount,
)

EPISODES = ("boycott-call", "leaked-document", "product-failure")
DAYS = st.integers(0, 400)


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(EPISODES)), max_size=40))
def test_doubt_is_bounded_whoever_says_it_how_often(said: list[tuple[int, str]]) -> None:
    discount, now_s = FalseAlarmDiscount(), 0
    for days, episode in said:
        now_s += days * 86_400
        discount = discount.after_false_alarm(episode, now_s)
        known = discount.learned(now_s)
        assert 0.5**MOST_STEPS <= known.budget <= 0.5
        assert all(0.5**MOST_STEPS <= weight < 1 for _, weight in known.weights)
        assert len(discount.episodes) <= len(EPISODES)


@given(st.integers(1, 10), DAYS, DAYS)
def test_doubt_only_fades_while_nothing_is_said(times: int, earlier: int, later: int) -> None:
    discount = FalseAlarmDiscount()
    for _ in range(times):
        discount = discount.after_false_alarm(EPISODES[0], 0)
    first, second = sorted((earlier * 86_400, (earlier + later) * 86_400))
    assert discount.margin(second) <= discount.margin(first)
    assert discount.weights(second).get(EPISODES[0], 1) >= discount.weights(first).get(
        EPISODES[0], 1
    )


def test_a_step_in_another_name_leaves_the_others_alone() -> None:
    discount = (
        FalseAlarmDiscount()
        .after_false_alarm(EPISODES[0], 0)
        .after_false_alarm(EPISODES[1], HALF_LIFE_S)
    )
    assert discount.weights(HALF_LIFE_S) == {EPISODES[0]: 0.5**0.5, EPISODES[1]: 0.5}
