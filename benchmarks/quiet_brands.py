"""What many quiet brands cost one worker: memory per brand, share of a core, and coming back.

    python benchmarks/quiet_brands.py [--brands 10000] [--hours 12] [--seconds 40]
    python benchmarks/quiet_brands.py --pure [--brands 10000] [--hours 12] [--trace]

With ``--pure`` it asks for roll-up and judge alone, without Kafka and Faust: memory as the system
sees it after every twelve hours, what is dumped, and how long the brands take to come back from it.
``--trace`` says which lines of code hold the memory (slow).

Without, it needs a JDK and Maven (it runs on a real Apache Kafka). Each brand is mentioned once an
hour for ``--hours`` first (168 is a week), and memory is stated after every twelve of them, with
what Faust keeps; then one source sends what it would send on an ordinary night: a heartbeat to each
of 8 partitions every 5 s, and one mention an hour and brand. At last the worker is ended, and
started again: measured is the time from there to the next bucket, which needs every brand's state.
"""

import argparse
import gc
import os
import platform
import tempfile
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from worker_process import Process, brands_yaml, kafka, worker

from pipeline.detection.judge import Judge
from pipeline.detection.patterns.library import load_library
from pipeline.partitions import partition_of
from pipeline.rollup import BrandRollup, RollupRules
from pipeline.rollup.brand import Checkpoint
from pipeline.rollup.speakers.watching import WatchList
from pipeline.sentiment.load import load_ngram
from pipeline.stories import words_of
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.mention import ALL_BRANDS, Author, Mention, MentionBatch
from schemas.topics import APP_ID, BUCKETS, MENTIONS

PARTITIONS = 8
HISTORY = 12
HEARTBEAT_S = 5.0
WAIT_S = 900.0
SLACK = 100
"""Mentions that may be in open buckets while the source goes on."""


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

    def hour(self, brands: int, begin: datetime) -> None:
        """One mention of each brand, spread over an hour, and a heartbeat at its end."""
        for brand in range(brands):
            self.mention(brand, begin + timedelta(seconds=brand * 3600 / brands))
        self.heartbeat(begin + timedelta(hours=1))

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


def settled_bytes(process: Process) -> int:
    """Memory of a worker that has started: what no longer grows within fifteen seconds."""
    known, now = -1, 0
    while now != known:
        known = now
        time.sleep(15)
        now = process.rss_bytes() >> 20 << 20
    return process.rss_bytes()


def come_back(source: Source, bootstrap: str, brands_file: Path, brands: int) -> tuple[float, int]:
    """Seconds from the start of a worker to its first bucket of each partition; its memory then."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    parts = [TopicPartition(BUCKETS.name, number) for number in range(PARTITIONS)]
    consumer.assign(parts)
    for part, end in consumer.end_offsets(parts).items():
        consumer.seek(part, end)
    now = datetime.now(UTC)
    for brand in range(min(brands, 20 * PARTITIONS)):  # so many that each partition has some
        source.mention(brand, now)
    source.flush()
    time.sleep(2 * RollupRules().width_s)  # until the buckets of these can be closed at once
    source.heartbeat(datetime.now(UTC))
    source.flush()
    wanted = {partition_of(f"brand{n}", PARTITIONS) for n in range(min(brands, 20 * PARTITIONS))}
    begun_s = time.monotonic()
    with worker(bootstrap, PARTITIONS, brands_file) as process:
        while wanted:
            if time.monotonic() > begun_s + WAIT_S:
                raise SystemExit(f"the worker did not come back within {WAIT_S:.0f} s")
            wanted -= {part.partition for part in consumer.poll(timeout_ms=100)}
        took_s = time.monotonic() - begun_s
        time.sleep(5)
        return took_s, process.rss_bytes()


def resident_bytes() -> int:
    """Memory of this process, as the system sees it."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def pure(count: int, hours: int, *, trace: bool) -> None:
    """Mention each brand once an hour, and print what its roll-up and its judge take."""
    scorer, rules, start = load_ngram(), RollupRules(), datetime(2024, 3, 4, tzinfo=UTC)
    brands = [Brand(id=f"brand{n}", names=(f"Brand{n}",)) for n in range(count)]
    load_library()
    if trace:
        tracemalloc.start()
    gc.collect()
    empty_bytes = resident_bytes()
    rollups = [_rollup(brand, rules) for brand in brands]
    judges = [Judge(brand, width_s=rules.width_s) for brand in brands]
    sent = 0
    for hour in range(hours):
        for place, brand in enumerate(brands):
            at = start + timedelta(hours=hour, seconds=place * 3600 / count)
            sent += 1
            text = f"nothing special about Brand{place} today"
            author = Author(id=str(sent % 5000))
            one = Mention(id=str(sent), created_at=at, text=text, author=author)
            batch = MentionBatch(
                brand=brand.id, source="quiet", seq=0, watermark=at, mentions=(one,)
            )
            rollup = rollups[place]
            rollup.take(sent, batch, rollup.scored(batch, scorer.score_many), scorer.version)
            for bucket in rollup.close({}):
                judges[place].update(bucket)
            rollup.sealed()
        if (hour + 1) % HISTORY == 0:
            each = (resident_bytes() - empty_bytes) / count / 1000
            print(f"after {hour + 1:4} h  {each:8.1f} kB a brand", flush=True)
    if trace:
        lines = tracemalloc.take_snapshot().statistics("lineno")
        print(f"traced        {sum(line.size for line in lines) / count / 1000:8.1f} kB a brand")
        for line in lines[:20]:
            print(f"  {line.size / count:8.0f} B  {line.traceback[0]}")
    states = [(encode(r.checkpoint()), j.dump()) for r, j in zip(rollups, judges, strict=True)]
    dumped = sum(len(raw) for pair in states for raw in pair) / count / 1000
    rollups.clear()
    judges.clear()
    begun_s, used_s = time.perf_counter(), time.process_time()
    decode = msgspec.json.Decoder(Checkpoint).decode
    for brand, (checkpoint, judged) in zip(brands, states, strict=True):
        rollups.append(_rollup(brand, rules))
        rollups[-1].restore(decode(checkpoint))
        judges.append(Judge.load(judged, brand, width_s=rules.width_s))
    took_s, used_s = time.perf_counter() - begun_s, time.process_time() - used_s
    print(f"dumped        {dumped:8.1f} kB a brand")
    print(f"come back     {took_s:8.1f} s for {count:,} brands ({used_s:.1f} s of processor time)")


