"""The column mapping: how the columns of a foreign file become the fields of a mention.

::

    format: csv                  # or jsonl; told from the file where it is left out
    encoding: utf-8              # CSV only, as are the next three
    delimiter: ","               # told from the header where it is left out
    quote: '"'
    escape: ""                   # such as a backslash; left out, quotes are doubled
    columns: [id, time, text]    # the names, in order, where no row of the file has them
    timezone: Europe/Paris       # of times that carry no offset
    unescape_html: true          # &amp; in texts is &

    id: tweet_id                 # a column; a.b.c in nested JSON; [a, b]: the first that is filled
    # id: {hash: [user, time, text]}   for files whose ids are lost or damaged
    created_at: {column: time, format: iso}   # unix, unix_ms, twitter, %d/%m/%Y …, a list
    # created_at: {join: [day, time], format: "%d/%m/%Y %H:%M"}   for a time in several columns
    text: text
    lang: {constant: en}
    author: {id: user.id, handle: user.name, followers: …, verified: …, created_at: …}
    kind:                        # the first rule that holds: repost, reply, then quote
      repost: [retweeted_id, {text_begins: "RT @"}]     # a filled column, or how texts begin
      reply: [in_reply_to_id]    # no, false, 0, nan and none are not filled
      quote: {column: type, values: [quote]}            # a column that says the kind in words
    ref_id: [retweeted_id, in_reply_to_id]
    ref_author: in_reply_to_name
    quoted_text: quoted.text     # of the post that this one quotes
    conversation_id: thread
    hashtags: tags               # a list, or one text of words; found in the text where left out
    urls: links
    addressed: mentions
    brand: {column: ticker, values: {KO: coca-cola}}   # left out: brands are matched by their names
    weight: {constant: 1}

``id``, ``created_at``, ``text`` and one of ``author.id``, ``author.handle`` are required.
"""

import codecs
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from agents.ingest.formats.files.csv_rows import Dialect
from agents.ingest.formats.mapped.times import NAMED_FORMATS
from pipeline.brands.located_yaml import (
    FaultList,
    FaultsError,
    Located,
    YamlSection,
    compose,
    line_of,
)
from pipeline.brands.located_yaml import text as text_of
from pipeline.phrase import Phrase, phrases

FIELDS = (
    "id",
    "created_at",
    "text",
    "lang",
    "ref_id",
    "ref_author",
    "quoted_text",
    "conversation_id",
    "hashtags",
    "urls",
    "addressed",
    "brand",
    "weight",
)
AUTHOR_FIELDS = ("id", "handle", "followers", "verified", "created_at")
_TIMES = ("created_at", "author.created_at")
_JOINED = (*_TIMES, "text")
_OPTIONS = (
    "format",
    "encoding",
    "delimiter",
    "quote",
    "escape",
    "columns",
    "timezone",
    "unescape_html",
)
_KEYS = (*FIELDS, "author", "kind", *_OPTIONS)
_KINDS = ("repost", "reply", "quote")
_KIND_RULE = ("text_begins", "column", "values")


class MappingFaultsError(FaultsError):
    """All faults of a mapping file at once."""


class FieldSource(NamedTuple):
    """Where a field comes from.

    The first filled of ``columns``, a hash of them, all of them joined by blanks, or a constant.
    """

    columns: tuple[str, ...] = ()
    hashed: bool = False
    joined: bool = False
    constant: str | None = None
    line: int = 0
    formats: tuple[str, ...] = ("iso",)


class KindRules(NamedTuple):
    """When a post is of a kind: one of ``columns`` is filled, or its text begins so.

    ``values``: of a column, those that mean the kind, in lower case.
    """

    columns: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    values: tuple[tuple[str, frozenset[str]], ...] = ()
    line: int = 0


class ColumnMapping(NamedTuple):
    """A mapping file, checked."""

    path: str
    sources: dict[str, FieldSource]
    kinds: dict[str, KindRules]
    brand_values: dict[str, str]
    file_format: str = ""
    dialect: Dialect = Dialect()
    columns: tuple[str, ...] = ()
    zone: tzinfo | None = None
    unescape_html: bool = True

    def column_lines(self) -> list[tuple[str, int]]:
        """Every column that is asked for, with the line that asks."""
        asked = [(source.columns, source.line) for source in self.sources.values()]
        asked += [(rules.columns, rules.line) for rules in self.kinds.values()]
        asked += [
            (tuple(column for column, _ in rules.values), rules.line)
            for rules in self.kinds.values()
        ]
        return [(column, line) for columns, line in asked for column in columns]


def read_mapping(path: Path) -> ColumnMapping:
    """Read and check a mapping file; raises ``MappingFaultsError`` with every fault."""
    try:
        written = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        faults = FaultList()
        faults.add(
            1,
            Phrase("the file cannot be read: {error}", error=error),
            Phrase("check path, permissions and UTF-8"),
        )
        raise MappingFaultsError(str(path), faults.found) from error
    return load_mapping(written, str(path))


