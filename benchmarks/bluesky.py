"""How many events a second of Bluesky one process takes in, and what an event costs it in CPU.

    python benchmarks/bluesky.py            # 60,000 events, 20 brands
    python benchmarks/bluesky.py --brands 200

A stand-in for Jetstream, a process of its own, sends made-up events as fast as they are taken: two
in three are posts, of which one in fifty names a brand, and a third are reposts. The first line is
the source alone; the second is the whole way through the router and a
spool into the embedded broker, which runs in this process.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event

from aiohttp import WSMsgType, web

from agents.ingest.batcher import Batcher
from agents.ingest.heartbeats import LIVE_HEARTBEAT_S
from agents.ingest.outbox.spool import Spool
from agents.ingest.position import PositionFile
from agents.ingest.publisher import Publisher
from agents.ingest.router import Router
from agents.ingest.source import Post
from agents.ingest.sources.bluesky.source import BlueskySource
from agents.ingest.telemetry import Telemetry
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from pipeline.brands import BrandMatcher
from schemas.brand import Brand, Brands

PARTITIONS = 8
WORDS = (  # noqa: SIM905 - it is read more easily so
    "the weather is fine today and nobody knows why we should go out for a coffee with friends "
    "mañana c'est la fête 今日は いい天気 #art #photo really cannot believe this happened again"
).split()


def made_up(count: int, brands: int) -> list[bytes]:
    """Events of the shape and size of Bluesky's, each a millisecond after the one before."""
    chance = random.Random(1)
    began_us = time.time_ns() // 1000 - count * 1000
    frames = []
    for number in range(count):
        did = f"did:plc:{chance.randrange(10**6):024d}"
        told = {"operation": "create", "rev": f"3{number:012d}", "rkey": f"3{number:012d}"}
        if number % 3 == 0:
            subject = {"uri": f"at://{did}/app.bsky.feed.post/3x", "cid": "bafy" + "r" * 55}
            record = {"$type": "app.bsky.feed.repost", "subject": subject}
            collection = "app.bsky.feed.repost"
        else:
            words = chance.choices(WORDS, k=chance.randrange(4, 40))
            if chance.random() < 1 / 50:
                words.append(f"Brand{chance.randrange(brands)}")
            record = {"$type": "app.bsky.feed.post", "text": " ".join(words), "langs": ["en"]}
            collection = "app.bsky.feed.post"
            if number % 2:
                link = {"uri": f"at://{did}/app.bsky.feed.post/3y", "cid": "bafy" + "r" * 55}
                record["reply"] = {"root": link, "parent": link}
        record["createdAt"] = "2026-11-29T10:00:00.000Z"
        told |= {"collection": collection, "record": record, "cid": "bafy" + "r" * 55}
        event = {"did": did, "time_us": began_us + number * 1000, "kind": "commit", "commit": told}
        frames.append(json.dumps(event).encode())
    return frames


def serve(frames: list[bytes], told: Connection) -> None:
    """Send all frames to whoever connects, and then nothing."""

    async def subscribe(request: web.Request) -> web.StreamResponse:
        stream = web.WebSocketResponse()
        await stream.prepare(request)
        for frame in frames:
            await stream.send_frame(frame, WSMsgType.TEXT)
        await asyncio.sleep(3600)
        return stream

    async def run() -> None:
        app = web.Application()
        app.router.add_get("/subscribe", subscribe)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        told.send(runner.addresses[0][1])
        await asyncio.sleep(3600)

    asyncio.run(run())


def report(what: str, count: int, wall_s: float, cpu_s: float) -> None:
    """Print one line."""
    print(f"{what:<44}{count / wall_s:>10,.0f} /s{cpu_s / count * 1e6:>9.1f} µs CPU an event")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--brands", type=int, default=20)
    asked = parser.parse_args()
    brands = Brands(
        brands=tuple(Brand(id=f"b{one}", names=(f"Brand{one}",)) for one in range(asked.brands))
    )
    matcher = BrandMatcher(brands)
    frames = made_up(asked.events, asked.brands)
    print(f"{len(frames):,} events of {sum(map(len, frames)) / len(frames):.0f} bytes")
    here, there = multiprocessing.Pipe()
    child = multiprocessing.Process(target=serve, args=(frames, there), daemon=True)
    child.start()
    host = f"ws://127.0.0.1:{here.recv()}"

    source, stop = BlueskySource("bluesky", [host], matcher.match), Event()
    source.open(None)
    began_s, began_cpu_s, about = time.perf_counter(), time.process_time(), 0
    for event in source.events(stop):
        about += isinstance(event, Post) and bool(matcher.match(event.mention))
        if source.frames == len(frames):
            stop.set()
    took = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    source.close()
    report(f"source and matching, {about:,} about a brand", len(frames), *took)

    with (
        tempfile.TemporaryDirectory() as directory,
        EmbeddedBroker(partitions=PARTITIONS) as broker,
    ):
        telemetry = Telemetry("bluesky")
        publisher = Publisher(
            Batcher("bluesky", partitions=PARTITIONS),
            Spool(Path(directory) / "spool", limit_bytes=1_000_000_000),
            KafkaClients(broker.bootstrap).producer,
            partitions=PARTITIONS,
            can_wait=False,
            telemetry=telemetry,
        )
        source, stop = BlueskySource("bluesky", [host], matcher.match), Event()
        router = Router(
            source,
            publisher,
            matcher.match,
            telemetry=telemetry,
            heartbeat_s=LIVE_HEARTBEAT_S,
            positions=PositionFile(Path(directory) / "position"),
        )
        source.open(None)
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        for event in source.events(stop):
            router.take(event)
            if source.frames == len(frames):
                stop.set()
        took = time.perf_counter() - began_s, time.process_time() - began_cpu_s
        source.close()
        publisher.close()
    report("the same through router and spool into Kafka", len(frames), *took)
    child.kill()


if __name__ == "__main__":
    main()
