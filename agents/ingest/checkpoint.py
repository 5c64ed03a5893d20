"""How far a replay got, as far as Kafka has acknowledged it: what ``--resume`` continues from."""

import logging
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from agents.ingest.outbox.private_files import (
    PRIVATE_FILE,
    is_full,
    make_private_directory,
    replace_file,
    tighten,
)

log = logging.getLogger(__name__)


class InputFile(Struct, frozen=True):
    """Enough of a file to notice that it is another one."""

    name: str
    size_bytes: int
    modified_ns: int


class Checkpoint(Struct, frozen=True, kw_only=True):
    """``items``: input items that need not be read again, in the order of ``open_mentions``."""

    inputs: tuple[InputFile, ...]
    items: int


class CheckpointError(ValueError):
    """A checkpoint that is unreadable or belongs to other input."""


def describe(paths: Sequence[Path]) -> tuple[InputFile, ...]:
    """Describe input files as they are now."""
    stats = [(path, path.stat()) for path in paths]
    return tuple(InputFile(str(path.resolve()), at.st_size, at.st_mtime_ns) for path, at in stats)


def load(path: Path, inputs: tuple[InputFile, ...]) -> int:
    """Return how many items to skip: 0 without a checkpoint. Raises ``CheckpointError``."""
    if not path.exists():
        return 0
    tighten(path, PRIVATE_FILE)
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Checkpoint)
    except msgspec.DecodeError as error:
        raise CheckpointError(f"{path}: {error}; delete it and start without --resume") from error
    if found.inputs != inputs:
        raise CheckpointError(
            f"{path} belongs to other or changed input "
            f"({', '.join(one.name for one in found.inputs)}); start without --resume"
        )
    return found.items


class Checkpoints:
    """Saves the newest checkpoint whose records are all acknowledged."""

    def __init__(self, path: Path, inputs: tuple[InputFile, ...]) -> None:
        self._path = path
        self._inputs = inputs
        self._pending: deque[tuple[int, int]] = deque()
        make_private_directory(path.parent)

    def note(self, position: int, items: int) -> None:
        """Once Kafka has everything before ``position``, ``items`` items are done."""
        self._pending.append((position, items))

    def save(self, acknowledged: int) -> None:
        """Write what ``acknowledged`` allows."""
        items: int | None = None
        while self._pending and self._pending[0][0] <= acknowledged:
            items = self._pending.popleft()[1]
        if items is not None:
            raw = msgspec.json.encode(Checkpoint(inputs=self._inputs, items=items))
            try:
                replace_file(self._path, raw)
            except OSError as error:
                if not is_full(error):
                    raise
                log.warning("%s: %s; the older checkpoint stays", self._path, error.strerror)
