"""The whole demo: broker, worker and alerting as real processes, a simulated brand at speed."""

import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import NamedTuple

import click
from msgspec.structs import replace
from rich.console import Console
from rich.panel import Panel

from agents.ingest.opening import open_publisher
from agents.ingest.router import Router
from agents.ingest.source import Post
from agents.ingest.sources.simulate.source import SimulateSource
from agents.ingest.telemetry import Telemetry
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from agents.settings import Settings
from lab.demo.follow import DemoFollower
from lab.demo.processes import environ_for, process
from lab.demo.rows import Timeline
from lab.demo.watch import WorkerWatch, free_port
from lab.simulate import make_plan, simulate
from pipeline.brands import BrandMatcher
from schemas.brand import Brands
from schemas.bucket import Bucket
from schemas.incident import Transition
from schemas.mention import ALL_BRANDS
from schemas.topics import BUCKETS, INCIDENTS

BRANDS_FILE = Path(__file__).with_name("brands.yaml")
"""The brand that is played, and that the worker and alerting beside it watch."""

AHEAD_MENTIONS = 1_500
AHEAD_BUCKETS = 500
"""How far ingest may run ahead of the roll-up, and that of the judge: the embedded broker keeps
5 MB a topic and forgets what is older."""

LOOK_EVERY = 200
FINISH_S = 60.0
HEARTBEAT_S = 600.0


class Show(NamedTuple):
    """What is to be played."""

    scenario: str
    seed: int
    start: datetime
    lead_days: float
    days: float
    mentions_per_hour: float
    tempo: float = 1.0


class _Seen:
    """What came out of the worker so far."""

    def __init__(
        self, console: Console, worker: subprocess.Popen[bytes], watch: WorkerWatch
    ) -> None:
        self.worker = worker
        self.watch = watch
        self.timeline = Timeline(console)
        self.reached: datetime | None = None
        self.transitions: list[Transition] = []

    def take(self, item: Bucket | Transition) -> None:
        if isinstance(item, Transition):
            if not item.refreshed:
                self.transitions.append(item)
        else:
            self.reached = item.watermark
            if item.brand != ALL_BRANDS:
                self.timeline.add(item)


def play_demo(
    show: Show,
    *,
    brands_file: Path,
    brands: Brands,
    settings: Settings,
    environ: Mapping[str, str],
    console: Console,
    stay: bool,
) -> bool:
    """Play the show; return whether it rang after the onset of the crisis, and not before."""
    began_s = time.monotonic()
    brand = brands.brands[0]
    truth = make_plan(
        show.scenario,
        seed=show.seed,
        brand=brand,
        start=show.start,
        lead_days=show.lead_days,
        days=show.days,
        mentions_per_hour=show.mentions_per_hour,
        tempo=show.tempo,
    ).truth
    with EmbeddedBroker(partitions=1) as broker:
        settings = replace(settings, kafka_bootstrap=broker.bootstrap, partitions=1)
        child_environ = environ_for(broker.bootstrap, environ)
        metrics_port = free_port()
        worker_environ = {**child_environ, "TOCSIN_METRICS_PORT": str(metrics_port)}
        console.print(
            f"Kafka (embedded) on {broker.bootstrap}. The brand is {brand.names[0]}: "
            f"{show.lead_days:g} days of chatter, then {show.scenario}, a synthetic "
            f"reconstruction. Days pass in seconds; bars grow with the root of the volume.\n"
        )
        with (
            process("worker", brands_file=brands_file, environ=worker_environ) as worker,
            process("alert", brands_file=brands_file, environ=child_environ),
        ):
            seen = _Seen(console, worker, WorkerWatch(metrics_port))
            published = _publish(show, settings, KafkaClients(broker.bootstrap), brands, seen)
            _summarise(console, seen, truth.onset, published, time.monotonic() - began_s)
            if unjudged := seen.watch.unjudged_buckets():
                console.print(
                    f"{unjudged:,} buckets were not judged: this machine is too busy, and the "
                    "embedded broker forgot them.",
                    style="red",
                )
            if stay:
                console.print("Staying until Ctrl-C.")
                with suppress(KeyboardInterrupt):
                    Event().wait()
    return _rang_rightly(seen.transitions, truth.onset) and not unjudged


