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
from lab.report.voice import ReportVoice
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

    def __init__(self, console: Console, voice: ReportVoice | None = None) -> None:
        self._console = console
        self._voice = voice or ReportVoice()
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
        voice, number = self._voice, self._voice.words.number
        if bucket.mentions == 1:
            said = voice.say("1 mention, {negative} negative", negative=number(bucket.negative))
        else:
            said = voice.say(
                "{n} mentions, {negative} negative",
                n=number(bucket.mentions),
                negative=number(bucket.negative),
            )
        row = Text(f"{bucket.start:%H:%M:%S}  ", style="dim")
        row.append(said, style="bold")
        if bucket.examples:
            row.append(f"  {outside(bucket.examples[0].text, _SHOWN_CHARACTERS)}", style="dim")
        self._console.print(row)

    def _stand(self, status: SourceStatus) -> None:
        if status.state in {self._state, "stopped", "starting"}:
            return
        self._state = status.state
        if status.state == "listening":
            self._console.print(self._voice.say("Bluesky is heard."), style="green")
        else:
            why = f": {outside(status.because)}" if status.because else ""
            told = f"{self._voice.say('Bluesky is not heard in full')}{why}"
            self._console.print(Text(told, style="red"))


def play_live(
    brand: Brand,
    *,
    brands_file: Path,
    spool_dir: Path,
    environ: Mapping[str, str],
    console: Console,
    stop: Event,
    voice: ReportVoice | None = None,
) -> int:
    """Listen to Bluesky for ``brand`` until ``stop``; return how many mentions were counted."""
    voice = voice or ReportVoice()
    screen = Screen(console, voice)
    with ExitStack() as stack:
        broker = stack.enter_context(EmbeddedBroker(partitions=1))
        opening = voice.say(
            "Kafka (embedded) on {kafka}. Listening to all of Bluesky for {names}, until Ctrl-C; "
            "nothing is kept.",
            kafka=broker.bootstrap,
            names=", ".join(brand.names),
        )
        learning = voice.say(
            "What is usual is not known yet: a brand is learned for six hours before anything is "
            "said, and its first day has higher bars."
        )
        console.print(f"{opening}\n{learning}\n", markup=False)
        own = {**environ_for(broker.bootstrap, environ), "TOCSIN_SPOOL_DIR": str(spool_dir)}
        children = {
            name: stack.enter_context(process(*name.split(), brands_file=brands_file, environ=own))
            for name in ("worker", "alert", "ingest bluesky")
        }
        kafka = KafkaClients(broker.bootstrap)
        follower = stack.enter_context(closing(DemoFollower(kafka, (BUCKETS, SOURCES))))
        while not stop.is_set():
            _check(children, voice)
            for item in follower.poll(_TURN_S):
                if isinstance(item, Bucket | SourceStatus):
                    screen.take(item)
    return screen.mentions


def _check(children: Mapping[str, subprocess.Popen[bytes]], voice: ReportVoice) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise click.ClickException(
                voice.say("{name} ended with exit code {code}", name=name, code=child.returncode)
            )
