"""How far a replay is: by the bytes on disk while files are read, by items afterwards."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from agents.ingest.formats import FilesReading, FormatError, neutral, open_mentions
from schemas.mention import Author, Mention
from support.alert_examples import ONSET

COUNT = 5_000


def lines(count: int = COUNT) -> bytes:
    return b"".join(
        neutral.line(
            Mention(
                id=str(n),
                created_at=ONSET + timedelta(seconds=n),
                text=f"what {n * n}",
                author=Author(id="a"),
            )
        )
        for n in range(count)
    )


@pytest.fixture(params=["plain", "gzip", "csv"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path | None]:
    path = tmp_path / request.param
    if request.param == "csv":
        rows = "".join(f"{n},2010-03-17T09:00:00Z,a,what\n" for n in range(COUNT))
        path.write_text("id,at,who,text\n" + rows)
        mapping = tmp_path / "mapping.yaml"
        mapping.write_text("{id: id, created_at: at, text: text, author: {id: who}}\n")
        return path, mapping
    path.write_bytes(gzip.compress(lines()) if request.param == "gzip" else lines())
    return path, None


def test_while_files_are_read_it_is_the_position_on_disk(file) -> None:
    path, mapping = file
    reading, seen = FilesReading.of([path, path]), []
    reading.on_progress = lambda: seen.append(reading.progress(0))
    first = next(open_mentions([path, path], mapping=mapping, reading=reading))
    size_bytes = path.stat().st_size
    assert first
    assert {(one.total, one.unit) for one in seen} == {(2 * size_bytes, "bytes")}
    done = [one.done for one in seen]
    assert done == sorted(done)
    assert len(set(done)) > 3
    assert size_bytes in done
    assert done[-1] == 2 * size_bytes


def test_once_all_is_read_it_is_of_as_many_items_as_there_are(file) -> None:
    path, mapping = file
    reading = FilesReading.of([path])
    items = open_mentions([path], mapping=mapping, reading=reading)
    next(items)
    assert reading.progress(1) == (1, COUNT, "items")
    assert 1 + sum(1 for _ in items) == COUNT


def test_a_line_that_is_bad_is_an_item_and_a_page_has_many(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"{\n" + lines(3) + b"\n\n")
    reading = FilesReading.of([path])
    items = list(open_mentions([path], input_format="neutral", reading=reading))
    assert reading.progress(len(items)) == (4, 4, "items")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"gone: No such file"):
        FilesReading.of([tmp_path / "gone"])
