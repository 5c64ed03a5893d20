"""Charts: geometry that holds for whatever is drawn, and what is said of it."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agents.web.catalogue import PAGE_WORDS
from agents.web.charts.labels import heights, width_of
from agents.web.charts.scale import CountScale, Times, rounded_up
from agents.web.charts.volume import ChartView, Fan, Pin, volume_chart
from agents.web.store.courses import Band, Slot, UsualDay
from agents.web.views.documents.report import echoes

WORDS = PAGE_WORDS["en"]
USUAL = UsualDay(hours=(Band(1, 2, 5),) * 24, negative=Band(0.1, 0.2, 0.3), attack=0.05, days=9)


def view(counts: list[int], **changes: object) -> ChartView:
    slots = [Slot(600 * at, 600, mentions=n, originals=n // 2) for at, n in enumerate(counts)]
    values: dict[str, object] = {
        "key": "k", "slots": slots, "usual": USUAL, "start_s": 0, "end_s": 600.0 * len(counts),
        "heard_s": 600.0 * len(counts),
    }  # fmt: skip
    return ChartView(**{**values, **changes})  # type: ignore[arg-type]


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=40),
    st.sampled_from([None, Fan(3, 1, 10**7)]),
)
def test_every_place_is_a_number_within_the_drawing(counts: list[int], fan: Fan | None) -> None:
    made = view(counts, fan=fan)
    if fan:
        made = made._replace(end_s=made.end_s + 3600)
    text = volume_chart(WORDS, made)
    assert not re.search(r"\b(?:nan|inf|None)\b", text)
    for line in re.findall(r' d="([^"]*)"', text):
        for number in re.findall(r"-?\d+(?:\.\d+)?", line):
            assert -20 <= float(number) <= 780


def test_what_was_not_heard_is_hatched_and_nothing_else_is() -> None:
    quiet = volume_chart(WORDS, view([1, 2, 3]))
    gap = volume_chart(WORDS, view([1, 2, 3], unheard=[(600, 1200)]))
    assert 'fill="url(#' not in quiet
    assert gap.count('fill="url(#hatch-k-') == 2
    assert "not heard" in gap
    assert "not heard" not in quiet


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=2, max_size=30),
    st.booleans(),
)
def test_no_line_runs_through_the_words_at_its_end(
    shares: list[tuple[int, int]],
    ahead: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    slots = [
        Slot(600 * at, 600, mentions=100, negative=negative, voices=100, attacking=attacking)
        for at, (negative, attacking) in enumerate(shares)
    ]
    made = view([1] * len(slots), slots=slots)
    if ahead:
        made = made._replace(end_s=made.end_s + 600.0 * len(slots))
    for svg in re.findall(r"<svg class=\"(?:large|small)\".*?</svg>", volume_chart(WORDS, made)):
        lines = {
            name: [tuple(map(float, one)) for one in re.findall(r"([\d.]+) ([\d.]+)", found)]
            for name, found in re.findall(r'<path class="l-(neg|att)" d="([^"]*)"', svg)
        }
        words = re.findall(
            r'<text x="([\d.]+)" y="([\d.]+)" class="(neg|att)( end)? halo">([^<]*)', svg
        )
        assert len(words) == len(lines) == 2
        (_, upper, first, *_), (_, lower, second, *_) = words
        assert float(lower) - float(upper) >= 13
        assert lines[first][-1][1] <= lines[second][-1][1]
        for x, y, name, end, said in words:
            left = float(x) - width_of(said) if end else float(x)
            spans = [heights(line, left, left + width_of(said)) for line in lines.values()]
            covered = max(map(max, filter(None, spans)), default=0.0) - min(
                map(min, filter(None, spans)), default=0.0
            )
            # Where lines fill all of it there is no room; the words have a halo.
            if covered < 20:
                assert all(
                    float(y) + 3 <= min(one) or float(y) - 9 >= max(one) for one in spans if one
                ), (said, name, y, spans)


def test_pins_are_numbered_and_none_hides_another() -> None:
    pins = [Pin("own", 1790, "one"), Pin("ring", 1791, "two", "sev4"), Pin("gap", 1792, "three")]
    text = volume_chart(WORDS, view([1, 2, 3], pins=pins))
    [large] = re.findall(r'<svg class="large".*?</svg>', text, re.DOTALL)
    places = [float(x) for x in re.findall(r'<text x="([\d.]+)" y="16" class="pin', large)]
    assert places == sorted(places)
    assert min(b - a for a, b in pairwise(places)) >= 18
    assert text.count("<li><svg") >= 3


@given(st.floats(0, 1e9))
def test_the_scale_of_figures_ends_on_a_round_one_and_its_labels_lie_apart(value: float) -> None:
    figures = CountScale(rounded_up(value), 30, 230)
    ticks = figures.ticks()
    assert ticks[-1] >= value
    assert ticks == sorted(set(ticks))
    places = [figures.y(tick) for tick in ticks]
    assert all(a - b >= 16.9 for a, b in pairwise(places))


@given(st.integers(60, 10**7), st.integers(2, 12))
def test_no_more_labels_of_time_than_there_is_room_for(span: int, most: int) -> None:
    if span / 604_800 <= most - 1:
        assert len(Times(0, span, 0, 100).ticks(most)) <= most


def test_an_own_post_is_set_against_the_talk_before_and_after() -> None:
    slots = [Slot(600 * at, 600, mentions=n) for at, n in enumerate((10, 10, 10, 200, 30))]
    [echo] = echoes([1800, 1900], slots)
    assert (echo.before, echo.highest) == (60, 1200)
    assert echoes([100], slots) == []
