"""What is still needed is in the table, whatever was written and wherever the process ended."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.state import journal
from pipeline.state.journal import Journal, journals_of
from schemas.codec import UnreadableError

steps = st.lists(st.integers(0, 9) | st.tuples(st.just("checkpoint"), st.integers(0, 10)))
"""Marks of entries, and from which mark on entries are still needed at a checkpoint."""


@given(steps)
def test_what_is_needed_is_held_and_after_a_restart_the_next_entry_takes_the_same_slot(taken):
    table: dict[str, bytes] = {}
    running = Journal(table, 3, "acme")
    needed: dict[bytes, int] = {}
    for number, step in enumerate(taken):
        if isinstance(step, int):
            raw = f"entry {number}".encode()
            running.append(raw, step)
            needed[raw] = step
        else:
            _, least = step
            raw = f"checkpoint {number}".encode()
            running.write_checkpoint(raw, still_needed=lambda mark, least=least: mark >= least)
            needed = {entry: mark for entry, mark in needed.items() if mark >= least}
            assert running.checkpoint() == raw
        found = running.entries()
        assert needed.keys() <= set(found.values())
        assert running.held == len(needed)

        restarted = dict(table)
        again = journals_of(restarted, 3)["acme"]
        again.resume({slot: needed[raw] for slot, raw in found.items() if raw in needed})
        again.append(b"next")
        uninterrupted = deepcopy(running)
        uninterrupted.append(b"next")
        assert restarted == uninterrupted._table


def test_a_checkpoint_that_is_not_written_frees_no_slot():
    class Full(dict):
        def __setitem__(self, key, value):
            if key == "0|acme":
                raise OSError("no room")
            super().__setitem__(key, value)

    kept = Journal(Full(), 0, "acme")
    kept.append(b"one")
    with pytest.raises(OSError, match="no room"):
        kept.write_checkpoint(b"state")
    kept.append(b"two")
    assert list(kept.entries().values()) == [b"one", b"two"]


def test_each_partition_has_its_own_journals():
    table: dict[str, bytes] = {"1!header": b"", "1": b"", "11": b""}
    for partition, brand in [(1, "nestle"), (1, "acme"), (11, "acme")]:
        Journal(table, partition, brand).append(b"entry")
    Journal(table, 11, "quiet").write_checkpoint(b"state")
    assert list(journals_of(table, 1)) == ["acme", "nestle"]
    assert {brand: one.slots for brand, one in journals_of(table, 11).items()} == {
        "acme": 1,
        "quiet": 0,
    }


def test_what_kafka_would_not_take_is_refused_before_it_is_written(monkeypatch):
    monkeypatch.setattr(journal, "LIMIT_BYTES", 20)
    table: dict[str, bytes] = {}
    small = Journal(table, 0, "acme")
    small.check_entry(b"x" * 12)
    with pytest.raises(UnreadableError) as entry:
        small.check_entry(b"x" * 13)
    small.check_checkpoint(b"x" * 14)
    with pytest.raises(UnreadableError) as checkpoint:
        small.check_checkpoint(b"x" * 15)
    assert {entry.value.reason, checkpoint.value.reason} == {"too_large"}
    assert table == {}
