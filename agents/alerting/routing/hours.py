"""Hours of a week on the clocks of one place, so that summer time changes nothing for people."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN: Final = 24 * 60

Minute = Annotated[int, Meta(ge=0, le=DAY_MIN)]


class RouteHours(Struct, frozen=True, kw_only=True):
    """From ``start_min`` to before ``end_min`` of the days, in minutes since midnight in ``zone``.

    Where the end is not after the start, it is that of the next day: ``fri`` from 22:00 to 06:00
    ends on Saturday. ``days``: 0 is Monday.
    """

    days: frozenset[int] = frozenset(range(7))
    start_min: Minute = 0
    end_min: Minute = DAY_MIN
    zone: str = "UTC"

    def hold(self, now: datetime) -> bool:
        """Whether ``now`` lies within them, as the clocks of the place show it.

        >>> from datetime import UTC
        >>> night = RouteHours(start_min=22 * 60, end_min=6 * 60, zone="Europe/Paris")
        >>> night.hold(datetime(2026, 7, 1, 20, 30, tzinfo=UTC))  # 22:30 in Paris
        True
        >>> night.hold(datetime(2026, 12, 1, 20, 30, tzinfo=UTC))  # 21:30
        False
        """
        local = now.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        today, yesterday = local.weekday(), (local - timedelta(days=1)).weekday()
        if self.start_min < self.end_min:
            return today in self.days and self.start_min <= minute < self.end_min
        return (today in self.days and minute >= self.start_min) or (
            yesterday in self.days and minute < self.end_min
        )
