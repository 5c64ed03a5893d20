"""A file that grows is read once and whole: over rotation, truncation, restarts and half lines."""

import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.ingest.formats import Portions
from agents.ingest.formats.neutral import line
from agents.ingest.source import Idle, Missed, PositionError, Post, Reached, Unreadable
from agents.ingest.sources.follow.growing import GrowingFile
from agents.ingest.sources.follow.tail import HEAD_BYTES
from schemas.mention import Author, Mention

MAPPING = "format: csv\nid: id\ncreated_at: at\ntext: text\nauthor: {id: who}\n"


def row(number, text="Acme"):
    at = datetime.now(UTC)
    return line(Mention(id=str(number), created_at=at, text=text, author=Author(id="a")))


OPEN: list["Reader"] = []


@pytest.fixture(autouse=True)
def closed():
    yield
    while OPEN:
        OPEN.pop().source.close()


class Reader:
    """One run after another of the source on a file."""

    def __init__(self, path, **options):
        self.path, self.options = path, options
        OPEN.append(self)
        self.start()

    def start(self, position=None):
        self.source = GrowingFile("f", self.path, lambda: Portions(str(self.path), **self.options))
        self.source.open(position)

    def restart(self):
        position = self.source.position()
        self.source.close()
        self.start(position)

    def read(self, most=10_000):
        """Events up to a turn in which nothing came; the run ends behind so many posts."""
        said, posts, stop, turns = [], 0, Event(), 0
        for event in self.source.events(stop):
            if isinstance(event, Idle):
                turns = 0 if said and not isinstance(said[-1], Reached) else turns + 1
                if turns:
                    stop.set()
            said.append(event)
            posts += isinstance(event, Post)
            if posts >= most:
                stop.set()
        return said

    def ids(self, most=10_000):
        return [event.mention.id for event in self.read(most) if isinstance(event, Post)]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "export.jsonl"


def add(file, *lines):
    with file.open("ab") as opened:
        opened.writelines(lines)


def test_what_is_appended_is_said_once(file):
    add(file, row(1), row(2))
    reader = Reader(file)
    assert reader.ids() == ["1", "2"]
    assert reader.ids() == []
    add(file, row(3))
    assert reader.ids() == ["3"]


def test_half_a_line_waits_for_its_end(file):
    add(file, row(1), row(2)[:20])
    reader = Reader(file)
    assert reader.ids() == ["1"]
    add(file, row(2)[20:])
    said = reader.read()
    assert not any(isinstance(event, Unreadable) for event in said[:1])


def test_a_file_that_is_moved_aside_is_read_to_its_end_before_the_new_one(file):
    add(file, row(1))
    reader = Reader(file)
    assert reader.ids() == ["1"]
    add(file, row(2), row(3)[:-1])
    file.rename(file.with_name("export.jsonl.1"))
    add(file, row(4))
    assert reader.ids() == ["2", "3", "4"]


def test_between_two_files_the_next_one_is_awaited(file):
    add(file, row(1))
    reader = Reader(file)
    reader.ids()
    file.rename(file.with_name("export.jsonl.1"))
    assert reader.ids() == []
    add(file, row(2))
    assert reader.ids() == ["2"]


def test_a_file_that_was_moved_aside_meanwhile_is_gone_on_with_after_a_restart(file):
    add(file, row(1), row(2))
    reader = Reader(file)
    assert reader.ids(most=1) == ["1"]
    file.rename(file.with_name("export.jsonl.1"))
    add(file, row(3))
    reader.restart()
    assert reader.ids() == ["2", "3"]


@pytest.mark.parametrize("restarts", [False, True])
def test_an_emptied_file_is_read_from_its_beginning_and_a_gap_is_stated(file, restarts):
    add(file, row(1), row(2))
    reader = Reader(file)
    reader.read()
    file.write_bytes(row(7))
    if restarts:
        reader.restart()
    said = reader.read()
    assert [event.mention.id for event in said if isinstance(event, Post)] == ["7"]
    [missed] = [event for event in said if isinstance(event, Missed)]
    assert missed.gap.start <= missed.gap.end


