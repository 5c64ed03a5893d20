"""What was heard lately, in bounded room: a day of 32-bit fingerprints, and the day before."""

import sys
from array import array
from typing import Self

from msgspec import Struct, field

GENERATION_S = 86_400
MOST_COUNTED = 255


class Memory(Struct):
    """Two generations that rotate at midnight UTC, or earlier when one is full.

    *New* therefore means not heard for one to two days, or for less where much is heard. Each
    fingerprint has a count, of what the owner of the memory counts.
    """

    started_s: int = 0
    current: dict[int, int] = field(default_factory=dict)
    previous: dict[int, int] = field(default_factory=dict)

    def copy(self) -> Self:
        """The same, to go on from. What was of the generation before is never changed, so shared.

        >>> memory = Memory(current={7: 0})
        >>> memory.copy().is_new(8), memory.is_new(8)
        (True, True)
        """
        return type(self)(self.started_s, self.current.copy(), self.previous)

    def turn(self, start_s: int, capacity: int) -> None:
        """Come to the bucket at ``start_s``; a generation of ``capacity`` makes way for the next.

        >>> memory = Memory(current={7: 0})
        >>> memory.turn(86_400, 10)
        >>> memory.is_new(7), memory.is_new(8), memory.is_new(8)
        (False, True, False)
        """
        day_s = start_s // GENERATION_S * GENERATION_S
        if day_s > self.started_s or len(self.current) >= capacity:
            lapsed = day_s > self.started_s + GENERATION_S
            self.previous = {} if lapsed else self.current
            self.current = {}
            self.started_s = max(day_s, self.started_s)

    def bound(self, capacity: int) -> None:
        """Let go of what is beyond ``capacity``: one loud bucket alone may bring as many."""
        if len(self.current) > capacity:
            self.current = dict(sorted(self.current.items())[:capacity])

    def is_new(self, print32: int) -> bool:
        """Whether ``print32`` was not heard yet; it is learnt."""
        if print32 in self.current:
            return False
        self.current[print32] = 0
        return print32 not in self.previous

    def count(self, print32: int) -> int:
        """How often ``print32`` was counted before, in both generations.

        If it was learnt in this one it is counted once more: so counting takes no more room.

        >>> memory = Memory(current={7: 0})
        >>> memory.count(7), memory.count(7), memory.count(8)
        (0, 1, 0)
        """
        counted = self.current.get(print32)
        before = self.previous.get(print32, 0)
        if counted is None:
            return before
        if counted < MOST_COUNTED:
            self.current[print32] = counted + 1
        return counted + before

    @staticmethod
    def pack(prints: dict[int, int]) -> bytes:
        """Fingerprints as sorted 32-bit words, and their counts as bytes, for a checkpoint."""
        known = sorted(prints)
        words = array("I", known)
        if sys.byteorder == "big":
            words.byteswap()
        return words.tobytes() + bytes(map(prints.__getitem__, known))

    @staticmethod
    def unpack(packed: bytes) -> dict[int, int]:
        """The reverse of ``pack``."""
        size = len(packed) // 5
        words = array("I")
        words.frombytes(packed[: 4 * size])
        if sys.byteorder == "big":
            words.byteswap()
        return dict(zip(words, packed[4 * size :], strict=True))
