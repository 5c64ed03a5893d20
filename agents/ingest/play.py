"""Plays a feed to its end or to a signal, with a progress bar and checkpoints."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any, NamedTuple, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from agents.ingest.checkpoint import Checkpoints
from agents.ingest.feed import Feed
from agents.ingest.formats import BadLine, Reading
from agents.ingest.pacing import Tick, held, paced
from agents.ingest.publisher import Publisher, StoppedError
from schemas.mention import Mention

_LOOK_EVERY_S = 0.5
_LONGEST_HEARTBEAT_S = 60.0


class Outcome(NamedTuple):
    """``ended``: the input was read to its end. ``delivered``: Kafka has all that was read."""

    ended: bool
    delivered: bool
    took_s: float


def heartbeat_every_s(speed: float, bucket_s: int) -> float:
    """Event time between heartbeats: about a second of real time, a bucket to a minute long.

    >>> heartbeat_every_s(1, 10), heartbeat_every_s(30, 10), heartbeat_every_s(float("inf"), 10)
    (10, 30, 60.0)
    """
    return max(bucket_s, min(speed, _LONGEST_HEARTBEAT_S))


def play(
    items: Iterable[Mention | BadLine],
    feed: Feed,
    publisher: Publisher,
    *,
    speed: float,
    tail_s: float,
    stop: Event,
    console: Console,
    checkpoints: Checkpoints | None = None,
    skipped: int = 0,
    reading: Reading | None = None,
    hold: bool = False,
) -> Outcome:
    """Play ``items`` and close the publisher.

    Posts dated in the future are refused at once; with ``hold`` they wait until it is their time.

    ``skipped`` items came before these. The progress bar goes to ``console``: first how far the
    files are read, where there is a ``reading`` of some, then how many items are done. It waits for
    Kafka as long as it takes; once ``stop`` is set no more is read, and what was read is sent
    within the publisher's grace time.
    """
    ended = delivered = False
    began_s = looked_s = monotonic()
    with _Bar(console, reading) as bar:
        try:
            for _ in feed.run(_in_time(items, publisher, speed, stop, console, hold=hold)):
                if stop.is_set():
                    break
                if monotonic() - looked_s < _LOOK_EVERY_S:
                    continue
                looked_s = monotonic()
                bar.show(
                    skipped + feed.items,
                    at=f"{feed.reached:%Y-%m-%d %H:%M}" if feed.reached else "",
                    rate=f"{feed.items / (looked_s - began_s):,.0f}/s",
                )
                if checkpoints:
                    checkpoints.note(publisher.push(), skipped + feed.items)
                    checkpoints.save(publisher.acknowledged)
            else:
                ended = True
                _wait_until(feed.reached, tail_s, stop)
                feed.finish(tail_s)
            if checkpoints:
                checkpoints.note(publisher.push(), skipped + feed.items)
            while not stop.is_set() and not publisher.flush(_LOOK_EVERY_S):
                bar.say(f"{publisher.waiting_bytes:,} bytes wait for Kafka")
        except StoppedError:
            # No room and no time: what Kafka lacks is after the last checkpoint.
            ended = False
        finally:
            delivered = publisher.close()
    if checkpoints:
        checkpoints.save(publisher.acknowledged)
    return Outcome(ended, delivered, monotonic() - began_s)


def _shown(reading: Reading | None, items: int) -> dict[str, Any]:
    """What the progress bar shows, where ``items`` are done.

    >>> _shown(None, 1234)
    {'completed': 1234, 'total': None, 'done': '1,234'}
    >>> _shown(Reading(2_000_000), 0)
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


def _in_time(
    items: Iterable[Mention | BadLine],
    publisher: Publisher,
    speed: float,
    stop: Event,
    console: Console,
    *,
    hold: bool,
) -> Iterable[Mention | BadLine | Tick]:
    """The items at their speed; those of the future at once, or at their own time."""
    if not hold:
        return paced(items, speed, clock_s=monotonic, sleep=stop.wait, is_ahead=publisher.is_ahead)

    def say() -> None:
        console.print("This is the present: from here on, posts come at their own time.")

    passing = paced(items, speed, clock_s=monotonic, sleep=stop.wait)
    return held(passing, now=_now, sleep=stop.wait, on_present=say)


def _wait_until(reached: datetime | None, tail_s: float, stop: Event) -> None:
    """Wait for the end of the tail: silence cannot be stated before it has passed."""
    if reached is not None:
        left = reached + timedelta(seconds=tail_s) - _now()
        stop.wait(max(left.total_seconds(), 0.0))


def _now() -> datetime:
    return datetime.now(UTC)


class _Bar:
    """A progress bar: how far the files are read, then how many items are done."""

    def __init__(self, console: Console, reading: Reading | None) -> None:
        self._reading = reading
        self._looked_s = monotonic()
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

    def show(self, items: int, *, at: str, rate: str) -> None:
        """Show that ``items`` are done, up to the time ``at``."""
        self._bar.update(self._task, at=at, rate=rate, **_shown(self._reading, items))

    def say(self, text: str) -> None:
        """Say at the end of the bar what is waited for."""
        self._bar.update(self._task, rate=text)

    def _show_reading(self) -> None:
        if monotonic() - self._looked_s >= _LOOK_EVERY_S:
            self._looked_s = monotonic()
            self._bar.update(self._task, **_shown(self._reading, 0))
