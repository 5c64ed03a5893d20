"""The judge's shard stopped at any table write says what the uninterrupted one says."""

import random
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talk import CHATTER, HOUR_S, START_S, Kind, Part, buckets, day

from pipeline.detection.shard import JudgeShard
from schemas.codec import encode
from schemas.feedback import Feedback
from schemas.incident import Transition

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


class Record(NamedTuple):
    """What came from one of the two topics, with its offset there."""

    offset: int
    value: bytes
    feedback: bool = False


@pytest.fixture(scope="module")
def bare() -> list[Record]:
    """Buckets of chatter and a storm."""

    def storm(at_s: float) -> float:
        return 3000.0 if at_s >= BEGINS_S else 0.0

    talk = [Part(CHATTER, day(20)), Part(STORM, storm, "storm")]
    heard = buckets(talk, length_s=LENGTH_S, seed=3)
    return [Record(offset, encode(bucket)) for offset, bucket in enumerate(heard)]


@pytest.fixture(scope="module")
def log(bare, brand) -> list[Record]:
    """The same, with people who speak: 30 records after it rang, again, and in the end."""
    shard = JudgeShard(0, table={}, brands={brand.id: brand}, width_s=10)
    place, incident = next(
        (place, transitions[0].incident)
        for place, record in enumerate(bare)
        if (transitions := shard.apply(record.offset, record.value).transitions)
    )
    at = datetime.fromtimestamp(START_S + BEGINS_S, tz=UTC)

    def said(number: int, **fields: object) -> Record:
        values = {"id": f"f{number}", "brand": brand.id, "by": "Ana", "incident": incident}
        feedback = Feedback(at=at, **{**values, **fields})
        return Record(number, encode(feedback), feedback=True)

    spoken = {
        place + 30: [said(0, kind="ack"), said(1, kind="label", incident="", text="no")],
        place + 31: [said(2, id="f0", kind="ack"), said(3, kind="ack", incident="acme-no")],
        place + 60: [said(4, kind="snooze", until=at + timedelta(minutes=10))],
        place + 200: [said(5, kind="false_alarm"), said(6, kind="false_alarm", by="Bea")],
    }
    assert place + 200 < len(bare)
    return [r for at, one in enumerate(bare) for r in (*spoken.get(at, ()), one)]


def run(log, table, brand, said, first=0) -> list[tuple[bytes, str]]:
    """One life: what was in doubt, then every record from ``first`` on; all of it acknowledged."""
    shard = JudgeShard(0, table=table, brands={brand.id: brand}, width_s=10)
    refused = []
    new = shard.recovered
    for record in log[first:]:
        keep(said, new, shard)
        apply = shard.apply_feedback if record.feedback else shard.apply
        judged = apply(record.offset, record.value)
        new = judged.transitions
        if judged.error is not None:
            refused.append((record.value, judged.error.reason))
    keep(said, new, shard)
    return refused


def keep(said, transitions: list[Transition], shard: JudgeShard) -> None:
    for one in transitions:
        said.setdefault((one.incident, one.seq), []).append(one)
        shard.acknowledge(one)


def trail(said) -> list[str]:
    return [copies[0].reason for _, copies in sorted(said.items()) if copies[0].by]


@pytest.fixture(scope="module")
def whole(log, brand) -> dict:
    said: dict = {}
    run(log, {}, brand, said)
    return said


def test_every_feedback_that_is_applied_leaves_one_trace_and_the_rest_a_letter(log, brand):
    said: dict = {}
    refused = run(log, {}, brand, said)
    assert any(copies[0].state == "open" for copies in said.values())
    assert trail(said) == ["acknowledged", "snoozed", "false_alarm"]
    assert [reason for _, reason in refused] == ["unknown_incident", "incident_over"]


def test_stopped_anywhere_it_says_the_same(log, whole, brand):
    chance = random.Random(5)
    storm_from = next(number for number in range(len(log)) if len(log) - number <= HOUR_S // 10)
    spoken = [place for place, record in enumerate(log) if record.feedback]
    for cut in [17, 40, *spoken[::3], *chance.sample(range(storm_from, len(log) - 5), 3)]:
        table, said = StoppingTable(cut), {}
        with pytest.raises(StopError):
            run(log, table, brand, said)
        run(log, dict(table), brand, said, first=chance.randrange(cut))
        assert said.keys() == whole.keys()
        for key, copies in said.items():
            assert all(copy == whole[key][0] for copy in copies)


@pytest.fixture(scope="module")
def eve(bare, brand) -> tuple[dict[str, bytes], int]:
    """The table half an hour before the storm, and how many records it has seen."""
    seen = len(bare) - (HOUR_S // 10) - 10
    table: dict[str, bytes] = {}
    run(bare[:seen], table, brand, {})
    return table, seen


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_read_again_in_another_order_nothing_said_is_said_otherwise(bare, log, eve, brand, data):
    """Two topics have no common order: after a crash feedback may come before or after buckets."""
    before, seen = eve
    feedback = [record for record in log if record.feedback]
    rang = log.index(feedback[0])
    table, said = StoppingTable(data.draw(st.integers(1, len(bare) - seen), label="cut")), {}
    dict.update(table, before)
    with pytest.raises(StopError):
        run(log[seen:], table, brand, said)
    places = st.lists(st.integers(rang, len(bare)), min_size=7, max_size=7).map(sorted)
    again = list(bare)
    for record, place in reversed([*zip(feedback, data.draw(places, label="places"), strict=True)]):
        again.insert(place, record)
    run(again[seen - 20 :], dict(table), brand, said)
    for copies in said.values():
        assert all(copy == copies[0] for copy in copies)
    assert trail(said) == ["acknowledged", "snoozed", "false_alarm"]
    for incident, _ in said:
        steps = sorted(seq for name, seq in said if name == incident)
        assert steps == list(range(len(steps)))


def test_a_second_copy_of_a_record_changes_nothing(log, brand):
    shard = JudgeShard(0, table={}, brands={brand.id: brand}, width_s=10)
    shard.apply(0, log[0].value)
    assert shard.apply(0, log[0].value).transitions == []


def test_what_cannot_be_read_is_an_error_with_a_reason(brand):
    shard = JudgeShard(0, table={}, brands={brand.id: brand}, width_s=10)
    assert shard.apply(0, b"{").error.reason == "malformed_json"
    assert shard.apply_feedback(0, b"{").error.reason == "malformed_json"
    stray = Feedback(id="1", brand="other", at=datetime.now(UTC), by="Ana", kind="ack")
    assert shard.apply_feedback(0, encode(stray)).error.reason == "wrong_brand"
