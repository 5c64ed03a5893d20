"""``tocsin page`` as a process of its own, for tests of the whole way."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.error import URLError

from kafka import KafkaProducer

from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from schemas.topics import INCIDENTS
from support.waiting import PATIENCE_S


def environment(broker: EmbeddedBroker, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_PARTITIONS": "4",
        "TOCSIN_PAGE_USER_HEADER": "X-User",
        "TOCSIN_PAGE_STORE": "sqlite://",
        **more,
    }


def publish(broker: EmbeddedBroker, *values: bytes, topic: str = INCIDENTS.name) -> None:
    made = KafkaProducer(bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API)
    with closing(made) as producer:
        for value in values:
            producer.send(topic, key=b"nestle", value=value)
        producer.flush(timeout=PATIENCE_S)


def get(url: str, **headers: str) -> str:
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - of this machine
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
        text: str = answer.read().decode()
    return text


@contextmanager
def running(environ: dict[str, str], brands: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command until it answers; end it as an operator does."""
    child = subprocess.Popen(
        [sys.executable, "-m", "agents", "page", "--brands", brands], env=environ
    )
    try:
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                get(f"http://127.0.0.1:{environ['TOCSIN_PAGE_PORT']}/")
                break
            except (URLError, ConnectionError):
                assert child.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(PATIENCE_S)