def test_one_that_was_written_anew_and_is_longer_is_known_by_its_beginning(file):
    add(file, row(1))
    reader = Reader(file)
    reader.read()
    file.write_bytes(row(8) + row(9) + row(10, "x" * HEAD_BYTES))
    assert reader.ids() == ["8", "9", "10"]


def test_a_file_that_is_gone_after_a_standstill_is_a_gap(file):
    add(file, row(1))
    reader = Reader(file)
    reader.read()
    file.unlink()
    add(file.with_name("other"), row(0))  # takes the inode that was let go
    add(file, row(2))
    reader.restart()
    said = reader.read()
    assert [type(event) for event in said if isinstance(event, Missed)] == [Missed]
    assert [event.mention.id for event in said if isinstance(event, Post)] == ["2"]


def test_bad_lines_are_set_aside_with_their_numbers(file):
    add(file, row(1), b"{\n", b"\n", row(2), b"no\n")
    bad = [one for one in Reader(file).read() if isinstance(one, Unreadable)]
    assert [one.origin for one in bad] == [f"{file}:2", f"{file}:5"]


def test_a_table_is_read_with_the_header_at_its_beginning_also_after_a_restart(tmp_path):
    file, mapping = tmp_path / "export.csv", tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING)
    at = datetime.now(UTC).isoformat()
    add(file, b"sep=;\n", b"id;at;text;who\n", f"1;{at};Acme;a\n".encode())
    reader = Reader(file, mapping=mapping)
    assert reader.ids() == ["1"]
    add(file, f"2;{at};Acme;a\n".encode(), b"3;yesterday;Acme;a\n")
    said = reader.read()
    assert [one.origin for one in said if isinstance(one, Unreadable)] == [f"{file}:5"]
    reader.restart()
    add(file, f"4;{at};Acme;a\n".encode())
    assert reader.ids() == ["4"]


def test_while_there_is_more_to_read_nothing_is_promised(file):
    add(file, row(1))
    said = Reader(file).read()
    kinds = [type(event) for event in said]
    assert kinds.index(Post) < kinds.index(Reached)


def test_a_recording_is_noticed(file, caplog):
    old = Mention(
        id="1", created_at=datetime(2010, 3, 17, tzinfo=UTC), text="Acme", author=Author(id="a")
    )
    add(file, line(old), line(old))
    reader = Reader(file)
    reader.read()
    assert reader.source.items.old == 2
    assert caplog.text.count("use tocsin ingest replay") == 1


def test_a_position_that_is_none_says_what_to_do(file):
    file.touch()
    with pytest.raises(PositionError, match="delete it"):
        Reader(file).start(b"{")


steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 4), st.booleans()),
        st.tuples(st.just("rotate")),
        st.tuples(st.just("read"), st.integers(1, 3)),
        st.tuples(st.just("restart")),
    ),
    max_size=14,
)


@given(steps)
@settings(max_examples=60)
def test_whatever_is_added_and_rotated_each_line_is_said_once_and_in_order(happenings):
    with TemporaryDirectory() as folder:
        file, written, found, rotated = Path(folder) / "f.jsonl", 0, [], 0
        file.touch()
        reader = Reader(file)
        assert reader.ids() == []
        half = b""
        for what, *how in happenings:
            if what == "add":
                count, cut = how
                lines = b"".join(row(written + number + 1) for number in range(count))
                written += count
                whole = half + lines
                end = len(whole) - 7 if cut else len(whole)
                half = whole[end:]
                add(file, whole[:end])
            elif what == "rotate":
                add(file, half)
                half = b""
                rotated += 1
                os.utime(file, (rotated, rotated))
                file.rename(file.with_name(f"f.jsonl.{rotated}"))
                file.touch()
            elif what == "read":
                found += reader.ids(how[0])
                reader.restart()
            else:
                reader.restart()
        add(file, half)
        for _ in range(rotated + 2):
            found += reader.ids()
        reader.source.close()
    assert found == [str(number + 1) for number in range(written)]
