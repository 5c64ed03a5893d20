"""What stands in a channel or on the page stays true: figures are stated anew while it lasts."""

from datetime import timedelta
from itertools import pairwise

import pytest
from talk import CHATTER, HOUR_S, Kind, Part, buckets, burst, day

from pipeline.detection.incident.merge import merge_all
from pipeline.detection.judge import Judge
from pipeline.detection.patterns.confidence import confidence
from schemas.brand import Brand
from schemas.incident import Transition

AT_S = 36 * HOUR_S + 1800
STORM = Kind(negative=0.75, positive=0.05, outrage=0.4, boycott=0.1, new=0.85, first=0.1)


@pytest.fixture(scope="module")
def told(known: bytes, brand: Brand) -> list[Transition]:
    judge = Judge.load(known, brand, width_s=10)
    storm = burst(900, at=AT_S, rise_s=600, half_life_s=3600, plateau_s=900)
    talk = [Part(CHATTER, day(60)), Part(STORM, storm, "storm")]
    heard = buckets(talk, length_s=AT_S + 3 * HOUR_S, from_s=36 * HOUR_S)
    return [step for bucket in heard for step in judge.update(bucket)]


def test_no_figure_stands_for_more_than_ten_minutes(told: list[Transition]) -> None:
    apart = [after.at - before.at for before, after in pairwise(told)]
    assert max(apart) <= timedelta(minutes=10)
    assert any(one.refreshed for one in told)


def test_what_is_stated_anew_decides_nothing(told: list[Transition]) -> None:
    for before, after in pairwise(told):
        if after.refreshed:
            assert (after.state, after.level, after.rings) == (
                before.state,
                before.level,
                before.rings,
            )
            assert after.reason == before.reason
            assert not after.by


def test_figures_stated_anew_are_those_of_then(told: list[Transition]) -> None:
    figures = {one.volume.last_hour for one in told if one.refreshed}
    assert len(figures) > 5
    for one in told:
        assert one.course is not None
        assert one.at - one.course.until < timedelta(minutes=1)
        assert abs(sum(one.course.mentions[-6:]) - one.volume.last_hour) <= 60


def test_they_are_no_steps_of_the_trail_and_yet_the_newest_word(told: list[Transition]) -> None:
    [incident] = merge_all(told).values()
    decided = [one.seq for one in told if not one.refreshed]
    assert [step.seq for step in incident.trail] == decided
    assert incident.newest == told[-1]


def test_one_probability_and_what_was_taken_off_add_up(told: list[Transition]) -> None:
    for one in told:
        by_evidence = 1 / (1 + 10**-one.evidence)
        taken = sum(part.share for part in one.taken_off)
        assert one.confidence + taken == pytest.approx(by_evidence, abs=0.06)


@pytest.mark.parametrize("evidence", [-8.0, -1.0, 0.0, 1.0, 8.0])
def test_what_was_taken_off_adds_up_to_what_the_odds_say(evidence: float) -> None:
    sure = confidence(evidence, 50, 0.8, impaired=True, learning=True)
    taken = sum(part.share for part in sure.taken_off)
    odds = 1 / (1 + 10 ** -max(min(evidence, 6.0), -6.0))
    assert sure.value + taken == pytest.approx(odds, abs=0.001)
    assert sure.value <= 0.5
