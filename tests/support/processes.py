"""Commands as processes of their own against the embedded broker, and what they leave there."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaConsumer, TopicPartition

from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from schemas.codec import Decoder
from support.waiting import PATIENCE_S

PARTITIONS = 4


@contextmanager
def tocsin(broker: EmbeddedBroker, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command against the broker; end it afterwards if it has not ended by itself."""
    environment = {
        **os.environ,
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_PARTITIONS": str(PARTITIONS),
        "TOCSIN_LOG_LEVEL": "WARNING",
        "COLUMNS": "120",
    }
    environment.pop("SLACK_BOT_TOKEN", None)
    command = [sys.executable, "-m", "agents", *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                child.kill()


def collect(broker: EmbeddedBroker, topic: str, decoder: Decoder, enough) -> list:
    """Read a topic from its beginning until ``enough`` holds of what was read."""
    consumer = KafkaConsumer(
        bootstrap_servers=broker.bootstrap,
        api_version=KAFKA_PYTHON_API,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
    found: list = []
    deadline = time.monotonic() + PATIENCE_S
    try:
        while not enough(found) and time.monotonic() < deadline:
            for records in consumer.poll(timeout_ms=300).values():
                found += [decoder.decode(record.value) for record in records]
    finally:
        consumer.close()
    assert enough(found), f"not within {PATIENCE_S:.0f} s: {found}"
    return found
