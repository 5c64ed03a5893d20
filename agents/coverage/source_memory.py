"""The newest status of each source, as a thread reads it; bounded, and safe for others."""

from datetime import UTC, datetime
from threading import Lock
from typing import Final

from agents.coverage.troubles import FORGOTTEN_AFTER, StatusSaid
from schemas.source_status import SourceStatus

MOST: Final = 1_000
"""Sources that are remembered; beyond them, the one that spoke longest ago is forgotten."""


class SourceMemory:
    """Takes statuses in the order of their partition; of a source the last one counts.

    >>> noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    >>> memory = SourceMemory()
    >>> memory.take(0, SourceStatus(
    ...     source="x", live=True, state="refused", since=noon, at=noon, brands=("acme",)))
    >>> [said.status.state for said in memory.of("acme", datetime.fromtimestamp(9, UTC))]
    ['refused']
    >>> memory.of("bolt", datetime.fromtimestamp(9, UTC))
    []
    """

    def __init__(self) -> None:
        self._said: dict[str, StatusSaid] = {}
        self._brands: dict[str, frozenset[str]] = {}
        self._lock = Lock()

    def take(self, written_ms: int, status: SourceStatus) -> None:
        """Add one status, and when Kafka took it."""
        written = datetime.fromtimestamp(max(written_ms, 0) / 1000, UTC)
        with self._lock:
            known = self._said.pop(status.source, None)
            if known is None or known.status.brands != status.brands:
                self._brands[status.source] = frozenset(status.brands)
            self._said[status.source] = StatusSaid(status, written)
            if len(self._said) > MOST:
                oldest = next(iter(self._said))
                del self._said[oldest], self._brands[oldest]

    def of(self, brand: str, now: datetime) -> list[StatusSaid]:
        """What the sources that listen for a brand said last, if it is not long ago."""
        with self._lock:
            return [
                said
                for name, said in self._said.items()
                if brand in self._brands[name] and now - said.written <= FORGOTTEN_AFTER
            ]

    def all(self, now: datetime) -> list[StatusSaid]:
        """What every source said last, if it is not long ago, by name."""
        with self._lock:
            known = [said for _, said in sorted(self._said.items())]
        return [said for said in known if now - said.written <= FORGOTTEN_AFTER]

    def get(self, source: str) -> SourceStatus | None:
        """What a source said last."""
        with self._lock:
            said = self._said.get(source)
            return said and said.status
