"""Lists of numbers as short JSON strings, exact: base64 of little-endian machine numbers."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from struct import iter_unpack, pack


def pack_floats(values: Iterable[float]) -> str:
    """Pack doubles, bit for bit.

    >>> unpack_floats(pack_floats([0.1, -2.5]))
    [0.1, -2.5]
    """
    every = tuple(values)
    return b64encode(pack(f"<{len(every)}d", *every)).decode()


def unpack_floats(packed: str) -> list[float]:
    """Unpack what ``pack_floats`` packed."""
    return [value for (value,) in iter_unpack("<d", b64decode(packed))]


def pack_shorts(values: Iterable[int]) -> str:
    """Pack integers of 16 bits.

    >>> unpack_shorts(pack_shorts([7, -32768]))
    [7, -32768]
    """
    every = tuple(values)
    return b64encode(pack(f"<{len(every)}h", *every)).decode()


def unpack_shorts(packed: str) -> list[int]:
    """Unpack what ``pack_shorts`` packed."""
    return [value for (value,) in iter_unpack("<h", b64decode(packed))]
