"""What people of the trade have, in small: each file loads, or is refused with what to do."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agents.ingest.formats import (
    BadLine,
    FilesReading,
    FormatError,
    Item,
    MappingFaultsError,
    NotPost,
    open_mentions,
)
from pipeline.brands import BrandMatcher
from schemas.brand import Brand, Brands
from schemas.mention import Gap, Mention

ACME = BrandMatcher(Brands(brands=(Brand(id="acme", names=("Acme",)),)))
MAPPING = """
id: id
created_at: at
text: text
timezone: UTC
author: {handle: who, followers: fans}
"""
HEAD = "id,at,who,fans,text\n"
ROWS = "1,2020-03-17T09:00:00Z,ana,5,Acme\n2,2020-03-17T09:00:01Z,bob,6,no\n"
T2 = "2020-03-17T09:00:00.000Z"
T1 = "Tue Mar 17 09:00:00 +0000 2020"


def read(path: Path, content: str | bytes, mapping: str = "", **options: Any) -> list[Item]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    if mapping:
        options["mapping"] = path.parent / "mapping.yaml"
        options["mapping"].write_text(mapping)
    return list(open_mentions([path], **options))


def posts(items: list[Item]) -> list[Mention]:
    return [item for item in items if isinstance(item, Mention)]


def bad(items: list[Item]) -> list[BadLine]:
    return [item for item in items if isinstance(item, BadLine)]


def asides(items: list[Item]) -> list[NotPost]:
    return [item for item in items if isinstance(item, NotPost)]


def json_lines(*lines: Any) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


def v2(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": str(number), "text": "Acme", "author_id": "7", "created_at": T2, **fields}


def v1(number: int, **fields: Any) -> dict[str, Any]:
    user = {"id_str": "7", "screen_name": "ana", "followers_count": 3}
    return {
        "id": number,
        "id_str": str(number),
        "created_at": T1,
        "text": "Acme",
        "user": user,
        **fields,
    }


# Posts of X


def test_flattened_posts_are_of_api_v2_and_whole(tmp_path: Path) -> None:
    author = {"id": "7", "username": "ana", "public_metrics": {"followers_count": 9}}
    original = {"type": "retweeted", **v2(1, text="all of it"), "author": author}
    line = v2(2, text="RT @ana: all…", author=author, referenced_tweets=[original])
    path = tmp_path / "x"
    path.write_text(json_lines(line))
    reading = FilesReading.of([path])
    [post] = open_mentions([path], reading=reading)
    assert isinstance(post, Mention)
    assert (post.kind, post.text, post.ref_author) == ("repost", "all of it", "ana")
    assert (post.author.handle, post.author.followers) == ("ana", 9)
    assert reading.notes == [f"{path}: read as x-v2"]


def test_tags_of_somebody_elses_rules_do_not_hide_what_the_text_says(tmp_path: Path) -> None:
    rules = [{"id": "1", "tag": "complaints"}, {"id": "2", "tag": "q3"}]
    content = json_lines({"data": v2(1), "matching_rules": rules})
    [post] = posts(read(tmp_path / "x", content, brands=("acme",)))
    assert ACME.match(post) == ("acme",)


def test_tags_that_are_brands_count(tmp_path: Path) -> None:
    rules = [{"id": "1", "tag": "q3"}, {"id": "2", "tag": "acme"}]
    content = json_lines({"data": v2(1, text="it"), "matching_rules": rules})
    [post] = posts(read(tmp_path / "x", content, brands=("acme",)))
    assert ACME.match(post) == ("acme",)


ODD_V2 = [
    {"entities": {"urls": [{"url": "https://t.co/a", "expanded_url": None}]}},
    {"entities": {"hashtags": [{"tag": None}, {"tag": "x"}], "urls": "none"}},
    {"lang": 5},
    {"referenced_tweets": [{"type": None, "id": 5}]},
    {"edit_history_tweet_ids": [None]},
    {"public_metrics": {"like_count": "many"}},
    {"note_tweet": []},
]


@pytest.mark.parametrize("odd", ODD_V2, ids=str)
def test_an_odd_field_costs_the_field(tmp_path: Path, odd: dict[str, Any]) -> None:
    page = {"data": [v2(1), v2(2, **odd), v2(3)]}
    items = read(tmp_path / "x", json_lines(page))
    assert [post.id for post in posts(items)] == ["1", "2", "3"]
    assert bad(items) == []


@pytest.mark.parametrize("needed", ["id", "text", "created_at"])
def test_a_needed_field_costs_that_post_alone(tmp_path: Path, needed: str) -> None:
    page = {"data": [v2(number) for number in range(50)]}
    page["data"][6][needed] = {"odd": True}
    items = read(tmp_path / "x", json_lines(page))
    [fault] = bad(items)
    assert len(posts(items)) == 49
    assert fault.line == 1
    assert "post 7 of 50" in fault.detail
    assert needed in fault.detail


def test_an_odd_user_costs_what_it_would_have_told(tmp_path: Path) -> None:
    users = [
        {"id": "7", "username": "ana", "public_metrics": {"followers_count": "1200"}},
        {"username": "nobody"},
    ]
    [post] = posts(read(tmp_path / "x", json_lines({"data": v2(1), "includes": {"users": users}})))
    assert (post.author.handle, post.author.followers) == ("ana", 1200)


def test_the_exact_id_stands_beside_one_that_lost_its_digits(tmp_path: Path) -> None:
    line = json.dumps(v1(1371388800000000001)).replace(
        '"id": 1371388800000000001', '"id": 1.3713888e+18'
    )
    [post] = posts(read(tmp_path / "x", line + "\n"))
    assert post.id == "1371388800000000001"


def test_half_a_surrogate_pair_costs_one_character(tmp_path: Path) -> None:
    content = json_lines(v1(1)).replace('"Acme"', '"Acme \\ud83d"')
    [post] = posts(read(tmp_path / "x", content))
    assert post.text == "Acme \ufffd"


def test_numbers_that_are_none(tmp_path: Path) -> None:
    content = json_lines(v1(1)).replace('"followers_count": 3', '"followers_count": NaN')
    [post] = posts(read(tmp_path / "x", content))
    assert (post.author.handle, post.author.followers) == ("ana", 0)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([v1(1), v1(2)]),
        json.dumps([v1(1), v1(2)], indent=2),
        "[\n" + json.dumps(v1(1)) + ",\n" + json.dumps(v1(2)) + "\n]\n",
        json.dumps({"statuses": [v1(1), v1(2)], "search_metadata": {}}),
        json.dumps({"statuses": [v1(1), v1(2)]}, indent=1),
        json.dumps({"results": [v1(1), v1(2)], "next": "x"}),
        json.dumps(v1(1)) + json.dumps(v1(2)),
        json.dumps([v2(1), v2(2)], indent=2),
        json.dumps({"data": [v2(1), v2(2)]}, indent=4),
    ],
)
def test_arrays_and_pages_are_read_as_lines_are(tmp_path: Path, content: str) -> None:
    items = read(tmp_path / "x", content)
    assert [post.id for post in posts(items)] == ["1", "2"]
    assert len(items) == 2


@pytest.mark.parametrize("broken", ['{"id": "no end}', '{"a": {"id": 1}', "nonsense"])
def test_what_is_broken_in_an_array_costs_itself(tmp_path: Path, broken: str) -> None:
    content = f"[\n{json.dumps(v1(1))},\n{broken},\n{json.dumps(v1(2))},\n{json.dumps(v1(3))}\n]\n"
    items = read(tmp_path / "x", content)
    assert [post.id for post in posts(items)] == ["1", "2", "3"]
    assert len(bad(items)) == 1


def test_users_on_a_later_line(tmp_path: Path) -> None:
    users = [{"id": "7", "username": "ana", "public_metrics": {"followers_count": 9}}]
    content = json_lines({"data": [v2(1)]}, {"data": v2(2)}, {"includes": {"users": users}})
    items = read(tmp_path / "x", content)
    assert [post.author.handle for post in posts(items)] == ["ana", "ana"]
    assert [one.what for one in asides(items)] == ["includes without posts"]


def test_quoted_posts_name_brands_as_they_do_on_the_stream(tmp_path: Path) -> None:
    quote = {"text": "look at this", "referenced_tweets": [{"type": "quoted", "id": "1"}]}
    page = {"data": v2(2, **quote), "includes": {"tweets": [v2(1, text="Acme is awful")]}}
    old = v1(2, text="look at this", quoted_status=v1(1, text="Acme is awful"))
    for line in (page, old):
        [post] = posts(read(tmp_path / "x", json_lines(line)))
        assert (post.kind, post.text) == ("quote", "look at this")
        assert ACME.match(post) == ("acme",)


# What a stream says beside posts


def test_messages_of_a_stream_are_no_posts_and_no_faults(tmp_path: Path) -> None:
    content = json_lines(
        {"delete": {"status": {"id": 1}}},
        v1(1),
        {"limit": {"track": 30, "timestamp_ms": "1584435605000"}},
        {"limit": {"track": 40, "timestamp_ms": "1584435610000"}},
        {"disconnect": {"code": 4, "reason": "admin logout"}},
        v1(2, created_at="Tue Mar 17 09:00:30 +0000 2020"),
        {"scrub_geo": {"user_id": 1}},
    )
    items = read(tmp_path / "x", content)
    nine = datetime(2020, 3, 17, 9, tzinfo=UTC)
    assert len(posts(items)) == 2
    assert bad(items) == []
    told = {one.what: one for one in asides(items)}
    assert told.keys() == {"delete", "limit", "disconnect", "scrub_geo"}
    assert sum(one.missed for one in asides(items)) == 40
    gap = told["disconnect"].gap
    assert gap is not None
    assert (gap.start, gap.end) == (nine.replace(second=10), nine.replace(second=30))
    gaps = [one.gap for one in asides(items) if isinstance(one.gap, Gap)]
    assert [gap.start.second for gap in gaps] == [0, 5, 10]


def test_messages_of_api_v2(tmp_path: Path) -> None:
    content = json_lines(
        {"data": v2(1), "includes": {"users": []}},
        {"errors": [{"title": "operational-disconnect", "detail": "go away"}]},
        {"meta": {"result_count": 0}},
        {"data": {"delete": {"tweet": {"id": "1"}}}},
    )
    items = read(tmp_path / "x", content)
    assert [one.what for one in asides(items)] == ["a page without posts", "delete", "disconnect"]
    assert bad(items) == []


# Files as they lie on disk


def zipped(content: bytes, *names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        bz2.compress,
        lzma.compress,
        lambda plain: zipped(plain, "a.jsonl"),
        lambda plain: gzip.compress(plain[:50]) + gzip.compress(plain[50:]),
    ],
    ids=["gzip", "bzip2", "xz", "zip", "gzip of two parts"],
)
def test_compressed(tmp_path: Path, pack: Any) -> None:
    items = read(tmp_path / "x", pack(json_lines(v1(1), v1(2)).encode()))
    assert [post.id for post in posts(items)] == ["1", "2"]


@pytest.mark.parametrize(
    "compress", [gzip.compress, lambda plain: bz2.compress(plain, 1), lzma.compress]
)
def test_cut_off_gives_what_is_whole_or_names_the_damage(tmp_path: Path, compress: Any) -> None:
    lines = [v1(n, text=f"Acme {n * 7919}") for n in range(4000)]
    items = read(tmp_path / "x", compress(json_lines(*lines).encode())[:-500])
    assert len(posts(items)) > 100
    assert "damaged" in bad(items)[-1].detail


def test_a_short_file_that_is_cut_is_not_called_empty(tmp_path: Path) -> None:
    lines = json_lines(*(v1(n, text=f"Acme {n * 7919}") for n in range(20)))
    items = read(tmp_path / "x.gz", gzip.compress(lines.encode())[:-30])
    assert len(posts(items)) > 10
    assert len(bad(items)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x28\xb5\x2f\xfd123", "zstd -d"),
        (b"PAR1" + b"1" * 9, "write it as CSV"),
        (b"\xd0\xcf\x11\xe0" + b"1" * 9, "save it as CSV"),
        (zipped(b"{}", "a", "b"), "holds 2 files"),
        (zipped(b"{}", "[Content_Types].xml"), "Excel"),
        (zipped(b"{}" * 99, "a")[:-20], "cannot be unpacked"),
        (b"\0" * 257 + b"ustar" + b"\0" * 250, "tar -xf"),
        (gzip.compress(b"1")[:4], "damaged"),
    ],
    ids=["zstd", "parquet", "excel", "two", "xlsx", "cut zip", "tar", "cut gzip"],
)
def test_what_is_not_read_says_what_to_do(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(FormatError, match="x") as caught:
        read(tmp_path / "x", content)
    assert said in str(caught.value)


# Tables


def table(folder: Path, content: str | bytes, mapping: str = MAPPING) -> list[Item]:
    return read(folder / "t.csv", content, mapping)


@pytest.mark.parametrize(
    "content",
    [
        '"Report:","Mentions"\n"From:","Mon, 1 Mar"\n\n' + HEAD + ROWS,
        "sep=;\n" + (HEAD + ROWS).replace(",", ";"),
        "sep=,\r\n" + (HEAD + ROWS).replace("\n", "\r\n"),
        (HEAD + ROWS).encode("utf-16"),
        (HEAD + ROWS).encode("utf-8-sig"),
        ("sep=\t\n" + (HEAD + ROWS).replace(",", "\t")).encode("utf-16"),
        HEAD.replace("\n", ",\n") + ROWS.replace("\n", ",\n"),
        HEAD + ROWS.replace("\n", ",\n"),
    ],
    ids=["preamble", "sep", "sep and CRLF", "UTF-16", "BOM", "Excel's text", "ends in ,", "rows"],
)
def test_tables(tmp_path: Path, content: str | bytes) -> None:
    items = table(tmp_path, content)
    assert [post.author.handle for post in posts(items)] == ["ana", "bob"]
    assert bad(items) == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_that_are_said(tmp_path: Path, encoding: str) -> None:
    content = (HEAD + ROWS.replace("no", "été")).encode(encoding)
    items = table(tmp_path, content, MAPPING + f"encoding: {encoding}\n")
    assert posts(items)[1].text == "été"


def test_no_header_row(tmp_path: Path) -> None:
    items = table(tmp_path, ROWS, MAPPING + "columns: [id, at, who, fans, text]\n")
    assert [post.author.handle for post in posts(items)] == ["ana", "bob"]
    with pytest.raises(FormatError, match=r"columns: \[NAME"):
        table(tmp_path, ROWS)


def test_a_time_in_two_columns(tmp_path: Path) -> None:
    content = "id,day,hour,who,fans,text\n1,17/03/2020,09:30,ana,5,Acme\n"
    at = 'created_at: {join: [day, hour], format: "%d/%m/%Y %H:%M"}'
    [post] = posts(table(tmp_path, content, MAPPING.replace("created_at: at", at)))
    assert post.created_at == datetime(2020, 3, 17, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "fans"),
    [("1,234", 1234), ("1.234.567", 1234567), ("1 234", 1234), ("12.0", 12), ("3.4K", 3400),
     ("nan", 0), ("many", 0), ("-1", 0)],
)  # fmt: skip
def test_counts(tmp_path: Path, written: str, fans: int) -> None:
    content = HEAD + f'1,2020-03-17T09:00:00Z,ana,"{written}",Acme\n'
    [post] = posts(table(tmp_path, content))
    assert post.author.followers == fans


KINDS = "kind: {repost: rt}\n"


@pytest.mark.parametrize(
    ("no", "yes"),
    [
        ("No", "Yes"),
        ("FALSE", "TRUE"),
        ("0", "1"),
        ("nan", "812"),
        ("None", "@bob"),
        ("", "12.0"),
        ("", "RT"),
    ],
)
def test_columns_that_say_yes_or_no(tmp_path: Path, no: str, yes: str) -> None:
    content = HEAD.replace("text", "text,rt")
    content += f"1,2020-03-17T09:00:00Z,ana,1,Acme,{no}\n2,2020-03-17T09:00:01Z,b,1,Acme,{yes}\n"
    items = table(tmp_path, content, MAPPING + KINDS)
    assert [post.kind for post in posts(items)] == ["original", "repost"]


def test_a_column_that_says_the_kind_in_words_needs_its_values(tmp_path: Path) -> None:
    content = HEAD.replace("text", "text,rt") + "1,2020-03-17T09:00:00Z,ana,1,Acme,tweet\n"
    [fault] = bad(table(tmp_path, content, MAPPING + KINDS))
    assert "repost: {column: rt, values: [WORD]}" in fault.detail
    told = MAPPING + "kind: {repost: {column: rt, values: [Share, RT]}}\n"
    content += "2,2020-03-17T09:00:01Z,ana,1,Acme,share\n"
    assert [post.kind for post in posts(table(tmp_path, content, told))] == ["original", "repost"]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2020-03-17 09:00:00 UTC", 9),
        ("2020-03-17 09:00:00 GMT", 9),
        ("2020-03-17 09:00:00 EDT", 13),
        ("2020-03-17 09:00:00", 13),
    ],
)
def test_names_of_zones_mean_what_they_say(tmp_path: Path, written: str, hour: int) -> None:
    at = 'created_at: {column: at, format: ["%Y-%m-%d %H:%M:%S %Z", iso]}'
    mapping = MAPPING.replace("created_at: at", at).replace("UTC", "America/New_York")
    [post] = posts(table(tmp_path, HEAD + f"1,{written},ana,1,Acme\n", mapping))
    assert post.created_at.hour == hour


def test_a_zone_that_has_several_meanings_is_refused(tmp_path: Path) -> None:
    mapping = MAPPING.replace("created_at: at", 'created_at: {column: at, format: "%H:%M %Z %Y"}')
    [fault] = bad(table(tmp_path, HEAD + "1,09:00 BST 2020,ana,1,Acme\n", mapping))
    assert "BST" in fault.detail


def test_json_in_cells(tmp_path: Path) -> None:
    content = "id,at,user,tags,links,text\n1,2020-03-17T09:00:00Z,"
    content += '"{""name"": ""ana"", ""fans"": 5}","[\'a\', \'b\']",'
    content += '"[{""expanded_url"": ""https://x.example""}]",Acme\n'
    mapping = MAPPING.replace("who", "user.name").replace("fans}", "user.fans}")
    [post] = posts(table(tmp_path, content, mapping + "hashtags: tags\nurls: links\n"))
    assert (post.author.handle, post.author.followers) == ("ana", 5)
    assert (post.hashtags, post.urls) == (("a", "b"), ("https://x.example",))


def test_a_field_that_no_json_line_has_is_named(tmp_path: Path) -> None:
    row = {"id": 1, "at": T2, "who": "ana", "fans": 3, "rawText": "Acme"}
    with pytest.raises(MappingFaultsError, match=r":4: no line of .* 'text'; did you mean 'rawT"):
        read(tmp_path / "x", json_lines(row), MAPPING)


def test_an_optional_field_that_no_line_has_is_told(tmp_path: Path) -> None:
    path, mapping = tmp_path / "x", tmp_path / "m.yaml"
    path.write_text(json_lines({"id": 1, "at": T2, "who": "ana", "text": "Acme"}))
    mapping.write_text(MAPPING)
    reading = FilesReading.of([path])
    assert len(list(open_mentions([path], mapping=mapping, reading=reading))) == 1
    assert "has 'fans' so far" in reading.notes[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_is_told_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path / "a.csv", (HEAD + ROWS).encode(encoding), MAPPING)
    assert [one.author.handle for one in posts(found)] == ["ana", "bob"]


def test_lines_that_end_as_on_an_old_mac_are_lines(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", (HEAD + ROWS).replace("\n", "\r"), MAPPING)
    assert [one.author.handle for one in posts(found)] == ["ana", "bob"]
    marked = b"\xef\xbb\xbf" + (HEAD + ROWS).replace("\n", "\r").encode()
    assert len(posts(read(tmp_path / "b.csv", marked, MAPPING))) == 2


def test_what_a_mac_puts_into_an_archive_is_none_of_the_users_files(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("__MACOSX/x/._a.csv", b"\0\5")
        archive.writestr("x/.DS_Store", b"\0\0\0\1Bud1")
        archive.writestr("x/a.csv", HEAD + ROWS)
    assert len(posts(read(tmp_path / "a.zip", packed.getvalue(), MAPPING))) == 2


def test_an_archive_that_holds_nothing_says_so(tmp_path: Path) -> None:
    packed = io.BytesIO()
    zipfile.ZipFile(packed, "w").close()
    with pytest.raises(FormatError, match="holds no file"):
        read(tmp_path / "a.zip", packed.getvalue(), MAPPING)


def test_of_two_columns_of_one_name_it_is_told_which_is_taken(tmp_path: Path) -> None:
    twice = HEAD.replace("fans", "text") + ROWS
    reading = FilesReading.of([])
    found = read(
        tmp_path / "a.csv", twice, MAPPING.replace(", followers: fans", ""), reading=reading
    )
    assert [one.text for one in posts(found)] == ["5", "6"]
    assert any("2 columns are called 'text'; the first is taken" in one for one in reading.notes)


def test_a_page_that_is_cut_off_is_told_as_that(tmp_path: Path) -> None:
    page = json.dumps({"data": [{"id": "1", "text": "Acme", "author_id": "7", "created_at": T2}]})
    with pytest.raises(
        FormatError, match="line 1 is no whole JSON object; get it again, if it is cut off"
    ):
        read(tmp_path / "a.json", page[:-5])
