"""Phases, tolerances and sides of an episode that was measured."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.library.measure import floor_of, measure
from lab.library.observe import LOOK_S, MeasureError, Observation
from lab.library.segment import MOST_PHASES, SHORTEST, segment
from pipeline.detection.patterns.features import FEATURES, Feature
from pipeline.detection.patterns.library import Library, load_episodes
from pipeline.detection.patterns.pattern_match import Alignment, extend, match_library


def sight(place: int, sd: float = 0.1, **features: float) -> Observation:
    values = dict.fromkeys(FEATURES, 0.0) | features
    return Observation(
        place * LOOK_S, 100.0, {code: Feature(x, sd, x) for code, x in values.items()}
    )


def made(sights, kind="crisis"):
    return measure(sights, name="mine", kind=kind, title="Mine", sources=["f"], note="")


def test_a_course_of_three_stretches_has_three_phases_with_their_means() -> None:
    course = [sight(i, surge=x) for i, x in enumerate([0.5] * 10 + [3.0] * 10 + [1.5] * 10)]
    episode = made(course)
    assert [phase.name for phase in episode.phases] == ["rise", "peak", "tail"]
    assert [phase.features["surge"][0] for phase in episode.phases] == [0.5, 3.0, 1.5]


def test_the_tolerance_is_the_floor_where_all_looks_agree_and_wider_where_they_do_not() -> None:
    alike = made([sight(i, sd=0.001) for i in range(20)]).phases[0].features["outrage"]
    assert alike[1] == pytest.approx(floor_of("outrage"), abs=0.001)
    chance = random.Random(1)
    apart = [sight(i, sd=0.001, outrage=chance.gauss(0, 1.5)) for i in range(40)]
    [phase] = made(apart).phases[:1]
    assert phase.features["outrage"][1] > 1.1


def test_what_few_looks_could_tell_is_left_out() -> None:
    course = [sight(i) for i in range(12)]
    for one in course[:8]:
        del one.features["boycott"]
    assert "boycott" not in made(course).phases[0].features
    assert "outrage" in made(course).phases[0].features


def test_looks_at_few_mentions_count_less() -> None:
    sure = [sight(i, outrage=1.0) for i in range(10)]
    unsure = [sight(10 + i, sd=3.0, outrage=7.0) for i in range(10)]
    first = made(sure + unsure).phases[0].features["outrage"][0]
    assert first < 1.4


def test_sides_follow_what_drove_it() -> None:
    crisis = made([sight(i, boycott=2.0, positive_share=-1.0, concentration=0.1) for i in range(9)])
    assert crisis.or_more == ("surge", "negative_shift", "boycott")
    assert crisis.or_less == ("positive_share", "repeat_share")
    calm = made([sight(i, positive_share=2.0, complaint=1.0) for i in range(9)], "harmless")
    assert calm.or_more == ("surge", "positive_share")
    assert calm.or_less == ("negative_shift", "outrage", "boycott", "takedown")


def test_too_few_looks_make_no_episode() -> None:
    with pytest.raises(MeasureError, match="5 looks"):
        made([sight(i) for i in range(5)])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.tuples(st.floats(-9, 9), st.sampled_from([0.0, 0.5, 1.0])),
                         min_size=2, max_size=2), max_size=40))  # fmt: skip
def test_phases_cover_the_course_in_order(points) -> None:
    starts = segment(points)
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert len(starts) <= MOST_PHASES
    ends = [*starts[1:], len(points)]
    assert len(starts) == 1 or min(b - a for a, b in zip(starts, ends, strict=True)) >= SHORTEST


def test_an_own_episode_replaces_a_shipped_one_and_changes_the_digest() -> None:
    shipped = Library.of(load_episodes())
    own = made([sight(i) for i in range(9)])
    with_own = Library.of(load_episodes(), [own])
    assert len(with_own.references) == len(shipped.references) + 1
    assert with_own.digest != shipped.digest == Library.of(load_episodes()).digest
    # False alarms change what an episode weighs, not what a course was compared with.
    assert with_own.trusting({with_own.references[0].name: 0.5}).digest == with_own.digest
    [mine] = [one for one in with_own.references if one.name == "mine"]
    assert mine.title == "Mine"
    assert {one.title for one in shipped.references} == {""}


def test_a_course_that_another_library_has_seen_begins_anew() -> None:
    """An episode replaced while something is under way may have more phases, or fewer."""
    one = Library.of(load_episodes(), [made([sight(i) for i in range(9)])])
    steps = [sight(i, surge=x) for i, x in enumerate([0.5] * 10 + [3.0] * 10)]
    other = Library.of(load_episodes(), [made(steps)])
    now = sight(0, surge=1.0, negative_shift=1.0).features
    seen = extend(extend(Alignment(), now, one), now, one)
    assert match_library(seen, now, other) == match_library(Alignment(), now, other)
    assert extend(seen, now, other) == extend(Alignment(), now, other)
    assert match_library(seen, now, one) != match_library(Alignment(), now, one)
