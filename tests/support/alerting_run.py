"""Alerting from a topic of incidents, as one process does it, for tests."""

import time
from collections.abc import Callable
from contextlib import closing
from threading import Event

from kafka import TopicPartition
from prometheus_client import CollectorRegistry

from agents.alerting.dispatcher import Deliver, Dispatcher
from agents.alerting.log import NotificationLog
from agents.alerting.report import Report
from agents.kafka.clients import KafkaClients
from agents.kafka.dead_letters import DeadLetters
from agents.monitoring.health import Progress
from pipeline.metrics import Metrics
from schemas.incident import Transition
from support.incident_topic import Kafka


class Run:
    """One life of the alerting process, on a clock that runs ``tick_s`` each time it is read.

    ``jumped_s``: by how much the host's clock was set meanwhile, which moves no monotonic one.
    """

    def __init__(self, kafka: Kafka, deliver: Deliver, tick_s: float = 5.0) -> None:
        self.kafka = kafka
        self.deliver = deliver
        self.tick_s = tick_s
        self.registry = CollectorRegistry()
        self.shown: list[Transition] = []
        self.last_resort: Callable[[Transition], object] = self.shown.append
        self.clock_s = time.time()
        self.jumped_s = 0.0
        self.answers: Callable[[], bool] = lambda: True
        self.oldest_s = 0.0
        self.notifications: NotificationLog | None = None
        self.committed: int | None = None

    def __call__(self, *, from_beginning: bool = False) -> "Run":
        address, group = self.kafka.bootstrap, self.kafka.group
        with (
            closing(DeadLetters(KafkaClients(self.kafka.bootstrap))) as dead,
            closing(KafkaClients(address).consumer(group, group=group)) as consumer,
        ):
            try:
                Dispatcher(
                    consumer,
                    deliver=self.deliver,
                    last_resort=self.last_resort,
                    sink="Slack",
                    notifications=self.notifications,
                    answers=self.answers,
                    dead=dead.send,
                    report=Report(Metrics(self.registry), Progress(), time.time, sink="Slack"),
                    now=lambda: self.clock_s + self.jumped_s,
                    clock_s=self._tick,
                    oldest_s=self.oldest_s,
                    from_beginning=from_beginning,
                    poll_s=0.05,
                    topic=self.kafka.topic,
                ).run(Event(), once=True)
            finally:
                self.committed = consumer.committed(TopicPartition(self.kafka.topic, 0))
        return self

    def metric(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, {"stage": "alert", **labels})

    def _tick(self) -> float:
        self.clock_s += self.tick_s
        return self.clock_s
