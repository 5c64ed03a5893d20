"""``tocsin`` on a disk that takes its time: every fsync of this process waits first.

    python slow_disk.py SECONDS ingest x …

It shows what waiting for the disk does to a process. What it does not show: a disk that takes
writes slowly into its cache, or that answers with errors.
"""

import os
import sys
import time

from agents.cli.main import main


def slow_down(seconds: float) -> None:
    """Have each fsync take so much longer."""
    fsync = os.fsync

    def slowly(handle: int) -> None:
        time.sleep(seconds)
        fsync(handle)

    os.fsync = slowly  # type: ignore[assignment]


if __name__ == "__main__":
    slow_down(float(sys.argv.pop(1)))
    main()
