"""Whether a live source is heard: what its ``health`` answers."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from agents.monitoring.health import Cause

UNHEARD_AFTER_S: Final = 45.0
"""X says every 20 s that it is alive; two of these may be missed."""


class SignsOfLife:
    """Remembers when a source was last heard, and why it is not. Safe to ask from any thread.

    ``clock_s`` is monotonic.

    >>> clock = iter([0.0, 46.0])
    >>> signs = SignsOfLife("x", clock_s=lambda: next(clock))
    >>> signs.lost("http 503")
    >>> signs.cause().detail
    'x has not been heard for 46 s: http 503'
    """

    def __init__(
        self,
        name: str,
        *,
        unheard_after_s: float = UNHEARD_AFTER_S,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self._name = name
        self._unheard_after_s = unheard_after_s
        self._clock_s = clock_s
        self._heard_s = clock_s()
        self._lost = ""

    def heard(self) -> None:
        """The source gave a sign of life."""
        self._heard_s, self._lost = self._clock_s(), ""

    def lost(self, why: str) -> None:
        """The source is lost; ``why`` in a few fixed words."""
        self._lost = why

    def cause(self) -> Cause | None:
        """Return why the source has not been heard for too long; None while it is."""
        silent_s = self._clock_s() - self._heard_s
        if silent_s <= self._unheard_after_s:
            return None
        detail = f"{self._name} has not been heard for {silent_s:.0f} s"
        return Cause("source_unheard", f"{detail}: {self._lost}" if self._lost else detail)
