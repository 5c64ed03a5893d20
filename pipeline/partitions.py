"""On which partition a brand lies: murmur2 of its key, as every client of Kafka reckons it.

A brand on two partitions would have two roll-ups and two judges, each with a part of what is said.
"""

from collections.abc import Container
from functools import lru_cache
from typing import Final

from schemas.codec import UnreadableError

_MULTIPLIER: Final = 0x5BD1E995
_SEED: Final = 0x9747B28C
_WORD: Final = 0xFFFFFFFF
_POSITIVE: Final = 0x7FFFFFFF


def murmur2(key: bytes) -> int:
    """Austin Appleby's MurmurHash2, with 32 bits and the seed that Kafka uses.

    >>> hex(murmur2(b"nestle"))
    '0x6d5d60e8'
    """
    length = len(key)
    hashed = _SEED ^ length
    whole = length - length % 4
    for start in range(0, whole, 4):
        word = int.from_bytes(key[start : start + 4], "little") * _MULTIPLIER & _WORD
        word = (word ^ word >> 24) * _MULTIPLIER & _WORD
        hashed = hashed * _MULTIPLIER & _WORD ^ word
    if rest := key[whole:]:
        hashed = (hashed ^ int.from_bytes(rest, "little")) * _MULTIPLIER & _WORD
    hashed = (hashed ^ hashed >> 13) * _MULTIPLIER & _WORD
    return hashed ^ hashed >> 15


@lru_cache(maxsize=50_000)
def partition_of(brand: str, partitions: int) -> int:
    """The partition of ``brand`` on every topic that has ``partitions`` of them.

    >>> partition_of("nestle", 1)
    0
    """
    return (murmur2(brand.encode()) & _POSITIVE) % partitions


def check_place(brand: str, brands: Container[str], partition: int, partitions: int) -> None:
    """Raise ``UnreadableError`` where a record of ``brand`` has no place on ``partition``.

    ``wrong_partition`` where the brand lies elsewhere, ``wrong_brand`` where nobody asked for it.
    """
    if brand not in brands:
        detail = f"brand {brand!r} is not in the brands file of this worker"
        raise UnreadableError("wrong_brand", detail)
    right = partition_of(brand, partitions)
    if partition != right:
        detail = f"brand {brand!r} lies on partition {right} of {partitions}, not on {partition}"
        raise UnreadableError("wrong_partition", detail)
