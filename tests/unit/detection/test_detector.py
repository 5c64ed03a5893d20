"""The detector as a whole: exact to resume, monotone in the budget, and calibrated at any scale."""

from math import log2

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detection.detector.detector import STEP_S, Detector, DetectorState, Look
from pipeline.detection.detector.levels import (
    AGAIN_DOUBLINGS,
    AGAIN_OFFSET,
    AGAIN_S,
    HEADS_UP_OVER_S,
    USUAL_BAR,
    LevelState,
    LevelStep,
    Sight,
    bar_for,
)
from schemas.bucket import Voices

START_S = 1_772_323_200
DAY_S = 86_400
DAY_STEPS = DAY_S // STEP_S


def quiet(rng: np.random.Generator, per_hour: float, days: float, swing: float = 0.6):
    """Ordinary talk: a day with a rhythm, a fifth of it negative, a few reposts; by step."""
    made = []
    for step in range(int(days * DAY_STEPS)):
        hour = step * STEP_S / 3600 % 24
        mean = per_hour * STEP_S / 3600 * (1 + swing * np.cos((hour - 15) / 24 * 2 * np.pi))
        # Talk excites itself: the gamma makes the counts of minutes over-dispersed.
        texts = int(rng.poisson(mean * rng.gamma(1.0, 1.0)))
        negative = int(rng.binomial(texts, 0.2))
        made.append(
            Voices(
                texts=texts * 1000,
                negative=negative * 1000,
                hostile=negative * 750,
                positive=int(rng.binomial(texts - negative, 0.3)) * 1000,
                addressed=int(rng.binomial(texts, 0.3)) * 1000,
                reposts=int(rng.binomial(texts, 0.3)) * 600,
            )
        )
    return made


def storm(rng: np.random.Generator, per_hour: float, hours: float):
    """People who accuse the brand, and pass on who accuses it."""
    made = []
    for _ in range(int(hours * 3600 / STEP_S)):
        texts = int(rng.poisson(per_hour * STEP_S / 3600))
        attacks = int(rng.binomial(texts, 0.5))
        made.append(
            Voices(
                texts=texts * 1000,
                negative=int(texts * 0.7) * 1000,
                hostile=texts * 800,
                accusing=int(attacks * 0.4) * 1000,
                attacking=attacks * 1000,
                reposts=texts * 1200,
                reposts_negative=texts * 900,
                reposts_attacking=texts * 500,
                cascade=3 * texts,
                critical_cascade=3 * texts,
            )
        )
    return made


def looks_of(detector: Detector, voices: list[Voices], from_step: int = 0) -> list[Look]:
    found: list[Look] = []
    for number, one in enumerate(voices, from_step):
        at_s = START_S + number * STEP_S
        found += detector.take(at_s, one) if one != Voices() else detector.come_to(at_s)
    return found


def first(looks: list[Look], level: str) -> int | None:
    return next((one.at_s for one in looks if one.step.why and one.step.level == level), None)


@pytest.fixture(scope="module")
def talk():
    rng = np.random.default_rng(1)
    return [*quiet(rng, 30, 2), *storm(rng, 120, 6), *quiet(rng, 30, 1)]


def test_a_storm_gets_a_heads_up_and_rings_within_the_hour(talk):
    looks = looks_of(Detector(), talk)
    begins_s = START_S + 2 * 86_400
    heads_up_s, ring_s = first(looks, "heads_up"), first(looks, "ring")
    assert heads_up_s is not None
    assert ring_s is not None
    assert begins_s < heads_up_s < ring_s < begins_s + 3600
    assert any(one.step.over for one in looks)


def test_the_same_volume_of_praise_rings_nobody(talk):
    happy = [
        Voices(texts=one.texts, positive=one.texts, p_positive=one.texts, reposts=one.reposts)
        if one.attacking
        else one
        for one in talk
    ]
    assert first(looks_of(Detector(), happy), "ring") is None


def test_severity_names_its_range(talk):
    looks = [one for one in looks_of(Detector(), talk) if one.step.level == "ring"]
    assert all(one.severity.low <= one.severity.now <= one.severity.high for one in looks)
    assert max(one.severity.now for one in looks) >= 6


@settings(max_examples=3, deadline=None)
@given(cut=st.integers(0, 3 * DAY_STEPS + 180))
def test_it_goes_on_from_its_state_as_if_nothing_had_been(talk, cut):
    whole = looks_of(Detector(), talk)
    before = Detector()
    looks = looks_of(before, talk[:cut])
    state = msgspec.json.decode(msgspec.json.encode(before.state), type=DetectorState)
    looks += looks_of(Detector(state=state), talk[cut:], cut)
    assert looks == whole


sights = st.builds(
    Sight,
    rarity=st.floats(-1, 14),
    kind=st.floats(-3, 4),
    cascade=st.floats(-3, 7),
    seed=st.floats(0, 9),
    voices=st.floats(0, 500),
    usual=st.floats(0, 50),
)
"""One look; a sequence of them repeats each for a while."""
budgets = st.tuples(st.floats(0.05, 20), st.floats(0.05, 20))


@settings(max_examples=300, deadline=None)
@given(
    looks=st.lists(st.tuples(sights, st.integers(1, 250)), min_size=1, max_size=8),
    rings=budgets,
    heads_ups=budgets,
)
def test_a_looser_budget_is_never_later(looks, rings, heads_ups):
    bars = (bar_for(max(rings), max(heads_ups)), bar_for(min(rings), min(heads_ups)))
    loose, strict = LevelState(), LevelState()
    now_s = 0
    for sight, times in looks:
        for _ in range(times):
            now_s += STEP_S
            steps = [
                one.look(sight, now_s, STEP_S, bar)
                for one, bar in zip((loose, strict), bars, strict=True)
            ]
            if steps[1].why is None:
                continue
            # Whoever has the looser budget knows by now, of this incident.
            assert loose.level != "quiet"
            if steps[1].level == "ring":
                assert loose.level == "ring"
                size = log2(sight.voices + AGAIN_OFFSET)
                fresh = now_s - loose.rung_s < AGAIN_S
                assert fresh or size < loose.rung_log + AGAIN_DOUBLINGS


