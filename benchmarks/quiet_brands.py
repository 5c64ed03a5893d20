"""What many quiet brands cost one worker: memory per brand, and share of a core.

    python benchmarks/quiet_brands.py [--brands 10000] [--seconds 40]

Needs a JDK and Maven (it runs on a real Apache Kafka). Each brand is mentioned twelve times over
half a day first, which gives it all the state it keeps; then one source sends what it would send on
an ordinary night: a heartbeat to each of 8 partitions every 5 s, and one mention an hour and brand.
"""

import argparse
import platform
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from worker_process import Process, brands_yaml, kafka, worker

from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.mention import ALL_BRANDS, Author, Mention, MentionBatch
from schemas.topics import APP_ID, BUCKETS, MENTIONS

PARTITIONS = 8
HISTORY = 12
HEARTBEAT_S = 5.0
WAIT_S = 900.0


class Source:
    """Sends mentions and heartbeats of one source."""

    def __init__(self, bootstrap: str) -> None:
        self._producer = KafkaProducer(bootstrap_servers=bootstrap, linger_ms=20)
        self._sent = 0

    def mention(self, brand: int, at: datetime) -> None:
        """One mention, a batch of its own."""
        self._sent += 1
        mention = Mention(
            id=str(self._sent),
            created_at=at,
            text=f"nothing special about Brand{brand} today {self._sent}",
            author=Author(id=str(self._sent % 5000)),
        )
        self._send(f"brand{brand}", at, (mention,))

    def heartbeat(self, at: datetime) -> None:
        """One to each partition."""
        for partition in range(PARTITIONS):
            self._send(ALL_BRANDS, at, (), partition)

    def flush(self) -> None:
        """Wait until all is with Kafka."""
        self._producer.flush()

    def _send(
        self, brand: str, at: datetime, mentions: tuple[Mention, ...], partition: int | None = None
    ) -> None:
        batch = MentionBatch(brand=brand, source="quiet", seq=0, watermark=at, mentions=mentions)
        self._producer.send(
            MENTIONS.name, key=brand.encode(), value=encode(batch), partition=partition
        )


def wait_for(bootstrap: str, mentions: int) -> None:
    """Wait until the buckets topic holds so many mentions."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest"
    )
    consumer.assign([TopicPartition(BUCKETS.name, number) for number in range(PARTITIONS)])
    decoder = Decoder(Bucket)
    counted = 0
    deadline = time.monotonic() + WAIT_S
    while counted < mentions:
        if time.monotonic() > deadline:
            raise SystemExit(f"the worker did not get through within {WAIT_S:.0f} s")
        for records in consumer.poll(timeout_ms=500).values():
            counted += sum(decoder.decode(record.value).mentions for record in records)
    consumer.close()


def wait_for_the_judge(bootstrap: str) -> None:
    """Wait until every bucket there is was judged, too: its offset is committed."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=APP_ID, enable_auto_commit=False)
    parts = [TopicPartition(BUCKETS.name, number) for number in range(PARTITIONS)]
    deadline = time.monotonic() + WAIT_S
    while any(
        (consumer.committed(part) or 0) < end for part, end in consumer.end_offsets(parts).items()
    ):
        if time.monotonic() > deadline:
            raise SystemExit(f"the judge did not get through within {WAIT_S:.0f} s")
        time.sleep(1)
    consumer.close()


def measure(source: Source, process: Process, brands: int, seconds: float) -> float:
    """CPU seconds a second while one quiet night passes in real time."""
    begun, used_s = time.monotonic(), process.cpu_s()
    mentions = beats = 0
    while (passed := time.monotonic() - begun) < seconds:
        now = datetime.now(UTC)
        while mentions < passed * brands / 3600:
            source.mention(mentions * 7919 % brands, now)
            mentions += 1
        if beats <= passed / HEARTBEAT_S:
            source.heartbeat(now)
            beats += 1
        time.sleep(0.05)
    return (process.cpu_s() - used_s) / (time.monotonic() - begun)


def main() -> None:
    """Print memory per brand and the share of a core."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brands", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=40.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, all_of_them = folder / "few.yaml", folder / "brands.yaml"
        few.write_text(brands_yaml(1), encoding="utf-8")
        all_of_them.write_text(brands_yaml(options.brands), encoding="utf-8")
        with kafka(folder / "kafka", PARTITIONS) as broker:
            with worker(broker.bootstrap, PARTITIONS, few) as process:
                time.sleep(15)
                empty_bytes = process.rss_bytes()
            source = Source(broker.bootstrap)
            # A minute earlier than need be, so that the heartbeat at the end closes every bucket.
            begin = datetime.now(UTC) - timedelta(hours=HISTORY, minutes=1)
            for hour in range(HISTORY):
                for brand in range(options.brands):
                    at = begin + timedelta(hours=hour, seconds=brand * 3600 / options.brands)
                    source.mention(brand, at)
                source.heartbeat(begin + timedelta(hours=hour + 1))
            source.heartbeat(datetime.now(UTC))
            source.flush()
            with worker(broker.bootstrap, PARTITIONS, all_of_them) as process:
                wait_for(broker.bootstrap, options.brands * HISTORY)
                wait_for_the_judge(broker.bootstrap)
                per_brand = (process.rss_bytes() - empty_bytes) / options.brands
                share = measure(source, process, options.brands, options.seconds)
    print(
        f"Python {platform.python_version()}, faust-streaming {version('faust-streaming')}; "
        f"{options.brands:,} brands, {HISTORY} mentions each before"
    )
    print(
        f"memory per brand     {per_brand / 1000:8.1f} kB (worker with one brand: "
        f"{empty_bytes / 1e6:.0f} MB)"
    )
    print(f"share of one core    {100 * share:8.1f} % at one mention an hour and brand")


if __name__ == "__main__":
    main()
