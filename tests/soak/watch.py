"""What is measured while it runs: how far the workers are behind, and how much memory they take."""

import threading
import time
from typing import NamedTuple, Self

from chaos.stage import Stage
from confluent_kafka.admin import AdminClient
from kafka import TopicPartition
from kafka.errors import KafkaError

from agents.kafka.clients import KafkaClients
from schemas.topics import APP_ID, BUCKETS, MENTIONS

EVERY_S = 2.0


class Sample(NamedTuple):
    """One look. ``lag``: records that no worker has committed yet; ``largest``: of a worker."""

    at_s: float
    lag: int
    largest_bytes: int


class Watch:
    """Looks every two seconds within a ``with`` block. ``missed``: looks that Kafka left open."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._consumer = KafkaClients(stage.broker.bootstrap).consumer("soak", group=APP_ID)
        self._parts = [
            TopicPartition(topic.name, number)
            for topic in (MENTIONS, BUCKETS)
            for number in range(stage.partitions)
        ]
        self.samples: list[Sample] = []
        self.missed = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._consumer.close(autocommit=False)

    @property
    def highest_lag(self) -> int:
        return max((sample.lag for sample in self.samples), default=0)

    def settled(self) -> bool:
        """Whether nothing was left to read at the last look."""
        return bool(self.samples) and self.samples[-1].lag == 0

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            workers = [one for one in self._stage.processes if one.name.startswith("worker")]
            try:
                lag = self._lag()
            except KafkaError:
                self.missed += 1
                continue
            self.samples.append(
                Sample(
                    time.monotonic() - self._stage.began_s,
                    lag,
                    max((one.rss_bytes for one in workers), default=0),
                )
            )

    def _lag(self) -> int:
        ends = self._consumer.end_offsets(self._parts)
        return sum(ends[part] - (self._consumer.committed(part) or 0) for part in self._parts)


def members_at_work(bootstrap: str) -> int:
    """How many workers have partitions now."""
    client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    group = client.describe_consumer_groups([APP_ID])[APP_ID].result(timeout=10)
    return sum(bool(one.assignment.topic_partitions) for one in group.members)
