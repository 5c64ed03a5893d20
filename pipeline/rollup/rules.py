"""The settings of the roll-up, handed in once."""

from typing import NamedTuple


class RollupRules(NamedTuple):
    """All in seconds of event time.

    ``width_s``: length of a bucket, aligned to the epoch. ``lateness_s``: how long a bucket stays
    open beyond the watermark. ``future_s``: how far a post may lie ahead of its batch's watermark.
    ``blind_after_s``: a source this far behind the furthest one no longer holds buckets back.
    ``dedup_s``: how long after closing a second copy is still called a duplicate (afterwards it is
    called late; it is never counted either way).
    """

    width_s: int = 10
    lateness_s: int = 5
    future_s: int = 60
    blind_after_s: int = 60
    dedup_s: int = 60

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
