"""Where a source goes on at its next start: kept on disk as soon as what came before is safe."""

import logging
from collections import deque
from pathlib import Path

from agents.ingest.outbox.private_files import (
    PRIVATE_FILE,
    is_full,
    make_private_directory,
    replace_file,
    tighten,
)

log = logging.getLogger(__name__)


class PositionFile:
    """One position in one private file. What it means is the source's own affair."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> bytes | None:
        """Return the position that was kept, or None."""
        try:
            tighten(self.path, PRIVATE_FILE)
            return self.path.read_bytes()
        except FileNotFoundError:
            return None

    def save(self, position: bytes) -> None:
        """Replace the position; when this returns, a power failure does not take it.

        On a full disk the older one stays: the next start then reads some posts again, or states
        a longer gap.
        """
        try:
            make_private_directory(self.path.parent)
            replace_file(self.path, position)
        except OSError as error:
            if not is_full(error):
                raise
            log.warning("%s: %s; the older position stays", self.path, error.strerror)


class PendingPositions:
    """Positions that may be kept once Kafka has acknowledged what came before them.

    >>> pending = PendingPositions()
    >>> pending.add(b"10 lines", behind=100)
    >>> pending.add(b"20 lines", behind=200)
    >>> [pending.take(acknowledged) for acknowledged in (99, 150, 150, 500)]
    [None, b'10 lines', None, b'20 lines']
    """

    def __init__(self) -> None:
        self._pending: deque[tuple[int, bytes]] = deque()

    def add(self, position: bytes, *, behind: int) -> None:
        """Note a position of the source that stands ``behind`` this place in the outbox."""
        self._pending.append((behind, position))

    def take(self, acknowledged: int) -> bytes | None:
        """Return the newest position before which everything is acknowledged, once."""
        position: bytes | None = None
        while self._pending and self._pending[0][0] <= acknowledged:
            position = self._pending.popleft()[1]
        return position
