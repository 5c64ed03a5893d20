"""Files that only this user may read, replaced whole, and what "the disk is full" looks like.

Posts wait in these files, of people who may yet delete them.
"""

import errno
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
_OTHERS = 0o077
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(error: OSError) -> bool:
    """Whether the disk, or this user's share of it, is used up: that heals when there is room."""
    return error.errno in _FULL


def make_private_directory(path: Path) -> None:
    """Make ``path`` with what is missing above it. What exists is left as it is.

    It may be anybody's: ``TOCSIN_SPOOL_DIR`` may be ``/tmp``. Use ``tighten`` on what is ours.
    """
    for missing in reversed([path, *path.parents]):
        if not missing.exists():
            missing.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)


def tighten(path: Path, mode: int) -> None:
    """Take from others what they may do with ``path``; say so where that is not allowed to us."""
    if not path.stat().st_mode & _OTHERS:
        return
    try:
        path.chmod(mode)
    except PermissionError:
        log.warning("%s can be read by others, and is not ours to change", path)


def open_private(path: Path, flags: int) -> int:
    """Open a file, made private if it was not; return its descriptor."""
    handle = os.open(path, flags | os.O_CLOEXEC, PRIVATE_FILE)
    tighten(path, PRIVATE_FILE)
    return handle


def write_all(handle: int, data: bytes, offset: int) -> None:
    """Write ``data`` at ``offset``, however many calls that takes.

    After an ``OSError`` any part of it may have been written.
    """
    view = memoryview(data)
    while view:
        written = os.pwrite(handle, view, offset)
        if not written:
            raise OSError(errno.EIO, "nothing was written, and no reason given")
        view, offset = view[written:], offset + written


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file by ``data``, privately and at once.

    When this returns, the new content survives a power failure; at any moment before, either the
    old content or the new one does. An ``OSError`` leaves the old one.
    """
    fresh = path.with_name(f"{path.name}.new")
    handle = open_private(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        write_all(handle, data, 0)
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Have the names in a directory survive a power failure."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
