"""The outbox of a live source: a bounded journal on disk, so that a lost process loses nothing.

What is promised:

- What ``append`` took survives ``kill -9``, of this process at any moment.
- What was appended before ``sync`` returned true survives a power failure. ``sync`` is called by
  the source before it notes how far it is complete; besides, a journal that grows is synced once a
  second, and when a segment or the spool is closed.
- ``acknowledged`` is replaced at once, and synced with its directory: a power failure brings back
  an older position at worst, and then some records are sent twice.
- A frame that cannot be read costs itself only. What is lost is counted and told of by
  ``take_damage``, also where it happens in use; reading goes on behind it.
- A disk without room is a full outbox: nothing is stored, nothing behind it is lost, and it heals
  when there is room.

Layout of the directory: ``<position>.spool`` segments (``agents.ingest.outbox.segment``), where a
position is the number of bytes ever written; ``acknowledged`` holds the position before which Kafka
has everything, and its checksum; ``lock`` keeps a second process out. All of it is private.
"""

import fcntl
import logging
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from threading import Condition
from time import monotonic

import msgspec

from agents.ingest.outbox.outbox import Damage, OutboxFullError, OutboxRecord
from agents.ingest.outbox.private_files import (
    PRIVATE_DIRECTORY,
    is_full,
    make_private_directory,
    open_private,
    replace_file,
    sync_directory,
    tighten,
    write_all,
)
from agents.ingest.outbox.recovery import Survey, record_in, recover, segment_path
from agents.ingest.outbox.segment import find_frame, frame, read_frame
from pipeline.phrase import Phrase

log = logging.getLogger(__name__)

_SYNC_EVERY_S = 1.0
_encode = msgspec.msgpack.Encoder().encode


class SpoolInUseError(OSError):
    """Another process holds this spool."""


