"""The embedded broker as our clients see it."""

import asyncio
import socket

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka.admin import AdminClient
from kafka import KafkaConsumer, KafkaProducer

from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from schemas.topics import MENTIONS, TOPICS
from support.waiting import PATIENCE_S


def test_every_topic_of_ours_has_the_wanted_partitions() -> None:
    with EmbeddedBroker(partitions=7) as broker:
        admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        found = admin.list_topics(timeout=10).topics
        assert {name: len(topic.partitions) for name, topic in found.items()} == {
            topic.name: 7 for topic in TOPICS
        }


def test_a_topic_twice_is_refused() -> None:
    with EmbeddedBroker() as broker, pytest.raises(OSError, match=r"create topic tocsin\.mentions"):
        broker.create_topic(MENTIONS.name, 4)


def test_two_brokers_live_side_by_side() -> None:
    with EmbeddedBroker() as one, EmbeddedBroker() as two:
        assert one.bootstrap != two.bootstrap


def test_nothing_is_left_after_the_block() -> None:
    with EmbeddedBroker() as broker:
        pass
    with pytest.raises(RuntimeError, match="not running"):
        _ = broker.bootstrap


def test_kafka_python_writes_and_reads(embedded_broker: EmbeddedBroker) -> None:
    embedded_broker.create_topic("by-kafka-python", 3)
    producer = KafkaProducer(
        bootstrap_servers=embedded_broker.bootstrap,
        api_version=KAFKA_PYTHON_API,
        acks="all",
    )
    placed = producer.send("by-kafka-python", b"hello", key=b"brand").get(timeout=PATIENCE_S)
    producer.close()
    consumer = KafkaConsumer(
        "by-kafka-python",
        bootstrap_servers=embedded_broker.bootstrap,
        api_version=KAFKA_PYTHON_API,
        auto_offset_reset="earliest",
        group_id="g",
        consumer_timeout_ms=10_000,
    )
    record = next(consumer)
    consumer.close()
    assert (record.value, record.partition) == (b"hello", placed.partition)


def test_aiokafka_writes_and_reads_in_a_group(embedded_broker: EmbeddedBroker) -> None:
    embedded_broker.create_topic("by-aiokafka", 2)

    async def there_and_back() -> bytes:
        producer = AIOKafkaProducer(bootstrap_servers=embedded_broker.bootstrap, acks="all")
        await producer.start()
        await producer.send_and_wait("by-aiokafka", b"salut", key=b"brand")
        await producer.stop()
        consumer = AIOKafkaConsumer(
            "by-aiokafka",
            bootstrap_servers=embedded_broker.bootstrap,
            group_id="h",
            auto_offset_reset="earliest",
        )
        await consumer.start()
        try:
            return (await asyncio.wait_for(consumer.getone(), 15)).value
        finally:
            await consumer.stop()

    assert asyncio.run(there_and_back()) == b"salut"


def test_down_is_down_and_up_again_keeps_messages() -> None:
    with EmbeddedBroker(partitions=1) as broker:

        def offset_of_next() -> int:
            producer = KafkaProducer(
                bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API
            )
            placed = producer.send(MENTIONS.name, b"x").get(timeout=PATIENCE_S)
            producer.close()
            return int(placed.offset)

        host, port = broker.bootstrap.split(":")
        assert offset_of_next() == 0
        broker.go_down()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), timeout=5)
        broker.come_up()
        assert offset_of_next() == 1
