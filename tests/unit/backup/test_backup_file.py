"""A backup comes back as it went, or is refused before anything is done with it."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.backup.dump import is_about
from agents.backup.file import BackupHeader, BackupRecord, DamagedBackupError, look, read, write
from agents.cli.restore import command

TOPICS = ("tocsin.feedback", "tocsin.incidents")
HEADER = BackupHeader(tocsin="0.2.0", at=datetime(2026, 12, 1, tzinfo=UTC), topics=TOPICS)
RECORDS = [
    BackupRecord(topic=TOPICS[0], partition=1, offset=7, timestamp_ms=5, key=b"acme", value=b"{}"),
    BackupRecord(
        topic=TOPICS[1],
        partition=0,
        offset=0,
        timestamp_ms=6,
        value=b"\xff",
        headers=(("a", b"1"),),
    ),
]

kept = st.builds(
    BackupRecord,
    topic=st.sampled_from(TOPICS),
    partition=st.integers(0, 999),
    offset=st.integers(0, 2**62),
    timestamp_ms=st.integers(-1, 2**42),
    key=st.none() | st.binary(max_size=20),
    value=st.none() | st.binary(max_size=200),
    headers=st.lists(st.tuples(st.text(max_size=9), st.binary(max_size=9)), max_size=3).map(tuple),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "backup.jsonl.gz"
    write(path, HEADER, RECORDS)
    return path


@given(records=st.lists(kept, max_size=20))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_record_comes_back_as_it_went(tmp_path: Path, records: list[BackupRecord]) -> None:
    path = tmp_path / "backup.jsonl.gz"
    path.unlink(missing_ok=True)
    written = write(path, HEADER, records)
    assert look(path) == written
    assert list(read(path)) == records


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_is_noticed_or_changes_nothing(file: Path, at: int, bit: int) -> None:
    """A few bits of gzip's own header mean nothing, such as the system that packed it."""
    raw = bytearray(file.read_bytes())
    raw[at % len(raw)] ^= 1 << bit
    damaged = file.with_name("damaged")
    damaged.write_bytes(raw)
    try:
        found = list(read(damaged))
    except DamagedBackupError:
        return
    assert found == RECORDS


@given(kept_bytes=st.integers(0, 10_000))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_that_was_cut_off_is_refused(file: Path, kept_bytes: int) -> None:
    raw = file.read_bytes()
    cut = file.with_name("cut")
    cut.write_bytes(raw[: kept_bytes % len(raw)])
    with pytest.raises(DamagedBackupError):
        look(cut)


def test_lines_that_were_taken_out_or_changed_are_noticed(file: Path) -> None:
    lines = gzip.decompress(file.read_bytes()).splitlines()
    for wrong in (
        [lines[0], *lines[2:]],
        [lines[0], lines[2], lines[1], lines[3]],
        lines[:-1],
        [*lines, lines[1]],
        [lines[0].replace(b"0.2.0", b"0.2.1"), *lines[1:]],
    ):
        damaged = file.with_name("edited")
        damaged.write_bytes(gzip.compress(b"\n".join(wrong) + b"\n"))
        with pytest.raises(DamagedBackupError):
            look(damaged)


def test_nothing_is_replaced_and_nothing_half_written_is_left(tmp_path: Path) -> None:
    path = tmp_path / "backup.jsonl.gz"

    def fails():
        yield RECORDS[0]
        raise OSError("Kafka fell silent")

    with pytest.raises(OSError, match="silent"):
        write(path, HEADER, fails())
    assert list(tmp_path.iterdir()) == []
    write(path, HEADER, RECORDS)
    with pytest.raises(FileExistsError, match="another name"):
        write(path, HEADER, RECORDS)


def test_a_later_layout_is_named(tmp_path: Path) -> None:
    path = tmp_path / "later.jsonl.gz"
    later = BackupHeader(layout=2, tocsin="9.0", at=HEADER.at, topics=TOPICS)
    write(path, later, RECORDS)
    with pytest.raises(DamagedBackupError, match=r"Tocsin 9\.0 in layout 2"):
        look(path)


@pytest.mark.parametrize(
    ("value", "about"),
    [
        (b'{"brand":"acme","x":[1]}', True),
        (b'{"scope":"acme"}', True),
        (b'{"brand":"other"}', False),
        (b'{"brand":["acme"]}', False),
        (b"acme", False),
        (b"", False),
    ],
)
def test_what_is_about_a_brand_is_found(value: bytes, about: bool) -> None:  # noqa: FBT001 - a column
    assert is_about(value, "acme") is about


def test_the_command_checks_a_file_without_any_kafka(file: Path) -> None:
    good = CliRunner().invoke(command, [str(file), "--check"])
    assert good.exit_code == 0
    assert "tocsin.feedback: 1 records" in good.output
    file.write_bytes(file.read_bytes()[:-9])
    bad = CliRunner().invoke(command, [str(file), "--check"])
    assert bad.exit_code == 1
    assert "take another copy" in bad.output
