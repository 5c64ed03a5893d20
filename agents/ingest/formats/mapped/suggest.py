"""A first mapping from the names of a table's columns and its first rows, and what was guessed.

Names are those of common exports and data sets, English and French: Brandwatch, Meltwater,
Talkwalker, Sprinklr, CrowdTangle, twint, snscrape, and the tables of papers. A name decides which
column is what; rows decide how times are written, and whether a column of kinds holds words.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from agents.ingest.formats.files.csv_rows import CsvRow, Dialect, read_rows
from agents.ingest.formats.files.documents import json_object, read_json
from agents.ingest.formats.files.header import find_header
from agents.ingest.formats.files.lines import BadLine
from agents.ingest.formats.files.streams import FormatError, open_bytes
from agents.ingest.formats.mapped.cells import KIND_WORDS, filled, json_in, means_kind, step
from agents.ingest.formats.mapped.times import time_parser
from pipeline.phrase import Phrase, phrases
from schemas.mention import Kind

_ROWS = 200
_DEPTH = 3
_NAMES: Mapping[str, str] = {
    "id": "tweet_id twitter_id status_id id_str id post_id mention_id document_id resource_id "
    "article_id universal_message_id message_id identifiant",
    "created_at": "created_at tweet_created post_created date_time datetime published_date "
    "publication_date posted_time created_time timestamp published date created "
    "date_de_publication date_publication date_heure posted_at time",
    "text": "full_text raw_content tweet_text content text tweet message body post_text "
    "hit_sentence snippet opening_text texte contenu post",
    "author.handle": "screen_name user_screen_name username user_username user_name "
    "actor_preferred_username extra_author_attributes_short_name "
    "author_username author_handle sender_screen_name twitter_screen_name handle influencer author "
    "author_name auteur pseudo utilisateur user name page_name account",
    "author.id": "user_id author_id user_id_str author_id_str sender_id user_identifier "
    "extra_author_attributes_id",
    "author.followers": "followers_count user_followers_count user_followers x_followers "
    "twitter_followers author_followers sender_followers_count followers_at_posting followers "
    "author_public_metrics_followers_count abonnes nombre_d_abonnes nombre_abonnes",
    "author.verified": "user_verified x_verified twitter_verified author_verified is_verified "
    "verified verifie",
    "lang": "lang language langue",
    "conversation_id": "conversation_id",
    "hashtags": "hashtags entities_hashtags hashtags_text",
    "ref_author": "in_reply_to_screen_name reply_to_username in_reply_to_user_username",
    "kind.repost": "retweeted_status retweeted_tweet is_retweet x_repost_of twitter_retweet_of "
    "retweeted_status_id retweeted_id retweet_id retweet rt est_retweet",
    "kind.reply": "in_reply_to_status_id in_reply_to_tweet_id in_reply_to_id x_reply_to "
    "twitter_reply_to is_reply reply_to_id reply_to in_reply_to_screen_name est_reponse",
    "kind.quote": "quoted_tweet quoted_status quoted_status_id is_quote quote_url quoted_id",
    "kind": "thread_entry_type post_type tweet_type message_type mention_type type verb",
    "link": "url permalink link lien tweet_url post_url mention_url",
}
"""For each field the names that mean it, the surest first."""

_HOURS = ("time", "hour", "heure", "alternate_date_format", "time_of_day")
_KINDS: tuple[Kind, ...] = ("repost", "reply", "quote")
"""What is not one of these is an original."""
_PATTERNS = (
    "%Y-%m-%d %H:%M:%S %Z",
    "%a %b %d %H:%M:%S %Z %Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d %b %Y %H:%M",
    "%d-%b-%Y %I:%M%p",
    "%d-%b-%Y %I:%M %p",
    "%b %d, %Y %I:%M %p",
)
_DAY_FIRST = tuple(
    f"%d/%m/%{year} {clock}"
    for year in "Yy"
    for clock in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
)
_MONTH_FIRST = tuple(one.replace("%d/%m", "%m/%d") for one in _DAY_FIRST)
_OF_SOMEBODY = re.compile(
    r"author|user|actor|account|sender|source|profile|media|place", re.IGNORECASE
)
"""What stands before ``id`` where it is no id of a post."""
_LOST_DIGITS = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_ZONE = ZoneInfo("UTC")


class Suggestion(NamedTuple):
    """A mapping as YAML; what was guessed, and what is missing, in sentences for people."""

    mapping: str
    guessed: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the file loads with it as it is."""
        return not self.missing


