"""What is still in living memory: minutes for the course, blocks of five minutes for the rest."""

from bisect import bisect_left
from operator import attrgetter
from typing import Final, TypeVar

from msgspec import Struct, field

from pipeline.deletions.to_forget import ToForget
from pipeline.detection.window import influence
from pipeline.detection.window.automation import CROWD
from pipeline.detection.window.by_network import Networks, add_networks
from pipeline.detection.window.counts import MENTIONS, add, nothing
from pipeline.detection.window.influence import Influence, combine
from pipeline.detection.window.rows import REVISABLE_S, BucketRow
from pipeline.detection.window.stories import KnownStories
from pipeline.detection.window.top_k import TopK, forget, merge, room, tally
from schemas.bucket import Bucket

MINUTE_S: Final = 60
MINUTES_KEPT_S: Final = 6 * 3600
BLOCK_S: Final = 300
BLOCKS_KEPT_S: Final = 3600
"""Blocks older than this pass into the brand's baseline: a crisis that creeps up is seen before."""

_start = attrgetter("start_s")


class Block(Struct, array_like=True):
    """Counts and top lists from ``start_s`` on. ``blind``: a gap, blind or sampled source in it.

    ``crowd``: see ``automation``.
    """

    start_s: int
    counts: list[int] = field(default_factory=nothing)
    top_k: TopK = field(default_factory=dict)
    blind: bool = False
    influence: Influence = field(default_factory=dict)
    crowd: list[int] = field(default_factory=lambda: [0] * len(CROWD))

    def add(self, row: BucketRow) -> None:
        """Add a bucket; buckets come in order of time."""
        add(self.counts, row.counts)
        tally(self.top_k, row.lists)
        add(self.crowd, row.crowd)
        if row.influence:
            combine(self.influence, row.influence)
        self.blind = self.blind or row.blind


class Minute(Struct, array_like=True):
    """Mentions, negative ones, reposts, and the brand's own posts of a minute that had any."""

    start_s: int
    mentions: int = 0
    negative: int = 0
    reposts: int = 0
    own: int = 0

    def add(self, row: BucketRow) -> None:
        """Add a bucket."""
        self.mentions += row.mentions
        self.negative += row.negative
        self.reposts += row.reposts
        self.own += row.own


