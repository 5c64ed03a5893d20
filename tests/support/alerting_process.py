"""Alerting as a process of its own, which kills itself at an instant that a test chooses.

``python -m support.alerting_process SINK URL BOOTSTRAP TOPIC GROUP LOG DIES``: delivers what is on
TOPIC now. SINK is slack or recorder; DIES is never, unlogged (the channel has accepted, the log
has not) or logged (the log has accepted, nothing is committed).
"""

import os
import signal
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from threading import Event

from prometheus_client import CollectorRegistry

from agents.alerting.dispatcher import Dispatcher
from agents.alerting.log import TopicLog
from agents.alerting.message.brands import brand_of
from agents.alerting.notifier import Notifier
from agents.alerting.report import Report
from agents.alerting.sinks.base import Sink
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.sink import SlackSink
from agents.kafka.clients import KafkaClients
from agents.monitoring.health import Progress
from pipeline.metrics import Metrics
from schemas.notification import Notification
from support.alert_examples import BRAND
from support.recording_sink import RecordingSink


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Unlogged(TopicLog):
    """Dies when the channel has accepted, and the log has not."""

    def keep(self, _partition: int, _delivered: Notification) -> None:
        kill()


class Logged(TopicLog):
    """Dies when the log has accepted, and before anything is committed."""

    def keep(self, partition: int, delivered: Notification) -> None:
        super().keep(partition, delivered)
        kill()


LOGS = {"never": TopicLog, "unlogged": Unlogged, "logged": Logged}


def main() -> None:
    kind, url, bootstrap, topic, group, log, dies = sys.argv[1:]
    sink: Sink = RecordingSink(url)
    if kind == "slack":
        sink = SlackSink(SlackApi("xoxb-test", url, timeout_s=2))
    with (
        closing(LOGS[dies](KafkaClients(bootstrap), sink.name, topic=log)) as notifications,
        closing(KafkaClients(bootstrap).consumer(group, group=group)) as consumer,
    ):
        notifier = Notifier(
            sink, notifications, brand_of({"nestle": BRAND}), now=lambda: datetime.now(UTC)
        )
        Dispatcher(
            consumer,
            deliver=notifier.deliver,
            sink=sink.title,
            notifications=notifications,
            last_resort=lambda _: None,
            answers=sink.answers,
            dead=lambda letter: sys.exit(str(letter)),
            report=Report(Metrics(CollectorRegistry()), Progress(), time.time, sink=sink.title),
            now=time.time,
            poll_s=0.05,
            topic=topic,
        ).run(Event(), once=True)


if __name__ == "__main__":
    main()
