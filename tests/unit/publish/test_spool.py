import os
import signal
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.ingest.outbox.outbox import MemoryOutbox, OutboxFullError, OutboxRecord
from agents.ingest.outbox.spool import Spool, SpoolInUseError


def record(number, size=10):
    return OutboxRecord(topic="t", key=b"k", value=b"%d" % number + b"." * size, mentions=number)


def rest(outbox):
    """Everything from the acknowledged position on."""
    position, found = outbox.acknowledged, []
    while one := outbox.read(position, 0):
        found.append(one[0])
        position = one[1]
    return found


@pytest.fixture(params=["memory", "spool"])
def outbox(request, tmp_path):
    if request.param == "memory":
        yield MemoryOutbox(1_000)
        return
    spool = Spool(tmp_path, limit_bytes=1_000, segment_bytes=100)
    yield spool
    spool.close()


def test_records_come_out_as_they_went_in(outbox):
    for number in range(5):
        outbox.append(record(number))
    assert rest(outbox) == [record(number) for number in range(5)]


def test_reading_does_not_take_away(outbox):
    outbox.append(record(1))
    assert rest(outbox) == rest(outbox) == [record(1)]


def test_what_is_acknowledged_is_gone(outbox):
    ends = [outbox.append(record(number)) for number in range(5)]
    outbox.acknowledge(ends[2])
    assert rest(outbox) == [record(3), record(4)]
    outbox.acknowledge(ends[4])
    assert outbox.waiting_bytes == 0


def test_a_full_outbox_refuses_and_takes_again_when_there_is_room(outbox):
    stored = 0
    while outbox.waiting_bytes < 1_000 - 80:
        outbox.append(record(1))
        stored += 1
    with pytest.raises(OutboxFullError):
        outbox.append(record(1, size=100))
    assert len(rest(outbox)) == stored
    outbox.acknowledge(outbox.end)
    outbox.append(record(2))
    assert rest(outbox) == [record(2)]


def test_an_empty_outbox_gives_nothing_within_the_timeout(outbox):
    assert outbox.read(outbox.acknowledged, 0.01) is None


def test_what_is_unacknowledged_outlives_the_process(tmp_path):
    first = Spool(tmp_path, limit_bytes=10_000, segment_bytes=100)
    ends = [first.append(record(number)) for number in range(20)]
    first.acknowledge(ends[6])
    first.close()
    second = Spool(tmp_path, limit_bytes=10_000, segment_bytes=100)
    assert rest(second) == [record(number) for number in range(7, 20)]
    second.append(record(99))
    assert rest(second)[-1] == record(99)
    second.close()


def test_disk_use_is_bounded_and_given_back(tmp_path):
    spool = Spool(tmp_path, limit_bytes=1_000, segment_bytes=100)
    for number in range(500):
        spool.append(record(number))
        spool.acknowledge(spool.end)
    on_disk = sum(path.stat().st_size for path in tmp_path.glob("*.spool"))
    spool.close()
    assert on_disk <= 200


def test_a_second_process_is_kept_out(tmp_path):
    spool = Spool(tmp_path, limit_bytes=1_000)
    with pytest.raises(SpoolInUseError, match="another process"):
        Spool(tmp_path, limit_bytes=1_000)
    spool.close()


@pytest.mark.parametrize("cut", [1, 9, 20])
def test_a_torn_end_costs_only_the_torn_record(tmp_path, cut):
    spool = Spool(tmp_path, limit_bytes=10_000)
    for number in range(3):
        spool.append(record(number, size=20))
    spool.close()
    (path,) = tmp_path.glob("*.spool")
    os.truncate(path, path.stat().st_size - cut)
    again = Spool(tmp_path, limit_bytes=10_000)
    again.append(record(7))
    assert rest(again) == [record(0, size=20), record(1, size=20), record(7)]
    assert again.take_damage().lost_bytes > 0
    assert again.take_damage() is None
    again.close()


def test_damage_in_one_segment_costs_the_rest_of_that_segment_only(tmp_path):
    spool = Spool(tmp_path, limit_bytes=10_000, segment_bytes=100)
    for number in range(12):
        spool.append(record(number))
    spool.close()
    first, *others = sorted(tmp_path.glob("*.spool"))
    raw = bytearray(first.read_bytes())
    raw[-5] ^= 0xFF
    first.write_bytes(raw)
    again = Spool(tmp_path, limit_bytes=10_000, segment_bytes=100)
    numbers = [one.mentions for one in rest(again)]
    again.close()
    assert len(others) > 0
    assert numbers == sorted(numbers)
    assert len(numbers) == 11


def test_a_lost_acknowledgement_file_means_sending_again(tmp_path):
    spool = Spool(tmp_path, limit_bytes=10_000)
    end = spool.append(record(1))
    spool.acknowledge(end)
    spool.append(record(2))
    spool.close()
    (tmp_path / "acknowledged").write_text("")
    again = Spool(tmp_path, limit_bytes=10_000)
    assert rest(again) == [record(1), record(2)]
    again.close()


def test_what_was_appended_survives_kill_9(tmp_path):
    code = (
        "import sys, os, signal\n"
        "from pathlib import Path\n"
        "from agents.ingest.outbox.spool import Spool\n"
        "from agents.ingest.outbox.outbox import OutboxRecord\n"
        "spool = Spool(Path(sys.argv[1]), limit_bytes=1_000_000)\n"
        "for n in range(100):\n"
        "    spool.append(OutboxRecord(topic='t', key=None, value=b'v', mentions=n))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    spool = Spool(tmp_path, limit_bytes=1_000_000)
    assert [one.mentions for one in rest(spool)] == list(range(100))
    spool.close()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 80)),
        st.just(("acknowledge",)),
        st.just(("restart",)),
    ),
    max_size=40,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_nothing_unacknowledged_is_lost_whatever_happens(tmp_path_factory, steps):
    directory = tmp_path_factory.mktemp("spool")

    def start():
        return Spool(directory, limit_bytes=1_500, segment_bytes=150)

    spool, expected = start(), []
    for number, step in enumerate(steps):
        match step:
            case ("append", size):
                try:
                    end = spool.append(record(number, size))
                except OutboxFullError:
                    continue
                expected.append((end, record(number, size)))
            case ("acknowledge",) if expected:
                spool.acknowledge(expected.pop(0)[0])
            case ("restart",):
                spool.close()
                spool = start()
        assert rest(spool) == [one for _, one in expected]
    spool.close()
