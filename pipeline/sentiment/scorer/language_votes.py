"""Votes for a text's language, remembered by chunk of text."""

from collections.abc import Sequence
from itertools import accumulate

from msgspec.structs import replace

from pipeline.sentiment.features.language import MAX_TOKENS, Votes, traits
from pipeline.sentiment.features.tokens import LINK, NUMBER, split_chunk

MEMO_VOTES = 90_000
"""Chunks of text whose votes are remembered, at most."""

MEMO_CHUNK_CHARACTERS = 40
"""Votes of longer chunks are not remembered."""


class LanguageVoteCache(dict[str, bytes]):
    """Votes for the language of a text by chunk (``Votes.row``); a new chunk is worked out once.

    Memory has two halves: what is asked for is in the new one; when that is full it becomes the old
    one, and the old one is dropped.
    """

    def __init__(self, votes: Votes, split: dict[str, list[str]]) -> None:
        """Start empty. ``split``: where the tokens of new chunks are left for who reads next."""
        super().__init__()
        self._votes = replace(votes, votes={})
        self._packed = votes.packed()
        self._old: dict[str, bytes] = {}
        self._none = votes.row(0)
        self._split = split

    def winners(self, texts: Sequence[list[str]]) -> list[str]:
        """Language that the chunks of each text speak for, or ``""``."""
        self._split.clear()
        # A text may have no chunk: each begins with a row of no votes.
        rows = [b"".join([self._none, *map(self.__getitem__, pieces)]) for pieces in texts]
        sizes = [len(each) // len(self._none) for each in rows]
        return self._votes.winners(b"".join(rows), list(accumulate(sizes, initial=0))[:-1])

    def clear(self) -> None:
        """Forget all."""
        super().clear()
        self._split.clear()
        self._old = {}

    def __missing__(self, chunk: str) -> bytes:
        if chunk.startswith(LINK) or chunk[0] == "@":
            return self._none
        if chunk != NUMBER and chunk.isdecimal():  # as a token they are all one
            return self[NUMBER]
        row = self._old.get(chunk)
        if row is None:
            tokens = self._split[chunk] = split_chunk(chunk)
            if len(tokens) <= MAX_TOKENS:
                row = self._row(tokens)
            else:
                starts = range(0, len(tokens), MAX_TOKENS)
                row = b"".join([self._row(tokens[at : at + MAX_TOKENS]) for at in starts])
        # Links rarely come twice.
        if len(chunk) <= MEMO_CHUNK_CHARACTERS and "://" not in chunk:
            if len(self) >= MEMO_VOTES // 2:
                self._old = dict(self)
                super().clear()
            self[chunk] = row
        return row

    def _row(self, tokens: list[str]) -> bytes:
        known = self._packed
        packed = 0
        for token in tokens:
            for trait in traits(token):
                packed += known.get(trait, 0)
        return self._votes.row(packed) if packed else self._none
