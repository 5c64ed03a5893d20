"""Votes for a text's language, remembered by chunk of text."""

from collections.abc import Sequence

from msgspec.structs import replace

from pipeline.sentiment.language import Votes, traits
from pipeline.sentiment.tokens import LINK, split_chunk

MEMO_VOTES = 90_000
"""Chunks remembered."""

MEMO_CHUNK_CHARACTERS = 40


class Ballot(dict[str, bytes]):
    """A row of votes by chunk (``Votes.row``); a new chunk is worked out once.

    Memory has two halves: what is asked for is in the new one; when that is full it becomes the old
    one, and the old one is dropped.
    """

    def __init__(self, votes: Votes) -> None:
        """Start empty."""
        super().__init__()
        self._votes = replace(votes, votes={})
        self._packed = votes.packed()
        self._old: dict[str, bytes] = {}
        self._none = votes.row(0)

    def winner(self, pieces: list[str]) -> str:
        """Language that the chunks of a text speak for, or ``""``."""
        return self._votes.winner(map(self.__getitem__, pieces))

    def winners(self, texts: Sequence[list[str]]) -> list[str]:
        """What ``winner`` says of each text."""
        rows: list[bytes] = []
        begin: list[int] = []
        for pieces in texts:
            begin.append(len(rows))
            rows.append(self._none)  # a text may have no chunk
            rows.extend(map(self.__getitem__, pieces))
        return self._votes.winners(b"".join(rows), begin)

    def clear(self) -> None:
        """Forget all."""
        super().clear()
        self._old = {}

    def __missing__(self, chunk: str) -> bytes:
        if chunk.startswith(LINK) or chunk[0] == "@":
            return self._none
        row = self._old.get(chunk)
        if row is None:
            known = self._packed
            packed = 0
            for token in split_chunk(chunk):
                for trait in traits(token):
                    packed += known.get(trait, 0)
            row = self._votes.row(packed) if packed else self._none
        # Links rarely come twice.
        if len(chunk) <= MEMO_CHUNK_CHARACTERS and "://" not in chunk:
            if len(self) >= MEMO_VOTES // 2:
                self._old = dict(self)
                super().clear()
            self[chunk] = row
        return row
