"""How a test waits for what other processes do, and how long at most.

The bound is one for all, and far beyond what a busy machine needs: only a test that fails waits
as long. What a test shows to *not* happen has times of its own.
"""

import time
from collections.abc import Callable

PATIENCE_S = 200.0


def until(
    reached: Callable[[], object],
    said: Callable[[], object] = str,
    *,
    within_s: float = PATIENCE_S,
    every_s: float = 0.05,
) -> None:
    """Return once ``reached`` holds; fail with what is ``said`` by then if it does not."""
    deadline_s = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < deadline_s, f"not within {within_s:.0f} s: {said()}"
        time.sleep(every_s)
