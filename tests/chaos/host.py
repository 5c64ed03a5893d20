"""A host whose clock is set and whose disk is slow while processes run: ``host.c`` sees to it."""

import shutil
import struct
import subprocess
from pathlib import Path
from typing import Self

SOURCE = Path(__file__).with_name("host.c")


class Host:
    """What all processes live on that are started with ``variables``; within a ``with`` block.

    Linux and a C compiler are needed. What waits does not notice that a clock was set, which is as
    it is on a host; libfaketime, which does more, has Python's ``time.sleep`` fail at each jump.
    A slow disk is one whose fsync takes its time, also SQLite's; that writes fill up its cache, or
    fail, is not shown.
    """

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            raise RuntimeError("a C compiler is needed for a host's clock and disk: install gcc")
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        library = folder / "host.so"
        subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"],
            check=True,
            timeout=60,
        )
        path = folder / "host"
        path.write_bytes(bytes(16))
        self._file = path.open("r+b", buffering=0)
        self.variables = {"LD_PRELOAD": str(library), "CHAOS_HOST": str(path)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def set_clock(self, ahead_s: int) -> None:
        """Have the clock be so far ahead of the true one from now on; negative: behind."""
        self._write(0, ahead_s)

    def slow_down(self, fsync_s: float) -> None:
        """Have each fsync take so much longer from now on."""
        self._write(8, round(fsync_s * 1e6))

    def _write(self, place: int, value: int) -> None:
        self._file.seek(place)
        self._file.write(struct.pack("=q", value))
