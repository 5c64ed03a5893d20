"""Files → numbered raw lines, and what becomes of a line that cannot be read."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from msgspec import Struct

from agents.ingest.formats.files.streams import DamagedFileError, open_bytes
from pipeline.phrase import Phrase
from schemas.codec import UnreadableError
from schemas.dead_letter import DeadReason

LINE_LIMIT_BYTES = 16_000_000
"""A longer line is no post and no page of posts; its beginning is kept as a bad line."""

KEPT_BYTES = 100_000

_LOOK_EVERY = 256
"""Lines between two looks at the position, each of which is a call of the system."""


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


Numbered = tuple[int, bytes]


def read_lines(
    path: Path,
    *,
    encoding: str = "",
    limit_bytes: int = LINE_LIMIT_BYTES,
    at: Callable[[int], None] = lambda _: None,
) -> Iterator[Numbered | BadLine]:
    """Yield ``(number from 1, bytes with line end)``, without a byte order mark.

    A line beyond ``limit_bytes`` becomes a ``BadLine``, and so does the line at which a compressed
    file is damaged: those before it are whole. ``encoding``: as in ``open_bytes``. ``at`` is told
    now and then, and at the end, how many bytes of the file, compressed or not, are read.
    """
    number = 0
    with open_bytes(path, encoding) as opened:
        stream, file = opened.stream, opened.file
        try:
            while raw := stream.readline(limit_bytes):
                number += 1
                if not number % _LOOK_EVERY:
                    at(file.tell())
                if len(raw) < limit_bytes or raw.endswith(b"\n"):
                    yield number, raw
                    continue
                size = len(raw) + _skip_line(stream)
                detail = Phrase(
                    "{size} bytes, at most {most} are read",
                    size=size,
                    most=limit_bytes,
                )
                yield BadLine.of(path, number, raw, UnreadableError("too_large", detail))
        except (DamagedFileError, zipfile.BadZipFile, EOFError, zlib.error) as error:
            detail = Phrase("the compressed file is damaged from here on: {error}", error=error)
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
