"""The first line of a table's partition: by what its state was written, and who may go on from it.

State is bytes that only make sense to the code and the settings that wrote them. Another width of a
bucket, or another layout of what is stored, would not fail to be read: it would be read wrongly.
So each partition of a table bears a header, which is looked at before anything is published.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec import inspect as mi

from pipeline.phrase import Phrase, phrases
from pipeline.sentiment.api import TOKENIZER
from pipeline.state.journal import Table
from schemas import topics
from schemas.codec import encode

FORMAT: Final = 2
"""Raised by hand where the same layout comes to mean something else. In 1, what several partitions
led to together was written to the changelog of one of them."""

BEGIN_ANEW: Final = Phrase(
    "go back to what wrote it, or let the worker begin anew: docs/guide/operating.md says how, "
    "under State"
)


class StateError(RuntimeError):
    """State that this worker must not go on from: whose, what differs, what to do."""


class Header(Struct, frozen=True, kw_only=True):
    """Of one partition of ``table``: format, width of a bucket, ``layout_of`` what is stored."""

    table: str
    width_s: int
    layout: str
    format: int = FORMAT
    tokenizer: int = TOKENIZER


_WRITTEN_AS: Final = {
    "format": Phrase("state of format {found}", found=""),
    "width_s": Phrase("buckets of {found} s (TOCSIN_BUCKET_S)", found=""),
    "layout": Phrase("records of layout {found}", found=""),
    "tokenizer": Phrase("tokenizer {found} of the sentiment model", found=""),
}


def check(table: Table, partition: int, mine: Header) -> bool:
    """Whether there is state of ``partition`` in ``table``; it is as ``mine`` says.

    Raises:
        StateError: it is not, or nothing says what it is.
    """
    raw = table.get(_key(partition))
    what = f"the state on {topics.changelog(mine.table).name}[{partition}]"
    if raw is None:
        own = str(partition)
        if any(key.partition("|")[0] == own for key in table):
            raise StateError(
                Phrase(
                    "{what} bears no header, so it was written before Tocsin had any: {begin_anew}",
                    what=what,
                    begin_anew=BEGIN_ANEW,
                )
            )
        return False
    try:
        found = msgspec.json.decode(raw, type=Header)
    except msgspec.MsgspecError as error:
        raise StateError(
            Phrase(
                "{what} bears a header that can't be read ({why}): {begin_anew}",
                what=what,
                why=error,
                begin_anew=BEGIN_ANEW,
            )
        ) from (error)
    faults = [
        Phrase(
            "{what}, this worker has {ours}", what=Phrase(words.template, found=theirs), ours=ours
        )
        for name, words in _WRITTEN_AS.items()
        if (theirs := getattr(found, name)) != (ours := getattr(mine, name))
    ]
    if faults:
        raise StateError(
            Phrase(
                "{what} was written with {names}: {begin_anew}",
                what=what,
                names=phrases(Phrase("; with "), faults),
                begin_anew=BEGIN_ANEW,
            )
        )
    return True


def check_all(tables: Iterable[tuple[Table, Header]]) -> None:
    """Check the state of every partition that tables hold.

    Raises:
        StateError: as ``check``, for the first partition of each table whose state is not.
    """
    faults = []
    for table, mine in tables:
        try:
            for partition in sorted(set(map(partition_of, table))):
                check(table, partition, mine)
        except StateError as error:
            faults.append(str(error).removesuffix(f": {BEGIN_ANEW}"))
    if faults:
        raise StateError(f"{'; and '.join(faults)}: {BEGIN_ANEW}")


def partition_of(key: str) -> int:
    """The partition whose state a key of a table is.

    >>> partition_of("3"), partition_of("12|acme|4"), partition_of("0!header")
    (3, 12, 0)
    """
    return int(key.partition("|")[0].partition("!")[0])


def claim(table: Table, partition: int, mine: Header) -> None:
    """Check the state of ``partition``; where there is none, what comes will be ``mine``.

    Raises:
        StateError: as ``check``.
    """
    if not check(table, partition, mine):
        table[_key(partition)] = encode(mine)


def layout_of(stored: Iterable[type]) -> str:
    """A digest of the names and types of all fields of ``stored``, and of what they are made of.

    A changed field changes it by itself. Bounds, defaults and docstrings do not.

    >>> class One(Struct):
    ...     a: int
    >>> class Other(Struct):
    ...     a: float
    >>> layout_of([One]) == layout_of([One]), layout_of([One]) == layout_of([Other])
    (True, False)
    """
    known: dict[type, Any] = {}
    for one in stored:
        _shape(mi.type_info(one), known)
    shapes = sorted((struct.__qualname__, shape) for struct, shape in known.items())
    return sha256(encode(shapes)).hexdigest()[:16]


def _key(partition: int) -> str:
    return f"{partition}!header"  # other keys of a partition have a bar there, or nothing


def _shape(of: mi.Type, known: dict[type, Any]) -> Any:  # noqa: ANN401 - plain JSON
    """What a type is like, without its bounds; structs by name, and as they are in ``known``."""
    if isinstance(of, mi.Metadata):
        return _shape(of.type, known)
    if isinstance(of, mi.StructType):
        if of.cls not in known:
            known[of.cls] = None  # it may hold itself
            fields = [[each.encode_name, _shape(each.type, known)] for each in of.fields]
            known[of.cls] = [of.array_like, of.tag, fields]
        return of.cls.__qualname__
    if isinstance(of, mi.NamedTupleType):
        if of.cls not in known:
            known[of.cls] = None
            known[of.cls] = [[each.encode_name, _shape(each.type, known)] for each in of.fields]
        return of.cls.__qualname__
    parts = [
        _shape(part, known)
        for name in ("item_type", "key_type", "value_type")
        if (part := getattr(of, name, None)) is not None
    ]
    several = getattr(of, "types", None) or getattr(of, "item_types", None) or ()
    parts += [_shape(each, known) for each in several]
    return [type(of).__name__, list(getattr(of, "values", ())), parts]
