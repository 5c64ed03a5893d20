"""One file of the spool: frames of ``length, CRC-32, body``, and how much of them is sound."""

import os
import struct
import zlib
from pathlib import Path

_HEADER = struct.Struct("<II")


def frame(body: bytes) -> bytes:
    """Return ``body`` as it is written to a segment."""
    return _HEADER.pack(len(body), zlib.crc32(body)) + body


def read_frame(handle: int, offset: int) -> tuple[bytes, int] | None:
    """Return the body at ``offset`` and the next offset; None where no whole sound frame is."""
    header = os.pread(handle, _HEADER.size, offset)
    if len(header) < _HEADER.size:
        return None
    length, checksum = _HEADER.unpack(header)
    body = os.pread(handle, length, offset + _HEADER.size)
    if len(body) < length or zlib.crc32(body) != checksum:
        return None
    return body, offset + _HEADER.size + length


def sound_bytes(path: Path) -> int:
    """Return how many bytes from the start of a segment are whole, sound frames."""
    handle = os.open(path, os.O_RDONLY)
    try:
        offset = 0
        while found := read_frame(handle, offset):
            offset = found[1]
        return offset
    finally:
        os.close(handle)
