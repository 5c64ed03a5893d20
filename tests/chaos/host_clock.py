"""A host's clock that is set by hand while processes run: ``host_clock.c`` has them believe it."""

import shutil
import subprocess
from pathlib import Path
from typing import Self

SOURCE = Path(__file__).with_name("host_clock.c")


class HostClock:
    """The clock of all processes that are started with ``variables``; within a ``with`` block.

    Linux and a C compiler are needed. What waits does not notice that a clock was set, which is as
    it is on a host; libfaketime, which does more, has Python's ``time.sleep`` fail at each jump.
    """

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            raise RuntimeError("a C compiler is needed to let a clock jump: install gcc")
        library = folder / "host_clock.so"
        subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"],
            check=True,
            timeout=60,
        )
        path = folder / "host_clock"
        path.write_bytes(bytes(8))
        self._file = path.open("r+b", buffering=0)
        self.variables = {"LD_PRELOAD": str(library), "HOST_CLOCK": str(path)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def set(self, ahead_s: int) -> None:
        """Have the clock be so far ahead of the true one from now on; negative: behind."""
        self._file.seek(0)
        self._file.write(ahead_s.to_bytes(8, "little", signed=True))
