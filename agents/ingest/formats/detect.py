"""Which format a file is in, told from its first lines."""

from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

from agents.ingest.formats.files.documents import json_object, read_json
from agents.ingest.formats.files.lines import BadLine
from agents.ingest.formats.files.streams import FormatError
from agents.ingest.formats.x.messages import message_in
from pipeline.phrase import Phrase

InputFormat = Literal["neutral", "x-v2", "x-v1", "csv", "jsonl"]
"""``csv`` and ``jsonl`` are the foreign ones that need a mapping."""

FORMATS: tuple[InputFormat, ...] = get_args(InputFormat)

_LOOKED_AT = 1_000
_HINT = Phrase(
    "it has to be one JSON object a line, or an array of them: say --input-format neutral, "
    "x-v2 or x-v1, or give a --mapping for foreign fields (tocsin mapping suggest writes one)"
)
_V2_MARKS = frozenset(
    ("author_id", "edit_history_tweet_ids", "public_metrics", "referenced_tweets", "__twarc")
)
_V1_PAGES = ("statuses", "results")


def detect_format(path: Path, *, mapped: bool) -> InputFormat:
    """Format of a file; ``mapped`` if there is a mapping for it. Raises ``FormatError``.

    The first of 1,000 JSON objects that holds a post decides. JSON of no known form, and tables
    without a mapping, are refused with what to do.
    """
    begins = b""
    damage = ""
    is_stream = False
    for line in islice(read_json(path), _LOOKED_AT):
        if isinstance(line, BadLine):
            begins = begins or line.raw.strip()
            damage = damage or line.detail
            continue
        if not (raw := line[1].strip()):
            continue
        begins = begins or raw
        shape = json_object(raw)
        if shape is None:
            if raw.startswith(b"{"):
                damage = damage or Phrase(
                    "what begins in line {line} is no whole JSON object", line=line[0]
                )
            continue
        if found := _told_by(shape, mapped=mapped):
            return found
        is_stream = is_stream or message_in(shape) is not None
    if is_stream:
        return "x-v1"
    if mapped and begins and begins[:1] not in (b"{", b"["):
        return "csv"
    raise FormatError(_refusal(path, begins, damage))


def _refusal(path: Path, begins: bytes, damage: str) -> Phrase:
    """Why the format of a file that begins so cannot be told, and what to do."""
    if not begins:
        if damage:
            return Phrase(
                "{path}: {damage}; nothing of it can be read: get it again",
                path=path,
                damage=damage,
            )
        return Phrase("{path} is empty; there is nothing to read", path=path)
    if begins[:1] in (b"{", b"[") and damage:
        return Phrase(
            "{path}: the format cannot be told: {damage}; get it again, if it is cut off; {hint}",
            path=path,
            damage=damage,
            hint=_HINT,
        )
    if begins[:1] in (b"{", b"["):
        return Phrase(
            "{path}: the format cannot be told from its first lines; {hint}", path=path, hint=_HINT
        )
    return Phrase(
        "{path} looks like a table; give a --mapping that says what its columns are (tocsin "
        "mapping "
        "suggest writes one)",
        path=path,
    )


def _told_by(shape: dict[str, Any], *, mapped: bool) -> InputFormat | None:
    if mapped:
        return "jsonl"
    if any(isinstance(shape.get(page), list) for page in _V1_PAGES):
        return "x-v1"
    data = shape.get("data", shape)
    post = data[0] if isinstance(data, list) and data else data
    has_post = isinstance(post, dict) and "id" in post and "text" in post
    # Flattened posts of API v2 have an author as the neutral form has, and more.
    if has_post and ("data" in shape or _V2_MARKS & post.keys()):
        return "x-v2"
    if isinstance(shape.get("author"), dict) and {"id", "text", "created_at"} <= shape.keys():
        return "neutral"
    if "user" in shape and ("id_str" in shape or {"id", "created_at"} <= shape.keys()):
        has_text = "text" in shape or "full_text" in shape
        return "x-v1" if has_text or "id_str" in shape else None
    return None
