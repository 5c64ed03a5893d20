"""Plays a feed to its end or to a signal, with a progress bar and checkpoints."""

from collections.abc import Iterable
from threading import Event
from time import monotonic
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from agents.ingest.checkpoint import Checkpoints
from agents.ingest.feed import Feed
from agents.ingest.formats import BadLine
from agents.ingest.pacing import paced
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
) -> Outcome:
    """Play ``items`` and close the publisher.

    ``skipped`` items came before these, of ``total`` altogether. The progress bar goes to
    ``console``. It waits for Kafka as long as it takes; once ``stop`` is set no more is read, and
    what was read is sent within the publisher's grace time.
    """
    ended = delivered = False
    began_s = looked_s = monotonic()
    with _bar(console) as bar:
        task = bar.add_task("", total=total, completed=skipped, at="", rate="")
        try:
            for _ in feed.run(paced(items, speed, clock_s=monotonic, sleep=stop.wait)):
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
