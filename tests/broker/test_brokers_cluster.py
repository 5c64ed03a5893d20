"""Three brokers that are one Kafka: one of them may go, and nothing that was taken is lost."""

import gc
from contextlib import closing

import pytest

from agents.kafka.apache_cluster import ApacheCluster
from agents.kafka.clients import KafkaClients
from agents.kafka.topics import create_topics, inspect_topics
from agents.settings import Settings
from schemas.topics import FEEDBACK, MENTIONS
from support.waiting import PATIENCE_S, until

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

SETTINGS = Settings(partitions=2, replication=3)


def test_a_broker_goes_and_comes_and_all_that_was_acknowledged_is_there(
    apache_cluster: ApacheCluster,
) -> None:
    clients = KafkaClients(apache_cluster.bootstrap)
    create_topics(clients, SETTINGS)

    def all_are_right() -> bool:
        return {status.verdict for status in inspect_topics(clients, SETTINGS)} == {"right"}

    # Each look may be answered by another broker, and one of three may hear of a topic a bit later.
    until(all_are_right)
    first, *_ = apache_cluster.brokers
    with closing(clients.producer()) as to:
        to.send(MENTIONS.name, value=b"before").get(timeout=PATIENCE_S)
        first.kill()
        to.send(MENTIONS.name, value=b"without it").get(timeout=PATIENCE_S)
        first.start()
        apache_cluster.await_in_sync()
        apache_cluster.restart(apache_cluster.brokers[1])
        to.send(MENTIONS.name, value=b"after").get(timeout=PATIENCE_S)
    told = {record.value for record in clients.read(MENTIONS.name)}
    assert told == {b"before", b"without it", b"after"}
    assert list(clients.read(FEEDBACK.name)) == []
    gc.collect()  # kafka-python leaves sockets that a broker refused open until then
