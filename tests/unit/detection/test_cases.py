"""Kinds of talk that must ring, and kinds that must not: made up by hand, voices by two minutes.

Each follows three and a half ordinary days of the same brand. What rings and what does not are the
kinds that were seen to go wrong (docs/adr/0018-detection.md).
"""

from itertools import pairwise

import numpy as np
import pytest

from pipeline.detection.detector.detector import STEP_S, Detector, DetectorState
from support.talk import (
    ORDINARY,
    QUIET_DAYS,
    START_S,
    STEPS_A_DAY,
    STEPS_AN_HOUR,
    TINY,
    TWO_A_DAY,
    Talk,
    after,
    copied,
    lived,
    say,
)


@pytest.fixture(scope="module")
def ordinary() -> DetectorState:
    return lived(ORDINARY)


@pytest.fixture(scope="module")
def tiny() -> DetectorState:
    return lived(TINY)


@pytest.fixture(scope="module")
def two_a_day() -> DetectorState:
    return lived(TWO_A_DAY)


HARMLESS = {
    "one post that names the brand in a quarrel of others is passed on 150 times": Talk(
        texts=4, passed_on=150, passed_on_negative=1.0, lead=0.97
    ),
    "spam of people who lost everything": Talk(
        texts=30, negative=0.7, sad=0.1, complaint=0.05, addressed=0.0, passed_on=2
    ),
    "swearing at a match that the brand sponsors": Talk(
        texts=80, negative=0.5, positive=0.3, passed_on=15, passed_on_negative=0.3
    ),
    "a joke that everybody makes": Talk(
        texts=70, negative=0.3, positive=0.35, passed_on=60, lead=0.5
    ),
    "a disaster that has the brand's name": Talk(
        texts=90, negative=0.6, positive=0.03, sad=0.3, addressed=0.0, passed_on=40
    ),
    "a political quarrel in which the name falls": Talk(
        texts=40, negative=0.5, positive=0.15, accusing=0.03, addressed=0.02, passed_on=30
    ),
    "grumbling at prices": Talk(
        texts=50, negative=0.6, positive=0.08, complaint=0.3, addressed=0.35, passed_on=5
    ),
    "an outage": Talk(
        texts=120, negative=0.65, positive=0.03, complaint=0.5, addressed=0.5, passed_on=15
    ),
    "a launch": Talk(texts=200, negative=0.06, positive=0.6, passed_on=150, lead=0.6),
    "the death of somebody who was loved": Talk(
        texts=120, negative=0.35, positive=0.25, sad=0.6, passed_on=80, lead=0.3
    ),
    "a customer alone, and those who answer him": Talk(
        texts=6, negative=0.8, positive=0.0, complaint=0.4, addressed=0.8, passed_on=4
    ),
}

