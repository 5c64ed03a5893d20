"""How much of what X counts the stream delivered, once it is known what is usual. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from threading import Lock
from typing import Final

from agents.ingest.source import Missed, Post, SourceEvent
from schemas.mention import Gap, Mention

HOUR: Final = timedelta(hours=1)
LEARNING: Final = 12
"""Hours from which it is learned what is usual."""
REMEMBERED: Final = 168
ENOUGH: Final = 20
"""An hour with fewer posts says nothing: chance alone makes a quarter more or less."""


def hour_of(at: datetime) -> datetime:
    """Return the beginning of the hour of a time, in UTC."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


class Tally:
    """What the stream delivered, by brand and hour, without reposts: X counts none.

    Hours that were not heard from their beginning to their end, and hours of which only a sample
    was read, say nothing. ``begun`` is when listening began. ``note`` is safe for several threads.

    >>> nine = datetime(2026, 11, 30, 9, tzinfo=UTC)
    >>> tally = Tally(nine)
    >>> tally.heard("acme", nine), tally.heard("acme", nine + HOUR)
    (0, None)
    """

    def __init__(self, begun: datetime) -> None:
        self._known_from = begun
        self._counts: dict[tuple[str, datetime], int] = {}
        self._broken: set[datetime] = set()
        self._newest = begun
        self._lock = Lock()

    def note(self, event: SourceEvent) -> None:
        """Take in what the source says."""
        with self._lock:
            if isinstance(event, Post):
                self.add(event.mention)
            elif isinstance(event, Missed):
                self.miss(event.gap)

    def add(self, mention: Mention) -> None:
        """Note a post that the stream delivered."""
        hour = hour_of(mention.created_at)
        if mention.weight != 1.0:
            self._broken.add(hour)
        elif mention.kind != "repost":
            key = (mention.brand, hour)
            self._counts[key] = self._counts.get(key, 0) + 1
            self._newest = max(self._newest, mention.created_at)

    def miss(self, gap: Gap) -> None:
        """Note a time that was not heard in full; what was fetched of it is fetched by search."""
        if gap.recovered != "none":
            return
        hour = hour_of(gap.start)
        while hour <= gap.end:
            self._broken.add(hour)
            hour += HOUR

    def heard(self, brand: str, hour: datetime) -> int | None:
        """Return how many posts of an hour were delivered; None where that is not known."""
        if hour < self._known_from or hour in self._broken or hour > hour_of(self._newest):
            return None
        return self._counts.get((brand, hour), 0)

    def forget(self, before: datetime) -> None:
        """Let go of older hours."""
        with self._lock:
            self._counts = {key: n for key, n in self._counts.items() if key[1] >= before}
            self._broken = {hour for hour in self._broken if hour >= before}


def usual(ratios: Sequence[float]) -> float | None:
    """Return how many posts the stream delivers for each that X counts; None until it is learned.

    Search and stream match differently, so it need not be one. It is the median, which a bad day
    does not move.

    >>> usual([0.9] * 11), usual([0.9] * 20 + [0.1] * 4)
    (None, 0.9)
    """
    return median(ratios) if len(ratios) >= LEARNING else None


def completeness(heard: int, counted: int, ratios: Sequence[float]) -> float | None:
    """Return the share of an hour's posts that came, from 0 to 1; None where it cannot be told.

    >>> completeness(45, 100, [0.9] * 24), completeness(3, 5, [0.9] * 24)
    (0.5, None)
    """
    expected = usual(ratios)
    if not expected or counted < ENOUGH:
        return None
    return min(heard / counted / expected, 1.0)


def remembered(ratios: Sequence[float], heard: int, counted: int) -> list[float]:
    """Return the ratios with one more hour, if it says something."""
    found = [*ratios, heard / counted] if counted >= ENOUGH else [*ratios]
    return found[-REMEMBERED:]
