"""Any record that a schema allows, made by hypothesis out of the schema itself."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

import msgspec
from hypothesis import assume
from hypothesis import strategies as st
from msgspec import inspect

from schemas.base import EARLIEST, LATEST
from schemas.codec import Decoder, UnreadableError

T = TypeVar("T")

_ITEMS = 6

HOSTILE = (
    "", " ", "<!channel> @here <script>alert(1)</script>", "\u202eevil\u2066 \u200b",
    "{0} {brand} %s", "a\nb\t", "é" + "\u0301" * 50, "x" * 400, "🔴" * 40, "_-_", "&<>\"'", "#tag",
    "https://evil.example/?a=<b>",
)  # fmt: skip


def any_record(kind: type[T]) -> st.SearchStrategy[T]:
    """Return a strategy of all that ``kind``'s decoder lets through, ends and beyond included."""
    decode = Decoder(kind, limit_bytes=10**9, forbid_control=False).decode
    fields = _of(inspect.type_info(kind))

    @st.composite
    def record(draw: st.DrawFn) -> T:
        try:
            return decode(msgspec.json.encode(draw(fields)))
        except UnreadableError:
            # A bound that msgspec does not tell of; what is refused is never shown.
            assume(False)
            raise

    return record()


def _of(info: inspect.Type) -> st.SearchStrategy[Any]:
    return _MAKERS[type(info)](info)


def _struct(info: inspect.StructType) -> st.SearchStrategy[Any]:
    required = {one.encode_name: _of(one.type) for one in info.fields if one.required}
    optional = {one.encode_name: _of(one.type) for one in info.fields if not one.required}
    if info.tag_field:
        required[info.tag_field] = st.just(info.tag)
    return st.fixed_dictionaries(required, optional=optional)


def _moments() -> st.SearchStrategy[datetime]:
    zones = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
    extreme = st.sampled_from((EARLIEST, LATEST))  # msgspec does not tell of these bounds
    usual = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=zones)  # noqa: DTZ001 - zones are given
    return usual | extreme


def _texts(info: inspect.StrType) -> st.SearchStrategy[str]:
    least, most = info.min_length or 0, info.max_length or 500
    if info.pattern:
        return st.from_regex(info.pattern).filter(lambda text: least <= len(text) <= most)
    hostile = [text for text in HOSTILE if least <= len(text) <= most]
    free = st.text(st.characters(codec="utf-8"), min_size=least, max_size=min(most, 60))
    return st.sampled_from(hostile) | free


def _integers(info: inspect.IntType) -> st.SearchStrategy[int]:
    least = _bound(info.ge, info.gt, 1)
    most = _bound(info.le, info.lt, -1)
    huge = [] if most is not None else [st.just(10**12), st.just(10**400)]
    low = -(10**3) if least is None else least
    return st.one_of(st.integers(low, 10**4 if most is None else most), *huge)


def _bound(inclusive: float | None, exclusive: float | None, step: int) -> int | None:
    if inclusive is not None:
        return math.ceil(inclusive) if step > 0 else math.floor(inclusive)
    return None if exclusive is None else int(exclusive) + step


def _floats(info: inspect.FloatType) -> st.SearchStrategy[float]:
    return st.floats(
        info.ge if info.ge is not None else info.gt,
        info.le if info.le is not None else info.lt,
        exclude_min=info.gt is not None,
        exclude_max=info.lt is not None,
        allow_nan=False,
        allow_infinity=False,
    )


_MAKERS: dict[type, Callable[[Any], st.SearchStrategy[Any]]] = {
    inspect.Metadata: lambda info: _of(info.type),
    inspect.StructType: _struct,
    inspect.UnionType: lambda info: st.one_of(*(_of(one) for one in info.types)),
    inspect.LiteralType: lambda info: st.sampled_from(info.values),
    inspect.VarTupleType: lambda info: st.lists(
        _of(info.item_type), max_size=min(info.max_length or _ITEMS, _ITEMS)
    ),
    inspect.TupleType: lambda info: st.tuples(*(_of(one) for one in info.item_types)),
    inspect.NoneType: lambda _: st.none(),
    inspect.BoolType: lambda _: st.booleans(),
    inspect.DateTimeType: lambda _: _moments(),
    inspect.StrType: _texts,
    inspect.IntType: _integers,
    inspect.FloatType: _floats,
}
