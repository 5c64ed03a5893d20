"""The demo with what is said now: embedded Kafka, worker, alerting, and Bluesky as the source."""

import subprocess
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event
from typing import Final

import click
from rich.console import Console
from rich.text import Text

from agents.alerting.message.neutral import outside
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from lab.demo.follow import DemoFollower
from lab.demo.processes import environ_for, process
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.mention import ALL_BRANDS
from schemas.source_status import SourceStatus
from schemas.topics import BUCKETS, SOURCES

_TURN_S: Final = 0.2
_SHOWN_CHARACTERS: Final = 90


class Screen:
    """Shows on ``console`` what was heard of a brand, bucket by bucket, and how the source stands.

    >>> import io
    >>> from datetime import UTC, datetime
    >>> console = Console(file=io.StringIO(), width=80)
    >>> screen = Screen(console)
    >>> noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    >>> screen.take(Bucket(brand="acme", start=noon, width_s=10, watermark=noon,
    ...                    mentions=2, neutral=1, negative=1, weighted=2.0))
    >>> console.file.getvalue().strip()
    '12:00:00  2 mentions, 1 negative'
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._state = ""
        self.mentions = 0

    def take(self, item: Bucket | SourceStatus) -> None:
        """Take in what the worker counted, or what the source says of itself."""
        if isinstance(item, SourceStatus):
            self._stand(item)
        elif item.brand != ALL_BRANDS and item.mentions:
            self._count(item)

    def _count(self, bucket: Bucket) -> None:
        self.mentions += bucket.mentions
        many = "" if bucket.mentions == 1 else "s"
        row = Text(f"{bucket.start:%H:%M:%S}  ", style="dim")
        row.append(f"{bucket.mentions:,} mention{many}, {bucket.negative:,} negative", style="bold")
        if bucket.examples:
            row.append(f"  {outside(bucket.examples[0].text, _SHOWN_CHARACTERS)}", style="dim")
        self._console.print(row)

    def _stand(self, status: SourceStatus) -> None:
        if status.state in {self._state, "stopped", "starting"}:
            return
        self._state = status.state
        if status.state == "listening":
            self._console.print("Bluesky is heard.", style="green")
        else:
            why = f": {outside(status.because)}" if status.because else ""
            told = f"Bluesky is not heard in full ({status.state.replace('_', ' ')}){why}"
            self._console.print(Text(told, style="red"))


def play_live(
    brand: Brand,
    *,
    brands_file: Path,
    spool_dir: Path,
    environ: Mapping[str, str],
    console: Console,
    stop: Event,
) -> int:
    """Listen to Bluesky for ``brand`` until ``stop``; return how many mentions were counted."""
    screen = Screen(console)
    with ExitStack() as stack:
        broker = stack.enter_context(EmbeddedBroker(partitions=1))
        console.print(
            f"Kafka (embedded) on {broker.bootstrap}. Listening to all of Bluesky for "
            f"{', '.join(brand.names)}, until Ctrl-C; nothing is kept.\n"
            "What is usual is not known yet: a brand is learned for two days before it can ring.\n",
            markup=False,
        )
        own = {**environ_for(broker.bootstrap, environ), "TOCSIN_SPOOL_DIR": str(spool_dir)}
        children = {
            name: stack.enter_context(process(*name.split(), brands_file=brands_file, environ=own))
            for name in ("worker", "alert", "ingest bluesky")
        }
        kafka = KafkaClients(broker.bootstrap)
        follower = stack.enter_context(closing(DemoFollower(kafka, (BUCKETS, SOURCES))))
        while not stop.is_set():
            _check(children)
            for item in follower.poll(_TURN_S):
                if isinstance(item, Bucket | SourceStatus):
                    screen.take(item)
    return screen.mentions


def _check(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise click.ClickException(f"{name} ended with exit code {child.returncode}")
