"""Decoding that lets an odd field go, and keeps the record.

Most lines are as their format says and are decoded at full speed. One that is not is read again by
Python's own, slower and more tolerant parser (``NaN``, half of a surrogate pair, a number too large
for any field), and then field by field: what is odd and can be done without is left out. A field
that is needed, and odd, is an error.
"""

import json
import math
from collections.abc import Callable, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from schemas.codec import Decoder, UnreadableError

T = TypeVar("T", bound=Struct)
Needed = Mapping[type[Struct], frozenset[str]]
"""Of a record type: the fields that must not be odd."""

LINE_BYTES = 16_000_000
_EXACT = 1 << 53
_SALVAGEABLE = ("invalid", "malformed_json")


class LenientDecoder(Generic[T]):
    """Decodes bytes to ``record_type``; raises ``UnreadableError`` where a needed field is odd.

    >>> class Post(Struct):
    ...     id: str
    ...     likes: int = 0
    >>> decoder = LenientDecoder(Post)
    >>> decoder.decode(b'{"id":"7","likes":"12"}'), decoder.decode(b'{"id":"7","likes":"many"}')
    (Post(id='7', likes=12), Post(id='7', likes=0))
    """

    def __init__(self, record_type: type[T], needed: Needed | None = None) -> None:
        self._strict: Callable[[bytes], T] = Decoder(record_type, limit_bytes=LINE_BYTES).decode
        self._type = record_type
        self._needed = needed or {}

    def decode(self, raw: bytes) -> T:
        """Return the record in ``raw``."""
        try:
            return self._strict(raw)
        except UnreadableError as error:
            return salvaged(loaded(raw, error), self._type, self._needed)


def loaded(raw: bytes, error: UnreadableError) -> Any:  # noqa: ANN401 - any JSON
    """The JSON in ``raw``, which the strict decoder refused for ``error``; raises it if it must."""
    if error.reason not in _SALVAGEABLE:
        raise error
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise error from None
    return whole(value) if b"\\u" in raw else value


def salvaged(value: Any, record_type: type[T], needed: Needed) -> T:  # noqa: ANN401
    """The record in a JSON value; raises ``UnreadableError`` naming the field at fault."""
    found = _struct(value, record_type, needed, "$")
    if isinstance(found, msgspec.ValidationError):
        raise UnreadableError("invalid", str(found)) from found
    record: T = found
    return record


def _struct(value: Any, record_type: type[Struct], needed: Needed, path: str) -> Any:  # noqa: ANN401
    """The record, or the error."""
    if not isinstance(value, dict):
        return msgspec.ValidationError(f"Expected `object`, got {_kind(value)} - at `{path}`")
    must = needed.get(record_type, frozenset())
    kept = {}
    for name, hint in _hints(record_type).items():
        if name not in value:
            continue
        found = _field(value[name], hint, needed, f"{path}.{name}")
        if not isinstance(found, msgspec.ValidationError):
            kept[name] = found
        elif name in must:
            return found
    missing = [
        one.name
        for one in msgspec.structs.fields(record_type)
        if one.required and one.name not in kept
    ]
    if missing:
        what = "needs" if missing[0] in value else "missing"
        return msgspec.ValidationError(f"Object {what} required field `{missing[0]}` - at `{path}`")
    return _made(record_type, kept, must, path)


def _made(record_type: type[Struct], kept: dict[str, Any], must: frozenset[str], path: str) -> Any:  # noqa: ANN401
    """The record, if need be without a field that it refuses; or the error."""
    needed = {one.name for one in msgspec.structs.fields(record_type) if one.required} | must
    refused: Exception | None = None
    for without in (None, *(name for name in kept if name not in needed)):
        try:
            return record_type(**{name: kept[name] for name in kept if name != without})
        except (ValueError, TypeError) as error:
            refused = refused or error
    return msgspec.ValidationError(f"{refused} - at `{path}`")


def _field(value: Any, hint: Any, needed: Needed, path: str) -> Any:  # noqa: ANN401
    """The value as ``hint`` wants it, or the error."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    try:
        return msgspec.convert(value, hint, strict=False)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        odd = msgspec.ValidationError(f"{error} (`{path}`)")
    inner, is_list = _within(hint)
    if is_list and isinstance(value, list):
        found = [_field(one, inner, needed, path) for one in value]
        good = tuple(one for one in found if not isinstance(one, msgspec.ValidationError))
        try:
            return msgspec.convert(good, hint)
        except msgspec.ValidationError:
            return odd
    if not is_list and inner is not None:
        return _struct(value, inner, needed, path)
    return odd


@cache
def _hints(record_type: type[Struct]) -> dict[str, Any]:
    return get_type_hints(record_type, include_extras=True)


def _within(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401
    """The record type that a field holds, or what its items are and True; None if neither."""
    if get_origin(hint) is Annotated:
        return _within(get_args(hint)[0])
    if isinstance(hint, type) and issubclass(hint, Struct):
        return hint, False
    if get_origin(hint) in (tuple, list):
        return get_args(hint)[0], True
    if get_origin(hint) in (Union, UnionType):
        for one in get_args(hint):
            found = _within(one)
            if found[0] is not None:
                return found
    return None, False


def whole(value: Any) -> Any:  # noqa: ANN401
    r"""The value with U+FFFD for each half of a surrogate pair.

    >>> whole(["no \ud83d"])
    ['no \ufffd']
    """
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [whole(one) for one in value]
    if isinstance(value, dict):
        return {whole(key): whole(one) for key, one in value.items()}
    return value


def _kind(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, float) and not math.isfinite(value):
        return "no number"
    return {dict: "object", list: "array", str: "str", type(None): "null"}.get(
        type(value), type(value).__name__
    )
