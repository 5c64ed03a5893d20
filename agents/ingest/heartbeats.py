"""When the next heartbeat of a source is due: by the clock, or by the time of its posts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, Protocol

LIVE_HEARTBEAT_S: Final = 5.0
"""Between the heartbeats of a live source."""

_APART_S = 0.1
_LONGEST_S = 60.0


def recorded_heartbeat_s(speed: float, bucket_s: int) -> float:
    """Event time between heartbeats: about a second of real time, a bucket to a minute long.

    >>> [recorded_heartbeat_s(speed, bucket_s=10) for speed in (1, 30, float("inf"))]
    [10, 30, 60.0]
    """
    return max(bucket_s, min(speed, _LONGEST_S))


class Heartbeats(Protocol):
    """Answers whether it is time; a yes counts as a heartbeat."""

    def due(self, reached: datetime) -> bool:
        """Return whether a heartbeat is due for a source that has reached this time."""
        ...


class HeartbeatsByClock:
    """For a live source: one every ``every_s``, whatever is said. ``now`` is UTC.

    >>> from datetime import UTC
    >>> nine = datetime(2010, 3, 17, 9, tzinfo=UTC)
    >>> clock = iter([nine, nine + timedelta(seconds=4), nine + timedelta(seconds=5)])
    >>> beats = HeartbeatsByClock(5.0, now=lambda: next(clock))
    >>> beats.due(nine), beats.due(nine)
    (False, True)
    """

    def __init__(self, every_s: float, *, now: Callable[[], datetime]) -> None:
        self._every = timedelta(seconds=every_s)
        self._now = now
        self._latest = now()

    def due(self, reached: datetime) -> bool:  # noqa: ARG002 - as the protocol asks
        """Return whether ``every_s`` has passed."""
        now = self._now()
        if now - self._latest < self._every:
            return False
        self._latest = now
        return True


class HeartbeatsByEventTime:
    """For a recording: one every ``every_s`` of its own time; one covers a longer silence.

    They keep 0.1 s of real time (``clock_s``, monotonic) apart, for each of them closes all
    batches and costs one record a partition.
    """

    def __init__(self, every_s: float, *, clock_s: Callable[[], float] = monotonic) -> None:
        self._every = timedelta(seconds=every_s)
        self._clock_s = clock_s
        self._latest: datetime | None = None
        self._latest_s = clock_s()

    def due(self, reached: datetime) -> bool:
        """Return whether ``every_s`` has passed up to ``reached``; the first time starts it."""
        if self._latest is None:
            self._latest = reached
        if reached - self._latest < self._every:
            return False
        now_s = self._clock_s()
        if now_s - self._latest_s < _APART_S:
            return False
        self._latest, self._latest_s = reached, now_s
        return True
