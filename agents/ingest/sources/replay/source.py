"""The source ``replay``: recorded posts of files, with the times that they had."""

import math
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Event
from time import monotonic

import msgspec
from msgspec import Struct

from agents.ingest.formats import FilesReading, open_mentions
from agents.ingest.pacing import paced
from agents.ingest.recorded import Recorded
from agents.ingest.source import PositionError, SourceEvent, decode_position
from agents.ingest.steady_clock import utc_now
from pipeline.phrase import Phrase


class InputFile(Struct, frozen=True):
    """Enough of a file to notice that it is another one."""

    name: str
    size_bytes: int
    modified_ns: int


class ReplayPosition(Struct, frozen=True, kw_only=True):
    """``items``: input items that need not be read again, in the order of ``open_mentions``."""

    inputs: tuple[InputFile, ...]
    items: int


class ReplaySource(Recorded):
    """Says the posts of ``files`` in the order of their time, at ``speed`` times that of life.

    Bad lines come first, as all is read before the first post. Nobody waits for a post that is
    dated more than ``ahead_s`` beyond ``now``: it comes at once. ``brands`` are the ids that a tag
    of somebody's stream may name. ``reading`` follows how much of the files is read,
    and ``done`` counts items that were said, by earlier runs, too.

    Raises ``FormatError`` or ``MappingFaultsError``, both ``ValueError``, where the files cannot be
    read as asked.
    """

    def __init__(
        self,
        name: str,
        files: Sequence[Path],
        *,
        speed: float = math.inf,
        input_format: str | None = None,
        mapping: Path | None = None,
        brands: Container[str] | None = None,
        ahead_s: float = 60.0,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self.name = name
        self._inputs = _describe(files)
        self.reading = FilesReading.of(files)
        self._items = open_mentions(
            files,
            input_format=input_format,
            mapping=mapping,
            brands=brands,
            reading=self.reading,
        )
        self._speed = speed
        self._ahead = timedelta(seconds=ahead_s)
        self._now = now
        self._clock_s = clock_s

    def open(self, resume: bytes | None) -> None:
        """Go on behind what an earlier run of the same files had said."""
        if resume is None:
            return
        advice = "delete it and start without --resume"
        found = decode_position(resume, ReplayPosition, advice=advice)
        if found.inputs != self._inputs:
            raise PositionError(
                Phrase(
                    "it belongs to other or changed input ({names}); start without --resume",
                    names=", ".join(one.name for one in found.inputs),
                )
            )
        self.done = found.items

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Yield posts when their time has come, and bad lines as they are met."""
        items = paced(
            islice(self._items, self.done, None),
            self._speed,
            clock_s=self._clock_s,
            sleep=stop.wait,
            is_ahead=lambda at: at - self._now() > self._ahead,
        )
        return self.said(items, stop)

    def position(self) -> bytes:
        """Return how many items of which files were said."""
        return msgspec.json.encode(ReplayPosition(inputs=self._inputs, items=self.done))


def _describe(paths: Sequence[Path]) -> tuple[InputFile, ...]:
    stats = [(path, path.stat()) for path in paths]
    return tuple(InputFile(str(path.resolve()), at.st_size, at.st_mtime_ns) for path, at in stats)
