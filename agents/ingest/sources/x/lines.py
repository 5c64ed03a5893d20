"""Lines of a stream of bytes, in time that grows with their length and nothing else.

``requests.Response.iter_lines`` splits all that waits anew for every chunk of 512 bytes: a line of
10 MB takes it minutes, in which nobody reads.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import requests

LONGEST_BYTES: Final = 16_000_000
"""What is beyond this of a line is thrown away; what is left is no JSON and is set aside."""

_CHUNK_BYTES = 65_536


def lines_in(chunks: Iterable[bytes], longest_bytes: int = LONGEST_BYTES) -> Iterator[bytes]:
    r"""Yield lines without their end; a last one that has no end is yielded, too.

    >>> list(lines_in([b"on", b"e\r\n\r\ntwo\nthr", b"ee"]))
    [b'one', b'', b'two', b'three']
    """
    waiting: list[bytes] = []
    size = 0
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        if size < longest_bytes:
            waiting.append(first[: longest_bytes - size])
            size += len(first)
        for other in others:
            yield b"".join(waiting).rstrip(b"\r")
            waiting = [other[:longest_bytes]]
            size = len(other)
    if last := b"".join(waiting).rstrip(b"\r"):
        yield last


def chunks_of(response: requests.Response) -> Iterator[bytes]:
    """Yield what a streamed response brings as soon as it comes."""
    if response.raw.chunked:
        yield from response.iter_content(_CHUNK_BYTES)
        return
    while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        yield chunk
