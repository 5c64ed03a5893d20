"""What every engine of ``peers.py`` is asked to do with a record: decode, score, count by 10 s.

It needs msgspec and numpy and nothing else, so that it runs in the environment of any engine.
"""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.sentiment.load import load_ngram
from schemas.codec import Decoder, encode
from schemas.mention import MentionBatch

WIDTH_S = 10

_decode = Decoder(MentionBatch).decode
_model = load_ngram()


class Counts(NamedTuple):
    """Of one brand in one bucket."""

    brand: str
    start_s: int
    mentions: int
    negative: int


def counts_of(records: Sequence[bytes]) -> list[Counts]:
    """Decode records, score their texts in one call, and count by brand and bucket."""
    batches = [_decode(record) for record in records]
    scores = iter(
        _model.score_many([(one.text, one.lang) for batch in batches for one in batch.mentions])
    )
    found: dict[tuple[str, int], list[int]] = {}
    for batch in batches:
        for one in batch.mentions:
            start_s = int(one.created_at.timestamp()) // WIDTH_S * WIDTH_S
            counts = found.setdefault((batch.brand, start_s), [0, 0])
            p_negative, p_neutral, p_positive = next(scores).sentiment.probabilities
            counts[0] += 1
            counts[1] += p_negative >= max(p_neutral, p_positive)
    return [Counts(*key, *counts) for key, counts in found.items()]


class Buckets:
    """Open buckets of one brand; a bucket closes when a later one has begun."""

    def __init__(self, known: Sequence[Sequence[int]] = ()) -> None:
        self._open = {start_s: [mentions, negative] for start_s, mentions, negative in known}

    def add(self, one: Counts) -> list[bytes]:
        """Add counts; the buckets that are closed by it, as records."""
        counts = self._open.setdefault(one.start_s, [0, 0])
        counts[0] += one.mentions
        counts[1] += one.negative
        closed = sorted(start_s for start_s in self._open if start_s < one.start_s)
        return [encode(Counts(one.brand, start_s, *self._open.pop(start_s))) for start_s in closed]

    @property
    def state(self) -> list[list[int]]:
        """What has to survive a crash."""
        return [[start_s, *counts] for start_s, counts in self._open.items()]
