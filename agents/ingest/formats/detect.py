"""Which format a file is in, told from its first lines."""

from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from agents.ingest.formats.lines import BadLine, FormatError, read_lines

InputFormat = Literal["neutral", "x-v2", "x-v1", "csv", "jsonl"]
"""``csv`` and ``jsonl`` are the foreign ones that need a mapping."""

FORMATS: tuple[InputFormat, ...] = get_args(InputFormat)

_LOOKED_AT = 50
_HINT = (
    "it has to be one JSON object a line: say --input-format neutral, x-v2 or x-v1, "
    "or give a --mapping for foreign columns"
)


def detect_format(path: Path, *, mapped: bool) -> InputFormat:
    """Format of a file; ``mapped`` if there is a mapping for it. Raises ``FormatError``.

    The first of 50 lines that is a JSON object decides; JSON that is cut over several lines, and
    CSV without a mapping, are refused with what to do.
    """
    seen = False
    begins = b""
    for line in islice(read_lines(path), _LOOKED_AT):
        if isinstance(line, BadLine) or not (raw := line[1].strip()):
            continue
        begins = begins or raw
        seen = True
        shape = _json_object(raw)
        if shape is not None and (found := _told_by(shape, mapped=mapped)):
            return found
    if not seen:
        msg = f"{path} is empty; there is nothing to read"
        raise FormatError(msg)
    if begins[:1] in (b"{", b"["):
        msg = f"{path}: the format cannot be told from its first lines; {_HINT}"
        raise FormatError(msg)
    if mapped:
        return "csv"
    msg = f"{path} looks like a table; give a --mapping that says what its columns are"
    raise FormatError(msg)


def _json_object(raw: bytes) -> dict[str, Any] | None:
    if not raw.startswith(b"{"):
        return None
    try:
        decoded = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None


def _told_by(shape: dict[str, Any], *, mapped: bool) -> InputFormat | None:
    if mapped:
        return "jsonl"
    if isinstance(shape.get("author"), dict) and {"id", "text", "created_at"} <= shape.keys():
        return "neutral"
    data = shape.get("data", shape)
    post = data[0] if isinstance(data, list) and data else data
    has_post = isinstance(post, dict) and "id" in post and "text" in post
    v2_marks = {"author_id", "edit_history_tweet_ids", "public_metrics", "referenced_tweets"}
    if has_post and ("data" in shape or v2_marks & post.keys()):
        return "x-v2"
    if "id_str" in shape and "user" in shape:
        return "x-v1"
    return None
