"""What we override or reach into of other libraries is still what it was written for.

Each is private, or one step of an order that nobody has promised, so their minors are pinned in
``pyproject.toml``. Where an upgrade moves or rewrites one, the test of its name fails: read what is
built on it (``pipeline.worker.faust_fixes``, ``agents.ingest.outbox.kafka_sender``) beside the new
source, then write the new digest here.
"""

import hashlib
import inspect
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import faust
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.client import AIOKafkaClient
from faust.stores.memory import Store
from faust.streams import Stream
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Producer
from kafka import KafkaProducer
from kafka.producer.sender import Sender
from mode import Service
from mode.utils.queues import FlowControlQueue

from pipeline.rollup.rules import RollupRules
from pipeline.worker.app import WorkerOptions, new_app

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"

WRITTEN_FOR: dict[Callable[..., object], str] = {
    AIOKafkaClient._get_conn: "68ce5d83",
    Producer.flush: "36d0cb36",
    Producer._new_producer: "e72355c3",
    AIOKafkaConsumerThread._create_worker_consumer: "c2701bfc",
    AIOKafkaConsumerThread._fetch_records: "39a2c6c7",
    Consumer.perform_seek: "0e8c130f",
    Consumer._new_consumer_thread: "0870ec53",
    Consumer.resume_partitions: "afe6b7c0",
    Consumer.pause_partitions: "27a1c94b",
    Consumer.resume_flow: "db59630f",
    Consumer.verify_all_partitions_active: "4e0e46f5",
    Consumer._is_changelog_tp: "88867d75",
    Consumer._drain_messages: "44a25003",
    Consumer.track_message: "217d7f13",
    Service.wait_first: "feade6a3",
    Stream.events: "c62f4dd3",
    Stream.ack: "32d7171a",
    FlowControlQueue.get_nowait: "57cb9b5c",
    faust.App._create_directories: "a9f571c3",
    faust.App.on_init_dependencies: "7621a70a",
    faust.Schema.compile: "d46eec5c",
    faust.Table._new_store: "914a2bda",
    Store.apply_changelog_batch: "71863e3c",
    Store._create_batch_iterator: "b082c8bc",
    Store.on_recovery_completed: "a00bef34",
    faust.Table.send_changelog: "3dd3884e",
    KafkaProducer._unregister_cleanup: "b3d9ec72",
    Sender.force_close: "7963a0d2",
}
"""Each with how the SHA-256 of its source begins."""


@pytest.mark.parametrize("its", WRITTEN_FOR, ids=lambda its: f"{its.__module__}.{its.__qualname__}")
def test_what_we_build_on_is_as_it_was(its: Callable[..., object]) -> None:
    digest = hashlib.sha256(inspect.getsource(its).encode()).hexdigest()
    assert digest.startswith(WRITTEN_FOR[its]), f"it is another one: {digest[:8]}"


@pytest.mark.parametrize(
    ("its", "name"),
    [
        (AIOKafkaConsumer.__init__, "_fetch_max_bytes"),
        (AIOKafkaConsumer.__init__, "_fetch_max_wait_ms"),
        (AIOKafkaClient._get_conn, "_sasl_plain_password"),
        (Consumer.perform_seek, "_read_offset"),
        (KafkaProducer.close, "_sender"),
        (KafkaProducer.close, "_closed"),
    ],
)
def test_what_we_set_or_read_is_used_there(its: Callable[..., object], name: str) -> None:
    assert name in its.__code__.co_names


@pytest.mark.parametrize("library", ["aiokafka", "faust-streaming", "kafka-python"])
def test_its_minor_is_pinned(library: str) -> None:
    asked = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    major, minor = map(int, version(library).split(".")[:2])
    [line] = [each for each in asked if each.startswith(library)]
    assert line.endswith(f",<{major}.{minor + 1}")


def test_a_worker_knows_all_addresses_of_its_kafka() -> None:
    options = WorkerOptions("kafka-1:9092,kafka-2:9093", 2, RollupRules())
    app = new_app(options, crash=_never)
    assert [(url.host, url.port) for url in app.transport.url] == [
        ("kafka-1", 9092),
        ("kafka-2", 9093),
    ]


def _never(error: BaseException) -> NoReturn:
    raise error