class _Sample(NamedTuple):
    """A few rows: the names of all columns, and the filled values of one."""

    file_format: str
    names: Sequence[str]
    values: Callable[[str], list[Any]]
    encoding: str = "utf-8"


def suggest(path: Path) -> Suggestion:
    """Look at a table or at JSON lines, and write a first mapping. Raises ``FormatError``."""
    return _suggest(_json_sample(path) or _table_sample(path))


def _suggest(sample: _Sample) -> Suggestion:
    found = _columns(sample)
    guessed: list[str] = []
    missing: list[str] = []
    lines = [f"format: {sample.file_format}"]
    if sample.encoding != "utf-8":
        lines.append(f"encoding: {sample.encoding}")
        guessed.append(
            Phrase(
                "the file is no UTF-8 and is taken for {encoding}: check encoding",
                encoding=sample.encoding,
            )
        )
    lines += _created_at(sample, found, guessed, missing)
    lines += _identity(sample, found, guessed, missing)
    for field in ("text", "lang", "conversation_id", "hashtags", "ref_author"):
        if field in found:
            lines.append(f"{field}: {_quoted(found[field])}")
            guessed.append(Phrase("{field} from {column!r}", field=field, column=found[field]))
    if "text" not in found:
        missing.append(Phrase("no column seems to hold the text: write text: COLUMN"))
    lines += _author(found, guessed, missing)
    lines += _kinds(sample, found, guessed)
    return Suggestion("\n".join(lines) + "\n", tuple(guessed), tuple(missing))


def _columns(sample: _Sample) -> dict[str, str]:
    """For each field the column with the surest name, if one has any.

    The whole way to a value says more than its end: ``body`` is a text rather than
    ``info.message``.
    """
    whole: dict[str, str] = {}
    ends: dict[str, str] = {}
    for one in sample.names:
        whole.setdefault(_plain(one), one)
        owner, dot, end = one.rpartition(".")
        if dot and not (_plain(end) in {"id", "idstr"} and _OF_SOMEBODY.search(owner)):
            ends.setdefault(_plain(end), one)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for field, names in _NAMES.items():
        plain = [name.replace("_", "") for name in names.split()]
        for column in (*map(whole.get, plain), *map(ends.get, plain)):
            if column is None or (column in taken and not field.startswith(("kind", "ref"))):
                continue
            if any(not isinstance(value, dict) for value in sample.values(column)) or (
                field.startswith("kind.")
            ):
                found[field] = column
                taken.add(column)
                break
    return found


def _created_at(
    sample: _Sample, found: Mapping[str, str], guessed: list[str], missing: list[str]
) -> list[str]:
    if "created_at" not in found:
        missing.append(Phrase("no column seems to hold the time: write created_at: COLUMN"))
        return []
    column = found["created_at"]
    columns = [column]
    written = [str(value) for value in sample.values(column)]
    hour = next((one for one in sample.names if one != column and _plain(one) in _HOURS), "")
    if hour and not any(":" in one or one.isdigit() for one in written):
        columns.append(hour)
        written = [
            f"{day} {clock}" for day, clock in zip(written, sample.values(hour), strict=False)
        ]
    formats = _time_formats(written)
    if len(formats) != 1:
        told = phrases(Phrase(" or "), formats) if formats else Phrase("no form that is known")
        missing.append(
            Phrase(
                "times such as {example!r} in {column!r} are {told}: write created_at: "
                '{{column: {column}, format: "%d/%m/%Y %H:%M"}} or as it is',
                example=written[0] if written else "",
                column=column,
                told=told,
            )
        )
        return [f"created_at: {_quoted(column)}"]
    [form] = formats
    how = f"join: [{', '.join(map(_quoted, columns))}]" if len(columns) > 1 else ""
    how = how or f"column: {_quoted(column)}"
    guessed.append(
        Phrase(
            "created_at from {columns}, written as {form}",
            columns=phrases(Phrase(" and "), map(repr, columns)),
            form=form,
        )
    )
    lines = [f"created_at: {{{how}, format: {_quoted(form)}}}"]
    if not _all_fit(written, form, zone=None):
        lines.insert(0, "timezone: UTC")
        guessed.append(Phrase("times carry no offset and are taken for UTC: check timezone"))
    return lines


