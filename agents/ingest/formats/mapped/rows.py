"""A mapping applied: rows of CSV or objects of JSON → mentions.

All values that a mapping asks for are picked from a row in one call; the rest is plain code on
local names. (A getter per field, the first version, took half as long again.)
"""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from agents.ingest.formats.make import (
    addressed_in,
    checked,
    distinct,
    hashtags_in,
    known,
    reposted_handle,
    unescape,
    urls_in,
    within,
)
from agents.ingest.formats.mapped.cells import count_in, filled, is_yes, json_in, means_kind
from agents.ingest.formats.mapped.columns import Constant, MakePick
from agents.ingest.formats.mapped.mapping import AUTHOR_FIELDS, FIELDS, ColumnMapping, FieldSource
from agents.ingest.formats.mapped.times import TimeParser, time_parser
from pipeline.phrase import Phrase
from schemas.codec import UnreadableError
from schemas.mention import Author, Kind, Mention

_NAMES = (*FIELDS, *(f"author.{name}" for name in AUTHOR_FIELDS))
_KINDS: tuple[Kind, ...] = ("repost", "reply", "quote")
_SPREADSHEET_NUMBER = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_WORDS = re.compile(r"[\s,;|]+")
_EXACT = 1 << 53
_ITEM_KEYS = ("tag", "text", "expanded_url", "url", "username", "screen_name", "name")
"""What the objects of X's lists hold, where a path does not say which."""
_QUOTED_CHARACTERS = 30_000
_UNIT_SEPARATOR = "\x1f"


class RowMapper:
    """``mapper(row)`` → ``Mention``; raises ``UnreadableError`` naming the field at fault."""

    def __init__(self, mapping: ColumnMapping, make_pick: MakePick) -> None:
        sources = mapping.sources
        self._told = frozenset(sources)
        self._hashed = sources["id"].hashed
        self._unescape = mapping.unescape_html
        self._brands = mapping.brand_values
        self._parse = time_parser(sources["created_at"].formats, mapping.zone)
        joined = sources.get("author.created_at", FieldSource())
        self._parse_joined = time_parser(joined.formats, mapping.zone)
        self._lay_out(mapping, make_pick)

    def _lay_out(self, mapping: ColumnMapping, make_pick: MakePick) -> None:
        """Decide which place of a pick holds what: fields first, then what they fall back on."""
        listed = [mapping.sources.get(name, FieldSource()) for name in _NAMES]
        columns: list[str | Constant] = [_first(source) for source in listed]

        def places(wanted: Sequence[str]) -> tuple[int, ...]:
            columns.extend(wanted)
            return tuple(range(len(columns) - len(wanted), len(columns)))

        self._hash_places = places(mapping.sources["id"].columns) if self._hashed else ()
        self._kinds = tuple(
            (
                kind,
                tuple(zip(rules.columns, places(rules.columns), strict=True)),
                tuple(
                    (place, words)
                    for place, (_, words) in zip(
                        places([column for column, _ in rules.values]), rules.values, strict=True
                    )
                ),
                rules.beginnings,
            )
            for kind in _KINDS
            if (rules := mapping.kinds.get(kind)) is not None
        )
        several = [
            (place, source, places(source.columns[1:]))
            for place, source in enumerate(listed)
            if len(source.columns) > 1 and not source.hashed
        ]
        self._joins = [(place, others) for place, source, others in several if source.joined]
        self._else = [(place, others) for place, source, others in several if not source.joined]
        self._pick = make_pick(columns)

    def __call__(self, row: Any) -> Mention:  # noqa: ANN401 - list of cells or JSON object
        """Map one row."""
        values = self._pick(row)
        if self._else or self._joins:
            values = self._fallen_back(values)
        (
            identity,
            created_at,
            text,
            lang,
            ref_id,
            ref_author,
            quoted_text,
            conversation,
            hashtags,
            urls,
            addressed,
            brand,
            weight,
            author_id,
            handle,
            followers,
            verified,
            joined,
        ) = values[: len(_NAMES)]
        if text.__class__ is not str:
            if text is None:
                raise UnreadableError("invalid", Phrase("no text"))
            text = _text(text, "text")
        if self._unescape and "&" in text:
            text = unescape(text)
        kind = self._kind(values, text) if self._kinds else "original"
        ref_author = _optional(ref_author).lstrip("@") if ref_author else ""
        if kind == "repost" and not ref_author:
            ref_author = reposted_handle(text)
        told = self._told
        if "hashtags" in told:
            hashtags = _listed(hashtags, "#＃") if hashtags else ()
        else:
            hashtags = hashtags_in(text)
        if "urls" in told:
            urls = _listed(urls, "") if urls else ()
        else:
            urls = urls_in(text) if "http" in text else ()
        if "addressed" in told:
            addressed = _listed(addressed, "@＠") if addressed else ()
        else:
            addressed = addressed_in(text)
        return checked(
            Mention(
                id=self._identity(identity, values),
                created_at=within(_time(self._parse, created_at, "created_at")),
                text=text,
                author=self._author(author_id, handle, followers, verified, joined),
                brand=self._brand(brand) if brand else "",
                lang=(_optional(lang) if lang else "") or "und",
                kind=kind,
                ref_id=_optional(ref_id) if ref_id and kind != "original" else "",
                ref_author=ref_author,
                quoted_text=self._quoted(quoted_text) if quoted_text else "",
                conversation_id=_optional(conversation) if conversation else "",
                hashtags=hashtags,
                urls=urls,
                addressed=addressed,
                weight=1.0 if weight is None or weight == "" else _number(weight, "weight"),
            )
        )

    def _fallen_back(self, values: Sequence[Any]) -> Sequence[Any]:
        """Fill empty places from the next columns of their field."""
        changed = list(values)
        for place, others in self._else:
            if not filled(changed[place]):
                found = (changed[other] for other in others if filled(changed[other]))
                changed[place] = next(found, None)
        for place, others in self._joins:
            parts = [changed[place], *(changed[other] for other in others)]
            changed[place] = " ".join([str(part).strip() for part in parts if filled(part)])
        return changed

    def _quoted(self, value: Any) -> str:  # noqa: ANN401
        text = _optional(value)[:_QUOTED_CHARACTERS]
        return unescape(text) if self._unescape else text

    def _identity(self, value: Any, values: Sequence[Any]) -> str:  # noqa: ANN401
        if self._hashed:
            # Rows that agree in all of these columns are one post.
            parts = _UNIT_SEPARATOR.join([str(values[place]) for place in self._hash_places])
            return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
        identity = _text(value, "id")
        if not identity.isdigit() and (
            isinstance(value, float) or _SPREADSHEET_NUMBER.fullmatch(identity)
        ):
            msg = Phrase(
                "id {identity} lost its digits in a spreadsheet; map id: {{hash: [...]}} instead",
                identity=identity,
            )
            raise UnreadableError("invalid", msg)
        return identity

    def _author(
        self,
        identity: Any,  # noqa: ANN401
        handle: Any,  # noqa: ANN401
        followers: Any,  # noqa: ANN401
        verified: Any,  # noqa: ANN401
        joined: Any,  # noqa: ANN401
    ) -> Author:
        handle = _text(handle, "author.handle").lstrip("@") if handle else ""
        return Author(
            id=_author_id(identity) or handle.casefold(),
            handle=handle,
            followers=count_in(followers) or 0 if followers else 0,
            verified=is_yes(verified) if verified else False,
            created_at=self._joined(joined) if joined and filled(joined) else None,
        )

    def _joined(self, value: Any) -> datetime | None:  # noqa: ANN401
        try:
            return known(_time(self._parse_joined, value, "author.created_at"))
        except UnreadableError:
            return None

    def _kind(self, values: Sequence[Any], text: str) -> Kind:
        for kind, columns, worded, beginnings in self._kinds:
            if beginnings and text.startswith(beginnings):
                return kind
            for column, place in columns:
                value = values[place]
                if not value:
                    continue
                means = means_kind(value, kind)
                if means:
                    return kind
                if means is None:
                    raise UnreadableError("invalid", _unsaid(kind, column, value))
            for place, words in worded:
                value = values[place]
                if value is not None and str(value).strip().casefold() in words:
                    return kind
        return "original"

    def _brand(self, value: Any) -> str:  # noqa: ANN401
        written = _text(value, "brand")
        if not self._brands:
            return written
        if written not in self._brands:
            msg = Phrase(
                "'values' of the mapping's 'brand' does not name {written!r}", written=written
            )
            raise UnreadableError("wrong_brand", msg)
        return self._brands[written]


