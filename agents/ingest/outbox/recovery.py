"""What a former run left in the directory of a spool: its segments, and what is damaged in them."""

import os
import re
from pathlib import Path
from typing import NamedTuple

import msgspec

from agents.ingest.outbox.outbox import Damage, OutboxRecord
from agents.ingest.outbox.private_files import open_private
from agents.ingest.outbox.segment import Frame, frames

_NAME = re.compile(r"\d{20}\.spool")
_decoder = msgspec.msgpack.Decoder(OutboxRecord)


class Left(NamedTuple):
    """``segments`` and ``holes``: where each starts, in order, and where it ends.

    A hole is a stretch without a whole frame. ``damage`` says what all of it cost.
    """

    segments: dict[int, int]
    holes: dict[int, int]
    damage: Damage | None


def recover(directory: Path, acknowledged: int) -> Left:
    """Look through a spool, of which nothing before ``acknowledged`` is needed any more.

    What is torn at its end is removed, so that it ends where a whole frame does.
    """
    segments = _find_segments(directory, acknowledged)
    survey = Survey()
    holes: dict[int, int] = {}
    written_s, previous_end = 0.0, next(iter(segments), 0)
    for segment, end in segments.items():
        survey.lost(segment - max(previous_end, acknowledged))
        previous_end = end
        handle = open_private(segment_path(directory, segment), os.O_RDONLY)
        try:
            for one in frames(handle, segment, segment, end):
                record = record_in(one) if isinstance(one, Frame) else None
                start = max(one.start, acknowledged)
                if record:
                    survey.seen(record.newest_s)
                elif start < one.end:
                    holes[start] = one.end
                    survey.lost(one.end - start)
            written_s = os.fstat(handle).st_mtime
        finally:
            os.close(handle)
    survey.ended(written_s)
    _cut_off_tail(directory, segments, holes)
    return Left(segments, holes, survey.damage)


def segment_path(directory: Path, segment: int) -> Path:
    """Return the file that starts at the position ``segment``."""
    return directory / f"{segment:020d}.spool"


def record_in(one: Frame) -> OutboxRecord | None:
    """Return the record in a frame; None where there is something else."""
    try:
        return _decoder.decode(one.body)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


class Survey:
    """Follows the frames of a spool in order, and says between which posts its damage lies.

    ``before_s``: when the newest post before them was made (UNIX time), 0 if that is not known.
    """

    def __init__(self, before_s: float = 0.0) -> None:
        self.damage: Damage | None = None
        self._before_s = before_s
        self._lost_bytes = 0

    def lost(self, size_bytes: int) -> None:
        """Nothing can be read for so many bytes; negative is none."""
        self._lost_bytes += max(size_bytes, 0)

    def seen(self, newest_s: float) -> None:
        """A whole frame; ``newest_s`` is 0 where it holds no post."""
        if newest_s:
            self.ended(newest_s)
            self._before_s = newest_s

    def ended(self, until_s: float) -> None:
        """Whatever was lost up to here had been posted by ``until_s``."""
        if self._lost_bytes:
            damage = Damage(self._lost_bytes, min(self._before_s or until_s, until_s), until_s)
            self.damage = damage.with_(self.damage)
            self._lost_bytes = 0


def _find_segments(directory: Path, acknowledged: int) -> dict[int, int]:
    segments: dict[int, int] = {}
    for path in sorted(directory.iterdir()):
        if not _NAME.fullmatch(path.name):
            continue
        segment, size = int(path.stem), path.stat().st_size
        if size == 0 or segment + size <= acknowledged:
            path.unlink()
            continue
        if segments:
            # Bytes that could not be taken back are behind the end that the next file names.
            last = next(reversed(segments))
            segments[last] = min(segments[last], segment)
        segments[segment] = segment + size
    return segments


def _cut_off_tail(directory: Path, segments: dict[int, int], holes: dict[int, int]) -> None:
    starts = {end: start for start, end in holes.items()}
    while segments:
        segment, end = next(reversed(segments.items()))
        start = end
        while start in starts:
            start = starts[start]
            del holes[start]
        if start > segment:
            if start < end:
                os.truncate(segment_path(directory, segment), start - segment)
                segments[segment] = start
            return
        segment_path(directory, segment).unlink()
        del segments[segment]
