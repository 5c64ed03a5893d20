"""A spool on a disk that tears, flips, fills up and writes half: what was whole is delivered."""

import errno
import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.ingest.outbox import private_files
from agents.ingest.outbox.outbox import OutboxFullError, OutboxRecord
from agents.ingest.outbox.spool import Spool

RECORDS = [
    OutboxRecord(topic="t", key=b"k", value=b"%d" % number + b"." * size, newest_s=1000.0 + number)
    for number, size in enumerate((3, 40, 0, 90, 17, 60, 1, 33))
]
NO_FIXTURE_CHECK = [HealthCheck.function_scoped_fixture]


@pytest.fixture(autouse=True)
def _no_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the disk sync at once: here files are torn by the tests, and no power fails."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)


def opened(directory: Path) -> Spool:
    return Spool(directory, limit_bytes=1_000_000, segment_bytes=150)


def filled(directory: Path, records=RECORDS) -> list[int]:
    """Write records; return the position behind each."""
    spool = opened(directory)
    ends = [spool.append(one) for one in records]
    spool.close()
    return ends


def rest(spool: Spool) -> list[OutboxRecord]:
    position, found = spool.acknowledged, []
    while one := spool.read(position, 0):
        found.append(one[0])
        position = one[1]
    return found


def drained(spool: Spool) -> list[OutboxRecord]:
    """Deliver everything, acknowledging each."""
    found = []
    while one := spool.read(spool.acknowledged, 0):
        found.append(one[0])
        spool.acknowledge(one[1])
    return found


def segments(directory: Path) -> list[tuple[int, int]]:
    paths = sorted(directory.glob("0*.spool"))
    return [(int(path.stem), path.stat().st_size) for path in paths]


def assert_consistent(spool: Spool, directory: Path) -> None:
    """No two files claim one position, and the last ends where the spool does."""
    found = segments(directory)
    for (start, size), (following, _) in pairwise(found):
        assert start + size <= following
    if found:
        assert sum(found[-1]) == spool.end


def all_bytes(directory: Path) -> list[tuple[Path, int]]:
    return [
        (path, offset)
        for path in sorted(directory.glob("*.spool"))
        for offset in range(path.stat().st_size)
    ]


def reopened_often(directory: Path) -> list[OutboxRecord]:
    """What each of several openings delivers: the same, without an error and with no new file."""
    seen = []
    for _ in range(3):
        spool = opened(directory)
        seen.append(rest(spool))
        assert_consistent(spool, directory)
        spool.close()
    assert seen[0] == seen[1] == seen[2]
    return seen[0]


def test_torn_at_every_byte_every_whole_frame_before_is_delivered(tmp_path) -> None:
    whole = tmp_path / "whole"
    ends = filled(whole)
    for cut in range(ends[-1]):
        torn = tmp_path / f"torn-{cut}"
        torn.mkdir()
        for start, _ in segments(whole):
            if start < cut:
                name = f"{start:020d}.spool"
                (torn / name).write_bytes((whole / name).read_bytes()[: cut - start])
        expected = [one for one, end in zip(RECORDS, ends, strict=True) if end <= cut]
        assert reopened_often(torn) == expected
        spool = opened(torn)
        assert drained(spool) == expected
        assert spool.waiting_bytes == 0
        spool.append(RECORDS[0])
        assert drained(spool) == [RECORDS[0]]
        assert_consistent(spool, torn)
        spool.close()


def test_a_live_source_starts_again_and_again_after_a_torn_tail(tmp_path) -> None:
    filled(tmp_path, RECORDS[:2])
    last = max(tmp_path.glob("*.spool"))
    os.truncate(last, last.stat().st_size - 5)
    for _ in range(3):
        spool = opened(tmp_path)
        assert spool.read(spool.acknowledged, 0) == (RECORDS[0], spool.end)
        assert spool.read(spool.end, 0) is None
        spool.close()


@pytest.mark.parametrize("flip", [0x01, 0xFF])
def test_a_flipped_byte_anywhere_costs_one_frame_at_most(tmp_path, flip) -> None:
    filled(tmp_path)
    for path, offset in all_bytes(tmp_path):
        sound = path.read_bytes()
        raw = bytearray(sound)
        raw[offset] ^= flip
        path.write_bytes(raw)
        spool = opened(tmp_path)
        found = rest(spool)
        damage = spool.take_damage()
        spool.close()
        missing = [one for one in RECORDS if one not in found]
        assert found == [one for one in RECORDS if one not in missing]
        assert len(missing) == 1
        assert damage is not None
        assert damage.lost_bytes > len(missing[0].value)
        [path.unlink() for path in tmp_path.glob("*")]
        filled(tmp_path)