class Spool:
    """An ``Outbox`` on disk that holds at most ``limit_bytes``."""

    def __init__(
        self,
        directory: Path,
        *,
        limit_bytes: int,
        segment_bytes: int = 16_000_000,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        make_private_directory(directory)
        tighten(directory, PRIVATE_DIRECTORY)
        self._directory = directory
        self._limit_bytes = limit_bytes
        self._segment_bytes = min(segment_bytes, limit_bytes // 4)
        self._clock_s = clock_s
        self._changed = Condition()
        self._lock = self._take_lock()
        self._damage: Damage | None = None
        self._acknowledged = self._read_acknowledged()
        self._segments, self._holes, damage = recover(directory, self._acknowledged)
        if damage:
            self._tell_damage(damage)
        self._end = max(self._acknowledged, *self._segments.values(), 0)
        # Made with the first record, so that opening needs no room.
        self._writer: int | None = None
        self._is_new_name = False
        self._reader: tuple[int, int] | None = None
        self._read_s = 0.0
        self._is_full = False
        self._synced_s = self._saved_s = clock_s()
        self._pass_damage()

    @property
    def end(self) -> int:
        """Position behind the newest record."""
        return self._end

    @property
    def acknowledged(self) -> int:
        """Everything before this position is safe in Kafka."""
        return self._acknowledged

    @property
    def waiting_bytes(self) -> int:
        """Size of what is not acknowledged."""
        return self._end - self._acknowledged

    def append(self, record: OutboxRecord) -> int:
        """Store a record; return the position behind it, or raise ``OutboxFullError``."""
        body = _encode(record)
        with self._changed:
            framed = frame(body, self._end)
            first = next(iter(self._segments), self._end)
            if self._end + len(framed) - first > self._limit_bytes:
                raise OutboxFullError
            try:
                self._write(framed)
            except OSError as error:
                if not is_full(error):
                    raise
                self._tell_full(error)
                raise OutboxFullError(is_disk=True) from error
            if self._clock_s() - self._synced_s >= _SYNC_EVERY_S:
                self._sync()
            self._changed.notify_all()
            return self._end

    def read(self, position: int, timeout_s: float) -> tuple[OutboxRecord, int] | None:
        """Return the record at ``position`` and the next position; None if none comes in time."""
        while True:
            with self._changed:
                if not self._changed.wait_for(
                    lambda: self._next_place(position) is not None, timeout_s
                ):
                    return None
                place = self._next_place(position)
            if place is None:
                return None
            segment, start, end = place
            handle = self._open_reader(segment)
            found = None if handle is None else read_frame(handle, segment, start, end)
            record = found and record_in(found)
            if found and record:
                self._read_s = record.newest_s or self._read_s
                return record, found.end
            with self._changed:
                # It was whole when it was written or opened.
                self._skip(handle, segment, start, end)

    def acknowledge(self, position: int) -> None:
        """Forget everything before ``position``."""
        with self._changed:
            self._acknowledged = max(self._acknowledged, position)
            self._pass_damage()
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

    def sync(self) -> bool:
        """Have what was appended survive a power failure; False if there is no room for that."""
        with self._changed:
            return self._sync()

    def take_damage(self) -> Damage | None:
        """Return what was found to be unreadable since it was last asked."""
        if self._damage is None:
            return None
        with self._changed:
            damage, self._damage = self._damage, None
            return damage

    def close(self) -> None:
        """Sync to disk, and let another process have the spool."""
        with self._changed:
            self._sync()
            self._save_acknowledged()
            for handle in (self._writer, self._lock, *(self._reader or ())[1:]):
                if handle is not None:
                    os.close(handle)

    def _path(self, segment: int) -> Path:
        return segment_path(self._directory, segment)

    def _take_lock(self) -> int:
        lock = open_private(self._directory / "lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise SpoolInUseError(
                Phrase(
                    "{directory}: another process publishes this source; stop it, or give this "
                    "one another name",
                    directory=self._directory,
                )
            ) from error
        return lock

    # What a former run left

    def _read_acknowledged(self) -> int:
        path = self._directory / "acknowledged"
        if not path.exists():
            return 0
        saved, _, checksum = path.read_bytes().strip().partition(b" ")
        if saved.isdigit() and checksum == _checksum(saved):
            return int(saved)
        log.warning("%s is unreadable: everything that is there is sent again", path)
        return 0

    # Damage

    def _skip(self, handle: int | None, segment: int, start: int, end: int) -> None:
        """Note that nothing can be read at ``start``, up to the next frame or the end."""
        found = None if handle is None else find_frame(handle, segment, start + 1, end)
        self._holes[start] = found.start if found else end
        survey = Survey(self._read_s)
        survey.lost(self._holes[start] - start)
        survey.ended(self._read_s if handle is None else os.fstat(handle).st_mtime)
        if survey.damage:
            self._tell_damage(survey.damage)
        self._pass_damage()
        self._changed.notify_all()

    def _tell_damage(self, damage: Damage) -> None:
        log.error("%s: %d bytes are unreadable and lost", self._directory, damage.lost_bytes)
        self._damage = damage.with_(self._damage)

    def _pass_damage(self) -> None:
        """Wait for nothing that can never be sent."""
        if self._acknowledged < self._end and self._next_place(self._acknowledged) is None:
            self._acknowledged = self._end

    # Writing

    def _write(self, framed: bytes) -> None:
        if self._writer is not None and self._end - self._newest >= self._segment_bytes:
            self._sync()
            self._end_segment()
        if self._writer is None:
            self._writer = self._start_segment()
        segment = self._newest
        try:
            write_all(self._writer, framed, self._end - segment)
        except OSError:
            self._take_back(self._writer, self._end - segment)
            raise
        self._end = self._segments[segment] = self._end + len(framed)
        if self._is_full:
            self._is_full = False
            log.warning("%s: there is room on the disk again", self._directory)

    @property
    def _newest(self) -> int:
        return next(reversed(self._segments))

    def _start_segment(self) -> int:
        path = self._path(self._end)
        writer = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._drop_segments()
        self._segments[self._end] = self._end
        self._is_new_name = True
        return writer

    def _end_segment(self) -> None:
        if self._writer is not None:
            os.close(self._writer)
            self._writer = None

    def _take_back(self, writer: int, size_bytes: int) -> None:
        """Cut a torn frame off. Where even that fails, the next frame is written over it."""
        try:
            os.ftruncate(writer, size_bytes)
        except OSError as error:
            log.warning("%s: a torn frame stays for now: %s", self._directory, error)

    def _tell_full(self, error: OSError) -> None:
        if not self._is_full:
            self._is_full = True
            log.error("%s: %s; what comes is lost and counted", self._directory, error.strerror)
        if self._acknowledged == self._end:
            # Nothing in here is needed: perhaps it is what fills the disk.
            self._end_segment()
            self._drop_segments()

    def _sync(self) -> bool:
        if self._writer is None:
            return True
        try:
            os.fsync(self._writer)
            if self._is_new_name:
                sync_directory(self._directory)
                self._is_new_name = False
        except OSError as error:
            if not is_full(error):
                raise
            self._tell_full(error)
            return False
        self._synced_s = self._clock_s()
        return True

    def _save_acknowledged(self) -> None:
        saved = b"%d" % self._acknowledged
        try:
            replace_file(self._directory / "acknowledged", saved + b" " + _checksum(saved) + b"\n")
        except OSError as error:
            if not is_full(error):
                raise
            # The older position stands: after a restart some records would be sent twice.
            log.warning("%s: the disk is too full to note what arrived", self._directory)

    def _drop_segments(self) -> None:
        in_use = None if self._writer is None else self._newest
        for segment, end in list(self._segments.items()):
            if end > self._acknowledged or segment == in_use:
                break
            self._path(segment).unlink(missing_ok=True)
            del self._segments[segment]
        first = next(iter(self._segments), self._end)
        for start in [start for start, end in self._holes.items() if end <= first]:
            del self._holes[start]

    # Reading

    def _next_place(self, position: int) -> tuple[int, int, int] | None:
        """Return where the next frame behind ``position`` starts: segment, position, last end."""
        for segment, end in self._segments.items():
            start = max(position, segment)
            while start in self._holes:
                start = self._holes[start]
            if start < end:
                return segment, start, end
        return None

    def _open_reader(self, segment: int) -> int | None:
        if self._reader is None or self._reader[0] != segment:
            if self._reader:
                os.close(self._reader[1])
                self._reader = None
            try:
                self._reader = (segment, os.open(self._path(segment), os.O_RDONLY | os.O_CLOEXEC))
            except FileNotFoundError:
                return None
        return self._reader[1]


def _checksum(saved: bytes) -> bytes:
    return b"%08x" % zlib.crc32(saved)
