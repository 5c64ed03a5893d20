"""Seconds from a post to the incident on Kafka, and to Slack, at 250 mentions a second.

    PYTHONPATH=.:tests python benchmarks/latency.py [--per-second 250] [--brands 40] [--seconds 540]

Needs a JDK and Maven (it runs on a real Apache Kafka). Every brand has a day of quiet history; then
all of them come into a storm at the same moment, in real time, through the real publisher. Measured
is the Kafka time of each brand's first transition (the heads-up) and of the first that wakes people
(the ring, which asks for three looks of two minutes in a row: a storm of 3 minutes is too short)

* from the end of the ten-second bucket that decided it, and so from its last posts: what Tocsin
  itself adds, of which ``TOCSIN_LATENESS_S`` (default 5 s) is waiting on purpose for late posts;
* from the first post of the storm: what a brand waits for in all.

``tocsin alert`` runs beside it and posts to a Slack of our own on this machine (that of the tests),
each brand in a channel of its own; measured is when the first message that tells of it has arrived.
``--per-second 10 --brands 4`` is a worker with little to do.
"""

import argparse
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from worker_process import kafka, worker

from agents.ingest.opening import open_publisher
from agents.ingest.publisher import Publisher
from agents.kafka.clients import KafkaClients
from agents.settings import Settings
from schemas.codec import Decoder
from schemas.incident import Transition
from schemas.mention import Author, Mention
from schemas.topics import INCIDENTS
from support.slack_server import SlackServer

PARTITIONS = 4
HISTORY_H = 30
USUAL_PER_HOUR = 12
QUIET = ("on my way with {}", "{} as every day", "thank you {}", "where is the {} shop, please")
OPENINGS = (
    "Boycott {}!",
    "Shame on {}.",
    "I am outraged at {}.",
    "Disgusting, {}!",
    "What {} did is a crime.",
)
THINGS = (
    "that video",
    "the report",
    "what they did to the forest",
    "their lies",
    "the takedown",
    "the cover-up",
)
FEELINGS = (
    "makes me sick",
    "must have consequences",
    "is inexcusable",
    "says it all",
    "is a scandal",
)
ENDINGS = (
    "Never again",
    "I am done buying there",
    "Tell your friends",
    "Sign the petition",
    "Who stops them?",
)
"""As many people say it in words of their own: copies of one wording are one voice."""


class Slack(SlackServer):
    """A Slack that notes when it is told what of which incident."""

    def __init__(self, brands: int) -> None:
        super().__init__({f"brand{n}": f"C0BRAND{n}" for n in range(brands)})
        self.came: dict[str, list[tuple[int, datetime]]] = {}

    def _check(self, arguments: dict[str, Any]) -> None:
        super()._check(arguments)
        told = arguments["metadata"]["event_payload"]
        if "incident" in told:
            self.came.setdefault(told["incident"], []).append((told["seq"], datetime.now(UTC)))

    def told_at(self, ring: Transition) -> datetime | None:
        """When it was first told of a step or of one after it; None if it was not."""
        known = self.came.get(ring.incident, [])
        return min((at for seq, at in known if seq >= ring.seq), default=None)


@contextmanager
def alerting(bootstrap: str, brands_file: Path, slack: Slack) -> Iterator[None]:
    """Run ``tocsin alert`` as an operator would, towards ``slack``."""
    environment = {
        **os.environ,
        "TOCSIN_KAFKA_BOOTSTRAP": bootstrap,
        "TOCSIN_PARTITIONS": str(PARTITIONS),
        "TOCSIN_LOG_LEVEL": "ERROR",
        "TOCSIN_SLACK_BASE_URL": slack.url,
        "SLACK_BOT_TOKEN": "xoxb-benchmark",
    }
    command = [sys.executable, "-m", "agents", "alert", "--brands", str(brands_file)]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.terminate()
        child.wait(60)


def brands_yaml(brands: int) -> str:
    """A brands file of so many brands, each with a channel."""
    rows = (
        f"  - {{id: brand{n}, names: [Brand{n}], slack_channel: '#brand{n}'}}\n"
        for n in range(brands)
    )
    return "brands:\n" + "".join(rows)


def post(number: int, at: datetime, text: str) -> Mention:
    """One post by somebody new."""
    author = Author(id=f"a{number}", followers=50)
    return Mention(id=str(number), created_at=at, text=text, author=author, lang="en")


