"""What is said to make a heads-up ring does, and one voice fewer does not."""

from functools import cache
from itertools import product

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipeline.detection.detector.detector import STEP_S, Detector, DetectorState, Look
from pipeline.detection.detector.levels import USUAL_BAR, LevelState, Sight, reaches
from pipeline.detection.detector.missing import attacking, mix_of
from pipeline.detection.detector.rarity import WindowSums
from pipeline.detection.detector.voices import FIELDS, INDEX, MILLI
from schemas.bucket import Voices
from support.talk import (
    ORDINARY,
    QUIET_DAYS,
    START_S,
    STEPS_A_DAY,
    STEPS_AN_HOUR,
    Talk,
    copied,
    lived,
    say,
)

ATTACKING = INDEX["attacking"]
FIRST = round(QUIET_DAYS * STEPS_A_DAY)
TALKS = st.tuples(
    st.floats(10, 60), st.floats(0.4, 0.8), st.floats(0.02, 0.2), st.floats(0.05, 0.5)
).map(
    lambda drawn: Talk(
        texts=drawn[0],
        negative=drawn[1],
        positive=0.03,
        accusing=drawn[2],
        attacking=drawn[2],
        passed_on=drawn[0] / 3,
        passed_on_negative=0.8,
        passed_on_attacking=drawn[3],
    )
)


@cache
def quiet_days() -> bytes:
    return msgspec.json.encode(lived(ORDINARY))


def noticed(talk: Talk, seed: int, hours: float = 1.5) -> tuple[DetectorState, int, Look] | None:
    """The last look while a talk is a heads-up, with its step and the state before it."""
    rng = np.random.default_rng(seed)
    detector = Detector(state=msgspec.json.decode(quiet_days(), type=DetectorState))
    found = None
    for lasting in range(round(hours * STEPS_AN_HOUR)):
        step = FIRST + lasting
        voices = say(rng, ORDINARY, talk, step=step, lasting=lasting + 1)
        detector.take(START_S + step * STEP_S, voices)
        before = copied(detector.state)
        for look in copy_of(before).come_to(START_S + (step + 1) * STEP_S):
            if look.step.level == "ring":
                return found
            if look.step.level == "heads_up":
                found = before, step, look
    return found


def some(talk: Talk, seed: int, hours: float = 1.5) -> tuple[DetectorState, int, Look]:
    found = noticed(talk, seed, hours)
    assert found is not None
    return found


def copy_of(state: DetectorState) -> Detector:
    return Detector(state=copied(state))


def windows_of(before: DetectorState, step: int) -> list[WindowSums]:
    """The windows of the look at the end of a step."""
    detector = copy_of(before)
    end_s = START_S + (step + 1) * STEP_S
    look_at, found = detector._window, {}

    def remembered(number: int, now_s: int) -> WindowSums:
        window = look_at(number, now_s)
        if now_s == end_s:
            found.setdefault(number, WindowSums(list(window.sums), window.expected))
        return window

    detector._window = remembered
    detector.come_to(end_s)
    return [found[number] for number in sorted(found)]


def window_of(before: DetectorState, step: int, look: Look) -> list[float]:
    mix = mix_of(windows_of(before, step)[look.rarity.window])
    assert mix is not None
    return mix


def with_more(before: DetectorState, mix: list[float], more: float, step: int) -> Look:
    detector = copy_of(before)
    extra = Voices(
        **{name: round(more * one) for name, one in zip(FIELDS[1:], mix[1:], strict=True)}
    )
    for place, name in enumerate(FIELDS[1:], 1):
        detector.state.sums[place] += getattr(extra, name)
    detector.state.sums[0] += round(more * mix[0])
    return detector.come_to(START_S + (step + 1) * STEP_S)[0]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(TALKS, st.integers(0, 1000))
def test_exactly_so_many_at_once_ring_and_one_fewer_does_not(talk: Talk, seed: int) -> None:
    found = noticed(talk, seed)
    assume(found is not None)
    before, step, look = found
    needed = look.missing.at_once
    assume(needed is not None)
    mix = window_of(before, step, look)
    enough = with_more(before, mix, needed - look.voices, step)
    fewer = with_more(before, mix, max(needed - 1 - look.voices, 0), step)

    assert enough.voices == pytest.approx(max(needed, look.voices), abs=0.002)
    assert reaches(enough.rarity.total, enough.told.kind, USUAL_BAR)
    if needed - 1 >= look.voices:
        assert not reaches(fewer.rarity.total, fewer.told.kind, USUAL_BAR)


