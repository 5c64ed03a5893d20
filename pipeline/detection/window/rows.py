"""What the newest buckets said, one by one: so that a revision can take the place of what it was.

A post that came late makes a revision of its bucket (``schemas.bucket``), ten minutes back at most.
What was added up of that time is added up again from its rows, in order of time. So the window
comes out as it would have, had the buckets come as they were told last.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from pipeline.deletions.records import watched_without
from pipeline.deletions.to_forget import ToForget
from pipeline.detection.detector.voices import Sums, add, nothing
from pipeline.detection.window import influence
from pipeline.detection.window.automation import CROWD, crowd_of
from pipeline.detection.window.by_network import Networks, networks_of
from pipeline.detection.window.counts import INDEX, MENTIONS, counts_of
from pipeline.detection.window.counts import nothing as no_counts
from pipeline.detection.window.influence import Influence, influence_of
from pipeline.detection.window.top_k import Lists, lists_of, without
from schemas.bucket import Bucket, Voices, Watched

REVISABLE_S: Final = 660
"""How far before the newest bucket a revision may lie: posts may be ten minutes late, and wait one
(``pipeline.rollup.horizon``)."""

NEGATIVE: Final = INDEX["negative"]
REPOSTS: Final = INDEX["reposts"]


class BucketRow(Struct, array_like=True):
    """What counts of one bucket. ``counts``, ``crowd`` and ``voices``: in the order of their lists.

    ``blind``: a gap, blind or sampled source in it.
    """

    start_s: int
    counts: Sequence[int]
    crowd: list[int]
    revision: int = 0
    own: int = 0
    weighted: float = 0.0
    lists: Lists = field(default_factory=dict)
    influence: Influence = field(default_factory=dict)
    blind: bool = False
    voices: Sums = field(default_factory=nothing)
    watched: tuple[Watched, ...] = ()
    networks: Networks = field(default_factory=dict)

    @property
    def mentions(self) -> int:
        """Mentions in it."""
        return self.counts[MENTIONS]

    @property
    def negative(self) -> int:
        """Negative ones of them."""
        return self.counts[NEGATIVE]

    @property
    def reposts(self) -> int:
        """Reposts among them."""
        return self.counts[REPOSTS]

    @property
    def written(self) -> float:
        """Those of ``weighted`` that are no reposts."""
        if not self.mentions:
            return 0.0
        return self.weighted * (1.0 - self.reposts / self.mentions)

    def forget(self, gone: ToForget) -> None:
        """Put aliases for names that are to be forgotten."""
        self.lists = without(self.lists, gone)
        self.influence = influence.without(self.influence, gone)
        self.watched = tuple(watched_without(one, gone) for one in self.watched)

    def beyond(self, before: "BucketRow") -> Sums:
        """Voices that it has more than it had before."""
        return [now - then for now, then in zip(self.voices, before.voices, strict=True)]


def nothing_of(start_s: int) -> BucketRow:
    """The row of a bucket that nobody told of."""
    return BucketRow(start_s, no_counts(), [0] * len(CROWD))


def row_of(bucket: Bucket, voices: Voices, start_s: int, *, blind: bool) -> BucketRow:
    """The row of a bucket; ``voices``: those of it."""
    row = BucketRow(
        start_s,
        counts_of(bucket),
        crowd_of(bucket),
        bucket.revision,
        bucket.own,
        max(bucket.weighted, float(bucket.mentions)),
        lists_of(bucket),
        influence_of(bucket),
        blind,
        watched=bucket.watched,
        networks=networks_of(bucket),
    )
    add(row.voices, voices)
    return row