def _time_formats(written: Sequence[str]) -> list[str]:
    """The forms that all times fit; several only where day and month can be either."""
    if not written:
        return []
    for name in ("iso", "twitter", "unix", "unix_ms"):
        if _all_fit(written, name, zone=_ZONE) and _is_unix(name, written):
            return [name]
    for pattern in _PATTERNS:
        if _all_fit(written, pattern, zone=_ZONE):
            return [pattern]
    fitting = [next((one for one in forms if _all_fit(written, one, zone=_ZONE)), "")
               for forms in (_DAY_FIRST, _MONTH_FIRST)]  # fmt: skip
    return [one for one in fitting if one]


def _is_unix(name: str, written: Sequence[str]) -> bool:
    """Whether numbers are of this size: seconds have ten digits, milliseconds thirteen."""
    if not name.startswith("unix"):
        return True
    digits = {len(one.partition(".")[0]) for one in written}
    return digits <= ({9, 10} if name == "unix" else {12, 13})


def _all_fit(written: Sequence[str], form: str, *, zone: ZoneInfo | None) -> bool:
    parse = time_parser((form,), zone)
    try:
        for one in written:
            parse(one)
    except (ValueError, OverflowError):
        return False
    return True


def _identity(
    sample: _Sample, found: Mapping[str, str], guessed: list[str], missing: list[str]
) -> list[str]:
    column = found.get("id")
    values = [str(value) for value in sample.values(column)] if column else []
    if column and values and not any(_LOST_DIGITS.fullmatch(one) for one in values):
        guessed.append(Phrase("{field} from {column!r}", field="id", column=column))
        return [f"id: {_quoted(column)}"]
    texts = sample.values(found["text"]) if "text" in found else []
    links = [str(value) for value in sample.values(found["link"])] if "link" in found else []
    if not column and links and len(set(links)) == len(links) >= len(texts):
        guessed.append(
            Phrase(
                "no column seems to be an id: rows with the same {column!r} are one post",
                column=found["link"],
            )
        )
        return [f"id: {{hash: [{_quoted(found['link'])}]}}"]
    parts = [
        found[field]
        for field in ("author.handle", "author.id", "created_at", "text")
        if field in found
    ]
    if not parts:
        missing.append(Phrase("no column seems to hold an id: write id: COLUMN"))
        return []
    why = (
        Phrase("{column!r} lost its digits in a spreadsheet", column=column)
        if column
        else Phrase("no column seems to be an id")
    )
    guessed.append(
        Phrase("{why}: rows that agree in {parts} are one post", why=why, parts=", ".join(parts))
    )
    return [f"id: {{hash: [{', '.join(map(_quoted, parts))}]}}"]


def _author(found: Mapping[str, str], guessed: list[str], missing: list[str]) -> list[str]:
    fields = ("id", "handle", "followers", "verified")
    said = [(name, found[f"author.{name}"]) for name in fields if f"author.{name}" in found]
    guessed.extend(
        Phrase("{field} from {column!r}", field=f"author.{name}", column=column)
        for name, column in said
    )
    if not {"id", "handle"} & {name for name, _ in said}:
        missing.append(
            Phrase("no column seems to hold the author: write author: {{handle: COLUMN}}")
        )
        return []
    return [f"author: {{{', '.join(f'{name}: {_quoted(column)}' for name, column in said)}}}"]


