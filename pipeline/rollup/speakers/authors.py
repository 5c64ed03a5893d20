"""Who has spoken about the brand lately, so that newcomers can be told from regulars."""

from collections.abc import Iterable

from pipeline.deletions.alias import print32
from pipeline.rollup.speakers.memory import Memory

CAPACITY = 40_000


class AuthorMemory(Memory):
    """The authors of the current day and of the day before, as 32-bit fingerprints.

    *New* means not heard for one to two days. At 40,000 fingerprints a generation, one author in
    50,000 is taken for somebody else. Counted are the texts that an author wrote himself.
    """

    def count_new(self, start_s: int, authors: Iterable[str]) -> int:
        """How many of the distinct ``authors`` of the bucket at ``start_s`` are new; learn them."""
        self.turn(start_s, CAPACITY)
        is_new = self.is_new
        found = sum([is_new(print32(author)) for author in authors])
        self.bound(CAPACITY)
        return found
