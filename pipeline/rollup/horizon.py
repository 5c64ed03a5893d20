"""The buckets of a brand that are closed and may still change, as long as late posts are taken.

A post that comes after its bucket was closed, and within ``RollupRules.horizon_s``, is *pending*
until the next round. Then it joins its bucket; and since what a bucket says of newcomers, copies
and voices rests on those before it, all from there on are closed again, on top of what was
remembered before the first of them. Each that comes out otherwise than it was told is told again,
as the next revision. So what was told last is what would have been told, had all come in time.

What is held is bounded in time (``APART_S`` beyond the horizon) and in posts (``MOST_POSTS``).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from pipeline.rollup.entry import Closing
from pipeline.rollup.partial import Partial
from pipeline.rollup.remembered import Remembered, RememberedAt
from pipeline.rollup.rules import RollupRules
from schemas.bucket import Bucket
from schemas.reading import Reading

MOST_POSTS: Final = 60_000
"""Where a brand has more within the horizon, its older buckets are final sooner."""

FREE_POSTS: Final = 200
"""So many posts are closed again whenever it helps: it takes a few milliseconds."""

SNAPSHOT_S: Final = 60
SNAPSHOT_POSTS: Final = 10_000
"""What is remembered is copied after so long, if ``FREE_POSTS`` came since, or after so many posts:
from a copy, buckets are closed again. Most late posts are less than a minute late; and to close few
posts again takes no longer than a copy, which most brands would otherwise need for every post."""
APART_S: Final = 300
"""Few posts are copied after so long; and of older copies, one in so long is kept."""

AGAIN: Final = 2
"""With more, each is closed again so often at most: until then, others have to come in between."""
WAIT_S: Final = 60
"""No late post waits longer than that."""

ReadAgain = Callable[[Partial, Reading | None], Reading | None]
"""What is said of a bucket's reading when it is closed again: nothing is read a second time."""


