"""Plays a feed to its end or to a signal, with a progress bar and checkpoints."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from agents.ingest.checkpoint import Checkpoints
from agents.ingest.feed import Feed
from agents.ingest.formats import BadLine
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
    total: int | None = None,
    hold: bool = False,
) -> Outcome:
    """Play ``items`` and close the publisher.

    Posts dated in the future are refused at once; with ``hold`` they wait until it is their time.

    ``skipped`` items came before these, of ``total`` altogether. The progress bar goes to
    ``console``. It waits for Kafka as long as it takes; once ``stop`` is set no more is read, and
    what was read is sent within the publisher's grace time.
    """
    ended = delivered = False
    began_s = looked_s = monotonic()
    with _bar(console) as bar:
        task = bar.add_task("", total=total, completed=skipped, at="", rate="")
        try:
            for _ in feed.run(_in_time(items, publisher, speed, stop, console, hold=hold)):
                if stop.is_set():
                    break
                if monotonic() - looked_s < _LOOK_EVERY_S:
                    continue
                looked_s = monotonic()
                bar.update(
                    task,
                    completed=skipped + feed.items,
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
                bar.update(task, rate=f"{publisher.waiting_bytes:,} bytes wait for Kafka")
        except StoppedError:
            # No room and no time: what Kafka lacks is after the last checkpoint.
            ended = False
        finally:
            delivered = publisher.close()
    if checkpoints:
        checkpoints.save(publisher.acknowledged)
    return Outcome(ended, delivered, monotonic() - began_s)


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


def _bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.fields[at]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        console=console,
        transient=True,
    )
