"""Whole files: formats told apart, order, damage, compression, spreadsheets."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ingest.formats import BadLine, FormatError, MappingFaultsError, neutral, open_mentions
from agents.ingest.formats.files.lines import read_lines
from agents.ingest.formats.order import in_event_time
from schemas.mention import Author, Mention

NOON = datetime(2015, 2, 24, 12, tzinfo=UTC)
CSV_MAPPING = "id: id\ncreated_at: time\ntext: text\nauthor: {handle: who}\n"
HEADER = "id,time,who,text\n"


def mention(number: int, *, seconds: int = 0, **fields: Any) -> Mention:
    moment = NOON + timedelta(seconds=seconds)
    return Mention(id=str(number), created_at=moment, text="no", author=Author(id="a"), **fields)


def row(number: int, text: str = "no") -> str:
    return f"{number},2015-02-24T12:00:{number:02}Z,ana,{text}\n"


def read(path: Path, content: str | bytes, **options: Any) -> list[Mention | BadLine]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(open_mentions([path], **options))


def read_csv(
    folder: Path, content: str | bytes, mapping: str = CSV_MAPPING
) -> list[Mention | BadLine]:
    (folder / "m.yaml").write_text(mapping)
    return read(folder / "posts.csv", content, mapping=folder / "m.yaml")


def ids(items: list[Mention | BadLine]) -> list[str]:
    return [item.id for item in items if isinstance(item, Mention)]


def bad(items: list[Mention | BadLine]) -> list[BadLine]:
    return [item for item in items if isinstance(item, BadLine)]


def test_neutral_lines_come_in_event_time_order(tmp_path: Path) -> None:
    lines = [neutral.line(mention(n, seconds=-n)) for n in range(5)]
    assert ids(read(tmp_path / "x", b"".join(lines))) == ["4", "3", "2", "1", "0"]


def test_several_files_are_one_stream(tmp_path: Path) -> None:
    paths = []
    for part in range(3):
        paths.append(tmp_path / f"{part}.jsonl")
        paths[-1].write_bytes(
            b"".join(neutral.line(mention(n, seconds=n)) for n in (part, part + 3))
        )
    assert ids(list(open_mentions(paths))) == ["0", "1", "2", "3", "4", "5"]


def test_gzip_is_recognised_without_its_suffix(tmp_path: Path) -> None:
    assert ids(read(tmp_path / "x", gzip.compress(neutral.line(mention(1))))) == ["1"]


def test_gzip_cut_off_gives_what_it_holds(tmp_path: Path) -> None:
    lines = b"".join(neutral.line(mention(n, conversation_id=str(n * 7919))) for n in range(3000))
    items = read(tmp_path / "x.gz", gzip.compress(lines)[:-2000])
    [damage] = bad(items)
    assert "damaged" in damage.detail
    assert ids(items)


def test_offsets_become_utc(tmp_path: Path) -> None:
    line = neutral.line(mention(1)).replace(b"12:00:00Z", b"13:00:00+01:00")
    [item] = read(tmp_path / "x", line)
    assert item == mention(1)
    assert isinstance(item, Mention)
    assert item.created_at.tzinfo is UTC


def test_bad_lines_are_named_and_kept(tmp_path: Path) -> None:
    good = neutral.line(mention(1))
    content = b"\n" + good + b'{"id": 5}\n' + b"{nonsense\n" + b'{"id":"\xff"}\n' + b"\r\n" + good
    items = read(tmp_path / "x", content)
    assert ids(items) == ["1", "1"]
    assert [(item.line, item.reason) for item in bad(items)] == [
        (3, "invalid"),
        (4, "malformed_json"),
        (5, "not_utf8"),
    ]
    assert bad(items)[1].raw == b"{nonsense\n"
    assert bad(items)[1].file == str(tmp_path / "x")


def test_control_characters_are_set_aside(tmp_path: Path) -> None:
    good = neutral.line(mention(1))
    [_, item] = sorted(
        read(tmp_path / "x", good + good.replace(b'"no"', b'"n\\u0000o"')),
        key=lambda i: type(i).__name__ != "Mention",
    )
    assert isinstance(item, BadLine)
    assert item.reason == "control_characters"


def test_line_beyond_all_measure_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a" * 500 + b"\n" + b"b\n" + b"c" * 100)
    first, second, third = read_lines(path, limit_bytes=100)
    assert isinstance(first, BadLine)
    assert first.reason == "too_large"
    assert "501 bytes" in first.detail
    assert second == (2, b"b\n")
    assert isinstance(third, BadLine)


V2 = {"data": {"id": "1", "text": "no", "author_id": "7", "created_at": "2015-02-24T12:00:00Z"}}
V1 = {
    "id_str": "1",
    "user": {"id_str": "7"},
    "text": "no",
    "created_at": "Tue Feb 24 12:00:00 +0000 2015",
}


@pytest.mark.parametrize(
    "line", [V2, {"data": [V2["data"]]}, V2["data"], V1, json.loads(neutral.line(mention(1)))]
)
def test_format_is_told_from_the_first_readable_line(tmp_path: Path, line: dict[str, Any]) -> None:
    content = "{broken\n\n" + json.dumps(line) + "\n"
    items = read(tmp_path / "x", content)
    assert ids(items) == ["1"]
    assert [item.line for item in bad(items)] == [1]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("", {}, "is empty"),
        ('{"a": 1}\n', {}, "--input-format"),
        ("[\n{\n", {}, "one JSON object a line"),
        ("id,text\n1,no\n", {}, "give a --mapping"),
        ("id,text\n1,no\n", {"input_format": "csv"}, "needs a --mapping"),
        ("{}", {"input_format": "xml"}, "known are neutral, x-v2"),
        ("id,text".encode("utf-16"), {}, "give a --mapping"),
    ],
)
def test_file_that_cannot_be_read(
    tmp_path: Path, content: str | bytes, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        read(tmp_path / "x", content, **options)


def test_absent_file_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="check the path"):
        open_mentions([tmp_path / "absent"])


def test_absent_mapping_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(MappingFaultsError, match="cannot be read"):
        open_mentions([], mapping=tmp_path / "absent")


def test_mapping_for_a_form_that_needs_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(CSV_MAPPING)
    with pytest.raises(FormatError, match="takes no --mapping"):
        read(tmp_path / "x", "{}", input_format="neutral", mapping=tmp_path / "m.yaml")


def test_format_that_is_given_is_not_guessed(tmp_path: Path) -> None:
    [item] = read(tmp_path / "x", json.dumps(V1), input_format="neutral")
    assert isinstance(item, BadLine)


def test_mapped_json_lines(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("id: i\ncreated_at: at\ntext: t\nauthor: {id: u.id}\n")
    line = {"i": 1, "at": "2015-02-24T12:00:00Z", "t": "no", "u": {"id": 7}}
    content = json.dumps(line) + "\n[1]\n" + json.dumps({**line, "at": ""}) + "\n"
    items = read(tmp_path / "x", content, mapping=tmp_path / "m.yaml")
    assert ids(items) == ["1"]
    assert [item.line for item in bad(items)] == [2, 3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_told_from_the_header(tmp_path: Path, delimiter: str) -> None:
    content = (HEADER + row(1)).replace(",", delimiter)
    assert ids(read_csv(tmp_path, content)) == ["1"]


def test_delimiter_within_quotes_of_the_header_does_not_count(tmp_path: Path) -> None:
    content = 'id;time;who;text;"a,b,c,d,e,f"\n1;2015-02-24T12:00:01Z;ana;no;x\n'
    assert ids(read_csv(tmp_path, content)) == ["1"]


def test_csv_of_a_spreadsheet(tmp_path: Path) -> None:
    content = "\ufeff" + HEADER + row(1, '"a ""b"",\nc"') + row(2)
    first, second = read_csv(tmp_path, content.replace("\n", "\r\n"))
    assert isinstance(first, Mention)
    assert first.text == 'a "b",\r\nc'
    assert isinstance(second, Mention)


def test_csv_in_another_encoding(tmp_path: Path) -> None:
    content = (HEADER + row(1, "été")).encode("cp1252")
    [item] = read_csv(tmp_path, content, CSV_MAPPING + "encoding: cp1252\n")
    assert isinstance(item, Mention)
    assert item.text == "été"


def test_csv_with_escapes_instead_of_doubled_quotes(tmp_path: Path) -> None:
    content = HEADER + row(1, '"a \\"b\\""')
    [item] = read_csv(tmp_path, content, CSV_MAPPING + "escape: '\\'\n")
    assert isinstance(item, Mention)
    assert item.text == 'a "b"'


def test_bad_csv_records_are_named_and_kept(tmp_path: Path) -> None:
    content = (HEADER + row(1) + "2,too,few\n" + row(3)).encode()
    content += row(4, "ét\xe9").encode("latin-1") + row(5, "n\x00o").encode()
    content += b"\n" + row(6).replace("2015", "soon").encode() + row(7).encode()
    items = read_csv(tmp_path, content)
    assert ids(items) == ["1", "3", "7"]
    assert [(item.line, item.reason) for item in bad(items)] == [
        (3, "invalid"),
        (5, "not_utf8"),
        (6, "control_characters"),
        (8, "invalid"),
    ]
    assert bad(items)[0].raw == b"2,too,few\n"
    assert "say 'encoding'" in bad(items)[1].detail


def test_stray_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    content = HEADER + row(1) + row(2, '"stray') + row(3) + row(4, '"x\ny"') + row(5)
    items = read_csv(tmp_path, content)
    assert ids(items) == ["1", "3", "4", "5"]
    assert [item.line for item in bad(items)] == [3]


def test_stray_quote_at_the_end_of_a_file(tmp_path: Path) -> None:
    items = read_csv(tmp_path, HEADER + row(1, '"stray') + row(2) + row(3))
    assert ids(items) == ["2", "3"]
    assert [item.line for item in bad(items)] == [2]


def test_line_of_a_record_after_one_of_several_lines(tmp_path: Path) -> None:
    items = read_csv(tmp_path, HEADER + row(1, '"a\nb\nc"') + "bad\n")
    assert [item.line for item in bad(items)] == [5]


def test_csv_without_header(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no header line"):
        read_csv(tmp_path, "", CSV_MAPPING + "format: csv\n")


def test_absent_columns_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(MappingFaultsError, match="no column 'who'"):
        read_csv(tmp_path, "id,time,text\n")


SECONDS = st.lists(st.integers(0, 20), max_size=60)


@given(seconds=SECONDS, run_length=st.integers(1, 10))
def test_merge_of_runs_is_a_stable_sort(seconds: list[int], run_length: int) -> None:
    mentions = [mention(number, seconds=second) for number, second in enumerate(seconds)]
    merged = list(in_event_time(mentions, run_length=run_length))
    assert merged == sorted(mentions, key=lambda item: item.created_at)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"])), name=NAMES, tags=st.lists(NAMES)
)
def test_neutral_form_round_trip(text: str, name: str, tags: list[str]) -> None:
    author = Author(id=name, handle=name, followers=5, created_at=NOON)
    there = Mention(
        id=name, created_at=NOON, text=text, author=author, hashtags=tuple(tags), kind="quote"
    )
    assert neutral.parse(neutral.line(there)) == [there]
