"""Seconds from a post to the incident on Kafka, at 250 mentions a second.

    python benchmarks/latency.py [--per-second 250] [--brands 40] [--seconds 180]

Needs a JDK and Maven (it runs on a real Apache Kafka). Every brand has a day of quiet history; then
all of them come into a storm at the same moment, in real time, through the real publisher. Measured
is the Kafka time of each brand's first ``open`` transition

* from the end of the ten-second bucket that decided it: what Tocsin itself adds, of which
  ``TOCSIN_LATENESS_S`` (default 5 s) is waiting on purpose for late posts;
* from the first post of the storm: what a brand waits for in all.
"""

import argparse
import platform
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles

from kafka import KafkaConsumer, TopicPartition
from worker_process import brands_yaml, kafka, worker

from agents.ingest.opening import open_publisher
from agents.ingest.publisher import Publisher
from agents.kafka.clients import KafkaClients
from agents.settings import Settings
from schemas.codec import Decoder
from schemas.incident import Transition
from schemas.mention import Author, Mention
from schemas.topics import INCIDENTS

PARTITIONS = 4
HISTORY_H = 30
USUAL_PER_HOUR = 12
QUIET = ("on my way with {}", "{} as every day", "thank you {}", "where is the {} shop, please")
ANGRY = (
    "Boycott {}! This is disgusting {}",
    "Shame on {}, I am outraged {}",
    "what {} did is horrible, never again {}",
    "has anybody seen this about {}? {}",
)


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
            text = chance.choice(ANGRY).format(f"Brand{brand}", "https://video.example/x")
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


def rings(bootstrap: str) -> Iterator[tuple[datetime, Transition]]:
    """Kafka time and transition of every first ring."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest"
    )
    consumer.assign([TopicPartition(INCIDENTS.name, number) for number in range(PARTITIONS)])
    decoder = Decoder(Transition)
    for _ in range(10):
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                transition = decoder.decode(record.value)
                if transition.state == "open":
                    yield datetime.fromtimestamp(record.timestamp / 1000, UTC), transition
    consumer.close()


def row(name: str, seconds: list[float]) -> str:
    """Median and 99th percentile."""
    cuts = quantiles(seconds, n=100)
    return f"{name:<36} p50 {cuts[49]:6.1f} s   p99 {cuts[98]:6.1f} s"


def main() -> None:
    """Print both latencies."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--per-second", type=float, default=250.0)
    parser.add_argument("--brands", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=180.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        brands_file = folder / "brands.yaml"
        brands_file.write_text(brands_yaml(options.brands), encoding="utf-8")
        with kafka(folder / "kafka", PARTITIONS) as broker:
            settings = Settings(kafka_bootstrap=broker.bootstrap, partitions=PARTITIONS)
            with worker(broker.bootstrap, PARTITIONS, brands_file):
                publisher = open_publisher(
                    settings, KafkaClients(broker.bootstrap), "latency", live=False
                )
                told = publish_history(publisher, options.brands, datetime.now(UTC))
                time.sleep(30)  # start-up and history are not what is measured
                began = storm(publisher, options.brands, options.per_second, options.seconds, told)
                publisher.close()
                time.sleep(10)
                rung = [(at, one) for at, one in rings(broker.bootstrap) if one.at > began]
    print(
        f"Python {platform.python_version()}, faust-streaming {version('faust-streaming')}; "
        f"{options.per_second:,.0f} mentions/s over {options.brands} brands, {len(rung)} rang"
    )
    if len(rung) > 1:
        print(
            row(
                "from the end of the deciding bucket",
                [(at - one.at).total_seconds() for at, one in rung],
            )
        )
        print(
            row(
                "from the first post of the storm",
                [(at - began).total_seconds() for at, one in rung],
            )
        )


if __name__ == "__main__":
    main()
