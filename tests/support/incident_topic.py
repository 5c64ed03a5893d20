"""A topic of incidents on the embedded broker, for tests of alerting."""

from typing import NamedTuple

from kafka import KafkaProducer

from agents.kafka.embedded import KAFKA_PYTHON_API
from schemas.codec import encode
from schemas.incident import Transition
from support.waiting import PATIENCE_S


class Kafka(NamedTuple):
    """An embedded broker, and a topic and a group of one test's own: a broker takes a second."""

    bootstrap: str
    topic: str
    group: str


def publish(kafka: Kafka, *values: tuple[int, Transition | bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, api_version=KAFKA_PYTHON_API)
    for partition, value in values:
        raw = value if isinstance(value, bytes) else encode(value)
        producer.send(kafka.topic, raw, partition=partition).get(timeout=PATIENCE_S)
    producer.close()