def _rollup(brand: Brand, rules: RollupRules) -> BrandRollup:
    return BrandRollup(brand.id, rules, names=words_of(brand), watch=WatchList(brand))


def main() -> None:
    """Print memory per brand and the share of a core."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brands", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--pure", action="store_true")
    parser.add_argument("--hours", type=int, default=HISTORY)
    parser.add_argument("--trace", action="store_true")
    options = parser.parse_args()
    if options.pure:
        pure(options.brands, options.hours, trace=options.trace)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, all_of_them = folder / "few.yaml", folder / "brands.yaml"
        few.write_text(brands_yaml(1), encoding="utf-8")
        all_of_them.write_text(brands_yaml(options.brands), encoding="utf-8")
        with kafka(folder / "kafka", PARTITIONS) as broker:
            with worker(broker.bootstrap, PARTITIONS, few) as process:
                empty_bytes = settled_bytes(process)
            print(
                f"Python {platform.python_version()}, faust-streaming "
                f"{version('faust-streaming')}; {options.brands:,} brands, a mention an hour "
                f"each; a worker with one brand: {empty_bytes / 1e6:.0f} MB"
            )
            source = Source(broker.bootstrap)
            # A minute earlier than need be, so that the last heartbeat closes every bucket.
            begin = datetime.now(UTC) - timedelta(hours=options.hours, minutes=1)
            with worker(broker.bootstrap, PARTITIONS, all_of_them) as process:
                for hour in range(options.hours):
                    source.hour(options.brands, begin + timedelta(hours=hour))
                    last = hour + 1 == options.hours
                    if (hour + 1) % HISTORY and not last:
                        continue
                    if last:
                        source.heartbeat(datetime.now(UTC))
                    source.flush()
                    # Before the end, those of the last seconds may be in open buckets.
                    wait_for(broker.bootstrap, options.brands * (hour + 1) - (not last) * SLACK)
                    wait_for_the_judge(broker.bootstrap)
                    each = (process.rss_bytes() - empty_bytes) / options.brands
                    print(f"after {hour + 1:4} h  {each / 1000:8.1f} kB a brand", flush=True)
                share = measure(source, process, options.brands, options.seconds)
                source.flush()
            print(f"an ordinary night  {100 * share:8.1f} % of a core", flush=True)
            took_s, each = come_back(source, broker.bootstrap, all_of_them, options.brands)
    print(f"start and recovery {took_s:8.1f} s")
    print(f"afterwards         {(each - empty_bytes) / options.brands / 1000:8.1f} kB a brand")


if __name__ == "__main__":
    main()
