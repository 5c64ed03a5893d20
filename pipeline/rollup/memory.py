"""What was heard lately, in bounded room: a day of 32-bit fingerprints, and the day before."""

import sys
from array import array

from msgspec import Struct, field

GENERATION_S = 86_400


class Memory(Struct):
    """Two generations that rotate at midnight UTC, or earlier when one is full.

    *New* therefore means not heard for one to two days, or for less where much is heard.
    """

    started_s: int = 0
    current: set[int] = field(default_factory=set)
    previous: set[int] = field(default_factory=set)

    def turn(self, start_s: int, capacity: int) -> None:
        """Come to the bucket at ``start_s``; a generation of ``capacity`` makes way for the next.

        >>> memory = Memory(current={7})
        >>> memory.turn(86_400, 10)
        >>> memory.is_new(7), memory.is_new(8), memory.is_new(8)
        (False, True, False)
        """
        day_s = start_s // GENERATION_S * GENERATION_S
        if day_s > self.started_s or len(self.current) >= capacity:
            lapsed = day_s > self.started_s + GENERATION_S
            self.previous = set() if lapsed else self.current
            self.current = set()
            self.started_s = max(day_s, self.started_s)

    def bound(self, capacity: int) -> None:
        """Let go of what is beyond ``capacity``: one loud bucket alone may bring as many."""
        if len(self.current) > capacity:
            self.current = set(sorted(self.current)[:capacity])

    def is_new(self, print32: int) -> bool:
        """Whether ``print32`` was not heard yet; it is learnt."""
        if print32 in self.current:
            return False
        self.current.add(print32)
        return print32 not in self.previous

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
