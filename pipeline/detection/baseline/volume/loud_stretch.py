"""One alarm a loud stretch: which loud moments ring, and which only prolong it."""

from pipeline.detection.baseline.volume.design import QUIET_H, RENEWAL


class LoudStretch:
    """Rings at the first loud moment after a quiet stretch, and again at one ten times rarer.

    Loud moments in between only prolong the stretch. Nothing rings while nothing is said.
    ``hour_s``: length of an hour, or of a row where rows are longer.
    """

    __slots__ = ("_quiet_s", "loud_at_s", "rung_severity")

    def __init__(self, hour_s: int) -> None:
        self._quiet_s = QUIET_H * hour_s
        self.loud_at_s: int | None = None
        self.rung_severity = 0.0

    def lasts(self, end_s: int) -> bool:
        """Whether the last loud moment is so near that one at ``end_s`` would prolong it."""
        return self.loud_at_s is not None and end_s - self.loud_at_s <= self._quiet_s

    def rings(self, end_s: int, severity: float, *, said: bool) -> bool:
        """Take note of a loud moment that ends at ``end_s``; whether it is news."""
        quiet = not self.lasts(end_s)
        if quiet and not said:
            return False
        self.loud_at_s = end_s
        news = said and (quiet or severity > self.rung_severity + RENEWAL)
        if news:
            self.rung_severity = severity
        return news