class RevisableBuckets:
    """What was closed lately of one brand, in contents (``parts``, by start) and as it was told.

    ``memory``: what all buckets leave behind, which a round takes back and brings on again.
    ``final_until_s``: no bucket that begins before can change any more. ``pending``: late posts
    that wait for the next round, by the start of their bucket.
    """

    def __init__(self, rules: RollupRules, memory: Remembered) -> None:
        self._rules = rules
        self._memory = memory
        self.final_until_s = 0
        self.parts: dict[int, Partial] = {}
        self.pending: dict[int, Partial] = {}
        self._told: dict[int, Bucket] = {}
        self._readings: dict[int, Reading] = {}
        self._closings: list[Closing] = []
        self._snapshots: list[RememberedAt] = []
        self._posts = 0
        self._posts_since_snapshot = 0
        self._waiting_since_s = 0
        self._revised_s = 0

    @property
    def from_s(self) -> int:
        """Start of the earliest bucket that is held; none before it is needed any more."""
        if self._snapshots:
            return self._snapshots[0].from_s
        return min([self.final_until_s, *self.pending])

    @property
    def base(self) -> RememberedAt:
        """What was remembered before all that is held."""
        return self._snapshots[0] if self._snapshots else self._memory.snapshot(self.from_s)

    @property
    def revisions(self) -> dict[int, int]:
        """Revisions of the buckets that were told more than once, by start."""
        return {start_s: one.revision for start_s, one in self._told.items() if one.revision}

    def is_final_by(self, until_s: int) -> bool:
        """Whether something is held, and nothing of it any more once buckets close until then."""
        return bool(self.parts) and max(self.parts) < self._rules.final_until(until_s)

    def wait(self, partial: Partial, closed_until_s: int) -> None:
        """Let what came late wait for the next round."""
        if not self.pending:
            self._waiting_since_s = closed_until_s
        _merge(self.pending, partial)

    def is_due(self, until_s: int) -> bool:
        """Whether it is time for a round when buckets close until then.

        What decides stands in the log, and is the same after a restart. A brand of many posts
        waits until a round is worth it.
        """
        if not self.pending:
            return False
        if until_s >= self._waiting_since_s + WAIT_S:
            return True
        again = self._posts_from(min(self.pending))
        since = self._posts_from(max(self._revised_s, self.final_until_s))
        return again <= max(FREE_POSTS, AGAIN * since)

    def note(self, closing: Closing, closed_until_s: int) -> None:
        """Take a closing, before what it closes is held; late posts join, if it has a round."""
        self._closings.append(closing)
        if closing.revises:
            self._revised_s = closed_until_s
            for partial in self.pending.values():
                self._posts += len(partial.ids)
                _merge(self.parts, partial)
            self.pending = {}

    def hold(self, partial: Partial, reading: Reading | None) -> None:
        """Hold the contents of a bucket, and what was read of it."""
        self.parts[partial.start_s] = partial
        self._posts += len(partial.ids)
        if reading is not None:
            self._readings[partial.start_s] = reading

    def come_to(self, partial: Partial) -> None:
        """Before a bucket is read and closed: copy what is remembered, where it is time to."""
        snapshots = self._snapshots
        if self._rules.horizon_s and (
            not snapshots or self._is_copy_due(partial.start_s - snapshots[-1].from_s)
        ):
            between = snapshots[-3:]
            if len(between) == 3 and between[2].from_s <= between[0].from_s + APART_S:  # noqa: PLR2004
                del snapshots[-2]
            snapshots.append(self._memory.snapshot(self._memory.previous_end_s))
            self._posts_since_snapshot = 0
        self._posts_since_snapshot += len(partial.ids)

    def _is_copy_due(self, age_s: int) -> bool:
        """Whether what is remembered is to be copied, ``age_s`` after it was last."""
        posts = self._posts_since_snapshot
        enough = age_s >= SNAPSHOT_S and posts >= FREE_POSTS
        return enough or age_s >= APART_S or posts >= SNAPSHOT_POSTS

    def close(self, partial: Partial, reading: Reading | None) -> Bucket:
        """Close a bucket for the first time, after ``come_to``."""
        self.hold(partial, reading)
        bucket = self._told[partial.start_s] = self._closed(partial, reading)
        return bucket

    def revise(self, first_s: int, read: ReadAgain) -> list[Bucket]:
        """Close all buckets from ``first_s`` on again; those that come out otherwise, in order."""
        changed = []
        for bucket in self._close_again(self._before(first_s), read):
            start_s = int(bucket.start.timestamp())
            known = self._told.get(start_s)
            revision = 0 if known is None else known.revision
            if known is None or replace(bucket, revision=revision) != known:
                self._told[start_s] = replace(bucket, revision=revision + 1)
                changed.append(self._told[start_s])
        return changed

    def begin(self, base: RememberedAt) -> None:
        """Go on from a checkpoint: what it holds of closings and contents is told next."""
        self._memory.go_back(base)
        self._snapshots = [base]
        self.final_until_s = base.from_s

    def resume(self, revisions: Mapping[int, int], read: ReadAgain) -> None:
        """Come to where a checkpoint was written: all that is held was told, in ``revisions``."""
        for bucket in self._close_again(self.from_s, read):
            start_s = int(bucket.start.timestamp())
            self._told[start_s] = replace(bucket, revision=revisions.get(start_s, 0))

    def settle(self, closed_until_s: int) -> None:
        """Let go of what is final, but for what others are closed again from."""
        final_s = max(self.final_until_s, self._rules.final_until(closed_until_s))
        posts = self._posts
        if posts > MOST_POSTS:
            for start_s in sorted(self.parts):
                posts -= len(self.parts[start_s].ids)
                final_s = max(final_s, start_s + self._rules.width_s)
                if posts <= MOST_POSTS:
                    break
        self.final_until_s = final_s
        if not self.pending and all(start_s < final_s for start_s in self.parts):
            self._snapshots = []
        else:
            before_s = self._before(min([final_s, *self.pending]))
            self._snapshots = [one for one in self._snapshots if one.from_s >= before_s]
        from_s = self.from_s
        for start_s in [start_s for start_s in self.parts if start_s < from_s]:
            self._posts -= len(self.parts.pop(start_s).ids)
            self._told.pop(start_s, None)
            self._readings.pop(start_s, None)
        self._closings = [one for one in self._closings if one.until_s > from_s]

    def _closed(self, partial: Partial, reading: Reading | None) -> Bucket:
        # One of which nothing had come in time says what it would have said, had it been closed.
        place = bisect_right(self._closings, partial.start_s, key=_until)
        return self._memory.close(partial, self._closings[place], reading)

    def _close_again(self, from_s: int, read: ReadAgain) -> Iterator[Bucket]:
        """Close all buckets again from a snapshot on; from now on, if nothing was closed yet."""
        self._snapshots = [one for one in self._snapshots if one.from_s <= from_s]
        if self._snapshots:
            self._memory.go_back(self._snapshots[-1])
        self._posts_since_snapshot = 0
        for start_s in sorted(start_s for start_s in self.parts if start_s >= from_s):
            partial = self.parts[start_s]
            self.come_to(partial)
            yield self._closed(partial, read(partial, self._readings.get(start_s)))

    def _before(self, start_s: int) -> int:
        """From where a snapshot brings a bucket; all that is held, where there is none."""
        known = [one.from_s for one in self._snapshots if one.from_s <= start_s]
        return max(known, default=min(self.parts, default=start_s))

    def _posts_from(self, from_s: int) -> int:
        return sum(len(one.ids) for start_s, one in self.parts.items() if start_s >= from_s)


def _merge(into: dict[int, Partial], partial: Partial) -> None:
    """Add a part to those of the same bucket; the first of them is the bucket."""
    known = into.get(partial.start_s)
    if known is None:
        into[partial.start_s] = partial
    else:
        known.merge(partial)


def _until(closing: Closing) -> int:
    return closing.until_s
