"""Who brought how much of a stretch of time: sums by network."""

from collections.abc import Mapping, Sequence
from typing import Final

from schemas.bucket import Bucket

MOST: Final = 40
"""Networks that sums tell apart; a record states ten of a bucket."""

Networks = dict[str, list[int]]
"""Mentions of each, those that are negative, and those that attack."""


def networks_of(bucket: Bucket) -> Networks:
    """Those of a bucket."""
    return {one.source: [one.mentions, one.negative, one.attacks] for one in bucket.by_source}


def add_networks(into: Networks, more: Mapping[str, Sequence[int]], times: int = 1) -> None:
    """Add sums to others, in place; ``times`` -1 takes them off.

    >>> sums = {"x": [3, 1, 0]}
    >>> add_networks(sums, {"x": [1, 1, 1], "bluesky": [1, 0, 0]})
    >>> sums
    {'x': [4, 2, 1], 'bluesky': [1, 0, 0]}
    """
    for network, sums in more.items():
        if network in into or len(into) < MOST:
            known = into.get(network, (0, 0, 0))
            into[network] = [max(a + times * b, 0) for a, b in zip(known, sums, strict=True)]
