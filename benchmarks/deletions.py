"""What the ids of deleted posts cost whoever shows something: memory, and time to ask.

    python benchmarks/deletions.py [--names 5000000]
    python benchmarks/deletions.py --state

The second measures a worker's state: how long it takes to ask a brand whether it holds something of
what is new, and to let it forget a post.

X has hundreds of millions of posts a day deleted, but a compliance stream or a batch job tells of
what somebody keeps; five million in 400 days are 12,500 a day. Compared with a plain set of texts.
"""

import argparse
import gc
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

from pipeline.deletions.many_names import ManyNames
from pipeline.deletions.to_forget import ToForget
from pipeline.rollup import RollupRules
from pipeline.rollup.partition.shard import Shard
from pipeline.sentiment.api import Score, Sentiment
from schemas.brand import Brand
from schemas.codec import encode
from schemas.deletion import Deletion
from schemas.mention import Author, Mention, MentionBatch

STATE_S = 600
FIRST_ID = 1_900_000_000_000_000_000
ASKED = 100_000


class Silent:
    """A scorer that takes no time."""

    version = "none"

    def score_many(self, said: list) -> list[Score]:
        """Say the same of all."""
        return [Score(Sentiment(0.1, 0.8, 0.1))] * len(said)


def measure(kind: str, names: int) -> None:
    """Fill one set in this process, and say what it took."""
    known: set[str] | ManyNames = set() if kind == "set" else ManyNames()
    gc.collect()
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began_s = time.perf_counter()
    for number in range(names):
        known.add(str(FIRST_ID + number * 4_194_304))
    took_s = time.perf_counter() - began_s
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) * 1024
    began_s = time.perf_counter()
    found = sum(str(FIRST_ID + number * 2_097_152) in known for number in range(ASKED))
    asked_us = (time.perf_counter() - began_s) / ASKED * 1e6
    if found != min(names, ASKED // 2):
        raise SystemExit(f"{found} of {ASKED} found")
    print(
        f"{kind}: {names:,} ids, {grown / names:.0f} bytes each at the peak, "
        f"{took_s / names * 1e6:.2f} µs to add, {asked_us:.2f} µs to ask"
    )


def brand_of(posts: int) -> tuple[Shard, dict[str, bytes]]:
    """A shard with one brand, of which so many posts came within ten minutes, which may change."""
    table: dict[str, bytes] = {}
    brand = Brand(id="acme", names=("Acme",))
    shard = Shard(0, table=table, brands={"acme": brand}, rules=RollupRules(), model=Silent())
    began = datetime(2026, 12, 1, tzinfo=UTC)
    a_second = posts / STATE_S
    for second in range(0, STATE_S, 5):
        said = tuple(
            Mention(
                id=str(FIRST_ID + number),
                created_at=began + timedelta(seconds=second),
                text=f"Acme does what number {number} does not want, and says nothing of it",
                author=Author(id=str(number), handle=f"somebody{number}", followers=number % 900),
                hashtags=("acme",),
            )
            for number in range(round(second * a_second), round((second + 5) * a_second))
        )
        until = began + timedelta(seconds=second + 5)
        value = MentionBatch(brand="acme", source="x", seq=0, watermark=until, mentions=said)
        for bucket in shard.apply(second, encode(value)).buckets:
            shard.acknowledge(bucket)
    return shard, table


def gone(*posts: int) -> ToForget:
    """What is new: so many posts."""
    found = ToForget()
    at = datetime(2026, 12, 1, tzinfo=UTC)
    for post in posts:
        subject = str(FIRST_ID + post)
        found.take(Deletion(id=subject, at=at, kind="post", subject=subject, by="x"))
    return found


def measure_state() -> None:
    """Say what it takes to ask a brand, and to let it forget."""
    for posts in (20, 1_000, 20_000):
        shard, table = brand_of(posts)
        size = sum(map(len, table.values()))
        strangers, own = gone(*range(10**9, 10**9 + 1_000)), gone(posts - 1)
        began_s = time.perf_counter()
        shard.forget_soon(strangers)
        while shard.forget_next():
            pass
        asked_s = time.perf_counter() - began_s
        if shard.forgotten:
            raise SystemExit("strangers were found")
        began_s = time.perf_counter()
        shard.forget_soon(own)
        while shard.forget_next():
            pass
        took_s = time.perf_counter() - began_s
        if not shard.forgotten:
            raise SystemExit("nothing was forgotten")
        print(
            f"{posts:,} posts in ten minutes, {size / 1000:,.0f} kB of state: asked in "
            f"{asked_s * 1000:.1f} ms, a post forgotten in {took_s * 1000:.1f} ms"
        )


def main() -> None:
    """Measure both, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=5_000_000)
    parser.add_argument("--kind", choices=["set", "ManyNames"])
    parser.add_argument("--state", action="store_true")
    options = parser.parse_args()
    if options.state:
        measure_state()
        return
    if options.kind:
        measure(options.kind, options.names)
        return
    for kind in ("set", "ManyNames"):
        command = [sys.executable, __file__, "--names", str(options.names), "--kind", kind]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
