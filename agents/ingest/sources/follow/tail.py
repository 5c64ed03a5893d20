"""One file that grows: its whole lines in portions, over rotation, truncation and restarts.

A file is known by its inode and by a digest of its beginning, so that one that was moved aside is
read to its end, and one that was emptied or written anew is read from its beginning. Files that
were moved aside bear the name and a number or a date (``export.jsonl.1``, ``…-20261130``).
"""

import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Final, NamedTuple

from msgspec import Struct

from agents.ingest.formats import LINE_LIMIT_BYTES

PORTION_BYTES: Final = 1_000_000
HEAD_BYTES: Final = 256
BEGINNING_BYTES: Final = 256_000
"""Of a file that is gone on with: enough to tell its format, and the header of a table."""


_ASIDE: Final = r"[.\-_]\d[\dTZ.:\-_]*"


class FilePlace(Struct, frozen=True, kw_only=True):
    """A place in a file: ``line`` begins at ``offset``. ``head``: digest of ``head_bytes``."""

    inode: int = 0
    offset: int = 0
    line: int = 1
    head: str = ""
    head_bytes: int = 0


class Portion(NamedTuple):
    """Whole lines, from ``place`` on. ``is_cut``: the file was emptied or replaced before them."""

    raw: bytes
    place: FilePlace
    is_cut: bool = False


class Tail:
    """Reads ``path`` in portions of about a megabyte. Not for several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self.place = FilePlace()

    def resume(self, place: FilePlace) -> bool:
        """Go on at ``place``, also if its file was moved aside beside it; False if it is gone."""
        for path in (self._path, *self._aside()):
            try:
                file = path.open("rb")
            except OSError:
                continue
            if os.fstat(file.fileno()).st_ino == place.inode and _is_same(file, place):
                self._file, self.place = file, place
                return True
            file.close()
        return False

    def beginning(self) -> bytes:
        """The first whole lines of the file that is being read."""
        if self._file is None:
            return b""
        raw = os.pread(self._file.fileno(), min(self.place.offset, BEGINNING_BYTES), 0)
        return raw[: raw.rfind(b"\n") + 1]

    def read(self, most: int = PORTION_BYTES) -> Portion | None:
        """The next whole lines, about ``most`` bytes of them; None if there are none now.

        Raises ``OSError`` where the file is not there, or cannot be read.
        """
        is_cut = False
        if self._file is None:
            self._begin()
        elif not _is_same(self._file, self.place):
            self.close()
            self._begin()
            is_cut = True
        raw = self._lines(most)
        if not raw and self._is_moved():
            raw = self._rest()
            if not raw:
                self._go_on()
                raw = self._lines(most)
        if not raw and not is_cut:
            return None
        return Portion(raw, self.place, is_cut)

    def passed(self, portion: Portion) -> None:
        """Stand behind a portion that was read."""
        place = self.place
        offset = place.offset + len(portion.raw)
        lines = portion.raw.count(b"\n")
        head_bytes = min(HEAD_BYTES, offset)
        head = place.head
        if self._file is not None and place.head_bytes < head_bytes:
            head = _digest(self._file, head_bytes)
        self.place = FilePlace(
            inode=place.inode, offset=offset, line=place.line + lines, head=head,
            head_bytes=max(place.head_bytes, head_bytes),
        )  # fmt: skip

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _go_on(self) -> None:
        """Begin with the next file: one that was moved aside meanwhile, else the newest."""
        read_ns = 0 if self._file is None else os.fstat(self._file.fileno()).st_mtime_ns
        later = [path for path in self._aside() if path.stat().st_mtime_ns > read_ns]
        self.close()
        self._begin(min(later, key=lambda path: path.stat().st_mtime_ns, default=self._path))

    def _aside(self) -> list[Path]:
        name = re.compile(re.escape(self._path.name) + _ASIDE)
        return [path for path in self._path.parent.iterdir() if name.fullmatch(path.name)]

    def _begin(self, path: Path | None = None) -> None:
        self._file = (path or self._path).open("rb")
        self.place = FilePlace(inode=os.fstat(self._file.fileno()).st_ino)

    def _lines(self, most: int) -> bytes:
        raw = b""
        for size in _sizes(most):
            raw = self._at(size)
            if (end := raw.rfind(b"\n")) >= 0:
                return raw[: end + 1]
            if len(raw) < size:
                return b""  # the line is not at its end yet
        return raw  # no post has such a line: it is set aside

    def _rest(self) -> bytes:
        """What stands, without a line end, at the end of a file that does not grow any more."""
        return self._at(LINE_LIMIT_BYTES)

    def _at(self, size: int) -> bytes:
        return b"" if self._file is None else os.pread(self._file.fileno(), size, self.place.offset)

    def _is_moved(self) -> bool:
        try:
            return self._path.stat().st_ino != self.place.inode
        except FileNotFoundError:
            return False  # between two files: the next one is awaited


def _sizes(most: int) -> Iterator[int]:
    yield most
    if most < LINE_LIMIT_BYTES:
        yield LINE_LIMIT_BYTES


def _is_same(file: IO[bytes], place: FilePlace) -> bool:
    """Whether a file is still what it was when it was read up to ``place``."""
    if os.fstat(file.fileno()).st_size < place.offset:
        return False
    return not place.head_bytes or _digest(file, place.head_bytes) == place.head


def _digest(file: IO[bytes], size: int) -> str:
    return sha256(os.pread(file.fileno(), size, 0)).hexdigest()[:32]
