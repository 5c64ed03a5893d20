"""A mapping applied: rows of CSV or objects of JSON → mentions."""

import re
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Any

from agents.ingest.formats.columns import Get, filled
from agents.ingest.formats.make import (
    addressed_in,
    checked,
    distinct,
    hashtags_in,
    reposted_handle,
    unescape,
    urls_in,
)
from agents.ingest.formats.mapping import AUTHOR_FIELDS, FIELDS, ColumnMapping, Source
from agents.ingest.formats.times import TimeParser, time_parser
from schemas.codec import UnreadableError
from schemas.mention import Author, Kind, Mention

_KINDS: tuple[Kind, ...] = ("repost", "reply", "quote")
_SPREADSHEET_NUMBER = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_WORDS = re.compile(r"[\s,;|]+")
_TRUE = frozenset(("true", "t", "yes", "1", "1.0"))
_UNIT_SEPARATOR = "\x1f"


class RowMapper:
    """``mapper(row)`` → ``Mention``; raises ``UnreadableError`` naming the field at fault.

    ``column`` turns the name of a column into a function from a row to what it holds.
    """

    def __init__(self, mapping: ColumnMapping, column: Callable[[str], Get]) -> None:
        names = (*FIELDS, *(f"author.{name}" for name in AUTHOR_FIELDS))
        sources = {name: mapping.sources.get(name, Source(constant="")) for name in names}
        self._get = {name: _getter(source, column) for name, source in sources.items()}
        self._parse = {
            name: time_parser(sources[name].formats, mapping.zone)
            for name in ("created_at", "author.created_at")
        }
        self._told = frozenset(mapping.sources)
        self._hashed = sources["id"].hashed
        self._unescape = mapping.unescape_html
        self._brands = mapping.brand_values
        self._kinds = tuple(
            (kind, tuple(column(name) for name in rules.columns), rules.beginnings)
            for kind in _KINDS
            if (rules := mapping.kinds.get(kind)) is not None
        )

    def __call__(self, row: Any) -> Mention:  # noqa: ANN401 - list of cells or JSON object
        get = self._get
        text = _text(get["text"](row), "text")
        if self._unescape:
            text = unescape(text)
        kind = self._kind(row, text)
        ref_author = _text(get["ref_author"](row), "ref_author").lstrip("@")
        if kind == "repost" and not ref_author:
            ref_author = reposted_handle(text)
        return checked(
            Mention(
                id=self._identity(row),
                created_at=self._created_at(row),
                text=text,
                author=self._author(row),
                brand=self._brand(row),
                lang=_text(get["lang"](row), "lang") or "und",
                kind=kind,
                ref_id="" if kind == "original" else _text(get["ref_id"](row), "ref_id"),
                ref_author=ref_author,
                conversation_id=_text(get["conversation_id"](row), "conversation_id"),
                hashtags=self._listed("hashtags", row, text, "#＃", hashtags_in),
                urls=self._listed("urls", row, text, "", urls_in),
                addressed=self._listed("addressed", row, text, "@＠", addressed_in),
                weight=_number(get["weight"](row), "weight", 1.0),
            )
        )

    def _identity(self, row: Any) -> str:  # noqa: ANN401
        value = self._get["id"](row)
        identity = _text(value, "id")
        if not self._hashed and (
            isinstance(value, float) or _SPREADSHEET_NUMBER.fullmatch(identity)
        ):
            msg = (
                f"id {identity} went through a spreadsheet and lost digits; use id: {{hash: [...]}}"
            )
            raise UnreadableError("invalid", msg)
        return identity

    def _created_at(self, row: Any) -> datetime:  # noqa: ANN401
        written = _text(self._get["created_at"](row), "created_at")
        return _time(self._parse["created_at"], written, "created_at")

    def _author(self, row: Any) -> Author:  # noqa: ANN401
        get = self._get
        handle = _text(get["author.handle"](row), "author.handle").lstrip("@")
        joined = _text(get["author.created_at"](row), "author.created_at")
        parse = self._parse["author.created_at"]
        return Author(
            id=_text(get["author.id"](row), "author.id") or handle.casefold(),
            handle=handle,
            followers=int(_number(get["author.followers"](row), "author.followers", 0)),
            verified=_text(get["author.verified"](row), "author.verified").casefold() in _TRUE,
            created_at=_time(parse, joined, "author.created_at") if joined else None,
        )

    def _kind(self, row: Any, text: str) -> Kind:  # noqa: ANN401
        for kind, columns, beginnings in self._kinds:
            if (beginnings and text.startswith(beginnings)) or any(
                filled(get(row)) for get in columns
            ):
                return kind
        return "original"

    def _brand(self, row: Any) -> str:  # noqa: ANN401
        value = _text(self._get["brand"](row), "brand")
        if not self._brands or not value:
            return value
        if value not in self._brands:
            msg = f"'values' of the mapping's 'brand' does not name {value!r}"
            raise UnreadableError("wrong_brand", msg)
        return self._brands[value]

    def _listed(
        self,
        field: str,
        row: Any,  # noqa: ANN401
        text: str,
        sigils: str,
        find: Callable[[str], tuple[str, ...]],
    ) -> tuple[str, ...]:
        """The list that a column holds; what the text holds, if there is no such column."""
        if field not in self._told:
            return find(text)
        value = self._get[field](row)
        if not filled(value):
            return ()
        items = value if isinstance(value, list) else _WORDS.split(str(value))
        return distinct(str(item).strip().lstrip(sigils) for item in items if item is not None)


def _getter(source: Source, column: Callable[[str], Get]) -> Get:
    """Compile where a field comes from."""
    if source.constant is not None:
        constant = source.constant
        return lambda _row: constant
    columns = tuple(column(name) for name in source.columns)
    if source.hashed:
        return lambda row: _hash(columns, row)
    if len(columns) == 1:
        return columns[0]
    return lambda row: next((v for get in columns if filled(v := get(row))), None)


def _hash(columns: tuple[Get, ...], row: Any) -> str:  # noqa: ANN401
    """An id from several columns; rows that agree in all of them are one post."""
    values = (_text(get(row), "id") for get in columns)
    joined = _UNIT_SEPARATOR.join(values).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=10).hexdigest()


def _text(value: Any, field: str) -> str:  # noqa: ANN401
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    raise UnreadableError("invalid", f"{field} is a {type(value).__name__}, not a text")


def _number(value: Any, field: str, default: float) -> float:  # noqa: ANN401
    if not filled(value):
        return default
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise UnreadableError("invalid", f"{field} is {value!r}, not a number") from error
    if not 0 <= number < float("inf"):
        raise UnreadableError("invalid", f"{field} is {value!r}, not a count")
    return number


def _time(parse: TimeParser, written: str, field: str) -> datetime:
    try:
        return parse(written)
    except (ValueError, OverflowError) as error:
        raise UnreadableError("invalid", f"{field}: {error}") from error
