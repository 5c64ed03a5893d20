"""Who has spoken about the brand lately, so that newcomers can be told from regulars."""

import sys
from array import array
from collections.abc import Iterable
from zlib import crc32

from msgspec import Struct, field

GENERATION_S = 86_400
CAPACITY = 50_000


class AuthorMemory(Struct):
    """The authors of the current day and of the day before, as 32-bit fingerprints.

    Two generations that rotate at midnight UTC, or earlier when one is full: *new* means not
    heard for one to two days. At 50,000 fingerprints a generation, one author in 40,000 is taken
    for somebody else.
    """

    started_s: int = 0
    current: set[int] = field(default_factory=set)
    previous: set[int] = field(default_factory=set)

    def count_new(self, start_s: int, authors: Iterable[str]) -> int:
        """How many of the distinct ``authors`` of the bucket at ``start_s`` are new; learn them."""
        day_s = start_s // GENERATION_S * GENERATION_S
        if day_s > self.started_s or len(self.current) >= CAPACITY:
            lapsed = day_s > self.started_s + GENERATION_S
            self.previous = set() if lapsed else self.current
            self.current = set()
            self.started_s = max(day_s, self.started_s)
        new = 0
        for author in authors:
            print32 = crc32(author.encode())
            if print32 not in self.current:
                self.current.add(print32)
                new += print32 not in self.previous
        return new

    @staticmethod
    def pack(prints: set[int]) -> bytes:
        """Fingerprints as sorted 32-bit words, for a checkpoint."""
        words = array("I", sorted(prints))
        if sys.byteorder == "big":
            words.byteswap()
        return words.tobytes()

    @staticmethod
    def unpack(packed: bytes) -> set[int]:
        """The reverse of ``pack``."""
        words = array("I")
        words.frombytes(packed)
        if sys.byteorder == "big":
            words.byteswap()
        return set(words)
