"""A clock that does not jump with the host's: Kafka's is asked first which of the two is right.

What a live source promises, when its posts may be dated and when it connects again all hang on the
present. A host's clock can be set by an hour in one go: an hour back, and posts of now would seem
to come from the future, and no heartbeat be due for an hour.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

JUMP_S = 2.0
"""By how much a clock differs from a monotonic one at most while it is only put right gently."""

log = logging.getLogger(__name__)


class SteadyClock:
    """The present in UTC, from ``wall_s`` (seconds since the epoch). Safe for several threads.

    Where ``wall_s`` jumps against ``clock_s``, which is monotonic, the time goes on as it was.
    ``arrived`` then says who is right: Kafka dates what it takes with its own clock, which is
    believed elsewhere, too (ADR 16). A clock that was wrong from the start did not jump: it is
    believed here, and the worker tells of it.

    >>> wall, monotonic = [1000.0], [0.0]
    >>> clock = SteadyClock(wall_s=lambda: wall[0], clock_s=lambda: monotonic[0])
    >>> wall[0], monotonic[0] = 1000.0 - 3600, 1.0  # an hour back
    >>> clock.now().timestamp(), clock.off_s
    (1001.0, -3601.0)
    >>> clock.arrived(1001.0)
    >>> clock.now().timestamp()
    1001.0
    """

    def __init__(
        self,
        *,
        wall_s: Callable[[], float] = time.time,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall_s = wall_s
        self._clock_s = clock_s
        self._lock = Lock()
        self._apart_s = wall_s() - clock_s()
        """What the host's clock was beyond the monotonic one, last time."""
        self._off_s = 0.0

    def now(self) -> datetime:
        """Return the present."""
        return datetime.fromtimestamp(self._now_s(), UTC)

    @property
    def off_s(self) -> float:
        """By how much the host's clock is beyond this one: 0 but for where it jumped."""
        self._now_s()
        return self._off_s

    def arrived(self, stamp_s: float) -> None:
        """Note what Kafka's clock said of a record that it has just taken."""
        steady_s = self._now_s()
        with self._lock:
            off_s = self._off_s
            if off_s and abs(steady_s + off_s - stamp_s) < abs(steady_s - stamp_s):
                self._off_s = 0.0
                log.warning("Kafka's clock agrees with this host's, which is believed again")

    def _now_s(self) -> float:
        with self._lock:
            wall_s = self._wall_s()
            apart_s = wall_s - self._clock_s()
            jump_s, self._apart_s = apart_s - self._apart_s, apart_s
            if abs(jump_s) > JUMP_S:
                off_s = self._off_s + jump_s
                # What was undone but for the time that went by meanwhile is undone.
                self._off_s = off_s if abs(off_s) > JUMP_S else 0.0
                log.warning(
                    "the clock of this host jumped by %+.0f s; until Kafka's says the same, the "
                    "time goes on as it was",
                    jump_s,
                )
            return wall_s - self._off_s


CLOCK = SteadyClock()
"""The one of this process. The host has one clock, and so all who ask have to see a jump alike."""

utc_now = CLOCK.now
