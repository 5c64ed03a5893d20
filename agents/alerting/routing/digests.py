"""When a digest is due: a time of day in a zone, each day or on one day of the week."""

from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

Every = Literal["day", "week"]
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DigestSchedule(Struct, frozen=True, kw_only=True):
    """One digest of the routes file. ``at``: on the clocks of ``zone``; ``on``: a day of ``DAYS``.

    ``brands``: ids or patterns of them; empty for all.
    """

    name: str
    every: Every
    at: time
    zone: str
    receivers: tuple[str, ...]
    on: str = "mon"
    brands: tuple[str, ...] = ()
    line: int = 0

    def last_due(self, now: datetime) -> datetime:
        """Return the latest moment, in UTC, at which it was due by ``now``.

        A time that the clocks skip in spring counts an hour later; one that they show twice, first.

        >>> daily = DigestSchedule(name="d", every="day", at=time(8), zone="Europe/Paris",
        ...                        receivers=("comms",))
        >>> daily.last_due(datetime(2026, 12, 3, 6, 59, tzinfo=UTC)).isoformat()
        '2026-12-02T07:00:00+00:00'
        >>> daily.last_due(datetime(2026, 12, 3, 7, tzinfo=UTC)).isoformat()
        '2026-12-03T07:00:00+00:00'
        """
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date()
        if self.every == "week":
            day -= timedelta(days=(day.weekday() - DAYS.index(self.on)) % 7)
        due = datetime.combine(day, self.at, zone).astimezone(UTC)
        if due > now:
            day -= timedelta(days=7 if self.every == "week" else 1)
            due = datetime.combine(day, self.at, zone).astimezone(UTC)
        return due

    def begins(self, due: datetime) -> datetime:
        """Return from when on a digest that is due then tells: the same time a day or week ago."""
        zone = ZoneInfo(self.zone)
        local = due.astimezone(zone)
        before = local.date() - timedelta(days=7 if self.every == "week" else 1)
        return datetime.combine(before, self.at, zone).astimezone(UTC)

    def key(self, due: datetime) -> str:
        """Return under which name the notification log knows it."""
        return f"digest/{self.name}/{due:%Y-%m-%dT%H:%MZ}"
