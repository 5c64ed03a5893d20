"""How far the reading of files is, for whoever waits for the first mention."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from agents.ingest.formats.files.streams import FormatError
from pipeline.phrase import Phrase, reason_of

_Item = TypeVar("_Item")


class ReadSoFar(NamedTuple):
    """``done`` of ``total``, in ``unit``."""

    done: int
    total: int
    unit: str


class FilesReading:
    """What has been read of files: bytes as they lie on disk, compressed or not, and items.

    Mentions come in the order of their time, so all is read before the first one: while that lasts
    progress is one of bytes. How many items there are is known only then.

    >>> reading = FilesReading.of([])
    >>> reading.progress(items=0)
    ReadSoFar(done=0, total=0, unit='bytes')
    """

    def __init__(self, total_bytes: int) -> None:
        self._total_bytes = total_bytes
        self._before_bytes = 0
        self._here_bytes = 0
        self._items = 0
        self._ended = False
        self.notes: list[str] = []
        """What was told from the files, such as their format, in sentences for people."""
        self.on_progress: Callable[[], None] = lambda: None
        """Called now and then while files are read."""

    @classmethod
    def of(cls, paths: Iterable[Path]) -> "FilesReading":
        """Nothing read yet of these files. Raises ``FormatError`` where one is not there."""
        total_bytes = 0
        for path in paths:
            try:
                total_bytes += path.stat().st_size
            except OSError as error:
                msg = Phrase(
                    "{path}: {why}; check the path and its permissions",
                    path=path,
                    why=reason_of(error),
                )
                raise FormatError(msg) from error
        return cls(total_bytes)

    def progress(self, items: int) -> ReadSoFar:
        """How far it is, where ``items`` of those that were read are done."""
        if self._ended:
            return ReadSoFar(items, self._items, "items")
        return ReadSoFar(self._before_bytes + self._here_bytes, self._total_bytes, "bytes")

    def tell(self, note: str) -> None:
        """Say what was told from a file and not from the one who gave it."""
        self.notes.append(note)

    def at(self, position_bytes: int) -> None:
        """Note the position in the file that is being read."""
        self._here_bytes = position_bytes
        self.on_progress()

    def counted(self, parts: Iterable[Iterable[_Item]]) -> Iterator[_Item]:
        """The items of all parts, each of one file, one after another; counts them."""
        for part in parts:
            for item in part:
                self._items += 1
                yield item
            self._before_bytes += self._here_bytes
            self._here_bytes = 0
        self._ended = True