class Recent(Struct, array_like=True):
    """Six hours in minutes and one hour in blocks; stretches of silence take no room.

    ``stories``: those told in the last hour. ``rows``: the newest buckets, in order of time.
    """

    minutes: list[Minute] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    stories: KnownStories = field(default_factory=KnownStories)
    rows: list[BucketRow] = field(default_factory=list)

    def add(self, bucket: Bucket, row: BucketRow) -> list[Block]:
        """Take in the next bucket; return the blocks that are now too old to be kept."""
        start_s = row.start_s
        minute_s = start_s - start_s % MINUTE_S
        minutes = self.minutes
        if not minutes or minutes[-1].start_s < minute_s:
            while minutes and minutes[0].start_s < minute_s - MINUTES_KEPT_S:
                del minutes[0]
            minutes.append(Minute(minute_s))
        minutes[-1].add(row)
        block_s = start_s - start_s % BLOCK_S
        expired: list[Block] = []
        if not self.blocks or self.blocks[-1].start_s < block_s:
            while self.blocks and self.blocks[0].start_s <= block_s - BLOCKS_KEPT_S:
                expired.append(self.blocks.pop(0))
            self.blocks.append(Block(block_s))
            self.stories.forget(block_s)
        self.blocks[-1].add(row)
        if bucket.stories:
            self.stories.add(bucket, start_s + bucket.width_s)
        self.rows.append(row)
        from_s = self.revisable_from_s
        while self.rows[0].start_s < from_s:
            del self.rows[0]
        return expired

    def forget(self, gone: ToForget) -> None:
        """Put aliases for names that are to be forgotten, and let go of such posts."""
        for block in self.blocks:
            forget(block.top_k, gone)
            block.influence = influence.without(block.influence, gone)
        for row in self.rows:
            row.forget(gone)
        self.stories.forget_posts(gone)

    @property
    def revisable_from_s(self) -> int:
        """Start of the first block of which the buckets are known one by one."""
        newest_s = self.rows[-1].start_s if self.rows else 0
        return (newest_s - REVISABLE_S) // BLOCK_S * BLOCK_S

    def row(self, start_s: int) -> BucketRow | None:
        """The row of the bucket that begins then."""
        place = bisect_left(self.rows, start_s, key=_start)
        found = place < len(self.rows) and self.rows[place].start_s == start_s
        return self.rows[place] if found else None

    def revise(self, bucket: Bucket, row: BucketRow) -> None:
        """Let a bucket take the place of what it was, if it was any: its block is added up again.

        It may not lie before ``revisable_from_s``.
        """
        start_s = row.start_s
        place = bisect_left(self.rows, start_s, key=_start)
        self.rows[place : place + (self.row(start_s) is not None)] = [row]
        minute = Minute(start_s - start_s % MINUTE_S)
        block = Block(start_s - start_s % BLOCK_S)
        for one in self.rows:
            if one.start_s - one.start_s % MINUTE_S == minute.start_s:
                minute.add(one)
            if one.start_s - one.start_s % BLOCK_S == block.start_s:
                block.add(one)
        _put(self.minutes, minute)
        _put(self.blocks, block)
        if bucket.stories:
            self.stories.add(bucket, start_s + bucket.width_s)

    def mentions_between(self, from_s: int, until_s: int) -> int:
        """Mentions of the minutes that begin in ``[from_s, until_s)``; at most six hours back."""
        return sum([minute.mentions for minute in self._minutes(from_s, until_s)])

    def negative_between(self, from_s: int, until_s: int) -> int:
        """Negative mentions of these minutes."""
        return sum([minute.negative for minute in self._minutes(from_s, until_s)])

    def originals_between(self, from_s: int, until_s: int) -> int:
        """What is no repost in these minutes."""
        return sum([m.mentions - m.reposts for m in self._minutes(from_s, until_s)])

    def _minutes(self, from_s: int, until_s: int) -> list[Minute]:
        first = bisect_left(self.minutes, from_s, key=_start)
        return self.minutes[first : bisect_left(self.minutes, until_s, first, key=_start)]

    def window(self, from_s: int) -> Block:
        """Sum of the blocks that begin at ``from_s`` or later."""
        total = Block(from_s)
        for block in self.blocks:
            if block.start_s < from_s:
                continue
            add(total.counts, block.counts)
            for category, counts in block.top_k.items():
                # Only the ends of the lists are lost: a driver is at the top of every block.
                merge(total.top_k.setdefault(category, {}), counts.items(), 2 * room(category))
            add(total.crowd, block.crowd)
            total.blind = total.blind or block.blind
        return total

    def networks_since(self, from_s: int) -> Networks:
        """Who brought how much since ``from_s``, as far as buckets are known one by one."""
        total: Networks = {}
        for row in self.rows:
            if row.start_s >= from_s:
                add_networks(total, row.networks)
        return total

    def influence(self, from_s: int) -> Influence:
        """Who carried the blocks that begin at ``from_s`` or later; ``window`` leaves it out."""
        total: Influence = {}
        for block in self.blocks:
            if block.start_s >= from_s:
                combine(total, block.influence)
        return total

    def course(self, until_s: int) -> list[int]:
        """Mentions of each minute that is over at ``until_s``, from the first one kept."""
        first_s = self.minutes[0].start_s if self.minutes else until_s
        first_s = max(first_s, until_s - until_s % MINUTE_S - MINUTES_KEPT_S)
        course = [0] * max((until_s - first_s) // MINUTE_S, 0)
        for minute in self.minutes:
            place = (minute.start_s - first_s) // MINUTE_S
            if 0 <= place < len(course):
                course[place] = minute.mentions
        return course

    def mentions_since_block(self, from_s: int) -> int:
        """Mentions in blocks that begin at ``from_s`` or later."""
        return sum(b.counts[MENTIONS] for b in self.blocks if b.start_s >= from_s)


_Stretch = TypeVar("_Stretch", Minute, Block)


def _put(into: list[_Stretch], one: _Stretch) -> None:
    """Put a stretch of time in its place, instead of what was known of it."""
    place = bisect_left(into, one.start_s, key=_start)
    known = place < len(into) and into[place].start_s == one.start_s
    into[place : place + known] = [one]