def publish_history(publisher: Publisher, brands: int, until: datetime) -> int:
    """A quiet day and a bit for every brand, in order of time; return how many posts."""
    chance = random.Random(1)
    total = brands * HISTORY_H * USUAL_PER_HOUR
    step = timedelta(hours=HISTORY_H) / total
    at = until - timedelta(hours=HISTORY_H)
    for number in range(total):
        at += step
        brand = chance.randrange(brands)
        publisher.reach(at)
        text = chance.choice(QUIET).format(f"Brand{brand}")
        publisher.publish(f"brand{brand}", post(number, at, text))
        publisher.tick()
    publisher.heartbeat(until)
    publisher.flush(60)
    return total


def angry(chance: random.Random, name: str) -> str:
    """What somebody says against a brand."""
    parts = [chance.choice(some) for some in (OPENINGS, THINGS, FEELINGS, ENDINGS)]
    return "{} {} {}. {} https://video.example/x".format(*parts).format(name)


def storm(
    publisher: Publisher, brands: int, per_second: float, seconds: float, first: int
) -> datetime:
    """Post in real time; return when it began."""
    chance = random.Random(2)
    began = datetime.now(UTC)
    number = 0
    beaten_s = 0.0
    while (passed_s := (datetime.now(UTC) - began).total_seconds()) < seconds:
        while number < passed_s * per_second:
            brand = number % brands
            text = angry(chance, f"Brand{brand}")
            now = datetime.now(UTC)
            publisher.reach(now)
            publisher.publish(f"brand{brand}", post(first + number, now, text))
            number += 1
        if passed_s - beaten_s >= 1.0:
            beaten_s = passed_s
            publisher.heartbeat(datetime.now(UTC))
        publisher.tick()
        time.sleep(0.01)
    return began


def firsts(bootstrap: str) -> Iterator[tuple[str, datetime, Transition]]:
    """Name, Kafka time and transition of the heads-up and of the first ring of every brand."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest"
    )
    consumer.assign([TopicPartition(INCIDENTS.name, number) for number in range(PARTITIONS)])
    decoder = Decoder(Transition)
    known = set()
    for _ in range(10):
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                transition = decoder.decode(record.value)
                name = "heads-up" if transition.rung_at is None else "ring"
                if (name, transition.brand) not in known:
                    known.add((name, transition.brand))
                    yield name, datetime.fromtimestamp(record.timestamp / 1000, UTC), transition
    consumer.close()


def row(name: str, seconds: Sequence[float]) -> str:
    """Median, 95th and 99th percentile."""
    if len(seconds) < 2:  # noqa: PLR2004 - no percentile of one
        return f"{name:<48} {len(seconds)} in all"
    cuts = quantiles(seconds, n=100, method="inclusive")
    shown = "".join(f"   p{one} {cuts[one - 1]:5.1f} s" for one in (50, 95, 99))
    return f"{name:<48}{shown}   of {len(seconds)}"


def main() -> None:
    """Print the latencies."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--per-second", type=float, default=250.0)
    parser.add_argument("--brands", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=540.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        brands_file = folder / "brands.yaml"
        brands_file.write_text(brands_yaml(options.brands), encoding="utf-8")
        with kafka(folder / "kafka", PARTITIONS) as broker:
            settings = Settings(kafka_bootstrap=broker.bootstrap, partitions=PARTITIONS)
            with (
                Slack(options.brands) as slack,
                worker(broker.bootstrap, PARTITIONS, brands_file),
                alerting(broker.bootstrap, brands_file, slack),
            ):
                publisher = open_publisher(
                    settings, KafkaClients(broker.bootstrap), "latency", live=False
                )
                posted = publish_history(publisher, options.brands, datetime.now(UTC))
                time.sleep(30)  # start-up and history are not what is measured
                began = storm(
                    publisher, options.brands, options.per_second, options.seconds, posted
                )
                publisher.close()
                time.sleep(10)
                found = [each for each in firsts(broker.bootstrap) if each[2].at > began]
                told = [(name, slack.told_at(one), one) for name, _, one in found]
    print(
        f"Python {platform.python_version()}, faust-streaming {version('faust-streaming')}; "
        f"{options.per_second:,.0f} mentions/s over {options.brands} brands"
    )
    for name in ("heads-up", "ring"):
        on_kafka = [(at, one) for kind, at, one in found if kind == name]
        on_slack = [(at, one) for kind, at, one in told if kind == name and at is not None]
        print(f"{name}: {len(on_kafka)} brands, {len(on_slack)} told in Slack")
        for place, moments in (("incident on Kafka", on_kafka), ("Slack", on_slack)):
            decided = [(at - one.at).total_seconds() for at, one in moments]
            begun = [(at - began).total_seconds() for at, _ in moments]
            print(row(f"  deciding bucket's end → {place}", decided))
            print(row(f"  first post of the storm → {place}", begun))


if __name__ == "__main__":
    main()