def _first(source: FieldSource) -> str | Constant:
    if source.constant is not None:
        return Constant(source.constant)
    return source.columns[0] if source.columns else ""


def _listed(value: Any, sigils: str) -> tuple[str, ...]:  # noqa: ANN401
    """What a column holds as a list; one text is a list of words."""
    if isinstance(value, str):
        if not filled(value):
            return ()
        value = json_in(value) or value
    if isinstance(value, dict):
        value = [value]
    items = value if isinstance(value, list) else _WORDS.split(str(value))
    return distinct([_item(item).strip().lstrip(sigils) for item in items if item is not None])


def _item(item: Any) -> str:  # noqa: ANN401
    """The text of one item of a list; nothing if it is no text."""
    if isinstance(item, dict):
        item = next((item[key] for key in _ITEM_KEYS if item.get(key)), "")
    return "" if isinstance(item, dict | list) else str(item)


def _unsaid(kind: Kind, column: str, value: Any) -> str:  # noqa: ANN401
    return Phrase(
        "kind.{kind}: column {column!r} says {value!r}, so it is filled for other kinds, too; say "
        "which values mean it: {kind}: {{column: {column}, values: [WORD]}}",
        kind=kind,
        column=column,
        value=str(value)[:50],
    )


def _author_id(value: Any) -> str:  # noqa: ANN401
    """The author's id; nothing if it lost its digits, so that the handle stands in for it."""
    identity = value if value.__class__ is str else _text(value, "author.id")
    if not identity or identity.isdigit() or not identity[0].isdigit():
        return identity
    lost = isinstance(value, float) or _SPREADSHEET_NUMBER.fullmatch(identity)
    return "" if lost else identity


def _optional(value: Any) -> str:  # noqa: ANN401
    """The text of a field that a post can do without; nothing where it is none."""
    if isinstance(value, float) and abs(value) >= _EXACT:
        return ""
    if not filled(value) or not isinstance(value, str | int | float):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _text(value: Any, field: str) -> str:  # noqa: ANN401
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    raise UnreadableError(
        "invalid",
        Phrase("{field} is a {kind}, not a text", field=field, kind=type(value).__name__),
    )


def _number(value: Any, field: str) -> float:  # noqa: ANN401
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise UnreadableError(
            "invalid", Phrase("{field} is {value!r:.100}, not a number", field=field, value=value)
        ) from error
    if not 0 <= number < float("inf"):
        raise UnreadableError(
            "invalid", Phrase("{field} is {value!r}, not a count", field=field, value=value)
        )
    return number


def _time(parse: TimeParser, value: Any, field: str) -> datetime:  # noqa: ANN401
    try:
        return parse(value if value.__class__ is str else _text(value, field))
    except (ValueError, OverflowError) as error:
        raise UnreadableError(
            "invalid", Phrase("{field}: {error}", field=field, error=error)
        ) from error
