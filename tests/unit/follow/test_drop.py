"""Each file that is moved into a folder is read once, when it is whole, in whatever format."""

import gzip
import os
from datetime import UTC, datetime
from threading import Event

import pytest

from agents.ingest.formats import open_mentions
from agents.ingest.formats.neutral import line
from agents.ingest.source import PositionError, Post, Reached, Unreadable
from agents.ingest.sources.follow.drop import REMEMBERED, DropFolder
from schemas.mention import Author, Mention


def rows(*numbers):
    at = datetime.now(UTC)
    return b"".join(
        line(Mention(id=str(one), created_at=at, text="Acme", author=Author(id="a")))
        for one in numbers
    )


class Reader:
    def __init__(self, folder, position=None, settle_s=0.0):
        self.source = DropFolder("d", folder, lambda file: open_mentions([file]), settle_s=settle_s)
        self.source.open(position)
        self.folder, self.settle_s = folder, settle_s

    def restarted(self):
        return Reader(self.folder, self.source.position(), self.settle_s)

    def read(self, most=10_000):
        said, posts, stop = [], 0, Event()
        for event in self.source.events(stop):
            said.append(event)
            posts += isinstance(event, Post)
            if isinstance(event, Reached) or posts >= most:
                stop.set()
        return said

    def ids(self, most=10_000):
        return [event.mention.id for event in self.read(most) if isinstance(event, Post)]


def test_files_are_read_by_their_age_and_each_once(tmp_path):
    for age, name in enumerate(("b.jsonl", "a.jsonl")):
        (tmp_path / name).write_bytes(rows(f"{age}0", f"{age}1"))
        os.utime(tmp_path / name, (age, age))
    reader = Reader(tmp_path)
    assert reader.ids() == ["00", "01", "10", "11"]
    assert reader.ids() == []
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(rows(5)))
    assert reader.ids() == ["5"]


def test_a_restart_goes_on_within_a_file_also_if_others_came_before_it(tmp_path):
    (tmp_path / "b.jsonl").write_bytes(rows(1, 2, 3))
    reader = Reader(tmp_path)
    assert reader.ids(most=2) == ["1", "2"]
    assert reader.restarted().ids() == ["3"]


def test_the_same_content_under_another_name_is_no_news(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(rows(1))
    reader = Reader(tmp_path)
    assert reader.ids() == ["1"]
    (tmp_path / "a.jsonl").rename(tmp_path / "b.jsonl")
    assert reader.ids() == []
    (tmp_path / "b.jsonl").rename(tmp_path.parent / "away.jsonl")
    again = reader.restarted()
    assert again.ids() == []
    (tmp_path.parent / "away.jsonl").rename(tmp_path / "c.jsonl")
    assert again.ids() == []
    assert again.source.copies == 1


def test_a_file_that_was_written_anew_is_read_again(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(rows(1))
    reader = Reader(tmp_path)
    reader.ids()
    (tmp_path / "a.jsonl").write_bytes(rows(1, 2))
    assert reader.ids() == ["1", "2"]


@pytest.mark.parametrize("name", [".hidden.jsonl", "a.jsonl.part", "a.tmp", "a.jsonl~"])
def test_what_is_still_being_written_is_left_alone(tmp_path, name):
    (tmp_path / name).write_bytes(rows(1))
    reader = Reader(tmp_path)
    assert reader.ids() == []
    (tmp_path / name).rename(tmp_path / "a.jsonl")
    assert reader.ids() == ["1"]


def test_what_still_changes_waits_until_it_does_not(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(rows(1))
    assert Reader(tmp_path, settle_s=3600).ids() == []
    assert Reader(tmp_path, settle_s=0).ids() == ["1"]


def test_a_file_that_is_none_is_set_aside_and_holds_up_nobody(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"PK not posts")
    (tmp_path / "b.jsonl").write_bytes(rows(2))
    (tmp_path / "sub").mkdir()
    said = Reader(tmp_path).read()
    assert [one.origin for one in said if isinstance(one, Unreadable)] == [
        f"{tmp_path / 'a.jsonl'}:1"
    ]
    assert [one.mention.id for one in said if isinstance(one, Post)] == ["2"]


def test_what_is_gone_is_forgotten_at_last(tmp_path):
    reader = Reader(tmp_path)
    reader.source._at.gone = [str(number) for number in range(REMEMBERED + 7)]
    reader.ids()
    assert reader.source._at.gone[0] == "7"


@pytest.mark.parametrize("kept", [b"{", b'{"under_way": "\xff"}'])
def test_a_position_that_is_none_says_what_to_do(tmp_path, kept):
    with pytest.raises(PositionError, match="delete it"):
        Reader(tmp_path, kept)