def load_mapping(written: str, path: str) -> ColumnMapping:
    """Check a mapping; ``path`` is only for messages. Raises ``MappingFaultsError``.

    >>> written = "{id: i, text: t, created_at: at, author: {id: a}}"
    >>> load_mapping(written, "m.yaml").sources["id"].columns
    ('i',)
    """
    faults = FaultList()
    root = compose(written, faults)
    if root is None:
        raise MappingFaultsError(path, faults.found)
    top = YamlSection(root, _KEYS, faults, Phrase("the mapping"))
    mapping = ColumnMapping(
        path=path,
        sources=_sources(top),
        kinds=_kinds(top),
        brand_values=_brand_values(top),
        file_format=_choice(top, "format", ("csv", "jsonl")),
        dialect=_dialect(top),
        columns=tuple(column.value for column in top.texts("columns")) if "columns" in top else (),
        zone=_zone(top),
        unescape_html=top.flag("unescape_html", default=True),
    )
    if isinstance(root, yaml.MappingNode):
        _check_required(top, faults)
    if faults.errors:
        raise MappingFaultsError(path, faults.found)
    return mapping


def _check_required(top: YamlSection, faults: FaultList) -> None:
    for key in ("id", "created_at", "text", "author"):
        if key not in top:
            hint = "{id: COLUMN}" if key == "author" else "COLUMN"
            faults.add(
                top.line,
                Phrase("'{key}' is missing", key=key),
                Phrase("say where it comes from: {key}: {hint}", key=key, hint=hint),
            )
    author = top.section("author", ()) if "author" in top else None
    if author is not None and author.nodes and "id" not in author and "handle" not in author:
        faults.add(
            author.line,
            Phrase("'author' says neither 'id' nor 'handle'"),
            Phrase("say one of them"),
        )


def _sources(top: YamlSection) -> dict[str, FieldSource]:
    sources = {}
    author = top.section("author", AUTHOR_FIELDS)
    places = [(key, top, key) for key in FIELDS]
    if author is not None:
        places += [(f"author.{key}", author, key) for key in AUTHOR_FIELDS]
    for field, section, key in places:
        if key in section and (source := _source(section, key, field)) is not None:
            sources[field] = source
    return sources


def _source(section: YamlSection, key: str, field: str) -> FieldSource | None:  # noqa: PLR0911 - one a way
    """Read one of: ``column``, ``[column, column]``, ``{column|hash|join|constant: …}``."""
    node, faults = section.nodes[key], section.faults
    line = line_of(node)
    if isinstance(node, yaml.ScalarNode):
        column = text_of(node, faults, Phrase("'{key}'", key=key))
        return None if column is None else _from_columns([column], line)
    if isinstance(node, yaml.SequenceNode):
        return _from_columns(_columns(section, key), line)
    known = ["column", "constant"]
    known += ["hash"] if field == "id" else []
    known += ["join"] if field in _JOINED else []
    known += ["format"] if field in _TIMES else []
    known += ["values"] if field == "brand" else []
    inner = YamlSection(node, known, faults, Phrase("'{key}'", key=key))
    ways = [way for way in ("column", "constant", "hash", "join") if way in inner]
    if len(ways) != 1:
        what = Phrase(
            "'{key}' says {ways}",
            key=key,
            ways=phrases(Phrase(" and "), ways) if ways else Phrase("nothing"),
        )
        faults.add(line, what, Phrase("say exactly one of {known}", known=", ".join(known[:3])))
        return None
    if ways == ["constant"]:
        constant = _constant(inner)
        return None if constant is None else FieldSource(constant=constant, line=line)
    if ways == ["hash"]:
        hashed = _columns(inner, "hash")
        return FieldSource(tuple(column.value for column in hashed), hashed=True, line=line)
    if ways == ["join"]:
        parts = tuple(column.value for column in _columns(inner, "join"))
        return FieldSource(parts, joined=True, line=line, formats=_formats(inner))
    source = _source(inner, "column", "")
    return None if source is None else source._replace(formats=_formats(inner))


def _columns(section: YamlSection, key: str) -> list[Located[str]]:
    """A list of columns, of which there has to be one at least."""
    node = section.nodes[key]
    if isinstance(node, yaml.SequenceNode) and not node.value:
        section.faults.add(
            line_of(node), Phrase("'{key}' lists no column", key=key), Phrase("name one at least")
        )
    return section.texts(key)


def _constant(section: YamlSection) -> str | None:
    node = section.nodes["constant"]
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith((":int", ":float")):
        return str(node.value)
    found = section.text("constant")
    return None if found is None else found.value


def _from_columns(columns: list[Located[str]], line: int) -> FieldSource:
    return FieldSource(tuple(column.value for column in columns), line=line)


