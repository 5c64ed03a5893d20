"""Files → numbered raw lines, gzip or not, and what becomes of a line that cannot be read."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple, Self, cast

from msgspec import Struct

from schemas.codec import UnreadableError
from schemas.dead_letter import DeadReason

LINE_LIMIT_BYTES = 16_000_000
"""A longer line is no post and no page of posts; its beginning is kept as a bad line."""

KEPT_BYTES = 100_000

_LOOK_EVERY = 256
"""Lines between two looks at the position, each of which is a call of the system."""

_GZIP_MAGIC = b"\x1f\x8b"
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


class FormatError(ValueError):
    """A file as a whole cannot be read as asked; the message says what to do."""


class BadLine(Struct, frozen=True, kw_only=True):
    """A line that is no mention: where it is, why, and its bytes (at most ``KEPT_BYTES``)."""

    file: str
    line: int
    reason: DeadReason
    detail: str
    raw: bytes

    @classmethod
    def of(cls, path: Path, number: int, raw: bytes, error: UnreadableError) -> "BadLine":
        """The bad line for an error of a decoder."""
        return cls(
            file=str(path),
            line=number,
            reason=error.reason,
            detail=error.detail,
            raw=raw[:KEPT_BYTES],
        )


class Opened(NamedTuple):
    """What a file holds, and the file as it lies on disk: the same unless it is compressed."""

    stream: IO[bytes]
    file: IO[bytes]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self.file.close()


def open_bytes(path: Path) -> Opened:
    """Open for reading; gzip is recognised by its first bytes. Raises ``FormatError``."""
    try:
        file = path.open("rb")
    except OSError as error:
        msg = f"{path}: {error.strerror}; check the path and its permissions"
        raise FormatError(msg) from error
    start = file.peek(2)[:2]
    if start == _GZIP_MAGIC:
        plain = gzip.GzipFile(fileobj=file, mode="rb")
        return Opened(io.BufferedReader(cast("io.RawIOBase", plain), 1 << 18), file)
    if start in _UTF16_BOMS:
        file.close()
        msg = f"{path} is UTF-16; save it as UTF-8 (a spreadsheet calls this 'CSV UTF-8')"
        raise FormatError(msg)
    return Opened(file, file)


Numbered = tuple[int, bytes]


def read_lines(
    path: Path,
    *,
    limit_bytes: int = LINE_LIMIT_BYTES,
    at: Callable[[int], None] = lambda _: None,
) -> Iterator[Numbered | BadLine]:
    """Yield ``(number from 1, bytes with line end)``, without a byte order mark.

    A line beyond ``limit_bytes`` and a cut-off gzip file become a ``BadLine``. ``at`` is told now
    and then, and at the end, how many bytes of the file, compressed or not, are read.
    """
    number = 0
    with open_bytes(path) as (stream, file):
        try:
            while raw := stream.readline(limit_bytes):
                number += 1
                if not number % _LOOK_EVERY:
                    at(file.tell())
                if number == 1:
                    raw = raw.removeprefix(_UTF8_BOM)
                if len(raw) < limit_bytes or raw.endswith(b"\n"):
                    yield number, raw
                    continue
                size = len(raw) + _skip_line(stream)
                detail = f"{size} bytes, at most {limit_bytes} are read"
                yield BadLine.of(path, number, raw, UnreadableError("too_large", detail))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            detail = f"the compressed file is damaged from here on: {error}"
            yield BadLine.of(path, number + 1, b"", UnreadableError("invalid", detail))
        at(file.tell())


def _skip_line(stream: IO[bytes]) -> int:
    """Read to the end of the line and return how many bytes that took."""
    skipped = 0
    while part := stream.readline(1 << 16):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped
