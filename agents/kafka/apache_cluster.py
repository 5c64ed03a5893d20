"""Several brokers that are one Apache Kafka, on this machine: for runs in which one of them goes.

Of three, each record has three copies and a write waits for two of them: one broker may be away
and nothing stops.
"""

import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from agents.kafka.apache import (
    DEFAULT_CACHE,
    ApacheKafka,
    ClusterNode,
    free_ports,
    new_cluster_id,
)
from agents.kafka.jars import KAFKA_VERSION, BrokerError

IN_SYNC_TIMEOUT_S = 120.0
ANSWER_S = 5.0


class ApacheCluster:
    """Brokers below ``directory``; a ``with`` block starts them, and kills them at its end.

    ``cache`` and ``version`` as ``ApacheKafka`` has them, and its methods raise the same
    ``BrokerError``.
    """

    def __init__(
        self,
        directory: Path,
        *,
        brokers: int = 3,
        cache: Path = DEFAULT_CACHE,
        version: str = KAFKA_VERSION,
    ) -> None:
        cluster, ports = new_cluster_id(), tuple(free_ports(brokers))
        self.brokers = tuple(
            ApacheKafka(
                directory / f"broker-{node}",
                cache=cache,
                version=version,
                member=ClusterNode(cluster, node, ports),
            )
            for node in range(1, brokers + 1)
        )
        self._stack = ExitStack()

    @property
    def bootstrap(self) -> str:
        """Addresses of all brokers, with commas between them."""
        return ",".join(broker.bootstrap for broker in self.brokers)

    def start(self) -> None:
        """Start them, and wait until each answers (about 10 s)."""
        for broker in self.brokers:
            self._stack.callback(broker.kill)
            broker.launch()
        for broker in self.brokers:
            broker.await_answer()

    def kill(self) -> None:
        """Kill all. In order it cannot be done: the last ones would wait for the others in vain."""
        self._stack.close()

    def restart(self, broker: ApacheKafka) -> None:
        """Shut one down in order, start it, and wait until every record has all its copies.

        That wait is what a rolling restart lives by: with two brokers that lack records, what was
        acknowledged could be lost.
        """
        broker.stop()
        broker.start()
        self.await_in_sync()

    def await_in_sync(self, timeout_s: float = IN_SYNC_TIMEOUT_S) -> None:
        """Wait until no partition lacks a copy."""
        deadline_s = time.monotonic() + timeout_s
        while lacking := self._lacking():
            if time.monotonic() > deadline_s:
                raise BrokerError(
                    f"after {timeout_s:g} s copies are still behind: {', '.join(lacking[:5])}"
                )
            time.sleep(0.3)

    def _lacking(self) -> list[str]:
        """Partitions that lack a copy, by name; all of them while no broker says."""
        client = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        try:
            found = client.list_topics(timeout=ANSWER_S)
        except KafkaException as error:
            return [f"no broker answers ({error})"]
        if len(found.brokers) < len(self.brokers):
            return [f"{len(found.brokers)} of {len(self.brokers)} brokers are known"]
        return [
            f"{name}[{number}]"
            for name, topic in found.topics.items()
            for number, partition in topic.partitions.items()
            if len(partition.isrs) < len(partition.replicas)
        ]

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