def _formats(section: YamlSection) -> tuple[str, ...]:
    if "format" not in section:
        return ("iso",)
    several = isinstance(section.nodes["format"], yaml.SequenceNode)
    one = None if several else section.text("format")
    found = section.texts("format") if several else [one] if one else []
    for name, line in found:
        if name in NAMED_FORMATS:
            continue
        try:
            datetime.strptime(datetime(2000, 1, 2, tzinfo=UTC).strftime(name), name)  # noqa: DTZ007 - only tried
            usable = "%" in name
        except ValueError:
            usable = False
        if not usable:
            do = Phrase(
                "write {formats} or a strptime pattern such as %d/%m/%Y %H:%M",
                formats=", ".join(NAMED_FORMATS),
            )
            section.faults.add(line, Phrase("'{name}' is no format of times", name=name), do)
    return tuple(name for name, _ in found)


def _kinds(top: YamlSection) -> dict[str, KindRules]:
    section = top.section("kind", _KINDS)
    if section is None:
        return {}
    rules = {}
    for kind in _KINDS:
        if kind not in section:
            continue
        node = section.nodes[kind]
        parts = list(node.value) if isinstance(node, yaml.SequenceNode) else [node]
        columns: list[str] = []
        beginnings: list[str] = []
        values: list[tuple[str, frozenset[str]]] = []
        for part in parts:
            if isinstance(part, yaml.MappingNode):
                rule = YamlSection(part, _KIND_RULE, top.faults, Phrase("kind.{kind}", kind=kind))
                found = rule.text("text_begins")
                beginnings += [found.value] if found else []
                values += _kind_values(rule, kind)
            elif (
                column := text_of(part, top.faults, Phrase("kind.{kind}", kind=kind))
            ) is not None:
                columns.append(column.value)
        rules[kind] = KindRules(tuple(columns), tuple(beginnings), tuple(values), line_of(node))
    return rules


def _kind_values(rule: YamlSection, kind: str) -> list[tuple[str, frozenset[str]]]:
    """``{column: type, values: [share, RT]}``: a column, and what it says for the kind."""
    if "column" not in rule and "values" not in rule:
        return []
    column = rule.text("column")
    node = rule.nodes.get("values")
    if column is None or not isinstance(node, yaml.SequenceNode) or not node.value:
        what = Phrase("kind.{kind} says 'column' or 'values' without the other", kind=kind)
        rule.faults.add(rule.line, what, Phrase("write {{column: COLUMN, values: [WORD, WORD]}}"))
        return []
    # Whatever YAML makes of yes and 1, a file holds it as it is written.
    words = [str(each.value) for each in node.value if isinstance(each, yaml.ScalarNode)]
    return [(column.value, frozenset(word.casefold() for word in words))]


def _brand_values(top: YamlSection) -> dict[str, str]:
    if "brand" not in top or not isinstance(top.nodes["brand"], yaml.MappingNode):
        return {}
    inner = YamlSection(top.nodes["brand"], (), FaultList(), "'brand'")
    values = inner.section("values", ())
    if values is None:
        return {}
    values.faults = top.faults
    read = {key: values.text(key) for key in values.nodes}
    return {key: brand.value for key, brand in read.items() if brand is not None}


def _choice(top: YamlSection, key: str, choices: tuple[str, ...]) -> str:
    found = top.text(key)
    if found is None:
        return ""
    if found.value not in choices:
        top.faults.add(
            found.line,
            Phrase("'{key}' is '{value}'", key=key, value=found.value),
            Phrase("write {choices}", choices=phrases(Phrase(" or "), choices)),
        )
    return found.value


def _dialect(top: YamlSection) -> Dialect:
    encoding = top.text("encoding")
    if encoding is not None:
        try:
            codecs.lookup(encoding.value)
        except LookupError:
            do = Phrase("write utf-8, cp1252, latin-1 or another that Python knows")
            top.faults.add(
                encoding.line, Phrase("'{value}' is no encoding", value=encoding.value), do
            )
    signs = {}
    for key, default in (("delimiter", ""), ("quote", '"'), ("escape", "")):
        node = top.nodes.get(key)
        signs[key] = str(node.value) if isinstance(node, yaml.ScalarNode) else default
        if node is not None and (not isinstance(node, yaml.ScalarNode) or len(node.value) > 1):
            top.faults.add(
                line_of(node),
                Phrase("'{key}' is not one character", key=key),
                Phrase('write one, as in ";"'),
            )
    return Dialect(encoding.value if encoding else "utf-8", **signs)


def _zone(top: YamlSection) -> tzinfo | None:
    found = top.text("timezone")
    if found is None:
        return None
    if found.value.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    try:
        return ZoneInfo(found.value)
    except (ZoneInfoNotFoundError, ValueError):
        do = Phrase("write a name such as Europe/Paris or UTC")
        top.faults.add(found.line, Phrase("'{value}' is no time zone", value=found.value), do)
        return None
