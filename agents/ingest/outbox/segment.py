"""One file of the spool: frames, and how to find them again behind damage.

A frame is ``mark, length, CRC-32, body``. The checksum covers the frame's position in the spool,
too, so what lies at another place than it was written to is not taken. Behind damage the next frame
is looked for by its mark. The mark is not UTF-8, so it does not come up in anybody's text, and
bytes that a stranger had put into a post to look like a frame would have to name the position at
which they would lie.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

_MARK = b"\xf5TS\xff"
_LENGTH = struct.Struct("<I")
_CHECKSUM = struct.Struct("<I")
_POSITION = struct.Struct("<Q")
_HEADER_BYTES = len(_MARK) + _LENGTH.size + _CHECKSUM.size
LARGEST_BODY_BYTES = 64_000_000
"""A longer frame is damage: Kafka would not take it, either."""


class Frame(NamedTuple):
    """A whole frame; ``start`` and ``end`` are positions in the spool."""

    start: int
    end: int
    body: bytes


class Hole(NamedTuple):
    """Positions between which no whole frame is."""

    start: int
    end: int


def frame(body: bytes, position: int) -> bytes:
    """Return ``body`` as it is written at ``position``."""
    return b"".join((_MARK, _LENGTH.pack(len(body)), _checksum(body, position), body))


def read_frame(handle: int, segment: int, position: int, end: int) -> Frame | None:
    """Return the frame at ``position`` of the segment that starts at ``segment``.

    None where no whole frame is before ``end``, or the disk cannot read it.
    """
    try:
        header = os.pread(handle, _HEADER_BYTES, position - segment)
        if len(header) < _HEADER_BYTES or not header.startswith(_MARK):
            return None
        (length,) = _LENGTH.unpack_from(header, len(_MARK))
        behind = position + _HEADER_BYTES + length
        # An empty body was never written; a stretch of zeros would pass for one.
        if not 0 < length <= LARGEST_BODY_BYTES or behind > end:
            return None
        body = os.pread(handle, length, position - segment + _HEADER_BYTES)
    except OSError:
        return None
    if len(body) < length or header[-_CHECKSUM.size :] != _checksum(body, position):
        return None
    return Frame(position, behind, body)


def find_frame(handle: int, segment: int, position: int, end: int) -> Frame | None:
    """Return the first whole frame at or behind ``position``; None if there is none."""
    chunk_bytes = 1_000_000
    while position < end:
        try:
            raw = os.pread(handle, min(chunk_bytes, end - position), position - segment)
        except OSError:
            raw = b""  # a place that the disk cannot read; there may be good ones behind it
        at = raw.find(_MARK)
        while at >= 0:
            if found := read_frame(handle, segment, position + at, end):
                return found
            at = raw.find(_MARK, at + 1)
        # A mark may lie across the edge of two chunks.
        position += max((len(raw) or chunk_bytes) - len(_MARK) + 1, 1)
    return None


def frames(handle: int, segment: int, position: int, end: int) -> Iterator[Frame | Hole]:
    """Yield what is from ``position`` to ``end``, in order: whole frames, and holes between."""
    while position < end:
        found = read_frame(handle, segment, position, end)
        if found is None:
            found = find_frame(handle, segment, position + 1, end)
            yield Hole(position, found.start if found else end)
        if found:
            yield found
        position = found.end if found else end


def _checksum(body: bytes, position: int) -> bytes:
    return _CHECKSUM.pack(zlib.crc32(body, zlib.crc32(_POSITION.pack(position))))