@pytest.mark.parametrize("budget", [(0.2, 0.3), (5.0, 6.0)])
def test_what_is_found_does_not_depend_on_the_budget(talk, budget):
    usual = {one.at_s: one for one in looks_of(Detector(), talk)}
    other = {one.at_s: one for one in looks_of(Detector(bar_for(*budget)), talk)}
    both = usual.keys() & other.keys()
    assert len(both) > len(usual) / 2
    assert all(usual[at_s].rarity == other[at_s].rarity for at_s in both)
    assert all(usual[at_s].kind == other[at_s].kind for at_s in both)


def whys_of(sight: Sight, hours: float) -> list[str]:
    """What a brand is told that looks the same for so long."""
    watch = LevelState()
    steps = (
        watch.look(sight, n * STEP_S, STEP_S, bar_for(1.0, 1.0))
        for n in range(int(hours * 3600 / STEP_S))
    )
    return [one.why for one in steps if one.why]


LITTLE = Sight(rarity=3.4, kind=1.5, cascade=0.0, seed=0.0, voices=8.0, usual=4.0)


def test_what_is_little_rings_if_it_lasts():
    assert whys_of(LITTLE, 7) == []
    assert whys_of(LITTLE, 8) == ["slow_burn"]


def test_what_begins_when_a_heads_up_is_over_is_told_at_that_look():
    spread = Sight(rarity=1.0, kind=1.0, cascade=5.0, seed=0.0, voices=3.0, usual=4.0)
    nothing = spread._replace(cascade=0.0)
    watch = LevelState()
    looks = [spread, *[nothing] * (HEADS_UP_OVER_S // STEP_S), spread]
    steps = [watch.look(one, n * STEP_S, STEP_S, USUAL_BAR) for n, one in enumerate(looks)]
    assert [one for one in steps if one.why] == [
        LevelStep("heads_up", "passed_on"),
        LevelStep("heads_up", "passed_on", over=True),
    ]


@pytest.mark.parametrize("other", [{"voices": 3.0}, {"kind": 0.0}, {"rarity": 2.4}])
def test_what_is_over_or_harmless_or_ordinary_never_burns(other):
    assert whys_of(LITTLE._replace(**other), 72) == []


def test_a_post_that_attacks_and_is_passed_on_rings_on_two_looks():
    seed = Sight(rarity=1.0, kind=2.0, cascade=3.5, seed=6.5, voices=3.0, usual=4.0)
    assert whys_of(seed, 0.2) == ["seed", "seed"]
    assert whys_of(seed._replace(kind=1.0), 0.2) == ["seed"]
    assert whys_of(seed._replace(seed=3.0, cascade=3.0), 0.2) == []


def test_budgets_are_positive():
    with pytest.raises(ValueError, match="above zero"):
        bar_for(0.0, 1.0)


@pytest.mark.parametrize(("per_hour", "swing"), [(0.5, 0.9), (5, 0.0), (50, 0.9), (500, 0.5)])
def test_quiet_talk_is_as_rarely_rare_at_any_scale_and_rhythm(per_hour, swing):
    rng = np.random.default_rng(round(per_hour * 10 + swing))
    looks = looks_of(Detector(), quiet(rng, per_hour, 4, swing))
    # Gumbel's excursions above 6 are expected .02 times in so long.
    assert max((one.rarity.talk for one in looks), default=0.0) < 7.0
    assert first(looks, "ring") is None


def test_what_was_not_heard_is_not_expected():
    voices = quiet(np.random.default_rng(3), 60, 2)
    deaf, silent = Detector(), Detector()
    for detector in (deaf, silent):
        looks_of(detector, voices)
    now_s = START_S + len(voices) * STEP_S
    deaf.miss(now_s, now_s + 1800)
    expected = []
    for detector in (deaf, silent):
        detector.take(now_s + 3600 - STEP_S, Voices(texts=1000))
        expected.append(detector.come_to(now_s + 3600)[-1].usual_voices)
    assert expected[0] == pytest.approx(expected[1] / 2, rel=0.2)


def test_a_clock_that_leaps_by_centuries_takes_no_time_and_what_comes_then_is_heard() -> None:
    detector = Detector()
    for step in range(3 * 720):
        detector.take(START_S + step * STEP_S, Voices(texts=2000, negative=400, hostile=300))
    far_s = START_S + 200 * 365 * DAY_S
    detector.come_to(far_s)
    assert detector.state.step_s == far_s - far_s % STEP_S
    assert detector.next_s == float("inf")
    detector.take(far_s + 60, Voices(texts=2000))
    assert detector.next_s < float("inf")
    assert detector.come_to(far_s + 600) is not None


def test_a_long_silence_is_the_same_however_often_the_clock_is_told() -> None:
    said = Voices(texts=2000, negative=400, hostile=300)
    once, often = Detector(), Detector()
    for one in (once, often):
        for step in range(720):
            one.take(START_S + step * STEP_S, said)
    end_s = START_S + 40 * DAY_S
    once.come_to(end_s)
    for at_s in range(START_S + DAY_S, end_s + 1, 7 * 3600 + 120):
        often.come_to(at_s)
    often.come_to(end_s)
    assert msgspec.json.encode(once.state) == msgspec.json.encode(often.state)
