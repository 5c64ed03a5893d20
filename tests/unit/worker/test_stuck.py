"""A worker names the partitions in which nothing gets done, and is not ready meanwhile."""

from types import SimpleNamespace

import pytest
from faust.types import TP

from agents.cli.worker import _stuck
from agents.monitoring.health import Cause
from pipeline.worker.app import Worker


@pytest.fixture
def worker() -> Worker:
    """A worker of which only what it knows of its partitions is made."""
    bare = object.__new__(Worker)
    bare._lag = SimpleNamespace(stuck=lambda: {TP("tocsin.mentions", 3): 61.2})
    bare.settled = True
    return bare


def test_a_stuck_partition_is_a_cause_with_its_name_and_since_when(worker: Worker) -> None:
    assert _stuck(worker) == Cause(
        "partition_stuck",
        "records wait and none of them is done: tocsin.mentions[3] for 61 s",
    )


def test_while_partitions_are_shared_out_none_is_stuck(worker: Worker) -> None:
    worker.settled = False
    assert _stuck(worker) is None


def test_where_all_get_on_it_is_no_cause(worker: Worker) -> None:
    worker._lag.stuck = dict
    assert _stuck(worker) is None
