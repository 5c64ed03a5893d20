"""Quix Streams' part of ``peers.py``: BOOTSTRAP FOLDER; prints the seconds it took."""

import sys
import time

from peer_counts import Buckets, counts_of
from quixstreams import Application, State

COMMIT_S = 2.0
"""How often state becomes durable: as often as a worker of Tocsin commits."""


IDLE_S = 5.0
"""When nothing has come for so long, all was read."""


class Clock:
    """When the first record came, and when the newest was counted."""

    first_s = 0.0
    last_s = 0.0


def count(value: bytes, state: State) -> list[bytes]:
    """Decode, score and count one record; the closed buckets come out."""
    Clock.first_s = Clock.first_s or time.perf_counter()
    buckets = Buckets(state.get("open") or ())
    closed = [bucket for counts in counts_of([value]) for bucket in buckets.add(counts)]
    state.set("open", buckets.state)
    Clock.last_s = time.perf_counter()
    return closed


def main() -> None:
    """Run to the end of the topic."""
    bootstrap, folder = sys.argv[1:]
    app = Application(
        bootstrap,
        consumer_group="peer-quix",
        auto_offset_reset="earliest",
        state_dir=folder,
        commit_interval=COMMIT_S,
        loglevel="ERROR",
    )
    mentions = app.topic("tocsin.mentions", key_deserializer="bytes", value_deserializer="bytes")
    buckets = app.topic("tocsin.buckets", value_serializer="bytes")
    app.dataframe(mentions).apply(count, stateful=True, expand=True).to_topic(buckets)
    app.run(timeout=IDLE_S)
    print("took", Clock.last_s - Clock.first_s, flush=True)


if __name__ == "__main__":
    main()
