"""The most frequent values of each bucket, for all buckets of a day at once."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from lab.evaluate.replays.world.mentions import NONE, Ints
from schemas.base import Counted

TopKByBucket = list[tuple[Counted, ...]]


def top_k(
    bucket: Ints, values: Ints, *, buckets: int, most: int, name: Callable[[int], str]
) -> TopKByBucket:
    """For each of ``buckets``, up to ``most`` values with their counts, the most frequent first.

    ``bucket``: number of the bucket that a value was seen in. ``NONE`` is no value. Several
    columns of values count together.

    >>> top_k(np.array([0, 0, 0]), np.array([7, 5, 7]), buckets=2, most=2, name=str)
    [(('7', 2), ('5', 1)), ()]
    """
    there = values != NONE
    kinds, kind = np.unique(values[there], return_inverse=True)
    if not len(kinds):
        return [()] * buckets
    pairs, counts = np.unique(bucket[there] * len(kinds) + kind, return_counts=True)
    where, which = np.divmod(pairs, len(kinds))
    order = np.lexsort((which, -counts, where))
    where, which, counts = where[order], which[order], counts[order]
    rank = np.arange(len(where)) - np.searchsorted(where, where)
    top = rank < most
    named = [name(kind) for kind in kinds.tolist()]
    every = list(
        zip(map(named.__getitem__, which[top].tolist()), counts[top].tolist(), strict=True)
    )
    edges = np.searchsorted(where[top], np.arange(buckets + 1)).tolist()
    return [tuple(every[first:last]) for first, last in pairwise(edges)]