def _kinds(sample: _Sample, found: Mapping[str, str], guessed: list[str]) -> list[str]:
    rules: dict[Kind, list[str]] = {kind: [] for kind in _KINDS}
    for kind, rule in rules.items():
        column = found.get(f"kind.{kind}")
        meanings = [means_kind(value, kind) for value in sample.values(column)] if column else []
        if column and None not in meanings:
            rule.append(_quoted(column))
            guessed.append(
                Phrase(
                    "{kind} where {column!r} is filled and not no, 0 or nan",
                    kind=kind,
                    column=column,
                )
            )
    worded = found.get("kind")
    words = {str(value).strip().casefold() for value in sample.values(worded)} if worded else set()
    for kind in _KINDS:
        if worded and (meant := _words_for(kind, words)):
            values = ", ".join(map(_quoted, meant))
            rules[kind].append(f"{{column: {_quoted(worded)}, values: [{values}]}}")
            guessed.append(
                Phrase(
                    "{kind} where {column!r} says {words}",
                    kind=kind,
                    column=worded,
                    words=phrases(Phrase(" or "), meant),
                )
            )
    if not rules["repost"]:
        rules["repost"].append('{text_begins: "RT @"}')
        guessed.append(Phrase('repost where the text begins with "RT @"'))
    return ["kind:", *(f"  {kind}: [{', '.join(rule)}]" for kind, rule in rules.items() if rule)]


def _words_for(kind: Kind, words: Collection[str]) -> list[str]:
    """Those of the words in a column that mean a kind, such as ``twitter retweet`` a repost."""
    known = KIND_WORDS[kind]
    plain = [word for word in known if word in words]
    return plain + sorted(one for one in words if " " in one and one.split()[-1] in known)


def _quoted(name: str) -> str:
    """The name as YAML reads it back."""
    plain = re.fullmatch(r"[A-Za-z][\w.]*", name) and name.lower() not in _YAML_WORDS
    return name if plain else json.dumps(name, ensure_ascii=False)


_YAML_WORDS = ("yes", "no", "on", "off", "true", "false", "null", "y", "n")


def _plain(name: str) -> str:
    """A name without case, accents of French, and signs."""
    folded = name.casefold().translate(str.maketrans("éèêëàâîïôûùç", "eeeeaaiiouuc"))
    return re.sub(r"[^a-z0-9]", "", folded)


def _json_sample(path: Path) -> _Sample | None:
    """Rows of a JSON file; None if it is none."""
    rows = [
        row
        for line in islice(read_json(path), _ROWS)
        if not isinstance(line, BadLine) and (row := json_object(line[1])) is not None
    ]
    if not rows:
        return None
    names = list(dict.fromkeys(name for row in rows for name in _paths(row)))

    def values(column: str) -> list[Any]:
        found = []
        for row in rows:
            value: Any = row
            for key in column.split("."):
                value = step(value, key)
            if filled(value):
                found.append(value)
        return found

    return _Sample("jsonl", names, values)


def _paths(row: Mapping[str, Any], before: str = "", depth: int = _DEPTH) -> list[str]:
    """Ways to the values of an object, those of its objects behind its own."""
    own = [f"{before}{key}" for key in row]
    inner = [
        path
        for key, value in row.items()
        if isinstance(value, dict) and depth
        for path in _paths(value, f"{before}{key}.", depth - 1)
    ]
    return own + inner


def _table_sample(path: Path) -> _Sample:
    dialect = _dialect(path)
    known = {name.replace("_", "") for names in _NAMES.values() for name in names.split()}

    def has(name: str, names: Sequence[str]) -> bool:
        return name in map(_plain, names)

    header = find_header(path, dialect, wanted=known, has=has)
    if not any(_plain(name) in known for name in header.names):
        raise FormatError(
            Phrase(
                "{path}: no line holds names of columns that are known; write the mapping by hand, "
                "and columns: [NAME, NAME, …] in it if there is no header row",
                path=path,
            )
        )
    rows = read_rows(
        path, header.dialect, len(header.names), first_line=header.first_row, at=lambda _: None
    )
    cells = [row.cells for row in islice(rows, _ROWS) if isinstance(row, CsvRow)]

    def values(column: str) -> list[Any]:
        place = header.names.index(column)
        return [json_in(row[place]) or row[place].strip() for row in cells if filled(row[place])]

    return _Sample("csv", [name for name in header.names if name], values, dialect.encoding)


def _dialect(path: Path) -> Dialect:
    """UTF-8, or what the file's own mark says; cp1252 where its beginning is no UTF-8."""
    with open_bytes(path) as opened:
        if opened.encoding:
            return Dialect(encoding="utf-8")
        beginning = opened.stream.read(100_000)
    try:
        beginning[: beginning.rfind(b"\n") + 1].decode()
    except UnicodeDecodeError:
        return Dialect(encoding="cp1252")
    return Dialect()
