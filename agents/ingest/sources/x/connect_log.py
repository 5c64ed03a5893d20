"""The latest connects, kept across restarts: X counts them whatever process made them."""

from collections.abc import Iterable
from threading import Lock
from typing import Protocol

import msgspec

from agents.ingest.sources.x.connection import WINDOW_S


class KeptBytes(Protocol):
    """A place on the disk for a few bytes."""

    def load(self) -> bytes | None:
        """Return what was saved last."""
        ...

    def save(self, position: bytes) -> None:
        """Replace it."""
        ...


class ConnectLog:
    """Times of the connects within the last 15 minutes (UNIX time). Safe for several threads.

    ``kept`` is where they outlive the process; without it they are forgotten with it.

    >>> log = ConnectLog()
    >>> log.add(1_000.0)
    >>> log.latest(1_899.0), log.latest(1_901.0)
    ([1000.0], [])
    """

    def __init__(self, kept: KeptBytes | None = None) -> None:
        self.lock = Lock()
        self._kept = kept
        self._times_s = _times_in(kept.load() if kept else None)

    def latest(self, now_s: float) -> list[float]:
        """Return the times that X still counts. A time to come is that of a clock since set back.

        It is taken for now, so that it is neither forgotten nor waited for.
        """
        return [min(at_s, now_s) for at_s in self._times_s if now_s - at_s <= WINDOW_S]

    def add(self, now_s: float) -> None:
        """Note a connect that is about to be made; it is on the disk when this returns."""
        self._times_s = [*self.latest(now_s), now_s]
        if self._kept:
            self._kept.save(msgspec.json.encode(self._times_s))


def _times_in(raw: bytes | None) -> list[float]:
    """Times that were saved; a file that says none of use leaves it to X's own count."""
    try:
        found: Iterable[float] = msgspec.json.decode(raw, type=list[float]) if raw else ()
    except msgspec.DecodeError:
        return []
    return sorted(found)
