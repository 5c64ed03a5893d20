"""Talk about a brand, made up by hand: voices by two minutes, after ordinary days."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import numpy as np

from pipeline.detection.detector.detector import STEP_S, Detector, DetectorState, Look
from pipeline.detection.detector.voices import FIELDS
from schemas.bucket import LeadingPost, Voices

START_S = 1_772_323_200
STEPS_A_DAY = 86_400 // STEP_S
STEPS_AN_HOUR = 3_600 // STEP_S
QUIET_DAYS = 3.5


class Talk(NamedTuple):
    """What is said, an hour and in shares of the texts, and the post that is passed on most.

    ``passed_on``: reposts an hour. ``lead``: the share of them that the leading post has; ``z``:
    how far it attacks, in standard deviations.
    """

    texts: float = 0.0
    negative: float = 0.2
    positive: float = 0.25
    accusing: float = 0.015
    attacking: float = 0.02
    addressed: float = 0.25
    sad: float = 0.005
    complaint: float = 0.04
    passed_on: float = 0.0
    passed_on_negative: float = 0.2
    passed_on_attacking: float = 0.01
    lead: float = 0.0
    z: float = 0.0


ORDINARY = Talk(texts=24, passed_on=6)
TINY = Talk(texts=0.4, passed_on=0.1)
TWO_A_DAY = Talk(texts=0.08, passed_on=0.02)


def say(rng: np.random.Generator, *talks: Talk, step: int, lasting: int) -> Voices:
    """One step of several kinds of talk; ``lasting``: steps since the leading post appeared."""
    sums = dict.fromkeys(FIELDS[1:], 0)
    critical = cascade = 0
    leading = []
    hour = step * STEP_S / 3600 % 24
    rhythm = 1 + 0.5 * np.cos((hour - 15) / 24 * 2 * np.pi)
    for number, talk in enumerate(talks):
        pace = rhythm if number == 0 else 1.0
        texts = int(rng.poisson(talk.texts / STEPS_AN_HOUR * pace * rng.gamma(2.0, 0.5)))
        for name in ("negative", "positive", "accusing", "attacking", "addressed", "sad"):
            sums[name] += 1000 * int(rng.binomial(texts, getattr(talk, name)))
        sums["complaint"] += 1000 * int(rng.binomial(texts, talk.complaint))
        # One ordinary attack in seven is fierce, and nearly half of those in a crisis.
        fierce = talk.attacking * (0.13 + 0.8 * talk.attacking)
        sums["fierce"] += round(1000 * texts * fierce)
        sums["texts"] += 1000 * texts
        sums["p_positive"] += round(1000 * texts * talk.positive)
        sums["hostile"] += round(1000 * texts * (0.75 * talk.negative + 0.6 * talk.attacking))
        passed_on = int(rng.poisson(talk.passed_on / STEPS_AN_HOUR * pace))
        # The n-th repost of a post is 1/(1 + n/3) of a voice.
        before = talk.lead * talk.passed_on / STEPS_AN_HOUR * lasting
        worth = 1000 * passed_on * (1 - talk.lead + talk.lead / (1 + before / 3))
        sums["reposts"] += round(worth)
        sums["reposts_negative"] += round(worth * talk.passed_on_negative)
        sums["reposts_attacking"] += round(worth * talk.passed_on_attacking)
        sums["hostile"] += round(
            worth * (0.75 * talk.passed_on_negative + 0.6 * talk.passed_on_attacking)
        )
        hour_s = min(lasting, STEPS_AN_HOUR) / STEPS_AN_HOUR
        reposts = round(talk.lead * talk.passed_on * hour_s)
        if reposts > 2:
            leading.append(LeadingPost(post=number, reposts=reposts, attack=round(talk.z * 1000)))
            cascade = max(cascade, reposts)
            if talk.passed_on_negative > 0.5 or talk.passed_on_attacking > 0.5:
                critical = max(critical, reposts)
    usual = int(rng.geometric(0.5)) if rng.random() < 0.2 else 0
    return Voices(
        **sums,
        cascade=max(cascade, usual),
        critical_cascade=max(critical, usual // 3),
        leading=tuple(leading),
    )


def after(talk: Talk, base: Talk, state: DetectorState, hours: float) -> Iterator[Look]:
    """The looks while ``talk`` comes on top of ``base``."""
    rng = np.random.default_rng(5)
    detector = Detector(state=copied(state))
    first = round(QUIET_DAYS * STEPS_A_DAY)
    for lasting in range(round(hours * STEPS_AN_HOUR)):
        step = first + lasting
        voices = say(rng, base, talk, step=step, lasting=lasting + 1)
        yield from detector.take(START_S + step * STEP_S, voices)


def copied(state: DetectorState) -> DetectorState:
    return msgspec.json.decode(msgspec.json.encode(state), type=DetectorState)


def lived(base: Talk) -> DetectorState:
    """What the detector knows after the quiet days."""
    rng = np.random.default_rng(4)
    detector = Detector()
    for step in range(round(QUIET_DAYS * STEPS_A_DAY)):
        detector.take(START_S + step * STEP_S, say(rng, base, step=step, lasting=0))
    return detector.state
