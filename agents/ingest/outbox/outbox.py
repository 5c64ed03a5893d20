"""What waits for Kafka, in order: the contract, and the one that keeps it in memory."""

from collections import deque
from threading import Condition
from typing import NamedTuple, Protocol

from msgspec import Struct


class OutboxRecord(Struct, frozen=True, array_like=True):
    """One record for Kafka.

    Without ``partition`` the partitioner chooses by ``key``. ``mentions`` and ``newest_s`` (when
    the newest of them was posted, UNIX time, 0 where that says nothing) are for the metrics.
    """

    topic: str
    key: bytes | None
    value: bytes
    partition: int | None = None
    mentions: int = 0
    newest_s: float = 0.0


class Damage(NamedTuple):
    """What was stored and cannot be read: how much, and between which posts it lay (UNIX time)."""

    lost_bytes: int
    since_s: float
    until_s: float

    def with_(self, other: "Damage | None") -> "Damage":
        """Return both as one."""
        if other is None:
            return self
        return Damage(
            self.lost_bytes + other.lost_bytes,
            min(self.since_s, other.since_s),
            max(self.until_s, other.until_s),
        )


class OutboxFullError(Exception):
    """The outbox holds as much as it may, or ``is_disk``: its disk does. Nothing was stored."""

    def __init__(self, *, is_disk: bool = False) -> None:
        super().__init__("the disk is full" if is_disk else "the outbox is full")
        self.is_disk = is_disk


class Outbox(Protocol):
    """A bounded queue that forgets a record only when it is acknowledged.

    Positions rise with every record. One thread appends, another reads and acknowledges.
    """

    @property
    def end(self) -> int:
        """Position behind the newest record."""
        ...

    @property
    def acknowledged(self) -> int:
        """Everything before this position is safe in Kafka."""
        ...

    @property
    def waiting_bytes(self) -> int:
        """Size of what is not acknowledged."""
        ...

    def append(self, record: OutboxRecord) -> int:
        """Store a record; return the position behind it, or raise ``OutboxFullError``."""
        ...

    def read(self, position: int, timeout_s: float) -> tuple[OutboxRecord, int] | None:
        """Return the record at ``position`` and the next position; None if none comes in time."""
        ...

    def acknowledge(self, position: int) -> None:
        """Forget everything before ``position``."""
        ...

    def wait(self, timeout_s: float) -> None:
        """Sleep until something is acknowledged, or for ``timeout_s``."""
        ...

    def sync(self) -> bool:
        """Have what was appended survive a power failure; return whether it does."""
        ...

    def take_damage(self) -> Damage | None:
        """Return what was found to be unreadable since it was last asked."""
        ...

    def close(self) -> None:
        """Keep what must outlive the process, and release the rest."""
        ...


class MemoryOutbox:
    """An outbox for sources that can be read again: it is gone with the process."""

    def __init__(self, limit_bytes: int = 16_000_000) -> None:
        self._limit_bytes = limit_bytes
        self._records: deque[OutboxRecord] = deque()
        self._first = 0
        self._waiting_bytes = 0
        self._changed = Condition()

    @property
    def end(self) -> int:
        """Position behind the newest record."""
        return self._first + len(self._records)

    @property
    def acknowledged(self) -> int:
        """Everything before this position is safe in Kafka."""
        return self._first

    @property
    def waiting_bytes(self) -> int:
        """Size of what is not acknowledged."""
        return self._waiting_bytes

    def append(self, record: OutboxRecord) -> int:
        """Store a record; return the position behind it, or raise ``OutboxFullError``."""
        with self._changed:
            if self._records and self._waiting_bytes + len(record.value) > self._limit_bytes:
                raise OutboxFullError
            self._records.append(record)
            self._waiting_bytes += len(record.value)
            self._changed.notify_all()
            return self.end

    def read(self, position: int, timeout_s: float) -> tuple[OutboxRecord, int] | None:
        """Return the record at ``position`` and the next position; None if none comes in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: position < self.end, timeout_s):
                return None
            return self._records[position - self._first], position + 1

    def acknowledge(self, position: int) -> None:
        """Forget everything before ``position``."""
        with self._changed:
            while self._first < position:
                self._waiting_bytes -= len(self._records.popleft().value)
                self._first += 1
            self._changed.notify_all()

    def wait(self, timeout_s: float) -> None:
        """Sleep until something is acknowledged, or for ``timeout_s``."""
        with self._changed:
            before = self._first
            self._changed.wait_for(lambda: self._first > before, timeout_s)

    def sync(self) -> bool:
        """Nothing survives: return False."""
        return False

    def take_damage(self) -> Damage | None:
        """Memory is not damaged."""
        return None

    def close(self) -> None:
        """Nothing outlives the process."""