def test_a_byte_that_flips_in_use_costs_one_frame_and_is_told(tmp_path) -> None:
    filled(tmp_path)
    for path, offset in all_bytes(tmp_path):
        spool = opened(tmp_path)
        with path.open("r+b") as file:
            file.seek(offset)
            byte = file.read(1)
            file.seek(offset)
            file.write(bytes([byte[0] ^ 0xFF]))
        found = drained(spool)
        assert found == [one for one in RECORDS if one in found]
        assert len(found) == len(RECORDS) - 1
        assert spool.take_damage() is not None
        assert spool.waiting_bytes == 0
        spool.close()
        [path.unlink() for path in tmp_path.glob("*")]
        filled(tmp_path)


def test_a_stretch_of_zeros_is_no_frame(tmp_path) -> None:
    filled(tmp_path)
    first = min(tmp_path.glob("*.spool"))
    raw = first.read_bytes()
    first.write_bytes(bytes(len(raw)))
    spool = opened(tmp_path)
    assert rest(spool) == RECORDS[-len(rest(spool)) :]
    assert spool.take_damage().lost_bytes == len(raw)
    spool.close()


def test_damage_says_between_which_posts_it_lay(tmp_path) -> None:
    ends = filled(tmp_path, RECORDS[:2])
    (path,) = tmp_path.glob("*.spool")
    spool = opened(tmp_path)
    spool.append(RECORDS[2])
    spool.close()
    with path.open("r+b") as file:
        file.seek(ends[0] + 20)
        file.write(b"\xff\xff\xff")
    spool = opened(tmp_path)
    assert rest(spool) == [RECORDS[0], RECORDS[2]]
    damage = spool.take_damage()
    assert (damage.since_s, damage.until_s) == (RECORDS[0].newest_s, RECORDS[2].newest_s)
    assert damage.lost_bytes == ends[1] - ends[0]
    spool.close()


def test_bytes_in_a_post_that_look_like_a_frame_are_not_taken_for_one(tmp_path) -> None:
    filled(tmp_path / "forger", [OutboxRecord(topic="forged", key=None, value=b"!")])
    (forger,) = (tmp_path / "forger").glob("*.spool")
    bait = OutboxRecord(topic="t", key=None, value=b"x" * 50 + forger.read_bytes() + b"x" * 50)
    filled(tmp_path / "spool", [bait, RECORDS[0]])
    path = min((tmp_path / "spool").glob("*.spool"))
    raw = bytearray(path.read_bytes())
    raw[0] ^= 0xFF
    path.write_bytes(raw)
    spool = opened(tmp_path / "spool")
    assert rest(spool) == [RECORDS[0]]
    spool.close()


@pytest.mark.parametrize("offset", range(20))
def test_a_flipped_acknowledgement_is_not_believed(tmp_path, offset) -> None:
    ends = filled(tmp_path)
    spool = opened(tmp_path)
    spool.acknowledge(ends[0])
    spool.close()
    path = tmp_path / "acknowledged"
    raw = bytearray(path.read_bytes())
    if offset >= len(raw) - 1:
        return  # a newline that is none changes nothing
    raw[offset] ^= 0x01
    path.write_bytes(raw)
    spool = opened(tmp_path)
    assert rest(spool)[-len(RECORDS) + 1 :] == RECORDS[1:]
    spool.close()


