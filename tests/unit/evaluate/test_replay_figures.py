"""Alarms, figures and intervals, on rings made by hand."""

from math import isclose

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.evaluate.replays.alarms import alarms, false_alarms, right_ring
from lab.evaluate.replays.contender import ContenderRing
from lab.evaluate.replays.figures import figures
from lab.evaluate.replays.intervals import poisson_rate, quantile, wilson
from lab.evaluate.replays.results import (
    ContenderFigures,
    EpisodeOutcome,
    QuietOutcome,
    Replayed,
    StretchHeard,
)
from lab.evaluate.replays.world.episodes.truth import EpisodeTruth

H = 3600.0
ONSET = 100 * H


def truth(kind="crisis", *, paced=False, shape="storm"):
    return EpisodeTruth(
        shape=shape, kind=kind, split="development", paced=paced, first_post_s=ONSET - 60,
        onset_s=ONSET, visible_s=ONSET + 600,
        peak_s=ONSET + 5 * H, end_s=ONSET + 20 * H, peak_per_hour=500, mentions=3000,
    )  # fmt: skip


def outcome(*at_h, world="w", size=90.0, **what):
    rings = tuple(ContenderRing(ONSET + at * H, f"i{number}", 5) for number, at in enumerate(at_h))
    return EpisodeOutcome(world, 0, size, 90.0, 0.0, truth(**what), (StretchHeard("x", rings),))


def quiet(*at_h):
    rings = tuple(ContenderRing(at * H) for at in at_h)
    return QuietOutcome("w", 0, 2.0, 2.0, 0.0, 90, (StretchHeard("x", rings),))


def measured(*episodes, quiet=()):
    return figures(Replayed(episodes, quiet), "x")


# From rings to alarms


def test_rings_within_nine_hours_are_one_alarm():
    rings = [ContenderRing(at * H) for at in (0, 8.9, 17.8, 26.9)]
    assert [ring.at_s / H for ring in alarms(rings)] == [0, 26.9]


def test_an_incident_that_rings_again_is_no_further_alarm():
    assert alarms(
        [ContenderRing(0.0, "a"), ContenderRing(50 * H, "a"), ContenderRing(99 * H, "b")]
    ) == (
        ContenderRing(0.0, "a"),
        ContenderRing(99 * H, "b"),
    )


def test_rings_need_not_be_in_order():
    assert alarms([ContenderRing(50 * H), ContenderRing(0.0)]) == (
        ContenderRing(0.0),
        ContenderRing(50 * H),
    )


@pytest.mark.parametrize(
    ("at_h", "right"),
    [(-0.2, False), (-0.1, True), (0, True), (20, True), (20.1, False)],
)
def test_a_ring_is_right_from_ten_minutes_before_onset_to_the_end(at_h, right):
    assert (right_ring([ContenderRing(ONSET + at_h * H)], truth()) is not None) == right


def test_a_ring_before_onset_is_right_once_there_was_a_first_post():
    early = msgspec.structs.replace(truth(), first_post_s=ONSET - 2 * H)
    assert right_ring([ContenderRing(ONSET - 1.5 * H)], early) is not None


def test_the_first_ring_in_time_counts():
    assert right_ring(
        [ContenderRing(0.0), ContenderRing(ONSET + H), ContenderRing(ONSET + 2 * H)], truth()
    ) == ContenderRing(ONSET + H)


def test_every_alarm_of_a_harmless_episode_is_false():
    assert len(false_alarms([ContenderRing(0.0), ContenderRing(ONSET)], truth("harmless"))) == 2


def test_an_alarm_outside_of_a_crisis_is_false():
    assert false_alarms([ContenderRing(0.0), ContenderRing(ONSET)], truth()) == (
        ContenderRing(0.0),
    )


def test_a_ring_soon_after_a_false_alarm_still_finds_the_crisis():
    rings = [ContenderRing(ONSET - 3 * H), ContenderRing(ONSET + H)]
    assert right_ring(rings, truth()) is not None
    assert len(false_alarms(rings, truth())) == 1


# Figures


def test_recall_and_precision():
    found = measured(outcome(1), outcome(), outcome(-50, 1), outcome(0, kind="harmless"))
    assert (found.recall.hits, found.recall.of) == (2, 3)
    assert (found.precision.hits, found.precision.of) == (2, 4)
    assert (found.harmless_rung.hits, found.harmless_rung.of) == (1, 1)


def test_delay_and_lead():
    found = measured(outcome(0.5), outcome(1), outcome(3))
    assert found.delay_median_s.value == H
    assert found.after_visible_median_s.value == H - 600
    assert found.lead_median_s.value == 4 * H


def test_false_alarms_are_counted_a_brand_quarter():
    found = measured(outcome(1), quiet=(quiet(1, 2, 500), quiet()))
    assert (found.quiet_quarters, found.false_per_quarter.value) == (2.0, 1.0)


def test_storms_of_nestles_pace_have_figures_of_their_own():
    found = measured(outcome(0.25, paced=True), outcome(4.5, paced=True), outcome(9)).paced
    assert found.found.of == 2
    assert found.within_15_min.hits == 1
    assert found.within_15_min_of_visible.hits == 1
    assert found.an_hour_before_peak.hits == 1


def test_tables_by_shape_and_by_size():
    found = measured(outcome(1, shape="a"), outcome(shape="b", size=2.0), outcome(2, shape="a"))
    assert {line.name: (line.rung.hits, line.rung.of) for line in found.by_shape} == {
        "a": (2, 2),
        "b": (0, 1),
    }
    assert {line.name for line in found.by_size} == {"90 an hour", "2 an hour"}


def test_a_run_in_which_nothing_rang():
    found = measured(outcome(), outcome(kind="harmless"))
    assert found.recall.share == 0
    assert found.precision.share is None
    assert found.delay_median_s.value is None


def test_figures_are_json():
    found = measured(outcome(1), outcome(2, kind="harmless"), quiet=(quiet(1),))
    assert msgspec.json.decode(msgspec.json.encode(found), type=ContenderFigures) == found


def test_who_took_no_part_is_named():
    with pytest.raises(ValueError, match="no contender 'y'"):
        figures(Replayed((outcome(1),), ()), "y")


# Intervals


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilson_against_published_values(hits, of, low, high):
    found = wilson(hits, of)
    assert isclose(found.low, low, abs_tol=5e-5)
    assert isclose(found.high, high, abs_tol=5e-5)


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_in_its_interval(case):
    found = wilson(*case)
    assert 0 <= found.low <= found.share <= found.high <= 1


def test_nothing_of_nothing_has_no_share():
    assert wilson(0, 0).share is None


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)]
)
def test_poisson_limits_against_published_values(count, low, high):
    found = poisson_rate(count, 1.0)
    assert isclose(found.low, low, abs_tol=1e-3)
    assert isclose(found.high, high, abs_tol=1e-3)


def test_no_exposure_has_no_rate():
    assert poisson_rate(0, 0.0).value is None


def test_the_bootstrap_draws_whole_clusters():
    together = quantile([[0.0] * 50, [1.0] * 50], 0.5)
    apart = quantile([[0.0]] * 50 + [[1.0]] * 50, 0.2)
    assert (together.low, together.high) == (0.0, 1.0)
    assert (apart.low, apart.high) == (0.0, 0.0)


def test_real_storms_have_a_table_of_their_own():
    replayed = Replayed((outcome(1),), (), (outcome(2, shape="real"),))
    found = figures(replayed, "x")
    assert found.recall.of == 1
    assert [line.name for line in found.storms] == ["real"]
