"""Talk that names a rival is less likely to be a crisis of the brand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.detector.detector import STEP_S, Detector
from pipeline.detection.detector.kind import RIVALS, Composition, _rivals, composition
from pipeline.detection.detector.levels import BURN_KIND, KIND_MOST, RING_KIND
from pipeline.detection.detector.rarity import WindowSums
from pipeline.detection.detector.voices import FIELDS, INDEX
from schemas.bucket import Voices

START_S = 1_772_323_200
USUAL = [0.0002 if name == "rival" else 0.02 for name in FIELDS]


def of(texts: int, reposts: int, naming: int) -> Composition:
    sums = [0] * len(FIELDS)
    for name, count in (("texts", texts), ("reposts", reposts), ("rival", naming)):
        sums[INDEX[name]] = 1000 * count
    return composition(WindowSums(sums, USUAL), USUAL)


def rivals_term(kind: float) -> float:
    naming_all = [80.0 if name in {"texts", "rival"} else 0.0 for name in FIELDS]
    return _rivals(naming_all, USUAL, kind).weight


def term(seen: Composition) -> float:
    return next(one.weight for one in seen.terms if one.code == "rivals")


def test_a_burst_in_which_nearly_all_name_a_rival_is_less_than_any_ring_asks_for() -> None:
    assert term(of(60, 20, 76)) == pytest.approx(-RIVALS, abs=0.2)
    assert min(RING_KIND, BURN_KIND) > KIND_MOST - RIVALS


def test_what_a_burst_attacks_beyond_what_counts_does_not_outweigh_it() -> None:
    assert rivals_term(9.0) == pytest.approx(rivals_term(4.0) - 5.0)


def test_where_few_name_one_nothing_changes() -> None:
    assert term(of(60, 20, 0)) == 0.0
    assert term(of(60, 20, 8)) == pytest.approx(0.0, abs=0.1)


@given(st.integers(1, 500), st.integers(0, 500), st.data())
def test_more_that_names_a_rival_never_speaks_for_a_crisis(texts, reposts, data) -> None:
    few = data.draw(st.integers(0, texts + reposts))
    many = data.draw(st.integers(few, texts + reposts))
    assert of(texts, reposts, many).kind <= of(texts, reposts, few).kind


def rings(naming: float) -> bool:
    """Whether a burst of attacks of which this share names a rival rings after two quiet days."""
    detector = Detector()
    quiet = Voices(texts=1000, negative=200, hostile=150, positive=300, addressed=300, reposts=300)
    burst = Voices(
        texts=1500, negative=900, hostile=900, accusing=120, attacking=350, fierce=150,
        addressed=200,
        reposts=800, reposts_negative=500, reposts_attacking=150, rival=round(2300 * naming),
    )  # fmt: skip
    levels = []
    for step in range(1440 + 90):
        at_s = START_S + step * STEP_S
        looks = detector.take(at_s, burst if step >= 1440 else quiet)
        levels += [look.step.level for look in looks]
    return "ring" in levels


def test_a_burst_of_which_a_quarter_compares_with_a_rival_rings_as_ever() -> None:
    assert rings(0.25)


def test_the_same_burst_rings_and_does_not_where_it_is_about_a_rival() -> None:
    assert rings(0.0)
    assert not rings(0.9)
