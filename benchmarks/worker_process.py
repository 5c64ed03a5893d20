"""What the benchmarks of the worker share: a Kafka with topics, a worker process, its cost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.kafka.apache import ApacheKafka
from agents.kafka.clients import KafkaClients
from agents.kafka.topics import create_topics
from agents.settings import Settings

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Process:
    """A worker, and what the kernel says of it."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child

    def cpu_s(self) -> float:
        """Processor time used so far, in user and kernel mode."""
        fields = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

    def peak_bytes(self) -> int:
        """The most memory that was in use at a time since it started."""
        status = Path(f"/proc/{self._child.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def rss_bytes(self) -> int:
        """Memory in use now."""
        return int(Path(f"/proc/{self._child.pid}/statm").read_text().split()[1]) * PAGE_BYTES


@contextmanager
def kafka(folder: Path, partitions: int) -> Iterator[ApacheKafka]:
    """Run a fresh Apache Kafka with Tocsin's topics."""
    with ApacheKafka(folder) as broker:
        create_topics(KafkaClients(broker.bootstrap), Settings(partitions=partitions))
        yield broker


@contextmanager
def worker(bootstrap: str, partitions: int, brands_file: Path) -> Iterator[Process]:
    """Run ``tocsin worker`` as an operator would."""
    environment = {
        **os.environ,
        "TOCSIN_KAFKA_BOOTSTRAP": bootstrap,
        "TOCSIN_PARTITIONS": str(partitions),
        "TOCSIN_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "agents", "worker", "--brands", str(brands_file)]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield Process(child)
    finally:
        child.terminate()
        child.wait(60)


def brands_yaml(brands: int) -> str:
    """A brands file of so many brands."""
    rows = (f"  - {{id: brand{number}, names: [Brand{number}]}}\n" for number in range(brands))
    return "brands:\n" + "".join(rows)
