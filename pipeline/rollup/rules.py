"""The settings of the roll-up that are handed in; fixed bounds stand beside the code they bound."""

import math
from typing import NamedTuple

from schemas.mention import Gap

LIVE_WITHIN_S = 3600.0
"""A source whose watermark was this close to its arrival once is live, and no replay."""


class RollupRules(NamedTuple):
    """All in seconds.

    ``width_s``: length of a bucket, aligned to the epoch. ``lateness_s``: how long a bucket stays
    open beyond the watermark. ``horizon_s``: how long after that late posts still join it.
    ``ahead_s``: how far a watermark or a post may lie ahead of the
    arrival of its record, and the clock of one source ahead of another's. ``future_s``: how far a
    post of a replay, or one whose arrival is not known, may lie ahead of its batch's watermark.
    ``blind_after_s``: a source this far behind the furthest one no longer holds buckets back.
    ``dedup_s``: how long after a bucket is final a second copy of a post is still called a
    duplicate (afterwards it is called late; it is never counted either way).
    """

    width_s: int = 10
    lateness_s: int = 5
    future_s: int = 60
    blind_after_s: int = 60
    dedup_s: int = 60
    ahead_s: int = 60
    horizon_s: int = 600

    def bucket_of(self, at_s: float) -> int:
        """Start of the bucket that a point in time lies in.

        >>> RollupRules().bucket_of(1268816409.9)
        1268816400
        """
        return int(at_s // self.width_s) * self.width_s

    def closed_until(self, watermark_s: float) -> int:
        """End of the last bucket that a watermark closes.

        >>> RollupRules(width_s=10, lateness_s=10).closed_until(125.0)
        110
        """
        return self.bucket_of(watermark_s - self.lateness_s)

    def final_until(self, closed_until_s: int) -> int:
        """End of the last bucket that no late post joins any more.

        >>> RollupRules(width_s=10, horizon_s=595).final_until(1000)
        400
        """
        return self.bucket_of(closed_until_s - self.horizon_s)

    def remembered_from_s(self, final_until_s: int) -> int:
        """Start of the earliest bucket whose ids are remembered, to tell a copy from a late post.

        >>> RollupRules(width_s=10, dedup_s=60).remembered_from_s(200)
        130
        """
        return final_until_s - self.width_s - self.dedup_s

    def is_ahead(self, at_s: float, arrived_s: float) -> bool:
        """Whether a time lies further in the future than clocks differ; 0: arrival is not known.

        >>> RollupRules().is_ahead(200.0, 100.0), RollupRules().is_ahead(150.0, 100.0)
        (True, False)
        """
        return 0.0 < arrived_s < at_s - self.ahead_s

    def latest_post_s(self, watermark_s: float, arrived_s: float) -> float:
        """The latest time that a post may bear; a slow source knows what is newer than it promises.

        So does one that promises nothing yet, as it says what came while it was not there.

        >>> RollupRules().latest_post_s(9_000.0, 10_000.0), RollupRules().latest_post_s(9_000.0, 0)
        (10060.0, 9060.0)
        """
        latest_s = arrived_s + self.ahead_s
        promises = watermark_s > 0
        if arrived_s and (not promises or watermark_s >= arrived_s - LIVE_WITHIN_S):
            return latest_s
        return min(watermark_s + self.future_s, latest_s if arrived_s else math.inf)

    def is_gap_ahead(self, gap: Gap | None, arrived_s: float) -> bool:
        """Whether it is said what was missed in the future; such a gap would seem to last."""
        return gap is not None and self.is_ahead(gap.end.timestamp(), arrived_s)