def test_so_many_evenly_over_an_hour_ring_by_its_end_nine_times_in_ten() -> None:
    rang = []
    for texts, attacks, seed in product((12.0, 30.0, 55.0), (0.03, 0.1, 0.2), range(4)):
        talk = Talk(
            texts=texts,
            negative=0.6,
            positive=0.03,
            accusing=attacks,
            attacking=attacks,
            passed_on=texts / 3,
            passed_on_negative=0.8,
            passed_on_attacking=0.3,
        )
        found = noticed(talk, seed)
        needed = found and found[2].missing.in_an_hour
        # Where a handful is missing, what chance makes of the usual level is as much.
        if found and needed and needed > found[2].usual_voices + 5:
            rang.append(rings_after_an_hour(*found, needed * 1.2))

    assert len(rang) > 10
    assert sum(rang) >= 0.9 * len(rang)


def rings_after_an_hour(before: DetectorState, step: int, look: Look, voices: float) -> bool:
    """Whether so many hostile voices, evenly over the next hour, ring."""
    mix, usual = window_of(before, step, look), ordinary_step(before)
    detector = copy_of(before)
    detector.come_to(START_S + (step + 1) * STEP_S)
    looks: list[Look] = []
    more = (voices - look.usual_voices) / STEPS_AN_HOUR
    for later in range(step + 1, step + 1 + STEPS_AN_HOUR + 4):
        said = {name: round(usual[place] + more * mix[place]) for place, name in enumerate(FIELDS)}
        del said["critical"]
        looks += detector.take(START_S + later * STEP_S, Voices(**said))
    return any(one.step.level == "ring" for one in looks)


def ordinary_step(state: DetectorState) -> list[float]:
    return [one * MILLI * STEP_S / 600 for one in state.expectation.levels]


def test_a_stricter_budget_needs_more_voices() -> None:
    talk = ORDINARY._replace(texts=12, negative=0.7, positive=0.03, accusing=0.2, attacking=0.3)
    talk = talk._replace(passed_on=20, passed_on_negative=0.9, passed_on_attacking=0.5)
    before, step, _ = some(talk, 5, hours=1.2)
    needed = []
    for more in (0, 2, 4):
        bar = USUAL_BAR._replace(ring=USUAL_BAR.ring + more)
        (look,) = Detector(bar, copied(before)).come_to(START_S + (step + 1) * STEP_S)
        needed.append(look.missing.at_once or float("inf"))

    assert needed == sorted(needed)
    assert needed[0] < needed[-1]


def test_as_many_attacks_as_are_said_ring_among_the_same_voices() -> None:
    talk = Talk(texts=60, negative=0.6, positive=0.03, accusing=0.02, attacking=0.05, passed_on=10)
    before, step, look = some(talk, 5, hours=1.2)
    share = look.missing.attacks
    assert share is not None
    windows = windows_of(before, step)

    def rings(share: float) -> bool:
        detector = copy_of(before)
        for total, window in zip(detector.state.totals, windows, strict=True):
            total[ATTACKING] += attacking(window, share)[ATTACKING] - window.sums[ATTACKING]
        (changed,) = detector.come_to(START_S + (step + 1) * STEP_S)
        return reaches(changed.rarity.total, changed.told.kind, USUAL_BAR)

    assert rings(share)
    assert not rings(share - 0.01)


def test_what_is_no_crisis_however_many_say_it_needs_no_number_of_voices() -> None:
    talk = Talk(texts=80, negative=0.5, positive=0.3, passed_on=15, passed_on_negative=0.3)
    *_, look = some(talk, 1)

    assert look.missing.at_once is None
    assert look.missing.in_an_hour is None


@given(
    st.floats(2.0, 9.0), st.floats(0.0, 3.0), st.floats(0.0, 6.0), st.sampled_from([0.0, 1.0, 2.0])
)
def test_what_lasts_so_long_rings_and_not_a_look_sooner(
    rarity: float, kind: float, burn: float, stricter: float
) -> None:
    bar = USUAL_BAR._replace(ring=USUAL_BAR.ring + stricter)
    sight = Sight(rarity, kind, 0.0, 0.0, voices=20.0, usual=5.0)
    watch = LevelState(level="heads_up", burn=burn)
    needed = watch.lasting_s(sight, STEP_S, bar)
    whys = [watch.look(sight, at * STEP_S, STEP_S, bar).why for at in range(1, 1000)]
    first = next((at for at, why in enumerate(whys, 1) if why == "slow_burn"), None)
    assume("attack" not in whys)  # that rings by itself, and sooner
    if needed is None or first is None:
        assert needed is None
        assert first is None
    else:  # what is added up look by look may round to one look more
        assert needed == pytest.approx(first * STEP_S, abs=STEP_S)
