"""The file of a backup: lines of JSON, packed, with a checksum at the end.

First a line that says what it is, then a line a record in the order of its partition, with key
and value in base64, last the number of records and the SHA-256 of all lines before. ``zcat FILE |
head`` shows it. It is read twice: a file that is damaged anywhere is refused before anything is
restored.
"""

import gzip
import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec
from msgspec import Struct

from pipeline.phrase import Phrase

LAYOUT: Final = 1


class BackupHeader(Struct, frozen=True, kw_only=True):
    """What the file is. ``tocsin``: the version that wrote it. ``topics``: without a prefix."""

    format: Literal["tocsin-backup"] = "tocsin-backup"
    layout: int = LAYOUT
    tocsin: str
    at: datetime
    topics: tuple[str, ...]


class BackupRecord(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record as it lay on Kafka; ``value`` None is a tombstone."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


class _Seal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    records: int
    sha256: str


class Contents(NamedTuple):
    """What a file holds: its header, and records by topic."""

    header: BackupHeader
    records: Mapping[str, int]


class DamagedBackupError(ValueError):
    """The file is no backup, or not as it was written; the message says where and what to do."""


def write(path: Path, header: BackupHeader, records: Iterable[BackupRecord]) -> Contents:
    """Write a file that appears under its name only when all of it is on the disk.

    Raises:
        FileExistsError: there is such a file already; none is replaced.
    """
    if path.exists():
        raise FileExistsError(Phrase("{path} exists already: give another name", path=path))
    unfinished = path.with_name(f"{path.name}.part")
    encode = msgspec.json.Encoder().encode
    digest, counts = hashlib.sha256(), Counter[str]()
    try:
        with unfinished.open("wb") as raw:
            with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:

                def put(line: bytes) -> None:
                    packed.write(line + b"\n")
                    digest.update(line + b"\n")

                put(encode(header))
                for record in records:
                    put(encode(record))
                    counts[record.topic] += 1
                put(encode(_Seal(records=counts.total(), sha256=digest.hexdigest())))
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Contents(header, counts)


def look(path: Path) -> Contents:
    """Read all of a file, and return what it holds.

    Raises:
        DamagedError: it is no backup, was written by a later version, or is not as it was written.
        OSError: it cannot be read.
    """
    lines = _lines(path)
    first = next(lines, b"")
    header = _header(path, first)
    counts = Counter(record.topic for record in _records(path, header, first, lines))
    return Contents(header, counts)


def read(path: Path) -> Iterator[BackupRecord]:
    """Yield the records of a file, in their order. Raises as ``look`` does, when it comes to it."""
    lines = _lines(path)
    first = next(lines, b"")
    yield from _records(path, _header(path, first), first, lines)


def _header(path: Path, line: bytes) -> BackupHeader:
    try:
        header = msgspec.json.decode(line, type=BackupHeader)
    except msgspec.DecodeError as error:
        raise DamagedBackupError(
            Phrase("{path} is no backup of Tocsin's: {why}", path=path, why=error)
        ) from error
    if header.layout > LAYOUT:
        raise DamagedBackupError(
            Phrase(
                "{path} was written by Tocsin {tocsin} in layout {layout}; this version "
                "reads up to {layout2}: restore it with that version",
                path=path,
                tocsin=header.tocsin,
                layout=header.layout,
                layout2=LAYOUT,
            )
        )
    return header


def _records(
    path: Path, header: BackupHeader, first: bytes, lines: Iterator[bytes]
) -> Iterator[BackupRecord]:
    decode = msgspec.json.Decoder(BackupRecord).decode
    digest = hashlib.sha256(first + b"\n")
    found, held = 0, next(lines, b"")  # the last line is no record, so each waits for the next
    for number, line in enumerate(lines, 2):
        try:
            record = decode(held)
        except msgspec.DecodeError as error:
            raise DamagedBackupError(
                Phrase(
                    "{path}, line {number}: {why}; take another copy",
                    path=path,
                    number=number,
                    why=error,
                )
            ) from error
        if record.topic not in header.topics:
            raise DamagedBackupError(
                Phrase(
                    "{path}, line {number}: {topic} is not among its topics",
                    path=path,
                    number=number,
                    topic=record.topic,
                )
            )
        digest.update(held + b"\n")
        found, held = found + 1, line
        yield record
    try:
        seal = msgspec.json.decode(held, type=_Seal)
    except msgspec.DecodeError as error:
        raise DamagedBackupError(
            Phrase("{path} has no end: it was cut off; take another copy", path=path)
        ) from error
    if (seal.records, seal.sha256) != (found, digest.hexdigest()):
        raise DamagedBackupError(
            Phrase("{path} is not as it was written: its checksum differs; take another", path=path)
        )


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as packed:
            for line in packed:
                yield line.rstrip(b"\n")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DamagedBackupError(
            Phrase(
                "{path} is damaged, or no backup: {why}; take another copy", path=path, why=error
            )
        ) from error
