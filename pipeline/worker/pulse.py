"""Notices that this process stood still for so long that others have its partitions."""

import time
from collections.abc import Callable
from math import inf
from threading import Event, Thread
from typing import Final

from pipeline.worker.faust_fixes import Crash

BEATS: Final = 20
"""Looks within the time that is allowed."""


class StoodStillError(RuntimeError):
    """The process did not run for too long."""


class ProcessPulse(Thread):
    """Ends the process where it did not run for ``limit_s``, before it writes anything more.

    A process that is stopped, or whose virtual machine is, loses its partitions while it sleeps.
    Awake again it does not know that yet, and what it then writes to a changelog would take the
    place of what their new owner wrote. ``check`` is called before each write, and by the thread
    itself: whichever runs first sees the gap. Nothing counts before the first ``beat``. ``crash``
    ends the process without another commit.
    """

    def __init__(
        self, limit_s: float, crash: Crash, *, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(name="pulse", daemon=True)
        self._limit_s = limit_s
        self._crash = crash
        self._clock_s = clock_s
        self._halt = Event()
        self._beat_s = inf

    def check(self) -> None:
        """End the process if it stood still."""
        gap_s = self._clock_s() - self._beat_s
        if gap_s > self._limit_s:
            self._crash(
                StoodStillError(
                    f"this process stood still for {gap_s:.0f} s: others have its partitions"
                )
            )

    def beat(self) -> None:
        """Look, and begin to count anew."""
        self.check()
        self._beat_s = self._clock_s()

    def run(self) -> None:
        """Beat until halted."""
        while not self._halt.wait(self._limit_s / BEATS):
            self.beat()

    def halt(self) -> None:
        """Stop looking."""
        self._halt.set()
