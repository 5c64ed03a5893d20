"""Bytewax's part of ``peers.py``: BOOTSTRAP FOLDER batched|single; prints the seconds it took."""

import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.testing import run_main
from peer_counts import Buckets, Counts, counts_of

EPOCH = timedelta(seconds=2)
"""How often state becomes durable: as often as a worker of Tocsin commits."""


class Clock:
    """When the first record came."""

    first_s = 0.0

    @classmethod
    def begin(cls) -> None:
        """Note that a record came."""
        cls.first_s = cls.first_s or time.perf_counter()


def many(messages: Sequence[KafkaSourceMessage]) -> list[tuple[str, Counts]]:
    """Decode, score and count some records together."""
    Clock.begin()
    return [(found.brand, found) for found in counts_of([each.value for each in messages])]


def one(message: KafkaSourceMessage) -> list[tuple[str, Counts]]:
    """The same with one record."""
    return many([message])


def added(state: list[list[int]] | None, counts: Counts) -> tuple[list[list[int]], list[bytes]]:
    """Add counts to the open buckets of a brand; the closed ones come out."""
    buckets = Buckets(state or ())
    closed = buckets.add(counts)
    return buckets.state, closed


def main() -> None:
    """Run to the end of the topic."""
    bootstrap, folder, way = sys.argv[1:]
    flow = Dataflow("peer")
    source = KafkaSource([bootstrap], ["tocsin.mentions"], tail=False)
    records = op.input("in", flow, source)
    if way == "batched":
        counted = op.flat_map_batch("score", records, many)
    else:
        counted = op.flat_map("score", records, one)
    closed = op.flatten("closed", op.key_rm("bare", op.stateful_map("count", counted, added)))
    out = op.map("out", closed, lambda value: KafkaSinkMessage(None, value))
    op.output("sink", out, KafkaSink([bootstrap], "tocsin.buckets"))
    Path(folder).mkdir(parents=True)
    init_db_dir(Path(folder), 1)
    run_main(flow, epoch_interval=EPOCH, recovery_config=RecoveryConfig(folder))
    print("took", time.perf_counter() - Clock.first_s, flush=True)


if __name__ == "__main__":
    main()
