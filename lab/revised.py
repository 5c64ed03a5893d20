"""For who adds buckets up: what a revision takes the place of."""

from typing import Final

from schemas.bucket import Bucket

KEPT: Final = 200
"""Buckets of ten seconds in half an hour: a revision comes within a quarter of it."""


class NewestOf:
    """What was told last of the newest buckets of each brand."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str, float], Bucket] = {}

    def instead_of(self, bucket: Bucket) -> Bucket | None:
        """What was told of this bucket before; None for nothing. Older revisions must not come.

        >>> from datetime import UTC, datetime
        >>> at, newest = datetime(2026, 1, 5, tzinfo=UTC), NewestOf()
        >>> first, second = (
        ...     Bucket(brand="acme", start=at, width_s=10, watermark=at, revision=n) for n in (0, 1)
        ... )
        >>> newest.instead_of(first), newest.instead_of(second).revision
        (None, 0)
        """
        name = bucket.brand, bucket.apart, bucket.start.timestamp()
        before = self._told.pop(name, None)
        self._told[name] = bucket
        if len(self._told) > KEPT:
            del self._told[next(iter(self._told))]
        return before
