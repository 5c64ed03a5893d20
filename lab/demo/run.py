"""The whole demo: broker, worker and alerting as real processes, a simulated brand at speed."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import NamedTuple

import click
from msgspec.structs import replace
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

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
from lab.report.voice import ReportVoice
from lab.simulate import make_plan, simulate
from lab.simulate.scenario import Truth
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

PAGE = {
    "TOCSIN_PAGE_HOST": "127.0.0.1",
    "TOCSIN_PAGE_STORE": "sqlite://",
    "TOCSIN_PAGE_URL": "",
    "TOCSIN_PAGE_USER_HEADER": "",
}
"""What the page beside the demo is set to: it keeps nothing, and takes no answers."""

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
        self,
        console: Console,
        worker: subprocess.Popen[bytes],
        watch: WorkerWatch,
        voice: ReportVoice,
    ) -> None:
        self.worker = worker
        self.watch = watch
        self.voice = voice
        self.timeline = Timeline(console, voice)
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
    voice: ReportVoice | None = None,
) -> bool:
    """Play the show, with its page; return whether it did right.

    That is to ring after the onset of a crisis, and not before; and not at all where there is none.
    """
    voice = voice or ReportVoice()
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
        page_port = free_port()
        page_environ = {**child_environ, **PAGE, "TOCSIN_PAGE_PORT": str(page_port)}
        opening = voice.say(
            "Kafka (embedded) on {kafka}. The brand is {brand}: {days} days of chatter, then "
            "{scenario}, made up. Days pass in seconds; bars grow with the root of the volume.",
            kafka=broker.bootstrap,
            brand=brand.names[0],
            days=voice.rate(show.lead_days),
            scenario=show.scenario,
        )
        console.print(Text(opening))
        address = f"http://127.0.0.1:{page_port}/"
        console.print(voice.say("The page, while this runs: {address}", address=address) + "\n")
        with (
            process("worker", brands_file=brands_file, environ=worker_environ) as worker,
            process("alert", brands_file=brands_file, environ=child_environ),
            process("page", brands_file=brands_file, environ=page_environ),
        ):
            seen = _Seen(console, worker, WorkerWatch(metrics_port), voice)
            published = _publish(show, settings, KafkaClients(broker.bootstrap), brands, seen)
            _summarise(console, seen, truth, published, time.monotonic() - began_s)
            if unjudged := seen.watch.unjudged_buckets():
                lost = voice.say(
                    "{n} buckets were not judged: this machine is too busy, and the embedded "
                    "broker forgot them.",
                    n=voice.words.number(unjudged),
                )
                console.print(Text(lost, style="red"))
            if stay:
                console.print(voice.say("Staying until Ctrl-C."))
                with suppress(KeyboardInterrupt):
                    Event().wait()
    return did_right(seen.transitions, truth) and not unjudged


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
        raise click.ClickException(
            seen.voice.say(
                "{name} ended with exit code {code}", name="worker", code=seen.worker.returncode
            )
        )
    for item in follower.poll(timeout_s):
        seen.take(item)


def did_right(transitions: Sequence[Transition], truth: Truth) -> bool:
    """Whether it rang in a crisis, and not before its onset, or kept silent where there was none.

    >>> from datetime import UTC, datetime
    >>> did_right([], Truth(crisis=False, onset=None, peak=None))
    True
    >>> did_right([], Truth(crisis=True, onset=datetime(2010, 3, 17, tzinfo=UTC), peak=None))
    False
    """
    rung = [one for one in transitions if one.state == "open"]
    if not truth.crisis:
        return not rung
    onset = truth.onset
    return bool(rung) and onset is not None and all(one.at >= onset for one in rung)


def _summarise(console: Console, seen: _Seen, truth: Truth, published: int, took_s: float) -> None:
    voice, onset = seen.voice, truth.onset
    words, number = voice.words, voice.words.number
    rung = [one for one in seen.transitions if one.state == "open"]
    lines = [
        voice.say(
            "{posts} posts simulated, {mentions} mentions counted, {negative} of them negative; "
            "{took} s in all.",
            posts=number(published),
            mentions=number(seen.timeline.mentions),
            negative=number(seen.timeline.negative),
            took=round(took_s),
        )
    ]
    if onset is not None:
        lines.append(voice.say("The episode begins on {moment}.", moment=words.moment(onset)))
    for one in rung:
        fields = {
            "moment": words.moment(one.at),
            "severity": one.severity,
            "pattern": words.pattern(one.pattern),
        }
        if onset is None:
            lines.append(
                voice.say("It rang on {moment}: severity {severity}/10, like {pattern}.", **fields)
            )
        else:
            lines.append(
                voice.say(
                    "It rang on {moment}, {later} later: severity {severity}/10, like {pattern}.",
                    later=words.duration((one.at - onset).total_seconds()),
                    **fields,
                )
            )
    if not rung and truth.crisis:
        lines.append(voice.say("Nothing rang, though this is a crisis."))
    elif not rung:
        lines.append(voice.say("Nothing rang, and rightly so: this is no crisis."))
    elif not truth.crisis:
        lines.append(voice.say("That was a false ring: this is no crisis."))
    if quiet := sum(one.state == "dismissed" for one in seen.transitions):
        lines.append(voice.say("Heads-ups that never rang: {n}.", n=number(quiet)))
    console.print(Panel(Text("\n".join(lines)), title=voice.say("Summary"), expand=False))
