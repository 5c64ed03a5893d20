"""A worker as a process of its own, with a fault at the nth record: run by the broker tests.

Usage: worker_process.py BOOTSTRAP PARTITIONS FAULT NTH. NTH counts records. Of mentions, the fault
comes with the step that holds the nth, and says on standard output how many records that step has.
FAULT is one of

none                    no fault
state_written           state is with Kafka, output is not: killed
output_sent             output is with Kafka, state is not: killed
half_written            the first table write of a step is with Kafka, the others are not: killed
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
from pipeline.rollup.partition.shard import Shard
from pipeline.rollup.rules import RollupRules
from pipeline.worker import faust_fixes
from pipeline.worker.app import Worker, WorkerOptions
from support.rolling import BRANDS, FakeModel

FAIL_AFTER_S = 0.3
SEEK_S = 3.0
FETCH_S = 0.5
RECORD_S = 0.003
PLACES_OF_MENTIONS = frozenset(("state_written", "output_sent"))
PLACES = {"half_written": "state_written"}
"""Where the process ends, if the fault is not named after it."""


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


class Steps:
    """The steps of mentions so far, and the table writes of the newest one."""

    def __init__(self, nth: int) -> None:
        self._nth = nth
        self.records: list[int] = []
        self.writes = 0

    @property
    def is_due(self) -> bool:
        """Whether the nth record has come."""
        return sum(self.records) >= self._nth

    def say(self) -> None:
        """Say on standard output how many records the newest step has."""
        sys.stdout.write(f"\n{self.records[-1] if self.records else 0} records\n")
        sys.stdout.flush()


def count_steps(steps: Steps) -> None:
    """Have every step of mentions counted."""
    applying = Shard.applying

    def counting(self, records):
        steps.records.append(len(records))
        steps.writes = 0
        return applying(self, records)

    Shard.applying = counting


def lose_writes(fault: str, steps: Steps) -> None:
    """Have table writes go lost, or fail, as ``fault`` says."""
    send_changelog = faust.Table.send_changelog

    def faulty(self, *args, **options):
        steps.writes += 1
        lost = asyncio.get_event_loop().create_future()
        lost.message = type("Message", (), {"partition": 0})
        if not steps.is_due or (fault == "half_written" and steps.writes == 1):
            return send_changelog(self, *args, **options)
        if fault == "changelog_fails":
            steps.say()
            asyncio.get_event_loop().call_later(
                FAIL_AFTER_S, lambda: lost.done() or lost.set_exception(TimeoutError("expired"))
            )
        return lost

    faust.Table.send_changelog = faulty


def main() -> None:
    bootstrap, partitions, fault, nth = sys.argv[1:]
    seen: Counter[str] = Counter()
    steps = Steps(int(nth))
    at = PLACES.get(fault, fault)

    async def cut(place: str) -> None:
        seen[place] += 1
        if fault == "slow_start" and steps.records:
            await asyncio.sleep(RECORD_S * steps.records[-1])
        reached = steps.is_due if at in PLACES_OF_MENTIONS else seen[place] == int(nth)
        if place == at and reached:
            await worker.app.producer.buffer.flush()
            await asyncio.wait(set(sends), timeout=10)
            steps.say()
            os.kill(os.getpid(), signal.SIGKILL)

    sends: set[asyncio.Future] = set()
    track = faust_fixes.Outstanding.track

    def remembering(self, future, on_sent=None) -> None:
        sends.add(future)
        track(self, future, on_sent)

    if fault == "slow_start":
        slow_down()
    count_steps(steps)
    if fault in {"half_written", "output_sent", "changelog_fails"}:
        lose_writes(fault, steps)
    faust_fixes.Outstanding.track = remembering
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
