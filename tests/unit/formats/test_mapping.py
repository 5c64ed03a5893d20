"""The mapping file: every fault at once, and what a mapping makes of rows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agents.ingest.formats.mapped.columns import csv_picker, json_pick
from agents.ingest.formats.mapped.mapping import MappingFaultsError, load_mapping
from agents.ingest.formats.mapped.rows import RowMapper
from schemas.codec import UnreadableError
from schemas.mention import Mention

LEAST = "id: i\ncreated_at: at\ntext: t\nauthor: {id: u.id}\n"
ROW = {"i": "1", "at": "2015-02-24T12:00:00Z", "t": "RT @bob: a &amp; b #Tag", "u": {"id": "7"}}


def mapped(mapping: str, **fields: Any) -> Mention:
    row = {**ROW, **fields}
    return RowMapper(load_mapping(LEAST + mapping, "m.yaml"), json_pick)(row)


def fault_of(mapping: str, **fields: Any) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        mapped(mapping, **fields)
    return caught.value


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", ("m.yaml:1: the file is empty",)),
        ("[1]", ("m.yaml:1: the mapping is a list",)),
        ("id: x", ("'created_at' is missing", "'text' is missing", "'author' is missing")),
        (LEAST + "texte: x", ("m.yaml:5: 'texte' is no setting", "did you mean 'text'?")),
        (LEAST.replace("u.id", "no"), ("m.yaml:4: 'id': YAML reads no",)),
        (LEAST.replace("{id: u.id}", "{followers: f}"), ("neither 'id' nor 'handle'",)),
        (LEAST.replace("{id: u.id}", "u"), ("'author'", "not keys with values")),
        (LEAST.replace("id: u.id", "name: u"), ("'name' is no setting", "neither 'id'")),
        (LEAST + "lang: {constant: en, column: l}", ("'lang' says column and constant",)),
        (LEAST + "lang: {}", ("'lang' says nothing",)),
        (LEAST + "lang: {hash: [a]}", ("'hash' is no setting of 'lang'",)),
        (LEAST.replace("at: at", 'at: {column: at, format: "%q"}'), ("'%q' is no format",)),
        (LEAST.replace("at: at", "at: {column: at, format: ISO}"), ("'ISO' is no format",)),
        (LEAST + "kind: {retweet: x}", ("'retweet' is no setting", "repost, reply, quote")),
        (LEAST + "kind: {repost: {begins: x}}", ("'begins' is no setting", "text_begins")),
        (LEAST + "kind: {repost: [no]}", ("kind.repost: YAML reads no",)),
        (LEAST + "brand: {column: b, values: {A: no}}", ("'A': YAML reads no",)),
        (LEAST + "lang: []", ("'lang' lists no column",)),
        (LEAST.replace("id: i", "id: {hash: []}"), ("'hash' lists no column",)),
        (LEAST + "[a]: b", ("a key of the mapping is a list",)),
        (LEAST + "format: xml", ("'format' is 'xml'", "csv or jsonl")),
        (LEAST + "encoding: utf-9", ("'utf-9' is no encoding",)),
        (LEAST + "delimiter: '::'", ("'delimiter' is not one character",)),
        (LEAST + "quote: [a]", ("'quote' is not one character",)),
        (LEAST + "timezone: Paris", ("'Paris' is no time zone", "Europe/Paris")),
        (LEAST + "unescape_html: maybe", ("'unescape_html' is the text 'maybe'",)),
    ],
)
def test_faults_of_the_file(written: str, expected: tuple[str, ...]) -> None:
    with pytest.raises(MappingFaultsError) as caught:
        load_mapping(written, "m.yaml")
    assert all(part in str(caught.value) for part in expected), str(caught.value)


def test_absent_columns_of_a_csv_file_are_all_named() -> None:
    mapping = load_mapping("id: id\ncreated_at: tine\ntext: text\nauthor: {id: who}\n", "m.yaml")
    with pytest.raises(MappingFaultsError) as caught:
        csv_picker(mapping, ["id", "time", "text"], "posts.csv")
    assert str(caught.value).splitlines() == [
        "m.yaml:2: posts.csv has no column 'tine'; did you mean 'time'?",
        "m.yaml:4: posts.csv has no column 'who'; it has id, time, text",
    ]


def test_least_mapping() -> None:
    mention = mapped("")
    assert (mention.id, mention.author.id) == ("1", "7")
    assert mention.created_at == datetime(2015, 2, 24, 12, tzinfo=UTC)
    assert mention.text == "RT @bob: a & b #Tag"
    assert (mention.hashtags, mention.addressed) == (("Tag",), ("bob",))
    assert (mention.lang, mention.brand, mention.weight) == ("und", "", 1.0)


def test_author() -> None:
    author = "author: {id: u.id, handle: h, followers: f, verified: v, created_at: j}"
    row = {**ROW, "h": "@Ana", "f": "12.0", "v": "True", "j": "2009-01-01T00:00:00Z"}
    mapping = load_mapping(LEAST.replace("author: {id: u.id}", author), "m.yaml")
    found = RowMapper(mapping, json_pick)(row).author
    assert (found.id, found.handle, found.followers, found.verified) == ("7", "Ana", 12, True)
    assert found.created_at == datetime(2009, 1, 1, tzinfo=UTC)


def test_handle_is_the_author_where_there_is_no_id() -> None:
    mapping = load_mapping(LEAST.replace("id: u.id", "handle: h"), "m.yaml")
    author = RowMapper(mapping, json_pick)({**ROW, "h": "@Ana"}).author
    assert (author.id, author.handle) == ("ana", "Ana")


@pytest.mark.parametrize(
    ("fields", "kind", "ref_id", "ref_author"),
    [
        ({"rt": "5"}, "repost", "5", "bob"),
        ({"rt": None, "re": 4, "name": "@eve"}, "reply", "4", "eve"),
        ({"t": "plain"}, "original", "", ""),
        ({"t": "@bob plain"}, "reply", "", ""),
        ({"t": "plain", "q": "6"}, "quote", "", ""),
    ],
)
def test_kinds(fields: dict[str, Any], kind: str, ref_id: str, ref_author: str) -> None:
    mapping = """
