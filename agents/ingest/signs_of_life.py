"""Whether a live source is heard: what its ``health`` answers."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from agents.monitoring.health import Cause, Word

UNHEARD_AFTER_S: Final = 45.0
"""X says every 20 s that it is alive; two of these may be missed."""


class SignsOfLife:
    """Remembers when a source was last heard, and why it is not. Safe to ask from any thread.

    ``clock_s`` is monotonic.

    >>> clock = iter([0.0, 46.0])
    >>> signs = SignsOfLife("x", clock_s=lambda: next(clock))
    >>> signs.lost("http 503")
    >>> signs.cause().detail
    'x has not been heard for 46 s, never since its start: http 503'
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
        self._was_heard = False
        self._lost = ""
        self._word: Word | None = None

    def heard(self) -> None:
        """The source gave a sign of life."""
        self._heard_s, self._lost, self._word = self._clock_s(), "", None
        self._was_heard = True

    def lost(self, why: str, word: Word | None = None) -> None:
        """The source is lost; ``why`` in a few fixed words.

        With a ``word`` it does not come back by itself: that is a cause at once, and for so long.
        """
        self._lost, self._word = why, word

    def cause(self) -> Cause | None:
        """Return why the source is lost, or has not been heard for too long; None while it is."""
        silent_s = self._clock_s() - self._heard_s
        word = self._word
        if word is None and silent_s <= self._unheard_after_s:
            return None
        since = "" if self._was_heard else ", never since its start"
        detail = f"{self._name} has not been heard for {silent_s:.0f} s{since}"
        why = self._lost
        return Cause(word or "source_unheard", f"{detail}: {why}" if why else detail, why)
