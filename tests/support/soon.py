"""What comes true in a moment: asked again and again, and a failure where it never does."""

import time
from collections.abc import Callable


def until(reached: Callable[[], object], within_s: float = 60.0) -> None:
    """Return as soon as ``reached`` answers with something true; fail after ``within_s``."""
    deadline_s = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < deadline_s, f"not within {within_s:g} s"
        time.sleep(0.05)