CRISES = {
    "a video of activists is passed on": (
        Talk(
            texts=40,
            negative=0.6,
            positive=0.05,
            accusing=0.3,
            attacking=0.4,
            passed_on=150,
            passed_on_negative=0.9,
            passed_on_attacking=0.8,
            lead=0.6,
            z=2.5,
        ),
        1.0,
    ),
    "a call for a boycott": (
        Talk(
            texts=70,
            negative=0.5,
            positive=0.06,
            accusing=0.35,
            attacking=0.45,
            addressed=0.1,
            passed_on=70,
            passed_on_negative=0.6,
            passed_on_attacking=0.5,
            lead=0.2,
            z=2.0,
        ),
        1.0,
    ),
    "a remark of the boss, and mockery": (
        Talk(
            texts=60,
            negative=0.5,
            positive=0.1,
            accusing=0.15,
            attacking=0.35,
            passed_on=80,
            passed_on_negative=0.6,
            passed_on_attacking=0.6,
            lead=0.4,
            z=1.8,
        ),
        1.5,
    ),
    "a product that harms": (
        Talk(
            texts=45,
            negative=0.7,
            positive=0.03,
            accusing=0.12,
            attacking=0.2,
            complaint=0.1,
            passed_on=50,
            passed_on_negative=0.8,
            passed_on_attacking=0.4,
            lead=0.3,
            z=1.2,
        ),
        3.0,
    ),
    "few at a time, for half a day": (
        Talk(
            texts=9,
            negative=0.7,
            positive=0.03,
            accusing=0.3,
            attacking=0.4,
            addressed=0.1,
            passed_on=9,
            passed_on_negative=0.7,
            passed_on_attacking=0.6,
        ),
        12.0,
    ),
    "a thread of one customer, believed by many": (
        Talk(
            texts=25,
            negative=0.6,
            positive=0.05,
            accusing=0.15,
            attacking=0.3,
            passed_on=120,
            passed_on_negative=1.0,
            passed_on_attacking=0.9,
            lead=0.8,
            z=2.2,
        ),
        1.5,
    ),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_is_harmless_wakes_nobody(kind, ordinary):
    looks = after(HARMLESS[kind], ORDINARY, ordinary, hours=5)
    assert [one.step.why for one in looks if one.step.level == "ring"] == []


@pytest.mark.parametrize("kind", CRISES)
def test_a_crisis_wakes_people(kind, ordinary):
    talk, hours = CRISES[kind]
    assert any(one.step.level == "ring" for one in after(talk, ORDINARY, ordinary, hours))


def test_a_tiny_brand_is_no_exception(tiny):
    talk = CRISES["a video of activists is passed on"][0]._replace(texts=6, passed_on=20)
    assert any(one.step.level == "ring" for one in after(talk, TINY, tiny, hours=2))


def test_of_a_brand_of_two_mentions_a_day_shares_are_those_of_ordinary_talk(two_a_day):
    """Expected is at least a fiftieth of a voice an hour, of each field: no share comes of that."""
    accused = Talk(
        texts=9,
        negative=0.7,
        positive=0.1,
        accusing=0.15,
        attacking=0.35,
        addressed=0.2,
        passed_on=4,
    )
    looks = list(after(accused, TWO_A_DAY, two_a_day, hours=3))
    usual = {term.code: term.usual for term in looks[-1].told.composition.terms}
    assert usual["attacking"] < 0.1
    assert usual["addressed"] < 0.5
    assert usual["negative"] < 0.5
    assert any(one.step.level == "ring" for one in looks)


def test_praise_of_a_brand_of_two_mentions_a_day_wakes_nobody(two_a_day):
    praised = Talk(texts=9, negative=0.05, positive=0.8, addressed=0.2, passed_on=4)
    looks = after(praised, TWO_A_DAY, two_a_day, hours=3)
    assert not any(one.step.level == "ring" for one in looks)


def test_something_larger_in_an_open_incident_wakes_people_again(ordinary):
    first = CRISES["a remark of the boss, and mockery"][0]
    detector = Detector(state=copied(ordinary))
    rng = np.random.default_rng(5)
    whys = []
    begins = round(QUIET_DAYS * STEPS_A_DAY)
    for lasting in range(6 * STEPS_AN_HOUR):
        talk = first if lasting < 4 * STEPS_AN_HOUR else first._replace(texts=400, passed_on=500)
        step = begins + lasting
        voices = say(rng, ORDINARY, talk, step=step, lasting=lasting + 1)
        whys += [
            (look.step.why, look.at_s)
            for look in detector.take(START_S + step * STEP_S, voices)
            if look.step.level == "ring" and look.step.why
        ]
    assert whys[0][0] != "larger"
    larger = [at_s for why, at_s in whys if why == "larger"]
    assert larger
    second_s = START_S + (begins + 4 * STEPS_AN_HOUR) * STEP_S
    assert any(second_s < at_s < second_s + 3_600 for at_s in larger)
    assert all(b - a >= 3_600 for (_, a), (_, b) in pairwise(whys))


def test_size_tells_a_crisis_from_what_is_merely_large(ordinary):
    def gravest(talk: Talk, hours: float = 5) -> float:
        looks = after(talk, ORDINARY, ordinary, hours)
        return max(one.severity.now for one in looks if one.step.level != "quiet")

    post = HARMLESS["one post that names the brand in a quarrel of others is passed on 150 times"]
    video = CRISES["a video of activists is passed on"][0]
    assert 2 <= gravest(post) <= 4
    assert 3 <= gravest(HARMLESS["an outage"]) <= 5
    assert 7 <= gravest(video) < gravest(video._replace(texts=200, passed_on=300))