class Disk:
    """Does what the disk does wrong: ``room`` bytes, and at most ``most`` bytes a call."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = 10**9
        self.most = 10**9
        self.code = errno.ENOSPC
        self._write = os.pwrite
        monkeypatch.setattr(private_files.os, "pwrite", self.pwrite)

    def pwrite(self, handle: int, data: bytes, offset: int) -> int:
        size = min(len(data), self.most, self.room)
        if data and not size:
            raise OSError(self.code, os.strerror(self.code))
        self.room -= size
        return self._write(handle, bytes(data)[:size], offset)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.mark.parametrize("most", [1, 2, 7, 30])
def test_short_writes_tear_nothing(tmp_path, disk, most) -> None:
    disk.most = most
    filled(tmp_path)
    assert reopened_often(tmp_path) == RECORDS


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_at_any_byte_is_a_full_outbox_and_heals(
    tmp_path, disk, code, caplog
) -> None:
    disk.code = code
    for room in range(0, 400, 7):
        directory = tmp_path / str(room)
        spool = opened(directory)
        disk.room = room
        stored, refused = [], 0
        for one in RECORDS:
            try:
                spool.append(one)
                stored.append(one)
            except OutboxFullError:
                refused += 1
                disk.room += 25
        assert_consistent(spool, directory)
        assert rest(spool) == stored
        disk.room = 10**9
        spool.append(RECORDS[0])
        spool.close()
        assert reopened_often(directory) == [*stored, RECORDS[0]]
        assert refused > 0 or room > 300
    assert "what comes is lost and counted" in caplog.text
    assert "there is room on the disk again" in caplog.text


def test_a_torn_frame_that_cannot_be_taken_back_is_written_over(
    tmp_path, disk, monkeypatch
) -> None:
    spool = opened(tmp_path)
    spool.append(RECORDS[0])

    def refuse(_handle: int, _size: int) -> None:
        raise OSError(errno.EIO, "no")

    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", refuse)
        disk.room = 30
        with pytest.raises(OutboxFullError):
            spool.append(RECORDS[3])
    disk.room = 10**9
    spool.append(RECORDS[2])
    spool.close()
    assert reopened_often(tmp_path) == [RECORDS[0], RECORDS[2]]


def test_a_spool_opens_and_drains_on_a_full_disk(tmp_path, disk) -> None:
    filled(tmp_path)
    disk.room = 0
    spool = opened(tmp_path)
    assert drained(spool) == RECORDS
    with pytest.raises(OutboxFullError):
        spool.append(RECORDS[0])
    assert segments(tmp_path) == [] or spool.waiting_bytes == 0
    spool.close()


def test_a_full_disk_at_syncing_is_no_promise_and_no_crash(tmp_path, monkeypatch) -> None:
    spool = opened(tmp_path)
    spool.append(RECORDS[0])

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert not spool.sync()
        spool.acknowledge(0)
    assert spool.sync()
    assert rest(spool) == [RECORDS[0]]
    spool.close()


def test_another_fault_of_the_disk_ends_the_process(tmp_path, disk) -> None:
    spool = opened(tmp_path)
    disk.code, disk.room = errno.EIO, 0
    with pytest.raises(OSError, match="put/output"):
        spool.append(RECORDS[0])
    disk.room = 10**9
    spool.close()


def test_files_are_private_and_old_ones_are_made_so(tmp_path) -> None:
    directory = tmp_path / "new" / "spool"
    filled(directory)
    for path in (directory, *directory.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    spool = opened(directory)
    spool.append(RECORDS[0])
    spool.close()
    assert directory.parent.stat().st_mode & 0o777 == 0o700
    assert directory.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}


def test_a_stranger_in_the_directory_is_left_alone(tmp_path) -> None:
    (tmp_path / "notes.spool").write_text("mine")
    filled(tmp_path)
    (tmp_path / "acknowledged.new").write_text("half")
    assert reopened_often(tmp_path) == RECORDS
    assert (tmp_path / "notes.spool").read_text() == "mine"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 120)),
        st.just(("deliver",)),
        st.just(("kill",)),
        st.tuples(st.just("room"), st.integers(0, 400)),
        st.tuples(st.just("most"), st.integers(1, 50)),
        st.tuples(st.just("tear"), st.integers(1, 60)),
    ),
    max_size=40,
)


@settings(max_examples=60, suppress_health_check=NO_FIXTURE_CHECK)
@given(STEPS)
def test_whatever_the_disk_does_no_whole_frame_is_lost_and_none_comes_twice_in_a_run(
    tmp_path_factory, steps
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(patch)
        directory = tmp_path_factory.mktemp("spool")
        spool = opened(directory)
        waiting: list[tuple[int, OutboxRecord]] = []
        delivered: list[OutboxRecord] = []
        for number, step in enumerate(steps):
            match step:
                case ("append", size):
                    one = OutboxRecord(topic="t", key=None, value=b"%d" % number + b"." * size)
                    try:
                        waiting.append((spool.append(one), one))
                    except OutboxFullError:
                        assert disk.room < size + 100
                case ("deliver",) if found := spool.read(spool.acknowledged, 0):
                    spool.acknowledge(found[1])
                    assert found[0] not in delivered
                    delivered.append(found[0])
                    assert waiting.pop(0)[1] == found[0]
                case ("room", size):
                    disk.room = size
                case ("most", size):
                    disk.most = size
                case ("kill",) | ("tear", _):
                    disk.room = 10**9
                    spool.close()
                    if step[0] == "tear" and waiting:
                        start, size = segments(directory)[-1]
                        cut = max(start, min(start + size, spool.end) - step[1])
                        os.truncate(directory / f"{start:020d}.spool", cut - start)
                        waiting = [one for one in waiting if one[0] <= cut]
                    spool = opened(directory)
            assert rest(spool) == [one for _, one in waiting]
            assert_consistent(spool, directory)
        disk.room = 10**9
        spool.close()
