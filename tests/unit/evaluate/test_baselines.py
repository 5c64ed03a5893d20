"""What holds for every detector that Tocsin is compared with."""

from math import exp
from random import Random

import pytest

from lab.evaluate.baselines.registry import BASELINES

DAYS = 10


def rows(seed: int = 1) -> list[tuple[int, float]]:
    dice = Random(seed)
    return [
        (row * 300, float(round(20 * exp(dice.gauss(0, 0.3))) + 400 * (2600 <= row < 2640)))
        for row in range(DAYS * 288)
    ]


every = pytest.mark.parametrize("name", BASELINES)


@every
def test_its_name_is_that_of_the_table(name: str) -> None:
    assert BASELINES[name]().name == name


@every
def test_the_same_rows_give_the_same_alarms(name: str) -> None:
    first, second = BASELINES[name](), BASELINES[name]()
    assert [first.update(*row) for row in rows()] == [second.update(*row) for row in rows()]


@every
def test_a_steady_series_is_quiet(name: str) -> None:
    detector = BASELINES[name]()
    assert not any(detector.update(row * 300, 7.0) for row in range(DAYS * 288))


@every
def test_silence_is_quiet(name: str) -> None:
    detector = BASELINES[name]()
    assert not any(detector.update(row * 300, 0.0) for row in range(DAYS * 288))


@every
def test_nothing_rings_in_the_first_hours(name: str) -> None:
    detector = BASELINES[name]()
    assert not any(detector.update(*row) for row in rows()[:140])


@pytest.mark.parametrize(
    "name", [name for name in BASELINES if "EARS" not in name and "SNARIMAX" not in name]
)
def test_an_explosion_is_heard_within_the_hour(name: str) -> None:
    detector = BASELINES[name]()
    said = [detector.update(*row) for row in rows()]
    assert any(said[2600:2612])
