"""Which window tells of what kind a wave is, and when what was read is heeded."""

import numpy as np
import pytest

from pipeline.detection.detector.detector import STEP_S, Detector
from pipeline.detection.detector.kind import composition
from pipeline.detection.detector.levels import KIND_WORTH, RARITY_MOST
from pipeline.detection.detector.rarity import Rarity, WindowSums
from pipeline.detection.detector.read import Against
from pipeline.detection.detector.telling import HOUR, Told, telling
from pipeline.detection.detector.voices import FIELDS, INDEX
from support.talk import (
    ORDINARY,
    QUIET_DAYS,
    START_S,
    STEPS_A_DAY,
    STEPS_AN_HOUR,
    Talk,
    lived,
    say,
)

USUAL = [1.0 if name in ("texts", "reposts") else 0.1 for name in FIELDS]
LENGTHS_H = (1 / 3, 1, 3, 8)
READ = [Against("leading_post", 0.9, 0.2, 3.0)]


def window(place: int, **counts: float) -> WindowSums:
    sums = [0] * len(FIELDS)
    for name, count in counts.items():
        sums[INDEX[name]] = round(1000 * count)
    return WindowSums(sums, [LENGTHS_H[place] * one for one in USUAL])


def rare(place: int, windows: tuple[float, ...]) -> Rarity:
    return Rarity(max(windows), 5.0, 3.0, 0.0, 0.0, place, windows)


PRAISED = {"texts": 400, "positive": 320, "p_positive": 320, "negative": 20}
ATTACKED = {"texts": 60, "negative": 45, "attacking": 30, "fierce": 12, "accusing": 15}
TURNED = [
    window(0, texts=20, negative=15, attacking=10, fierce=4, accusing=5),
    window(1, **ATTACKED),
    window(2, **{name: PRAISED.get(name, 0) / 2 + one for name, one in ATTACKED.items()}),
    window(3, **{k: PRAISED.get(k, 0) + ATTACKED.get(k, 0) for k in PRAISED | ATTACKED}),
]


def tell(rarity: Rarity, read: list[Against] | None = None) -> Told:
    return telling(TURNED, rarity, lambda _: USUAL, read)


def kind_of(place: int) -> float:
    return composition(TURNED[place], USUAL).kind


def test_the_hour_tells_that_what_was_praised_all_morning_is_attacked_now() -> None:
    told = tell(rare(3, (4.0, RARITY_MOST, 6.0, RARITY_MOST + 3)))
    assert told == (composition(TURNED[HOUR], USUAL), kind_of(HOUR))
    assert told.kind > kind_of(3) + 1


def test_the_kind_of_a_window_that_is_less_rare_counts_for_less() -> None:
    told = tell(rare(3, (4.0, 6.0, 4.0, 7.5)))
    assert told.kind == pytest.approx(kind_of(HOUR) - 1.5 / KIND_WORTH)
    assert told.composition.kind == kind_of(HOUR)


def test_a_window_that_is_not_rare_by_itself_tells_nothing() -> None:
    assert tell(rare(3, (1.0, 3.9, 3.9, 7.0))).kind == kind_of(3)


def test_the_shortest_window_never_tells() -> None:
    assert tell(rare(3, (7.0, 3.9, 3.9, 7.0))).kind == kind_of(3)


@pytest.mark.parametrize(("in_the_hour", "part"), [(400, 1.0), (100, 1.0), (50, 0.5), (0, 0.0)])
def test_what_was_read_counts_as_far_as_the_wave_is_of_the_last_hour(in_the_hour, part) -> None:
    windows = [
        window(0),
        window(1, texts=in_the_hour + 1),
        window(2),
        window(3, texts=400 + LENGTHS_H[3]),
    ]
    seen = telling(windows, rare(3, (0.0, 0.0, 0.0, 7.0)), lambda _: USUAL, READ)
    weight = {term.code: term.weight for term in seen.composition.terms}["leading_post"]
    full = {term.code: term.weight for term in composition(windows[3], USUAL, READ).terms}
    assert weight == pytest.approx(part * full["leading_post"])


def test_of_the_hour_itself_all_that_was_read_counts() -> None:
    seen = tell(rare(1, (0.0, 7.0, 0.0, 0.0)), READ)
    assert seen.composition == composition(TURNED[1], USUAL, READ)


def test_an_advert_that_turns_wakes_people_within_the_hour() -> None:
    """Six hours of joy, and then anger: of the eight hours most is joy until they are over."""
    joy = Talk(texts=600, negative=0.05, positive=0.6, passed_on=60)
    anger = Talk(
        texts=50, negative=0.6, positive=0.05, accusing=0.15, attacking=0.3, addressed=0.1,
        passed_on=20, passed_on_negative=0.8, passed_on_attacking=0.6,
    )  # fmt: skip
    detector = Detector(state=lived(ORDINARY))
    rng = np.random.default_rng(5)
    begins = round(QUIET_DAYS * STEPS_A_DAY)
    turns = begins + 6 * STEPS_AN_HOUR
    rung = []
    for step in range(begins, turns + STEPS_AN_HOUR):
        talk = joy if step < turns else anger
        voices = say(rng, ORDINARY, talk, step=step, lasting=step - begins + 1)
        rung += [
            step - turns
            for look in detector.take(START_S + step * STEP_S, voices)
            if look.step.level == "ring"
        ]
    assert rung
    assert 0 < rung[0] <= STEPS_AN_HOUR
