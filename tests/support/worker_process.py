"""A worker as a process of its own, with a fault at the nth record: run by the broker tests.

Usage: worker_process.py BOOTSTRAP PARTITIONS FAULT NTH, where FAULT is one of

none                    no fault
state_written           state is with Kafka, output is not: killed
output_sent             output is with Kafka, state is not: killed
feedback_written        feedback is in the judge's state, nothing is said of it: killed
feedback_said           the same, and it is said: killed
slow_start              recovery ends slowly, and so does each record: fetches fall in between
changelog_fails         sending state fails, as a batch that expired would: ends itself
"""

import asyncio
import os
import signal
import sys
from collections import Counter

import faust
from aiokafka.consumer.fetcher import Fetcher
from prometheus_client import CollectorRegistry

from agents.cli.worker import crash, utc_now
from pipeline.metrics import Metrics
from pipeline.rollup.rules import RollupRules
from pipeline.worker import faust_fixes
from pipeline.worker.app import Worker, WorkerOptions
from support.rolling import BRANDS, FakeModel

FAIL_AFTER_S = 0.3
SEEK_S = 3.0
FETCH_S = 0.5
RECORD_S = 0.003


def slow_down() -> None:
    """Make room for what can come between the end of recovery and the first record."""
    perform_seek = faust_fixes.Consumer.perform_seek
    fetched_records = Fetcher.fetched_records

    async def seek(self) -> None:
        await perform_seek(self)
        await asyncio.sleep(SEEK_S)

    async def fetch(self, *args, **options):
        await asyncio.sleep(FETCH_S)
        return await fetched_records(self, *args, **options)

    faust_fixes.Consumer.perform_seek = seek
    Fetcher.fetched_records = fetch


def main() -> None:
    bootstrap, partitions, fault, nth = sys.argv[1:]
    seen: Counter[str] = Counter()

    def is_due() -> bool:
        return seen["state_written"] + 1 >= int(nth)

    async def cut(place: str) -> None:
        seen[place] += 1
        if fault == "slow_start":
            await asyncio.sleep(RECORD_S)
        if place == fault and seen[place] == int(nth):
            await worker.app.producer.buffer.flush()
            await asyncio.wait(set(sends), timeout=10)
            os.kill(os.getpid(), signal.SIGKILL)

    sends: set[asyncio.Future] = set()
    track = faust_fixes.Outstanding.track

    def remembering(self, future, on_sent=None) -> None:
        sends.add(future)
        track(self, future, on_sent)

    send_changelog = faust.Table.send_changelog

    def faulty(self, *args, **options):
        lost = asyncio.get_event_loop().create_future()
        lost.message = type("Message", (), {"partition": 0})
        if fault == "output_sent" and is_due():
            return lost
        if fault == "changelog_fails" and is_due():
            asyncio.get_event_loop().call_later(
                FAIL_AFTER_S, lambda: lost.done() or lost.set_exception(TimeoutError("expired"))
            )
            return lost
        return send_changelog(self, *args, **options)

    if fault == "slow_start":
        slow_down()
    faust_fixes.Outstanding.track = remembering
    faust.Table.send_changelog = faulty
    worker = Worker(
        WorkerOptions(
            bootstrap,
            int(partitions),
            RollupRules(),
            session_timeout_s=6,
            commit_interval_s=0.1,
        ),
        brands=BRANDS,
        model=FakeModel(),
        metrics=Metrics(CollectorRegistry()),
        now=utc_now,
        crash=crash,
        cut=cut,
    )
    faust.Worker(worker.app, loglevel="WARNING").execute_from_commandline()


if __name__ == "__main__":
    main()
