"""How many mentions a second one publisher gets into Kafka, and what a mention costs it in CPU.

    python benchmarks/publisher.py            # embedded broker
    python benchmarks/publisher.py --apache   # a real Apache Kafka (a JDK and Maven)

Simulated posts are published as fast as the publisher takes them, until Kafka has acknowledged
all. Beside it stand the same posts merely batched and encoded, without Kafka.
"""

import argparse
import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from kafka.admin import KafkaAdminClient

from agents.ingest.batcher import Batcher
from agents.ingest.outbox.outbox import MemoryOutbox, Outbox
from agents.ingest.outbox.spool import Spool
from agents.ingest.publisher import Publisher
from agents.kafka.apache import ApacheKafka
from agents.kafka.clients import Compression, KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from lab.simulate import simulate
from schemas.brand import Brand
from schemas.codec import encode
from schemas.mention import Mention
from schemas.topics import DEAD_LETTERS, MENTIONS

PARTITIONS = 8
ACME = Brand(id="acme", names=("Acme",))


def make_mentions(count: int) -> list[Mention]:
    """Believable posts, repeated where there are not enough."""
    made = simulate(
        "nestle-greenpeace-2010",
        seed=1,
        brand=ACME,
        start=datetime(2010, 3, 15, tzinfo=UTC),
        mentions_per_hour=200,
    )
    return list(islice(cycle(list(islice(made, 20_000))), count))


def publish(
    mentions: list[Mention],
    *,
    bootstrap: str,
    brands: int,
    outbox: Outbox,
    compression: Compression | None,
    per_second: int | None,
) -> tuple[float, float]:
    """Publish; return seconds of time and of CPU until all is acknowledged."""
    publisher = Publisher(
        Batcher("bench", partitions=PARTITIONS),
        outbox,
        partial(KafkaClients(bootstrap).producer, compression=compression),
        partitions=PARTITIONS,
        can_wait=True,
    )
    publisher.heartbeat(mentions[0].created_at)
    publisher.flush()
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    for number, mention in enumerate(mentions):
        publisher.reach(mention.created_at)
        publisher.publish(f"brand-{number % brands}", mention)
        while per_second and number > (time.perf_counter() - began_s) * per_second:
            publisher.tick()
            time.sleep(0.01)
    arrived = publisher.flush(120)
    took = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    if not (publisher.close() and arrived):
        raise SystemExit("Kafka did not take everything")
    return took


def batch_and_encode(mentions: list[Mention], brands: int) -> tuple[float, float]:
    """The same without Kafka."""
    batcher = Batcher("bench", partitions=PARTITIONS)
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    for number, mention in enumerate(mentions):
        batcher.reach(mention.created_at)
        brand = f"brand-{number % brands}"
        for out in batcher.add(brand, mention, len(encode(mention)), time.monotonic()):
            encode(out.batch)
    for out in batcher.flush():
        encode(out.batch)
    return time.perf_counter() - began_s, time.process_time() - began_cpu_s


@contextmanager
def broker(*, apache: bool) -> Iterator[str]:
    """A broker with the two topics; yields its address."""
    if not apache:
        with EmbeddedBroker(partitions=PARTITIONS) as embedded:
            yield embedded.bootstrap
        return
    with tempfile.TemporaryDirectory() as directory, ApacheKafka(Path(directory)) as kafka:
        admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        layout = {"num_partitions": PARTITIONS, "replication_factor": 1}
        admin.create_topics({MENTIONS.name: layout, DEAD_LETTERS.name: layout})
        admin.close()
        yield kafka.bootstrap


def report(what: str, count: int, took: tuple[float, float]) -> None:
    """Print one line."""
    wall_s, cpu_s = took
    print(f"{what:<44}{count / wall_s:>10,.0f} /s{cpu_s / count * 1e6:>9.1f} µs CPU a mention")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apache", action="store_true", help="a real Apache Kafka")
    parser.add_argument("--mentions", type=int, default=60_000)
    asked = parser.parse_args()
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    mentions = make_mentions(asked.mentions)
    size = sum(len(encode(one)) for one in mentions) / len(mentions)
    print(f"{len(mentions):,} mentions of {size:.0f} bytes; one process, broker on this machine")
    report("batched and encoded, no Kafka, 1 brand", len(mentions), batch_and_encode(mentions, 1))
    with broker(apache=asked.apache) as bootstrap, tempfile.TemporaryDirectory() as directory:
        spool: Callable[[], Outbox] = partial(Spool, Path(directory), limit_bytes=1_000_000_000)
        for what, brands, make_outbox, compression, per_second in (
            ("memory, 1 brand", 1, MemoryOutbox, None, None),
            ("memory, 20 brands", 20, MemoryOutbox, None, None),
            ("memory, 1,000 brands", 1_000, MemoryOutbox, None, None),
            ("memory, 20 brands, gzip", 20, MemoryOutbox, "gzip", None),
            ("spool, 20 brands", 20, spool, None, None),
            ("spool, 20 brands, held to 2,500/s", 20, spool, None, 2_500),
            ("spool, 20 brands, held to 250/s", 20, spool, None, 250),
        ):
            some = mentions[: per_second * 8] if per_second else mentions
            took = publish(
                some,
                bootstrap=bootstrap,
                brands=brands,
                outbox=make_outbox(),
                compression=compression,
                per_second=per_second,
            )
            report(what, len(some), took)


if __name__ == "__main__":
    main()