def _publish(
    show: Show, settings: Settings, kafka: KafkaClients, brands: Brands, seen: _Seen
) -> int:
    """Publish the simulation no faster than the worker digests it; return how many mentions."""
    mentions = simulate(
        show.scenario,
        seed=show.seed,
        brand=brands.brands[0],
        start=show.start,
        days=show.days,
        lead_days=show.lead_days,
        mentions_per_hour=show.mentions_per_hour,
        tempo=show.tempo,
    )
    source = SimulateSource("demo", mentions)
    telemetry = Telemetry(source.name)
    publisher = open_publisher(settings, kafka, source.name, live=source.live, telemetry=telemetry)
    router = Router(
        source, publisher, BrandMatcher(brands).match, telemetry=telemetry, heartbeat_s=HEARTBEAT_S
    )
    follower = DemoFollower(kafka, (BUCKETS, INCIDENTS))
    try:
        for event in source.events(Event()):
            router.take(event)
            if not isinstance(event, Post):
                continue
            if router.mentions % LOOK_EVERY == 0:
                publisher.tick()
                _drain(follower, seen, 0.0)
            while publisher.mentions - seen.timeline.mentions > AHEAD_MENTIONS or (
                router.mentions % 500 == 0 and seen.watch.unjudged_buckets() > AHEAD_BUCKETS
            ):
                publisher.tick()
                _drain(follower, seen, 0.1)
        tail_s = 2 * settings.bucket_s + settings.lateness_s
        router.finish(tail_s)
        publisher.flush(FINISH_S)
        end = (router.reached or show.start) + timedelta(seconds=settings.bucket_s)
        deadline_s = time.monotonic() + FINISH_S
        while time.monotonic() < deadline_s and (
            seen.reached is None or seen.reached < end or seen.watch.unjudged_buckets()
        ):
            _drain(follower, seen, 0.2)
        _drain(follower, seen, 2.0)
        seen.timeline.finish()
    finally:
        publisher.close()
        follower.close()
    return router.mentions


def _drain(follower: DemoFollower, seen: _Seen, timeout_s: float) -> None:
    if seen.worker.poll() is not None:
        raise click.ClickException(f"the worker ended with exit code {seen.worker.returncode}")
    for item in follower.poll(timeout_s):
        seen.take(item)


def _rang_rightly(transitions: list[Transition], onset: datetime | None) -> bool:
    rung = [one for one in transitions if one.state == "open"]
    return bool(rung) and onset is not None and all(one.at >= onset for one in rung)


def _summarise(
    console: Console, seen: _Seen, onset: datetime | None, published: int, took_s: float
) -> None:
    rung = [one for one in seen.transitions if one.state == "open"]
    timeline = seen.timeline
    counted = f"{timeline.mentions:,} mentions counted, {timeline.negative:,} of them negative"
    lines = [f"{published:,} posts simulated, {counted}; {took_s:.0f} s in all."]
    if onset is not None:
        lines.append(f"The episode begins on {onset:%d %B %Y at %H:%M} UTC.")
    for one in rung:
        after = f", {(one.at - onset).total_seconds() / 60:.0f} minutes later" if onset else ""
        lines.append(
            f"It rang on {one.at:%d %B %Y at %H:%M} UTC{after}: severity {one.severity}/10, like "
            f"{one.pattern}."
        )
    if not rung:
        lines.append("Nothing rang.")
    if quiet := sum(one.state == "dismissed" for one in seen.transitions):
        lines.append(f"Heads-ups that never rang: {quiet}.")
    console.print(Panel("\n".join(lines), title="Summary", expand=False))
