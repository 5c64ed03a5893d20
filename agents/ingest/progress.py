"""The progress bar of a source that has an end."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from agents.ingest.formats import FilesReading
from agents.ingest.router import Router

_LOOK_EVERY_S = 0.5


class ProgressBar:
    """Shows on ``console`` how far a router is: up to when, how many items, how fast.

    ``done`` counts items, those of earlier runs, too. Where files are read (``reading``) it shows
    first how far that is.
    """

    def __init__(
        self,
        console: Console,
        router: Router,
        done: Callable[[], int],
        reading: FilesReading | None = None,
    ) -> None:
        self._router = router
        self._done = done
        self._reading = reading
        self._began_s = self._looked_s = monotonic()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[at]}"),
            BarColumn(),
            TextColumn("{task.fields[done]}"),
            TextColumn("{task.fields[rate]}"),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, at="", rate="", done="")

    def __enter__(self) -> Self:
        self._bar.start()
        if self._reading is not None:
            self._reading.on_progress = self._show_reading
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def look(self, waiting_bytes: int) -> None:
        """Show how far it is, or how much waits for Kafka once everything is read."""
        if waiting_bytes:
            self._bar.update(self._task, rate=f"{waiting_bytes:,} bytes wait for Kafka")
            return
        reached, items = self._router.reached, self._router.items
        self._bar.update(
            self._task,
            at=f"{reached:%Y-%m-%d %H:%M}" if reached else "",
            rate=f"{items / (monotonic() - self._began_s):,.0f}/s",
            **_shown(self._reading, self._done()),
        )

    def _show_reading(self) -> None:
        if monotonic() - self._looked_s >= _LOOK_EVERY_S:
            self._looked_s = monotonic()
            self._bar.update(self._task, **_shown(self._reading, 0))


def _shown(reading: FilesReading | None, items: int) -> dict[str, Any]:
    """What the progress bar shows, where ``items`` are done.

    >>> _shown(None, 1234)
    {'completed': 1234, 'total': None, 'done': '1,234'}
    >>> _shown(FilesReading(2_000_000), 0)
    {'completed': 0, 'total': 2000000, 'done': 'reading 0 of 2 MB'}
    """
    if reading is None:
        return {"completed": items, "total": None, "done": f"{items:,}"}
    done, total, unit = reading.progress(items)
    if unit == "bytes":
        told = f"reading {done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
    else:
        told = f"{done:,}/{total:,}"
    return {"completed": done, "total": total, "done": told}
