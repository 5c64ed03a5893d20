"""Records as a version wrote them, kept so that later versions are held to reading them.

PYTHONPATH=tests python -m support.recorded 0.3.0    with the schemas of that version, once
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import inspect

from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.export import file_name
from schemas.topics import TOPICS

KEPT = Path(__file__).parents[1] / "contracts" / "records"
KINDS = tuple(dict.fromkeys(topic.record for topic in TOPICS if topic.record is not bytes))

_AT = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
_MOST = 16
"""Records of a type: enough for every word that stands in a Literal."""

_PATTERNED = ("acme", "und", "0" * 8, "0" * 64, "a1b2c3d4", "en", "#f00", "acme.x-1_2")


def filled(kind: type, turn: int) -> Any:
    """A record with every field filled; ``turn`` chooses among words and alternatives."""
    record = _value(inspect.type_info(kind), turn)
    if kind is Bucket:
        del record["by_source"][1:]  # its networks count no more than it does
    return record


def _value(info: inspect.Type, turn: int) -> Any:  # noqa: C901, PLR0911 - one line a kind
    match info:
        case inspect.Metadata():
            return _value(info.type, turn)
        case inspect.StructType():
            fields = {one.encode_name: _value(one.type, turn) for one in info.fields}
            return ({info.tag_field: info.tag} if info.tag_field else {}) | fields
        case inspect.UnionType():
            kinds = [one for one in info.types if not isinstance(one, inspect.NoneType)]
            return _value(kinds[turn % len(kinds)], turn)
        case inspect.LiteralType():
            return info.values[turn % len(info.values)]
        case inspect.VarTupleType():
            return [_value(info.item_type, turn + more) for more in range(2)]
        case inspect.TupleType():
            return [_value(one, turn) for one in info.item_types]
        case inspect.BoolType():
            return turn % 2 == 0
        case inspect.DateTimeType():
            return _AT
        case inspect.StrType():
            return _text(info)
        case inspect.BytesType():
            return b"raw"
        case inspect.IntType() | inspect.FloatType():
            return _number(info)
    raise NotImplementedError(info)


def _text(info: inspect.StrType) -> str:
    for text in _PATTERNED:
        try:
            kind = msgspec.Meta(
                pattern=info.pattern, min_length=info.min_length, max_length=info.max_length
            )
            return str(msgspec.convert(text, Annotated[str, kind]))
        except msgspec.ValidationError:
            continue
    raise NotImplementedError(f"no text for {info}")


def _number(info: Any) -> float:
    low = info.ge if info.ge is not None else info.gt
    high = info.le if info.le is not None else info.lt
    wanted = 1 if isinstance(info, inspect.IntType) else 0.5
    if low is not None and wanted < low:
        return type(wanted)(low)
    return type(wanted)(high) if high is not None and wanted > high else wanted


def main(version: str) -> None:
    """Write the records of the present schemas, once for each version."""
    directory = KEPT / version
    directory.mkdir(parents=True)
    for kind in KINDS:
        decode = Decoder(kind).decode
        lines = dict.fromkeys(
            encode(decode(msgspec.json.encode(filled(kind, turn)))) for turn in range(_MOST)
        )
        path = directory / file_name(kind).replace(".json", ".jsonl")
        path.write_bytes(b"".join(line + b"\n" for line in lines))


if __name__ == "__main__":
    main(sys.argv[1])
