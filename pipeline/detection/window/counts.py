"""The additive counts of a bucket, as a plain list: what windows and normals are made of."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from schemas.bucket import Bucket

FIELDS: Final = (
    "mentions",
    "negative",
    "positive",
    "reposts",
    "replies",
    "new_authors",
    "first_person",
    "complaint",
    "outrage",
    "boycott",
    "takedown",
    "sad_news",
)
"""Order of the figures in every list of counts. The first is what the others are a share of."""

MENTIONS: Final = 0
INDEX: Final = {name: index for index, name in enumerate(FIELDS)}

_of = attrgetter(*FIELDS)


def counts_of(bucket: Bucket) -> Sequence[int]:
    """Counts of one bucket in the order of ``FIELDS``."""
    counts: Sequence[int] = _of(bucket)
    return counts


def nothing() -> list[int]:
    """Counts of an empty stretch."""
    return [0] * len(FIELDS)


def add(into: list[int], counts: Sequence[int]) -> None:
    """Add ``counts`` to ``into`` in place.

    >>> total = [1, 2]
    >>> add(total, [3, 4])
    >>> total
    [4, 6]
    """
    for index, value in enumerate(counts):
        if value:
            into[index] += value
