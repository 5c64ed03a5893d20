"""Alerting's group is shared out anew while records wait for Slack: none of them is passed by."""

import time
from datetime import datetime
from threading import Event, Thread

import pytest
from confluent_kafka.admin import AdminClient
from kafka import KafkaConsumer, KafkaProducer
from prometheus_client import CollectorRegistry

from agents.alerting.dispatcher import Dispatcher
from agents.alerting.notifier import Outcome
from agents.alerting.report import Report
from agents.alerting.sinks.slack.errors import TryLaterError
from agents.kafka.apache import ApacheKafka
from agents.kafka.clients import KafkaClients
from agents.monitoring.health import Progress
from pipeline.metrics import Metrics
from schemas.codec import encode
from schemas.incident import Transition
from support.alert_examples import transition
from support.broker_topics import make_topics
from support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.kafka

TOPIC = "alerting-rebalance"
STEPS = 8


def test_what_waits_is_delivered_after_a_rebalance(apache_kafka: ApacheKafka) -> None:
    admin = AdminClient({"bootstrap.servers": apache_kafka.bootstrap})
    make_topics(apache_kafka.bootstrap, [TOPIC], 1)
    producer = KafkaProducer(bootstrap_servers=apache_kafka.bootstrap)
    for seq in range(STEPS):
        producer.send(TOPIC, encode(transition(seq=seq)))
    producer.close()
    tried, delivered = Event(), []
    slack_is_back, stop = Event(), Event()

    def deliver(one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        tried.set()
        if not slack_is_back.is_set():
            raise TryLaterError("http_503")
        delivered.append(one.seq)
        return "posted"

    consumer = KafkaClients(apache_kafka.bootstrap).consumer("alert", group=TOPIC)
    alerts = Dispatcher(
        consumer,
        deliver=deliver,
        last_resort=lambda _: None,
        sink="Slack",
        answers=lambda: True,
        dead=lambda _: None,
        report=Report(Metrics(CollectorRegistry()), Progress(), time.time, sink="Slack"),
        now=time.time,
        poll_s=0.1,
        topic=TOPIC,
    )
    revoked: list[object] = []
    drop = alerts.revoked
    listener = consumer._subscription.rebalance_listener
    listener._revoked = lambda parts: (revoked.extend(parts), drop(parts))
    running = Thread(target=alerts.run, args=(stop,))
    running.start()
    other = KafkaConsumer(bootstrap_servers=apache_kafka.bootstrap, group_id=TOPIC)
    try:
        until(tried.is_set)
        # Another member comes, for whom there is no partition, and so everything is shared anew.
        other.subscribe([TOPIC])
        until(lambda: other.poll(timeout_ms=100) or revoked)
        slack_is_back.set()

        def all_delivered() -> bool:
            other.poll(timeout_ms=100)  # who does not poll holds up the sharing out
            return STEPS - 1 in delivered

        until(all_delivered)
    finally:
        stop.set()
        running.join()
        other.close()
        consumer.close(autocommit=False)
        for future in admin.delete_topics([TOPIC]).values():
            future.result(PATIENCE_S)
    assert sorted(set(delivered)) == list(range(STEPS))
