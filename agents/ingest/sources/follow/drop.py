"""The source ``follow`` of a folder: each file that is moved into it, once."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

import msgspec
from msgspec import Struct

from agents.ingest.formats import BadLine, Item
from agents.ingest.recorded import LiveItems
from agents.ingest.signs_of_life import SignsOfLife
from agents.ingest.source import Idle, Lost, Reached, SourceEvent, decode_position
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Cause

LOOK_EVERY_S: Final = 0.05
REMEMBERED: Final = 5_000
"""Contents of files that are gone from the folder."""
UNFINISHED: Final = (".tmp", ".part", ".partial", ".crdownload", ".swp", "~")

log = logging.getLogger(__name__)


class SeenFile(Struct, frozen=True, array_like=True):
    """A file that was read: enough to know it again without reading it."""

    digest: str
    size_bytes: int
    modified_ns: int


class DropPosition(Struct, kw_only=True):
    """``seen``: files of the folder by name. ``gone``: contents of others, the oldest first.

    ``said`` items of the content ``under_way``.
    """

    seen: dict[str, SeenFile] = {}
    gone: list[str] = []
    under_way: str = ""
    said: int = 0


class DropFolder:
    """Says the posts of the files in ``folder``, the oldest file first, and of those that come.

    A file is read when it has not changed for ``settle_s``; names that begin with a dot or end as
    unfinished ones do are left alone. What was read once is not read again, under whatever name.
    ``delay_s``: how old a post may be when its file comes.
    """

    live = True

    def __init__(
        self,
        name: str,
        folder: Path,
        items_of: Callable[[Path], Iterator[Item]],
        *,
        delay_s: float = 60.0,
        settle_s: float = 1.0,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.items = LiveItems(name, now)
        self.files = 0
        self.copies = 0
        self._folder = folder
        self._items_of = items_of
        self._delay = timedelta(seconds=delay_s)
        self._settle_ns = round(settle_s * 1e9)
        self._now = now
        self._signs = SignsOfLife(name, clock_s=clock_s)
        self._at = DropPosition()

    def open(self, resume: bytes | None) -> None:
        """Go on behind the item that an earlier run had said last."""
        if resume is None:
            return
        advice = "delete it to read all files of the folder again"
        self._at = decode_position(resume, DropPosition, advice=advice)

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Look into the folder again and again, and yield what is new."""
        while not stop.is_set():
            looked_at = self._now()
            try:
                for file in self._new_files():
                    yield from self._in_file(file, stop)
                    if stop.is_set():
                        return
            except OSError as error:
                self._signs.lost(error.strerror or "it cannot be read")
                yield Lost()
            else:
                self._signs.heard()
                yield Reached(looked_at - self._delay)
            yield Idle()
            stop.wait(LOOK_EVERY_S)

    def position(self) -> bytes:
        """Return what was read."""
        return msgspec.json.encode(self._at)

    def health(self) -> Cause | None:
        """Return for how long the folder could not be read, and why."""
        return self._signs.cause()

    def close(self) -> None:
        """Nothing is held open."""

    def _new_files(self) -> list[Path]:
        """Files that are whole and were not read, the oldest first."""
        now_ns = time.time_ns()  # of the host's own clock, as the files' times are
        found, names = [], set()
        for path in self._folder.iterdir():
            if path.name.startswith(".") or path.name.endswith(UNFINISHED):
                continue
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue  # it was moved away in the meantime
            if not path.is_file():
                continue
            names.add(path.name)
            seen = self._at.seen.get(path.name)
            same = (stat.st_size, stat.st_mtime_ns)
            if seen is not None and (seen.size_bytes, seen.modified_ns) == same:
                continue
            # A file of the future is as whole as it will be: its clock is wrong.
            if 0 <= now_ns - max(stat.st_mtime_ns, stat.st_ctime_ns) < self._settle_ns:
                continue
            found.append((stat.st_mtime_ns, path.name, path))
        for name in [name for name in self._at.seen if name not in names]:
            self._at.gone.append(self._at.seen.pop(name).digest)
        del self._at.gone[:-REMEMBERED]
        return [path for *_, path in sorted(found)]

    def _in_file(self, path: Path, stop: Event) -> Iterator[SourceEvent]:
        try:
            stat = path.stat()
            with path.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()[:32]
        except FileNotFoundError:
            return
        known = {one.digest for one in self._at.seen.values()} | {*self._at.gone}
        if digest in known:
            self.copies += 1
            log.info("%s was read before, under this name or another", path)
        else:
            self.files += 1
            if self._at.under_way != digest:
                self._at.under_way, self._at.said = digest, 0
            for item in islice(self._items(path), self._at.said, None):
                if stop.is_set():
                    return
                self._at.said += 1
                yield from self.items.events(item)
        self._at.seen[path.name] = SeenFile(digest, stat.st_size, stat.st_mtime_ns)
        self._at.under_way, self._at.said = "", 0

    def _items(self, path: Path) -> Iterator[Item]:
        try:
            yield from self._items_of(path)
        except ValueError as error:
            # A file that cannot be read as a whole must not hold up those that come after it.
            yield BadLine(file=str(path), line=1, reason="invalid", detail=str(error), raw=b"")
