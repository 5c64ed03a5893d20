"""How long to wait before connecting to X again. Pure; the clock is handed in.

Source: X API v2, handling disconnections (2026): at once after an established connection drops;
TCP errors +250 ms up to 16 s; HTTP errors 5 s doubling to 320 s; 429 60 s doubling; and no more
than 50 connects within 15 minutes.
"""

from collections import deque
from http import HTTPStatus
from typing import Literal, NamedTuple

from agents.ingest.source import SourceRefusedError

_NETWORK_STEP_S, _NETWORK_MOST_S = 0.25, 16.0
_HTTP_FIRST_S, _HTTP_MOST_S = 5.0, 320.0
_RATE_FIRST_S, _RATE_MOST_S = 60.0, 960.0
_WINDOW_S = 15 * 60.0
_STEADY_S = 20.0
HOPELESS = frozenset({400, 401, 402, 403, 404})
"""HTTP answers that do not get better by asking again."""


class Ended(NamedTuple):
    """How one connection, or the attempt at one, came to an end.

    ``kind``: ``dropped`` was established; ``network`` never got an answer; ``http`` got another
    one than 200. ``stayed_s`` is how long it was established, ``retry_at_s`` when X says that its
    rate limit is over (UNIX time).
    """

    kind: Literal["dropped", "network", "http"]
    status: int = 0
    detail: str = ""
    stayed_s: float = 0.0
    retry_at_s: float | None = None


class Backoff:
    """Delay after each ending; remembers how many of a kind came in a row.

    ``now_s`` is UNIX time. A connection that drops again within 20 s is treated as a network
    error, so that a broken upstream is not asked forty times a second.

    >>> backoff = Backoff()
    >>> [backoff.after(Ended("network"), now_s=0.0) for _ in range(3)]
    [0.25, 0.5, 0.75]
    >>> backoff.after(Ended("dropped", stayed_s=3600), now_s=0.0)
    0.0
    """

    def __init__(self, *, connects: int = 45) -> None:
        self._connects = connects
        self._ended_at_s: deque[float] = deque(maxlen=connects)
        self._row: tuple[str, int] = ("", 0)

    def after(self, ended: Ended, now_s: float) -> float:
        """Return the seconds to wait; raise ``SourceRefusedError`` where waiting is of no use."""
        if ended.kind == "http" and ended.status in HOPELESS:
            raise SourceRefusedError(f"X answered {ended.status}: {ended.detail}")
        delay_s = self._delay(ended, now_s)
        if len(self._ended_at_s) == self._connects:
            delay_s = max(delay_s, self._ended_at_s[0] + _WINDOW_S - now_s)
        self._ended_at_s.append(now_s)
        return delay_s

    def _delay(self, ended: Ended, now_s: float) -> float:
        if ended.kind == "dropped" and ended.stayed_s >= _STEADY_S:
            self._row = ("", 0)
            return 0.0
        limited = ended.status == HTTPStatus.TOO_MANY_REQUESTS
        kind = "limited" if limited else "http" if ended.kind == "http" else "network"
        before = self._row[1] if self._row[0] == kind else 0
        self._row = (kind, before + 1)
        if kind == "network":
            return min(_NETWORK_STEP_S * (before + 1), _NETWORK_MOST_S)
        if kind == "http":
            return min(_HTTP_FIRST_S * 2.0**before, _HTTP_MOST_S)
        told_s = (ended.retry_at_s or now_s) - now_s
        return max(min(_RATE_FIRST_S * 2.0**before, _RATE_MOST_S), told_s)