kind:
  repost: rt
  reply: [re, {text_begins: "@"}]
  quote: q
ref_id: [rt, re]
ref_author: name
"""
    mention = mapped(mapping, **fields)
    assert (mention.kind, mention.ref_id, mention.ref_author) == (kind, ref_id, ref_author)


def test_beginning_of_a_text_makes_a_repost() -> None:
    mention = mapped('kind: {repost: {text_begins: "RT @"}}')
    assert (mention.kind, mention.ref_author) == ("repost", "bob")


def test_first_filled_column() -> None:
    assert mapped("lang: [a, b.c, d]", a="", b={"c": "fr"}, d="en").lang == "fr"


def test_constant() -> None:
    assert mapped("lang: {constant: fr}\nweight: {constant: 2.5}").weight == 2.5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["#a", "b", "a"], ("a", "b")),
        ("#a b;c", ("a", "b", "c")),
        (None, ()),
        ([{"x": "a"}], ("a",)),
    ],
)
def test_lists(value: Any, expected: tuple[str, ...]) -> None:
    column = "tags.x" if isinstance(value, list) and isinstance(value[0], dict) else "tags"
    assert mapped(f"hashtags: {column}", tags=value).hashtags == expected


def test_mapped_list_that_is_empty_is_not_searched_in_the_text() -> None:
    assert mapped("hashtags: tags", tags=[]).hashtags == ()


def test_brand_by_value_of_a_column() -> None:
    assert mapped("brand: {column: b, values: {KO: cola, 5: five}}", b="KO").brand == "cola"


def test_brand_as_it_is_written() -> None:
    assert mapped("brand: b", b="cola").brand == "cola"


def test_empty_brand_is_left_to_matching() -> None:
    assert mapped("brand: {column: b, values: {KO: cola}}", b=None).brand == ""


def test_hash_of_columns_is_the_id() -> None:
    hashed = LEAST.replace("id: i\n", "id: {hash: [u.id, t]}\n", 1)
    mapper = RowMapper(load_mapping(hashed, "m.yaml"), json_pick)
    assert mapper(ROW).id == mapper({**ROW, "i": "other"}).id
    assert mapper(ROW).id != mapper({**ROW, "t": "other"}).id


@pytest.mark.parametrize(
    ("mapping", "fields", "reason", "detail"),
    [
        ("", {"i": None}, "invalid", "id of 0"),
        ("", {"i": 5.7e17}, "invalid", "spreadsheet"),
        ("", {"i": "5.70306133677761E+017"}, "invalid", "{hash: [...]}"),
        ("", {"i": ["1"]}, "invalid", "id is a list"),
        ("", {"at": "yesterday"}, "invalid", "created_at: Invalid isoformat string: 'yesterday'"),
        ("", {"at": "2015-02-24T12:00:00"}, "invalid", "say 'timezone'"),
        ("", {"t": {"a": 1}}, "invalid", "text is a dict"),
        ("", {"t": "x" * 30_001}, "invalid", "at most 30000"),
        ("", {"u": None}, "invalid", "author id of 0"),
        ("weight: w", {"w": "heavy"}, "invalid", "'heavy', not a number"),
        ("weight: w", {"w": "-1"}, "invalid", "not a count"),
        ("weight: w", {"w": "nan"}, "invalid", "not a count"),
        ("brand: {column: b, values: {KO: cola}}", {"b": "PG"}, "wrong_brand", "'PG'"),
    ],
)
def test_bad_rows(mapping: str, fields: dict[str, Any], reason: str, detail: str) -> None:
    error = fault_of(mapping, **fields)
    assert error.reason == reason
    assert detail in error.detail
