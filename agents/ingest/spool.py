"""The outbox of a live source: a bounded journal on disk, so that a lost process loses nothing.

Every parcel is written here before it is sent, in one ``write``, so what was appended survives
``kill -9``. After a power failure, unacknowledged parcels of the last second may be missing: the
file is synced once a second while it grows, and when a segment or the spool is closed.

Layout of the directory: ``<position>.spool`` segments (``agents.ingest.segment``), where a position
is the number of bytes ever written; ``acknowledged`` holds the position before which Kafka has
everything; ``lock`` keeps a second process out.
"""

import fcntl
import logging
import os
from collections.abc import Callable
from pathlib import Path
from threading import Condition
from time import monotonic

import msgspec

from agents.ingest.outbox import OutboxFullError, Parcel
from agents.ingest.segment import frame, read_frame, sound_bytes

log = logging.getLogger(__name__)

_SYNC_EVERY_S = 1.0
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Parcel).decode


class SpoolInUseError(OSError):
    """Another process holds this spool."""


class Spool:
    """An ``Outbox`` on disk that holds at most ``limit_bytes``.

    ``damaged_bytes`` counts what a former run left unreadable (a power failure, a bad disk).
    """

    def __init__(
        self,
        directory: Path,
        *,
        limit_bytes: int,
        segment_bytes: int = 16_000_000,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._limit_bytes = limit_bytes
        self._segment_bytes = min(segment_bytes, limit_bytes // 4)
        self._clock_s = clock_s
        self._changed = Condition()
        self._lock = self._take_lock()
        self.damaged_bytes = 0
        # Start of each segment, in order, and the end of what is sound in it.
        self._ends: dict[int, int] = {}
        self._acknowledged = self._read_acknowledged()
        self._end = self._acknowledged
        self._find_segments()
        self._writer = self._start_segment()
        self._reader: tuple[int, int] | None = None
        self._synced_s = self._saved_s = clock_s()

    @property
    def end(self) -> int:
        """Position behind the newest parcel."""
        return self._end

    @property
    def acknowledged(self) -> int:
        """Everything before this position is safe in Kafka."""
        return self._acknowledged

    @property
    def waiting_bytes(self) -> int:
        """Size of what is not acknowledged."""
        return self._end - self._acknowledged

    def append(self, parcel: Parcel) -> int:
        """Store a parcel; return the position behind it, or raise ``OutboxFullError``."""
        record = frame(_encode(parcel))
        with self._changed:
            first, last = next(iter(self._ends)), next(reversed(self._ends))
            if self._end + len(record) - first > self._limit_bytes:
                raise OutboxFullError
            if self._end - last >= self._segment_bytes:
                os.fsync(self._writer)
                os.close(self._writer)
                self._writer = self._start_segment()
                last = self._end
            os.write(self._writer, record)
            self._end = self._ends[last] = self._end + len(record)
            if self._clock_s() - self._synced_s >= _SYNC_EVERY_S:
                os.fsync(self._writer)
                self._synced_s = self._clock_s()
            self._changed.notify_all()
            return self._end

    def read(self, position: int, timeout_s: float) -> tuple[Parcel, int] | None:
        """Return the parcel at ``position`` and the next position; None if none comes in time."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._segment_at(position) is not None, timeout_s
            ):
                return None
            segment = self._segment_at(position)
        if segment is None:
            return None
        found = read_frame(self._open_reader(segment), max(position - segment, 0))
        if found is None:
            raise OSError(
                f"{self._path(segment)}: damaged at byte {position - segment} while in use"
            )
        body, offset = found
        return _decode(body), segment + offset

    def acknowledge(self, position: int) -> None:
        """Forget everything before ``position``."""
        with self._changed:
            self._acknowledged = max(self._acknowledged, position)
            self._drop_segments()
            if self._clock_s() - self._saved_s >= _SYNC_EVERY_S:
                self._save_acknowledged()
                self._saved_s = self._clock_s()
            self._changed.notify_all()

    def wait(self, timeout_s: float) -> None:
        """Sleep until something is acknowledged, or for ``timeout_s``."""
        with self._changed:
            before = self._acknowledged
            self._changed.wait_for(lambda: self._acknowledged > before, timeout_s)

    def close(self) -> None:
        """Sync to disk, and let another process have the spool."""
        with self._changed:
            os.fsync(self._writer)
            self._save_acknowledged()
            for handle in (self._writer, self._lock, *(self._reader or ())[1:]):
                os.close(handle)

    def _path(self, segment: int) -> Path:
        return self._directory / f"{segment:020d}.spool"

    def _take_lock(self) -> int:
        lock = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise SpoolInUseError(
                f"{self._directory}: another process publishes this source; "
                "stop it, or give this one another name"
            ) from error
        return lock

    def _read_acknowledged(self) -> int:
        path = self._directory / "acknowledged"
        saved = path.read_text().strip() if path.exists() else ""
        # Empty after a power failure: then everything that is there is sent again.
        return int(saved) if saved.isdigit() else 0

    def _save_acknowledged(self) -> None:
        fresh = self._directory / "acknowledged.new"
        fresh.write_text(f"{self._acknowledged}\n")
        fresh.replace(self._directory / "acknowledged")

    def _find_segments(self) -> None:
        for path in sorted(self._directory.glob("*.spool")):
            segment, size = int(path.stem), path.stat().st_size
            self._ends[segment] = segment + sound_bytes(path)
            self._end = max(self._end, segment + size)
            if unreadable := segment + size - self._ends[segment]:
                self.damaged_bytes += unreadable
                log.error("%s: the last %d bytes are unreadable and lost", path, unreadable)

    def _start_segment(self) -> int:
        self._ends[self._end] = self._end
        self._drop_segments()
        return os.open(self._path(self._end), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def _drop_segments(self) -> None:
        for segment in list(self._ends)[:-1]:
            if self._ends[segment] > self._acknowledged:
                break
            self._path(segment).unlink()
            del self._ends[segment]

    def _segment_at(self, position: int) -> int | None:
        """Return the first segment that has something readable at or behind ``position``."""
        return next((start for start, end in self._ends.items() if end > position), None)

    def _open_reader(self, segment: int) -> int:
        if self._reader is None or self._reader[0] != segment:
            if self._reader:
                os.close(self._reader[1])
            self._reader = (segment, os.open(self._path(segment), os.O_RDONLY))
        return self._reader[1]
