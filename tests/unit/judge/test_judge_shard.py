"""The judge's shard stopped at any table write says what the uninterrupted one says."""

import random

import pytest
from talk import CHATTER, HOUR_S, Kind, Part, buckets, day

from pipeline.judge.shard import JudgeShard
from schemas.codec import encode

STORM = Kind(negative=0.75, positive=0.05, outrage=0.4, boycott=0.1, new=0.85, first=0.1)
BEGINS_S = 30 * HOUR_S
LENGTH_S = BEGINS_S + HOUR_S


class StopError(Exception):
    """The process ends here."""


class StoppingTable(dict):
    """A table that stops the process right after its nth write."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self._left = left

    def __setitem__(self, key, value) -> None:
        super().__setitem__(key, value)
        self._left -= 1
        if self._left == 0:
            raise StopError


@pytest.fixture(scope="module")
def log() -> list[bytes]:
    def storm(at_s: float) -> float:
        return 3000.0 if at_s >= BEGINS_S else 0.0

    talk = [Part(CHATTER, day(20)), Part(STORM, storm, "storm")]
    return [encode(bucket) for bucket in buckets(talk, length_s=LENGTH_S, seed=3)]


def run(log, table, brand, said, first=0) -> None:
    """One life: what was in doubt, then every bucket from ``first`` on; all of it acknowledged."""
    shard = JudgeShard(0, table=table, brands={brand.id: brand}, width_s=10)
    new = shard.recovered
    for offset in range(first, len(log)):
        for one in new:
            said.setdefault((one.incident, one.seq), []).append(one)
            shard.acknowledge(one)
        new = shard.apply(offset, log[offset]).transitions
    for one in new:
        said.setdefault((one.incident, one.seq), []).append(one)


def test_stopped_anywhere_it_says_the_same(log, brand):
    whole: dict = {}
    run(log, {}, brand, whole)
    assert any(copies[0].state == "open" for copies in whole.values())
    chance = random.Random(5)
    storm_from = next(number for number in range(len(log)) if len(log) - number <= HOUR_S // 10)
    for cut in [17, 18, 40, *chance.sample(range(storm_from, len(log)), 4)]:
        table, said = StoppingTable(cut), {}
        with pytest.raises(StopError):
            run(log, table, brand, said)
        run(log, dict(table), brand, said, first=chance.randrange(cut))
        assert said.keys() == whole.keys()
        for key, copies in said.items():
            assert all(copy == whole[key][0] for copy in copies)


def test_a_second_copy_of_a_record_changes_nothing(log, brand):
    shard = JudgeShard(0, table={}, brands={brand.id: brand}, width_s=10)
    shard.apply(0, log[0])
    assert shard.apply(0, log[0]).transitions == []


def test_what_cannot_be_read_is_an_error_with_a_reason(brand):
    shard = JudgeShard(0, table={}, brands={brand.id: brand}, width_s=10)
    assert shard.apply(0, b"{").error.reason == "malformed_json"
