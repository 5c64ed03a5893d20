"""A set that is small: it has what was added, and nothing else."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from pipeline.deletions import many_names
from pipeline.deletions.many_names import ManyNames

NAMES = st.sets(st.text(max_size=20), max_size=60)


@given(added=NAMES, asked=NAMES)
def test_it_has_what_was_added_and_nothing_else(added, asked):
    names = ManyNames(least_new=4)
    for name in [*added, *added]:
        names.add(name)
    assert len(names) == len(added)
    assert {name for name in added | asked if name in names} == added


def test_two_processes_take_different_fingerprints():
    one, other = ManyNames(), ManyNames()
    assert one._fingerprint("7") != other._fingerprint("7")


def test_many_take_little():
    names = ManyNames()
    for number in range(200_000):
        names.add(f"19000000000000{number:05}")
    assert sys.getsizeof(names._sorted) + sys.getsizeof(names._new) < 16 * 200_000
    assert len(names._new) < max(many_names.LEAST_NEW, 200_000 // 16)
