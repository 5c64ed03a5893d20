"""A stream of Faust with records in its queue, and no Kafka."""

from collections.abc import Iterable

from faust.events import Event
from faust.types import TP
from faust.types.tuples import ConsumerMessage
from prometheus_client import CollectorRegistry

from agents.cli.worker import crash, utc_now
from pipeline.metrics import Metrics
from pipeline.rollup.rules import RollupRules
from pipeline.worker.app import Worker, WorkerOptions
from pipeline.worker.faust_fixes import App
from support.rolling import BRANDS, FakeModel


def worker_app() -> App:
    """The app of a worker whose Kafka never answers, as it is when records flow."""
    worker = Worker(
        WorkerOptions("127.0.0.1:9", 1, RollupRules()),
        brands=BRANDS,
        model=FakeModel(),
        metrics=Metrics(CollectorRegistry()),
        now=utc_now,
        crash=crash,
    )
    worker.app.flow_control.resume()
    return worker.app


def record(app: App, topic: str, offset: int, value: bytes | None) -> ConsumerMessage:
    """A record as Faust's consumer hands it over."""
    return ConsumerMessage(
        topic, 0, offset, 0.0, 0, {}, b"k", value, None,
        tp=TP(topic, 0), generation_id=app.consumer_generation_id,
    )  # fmt: skip


def stream_of(app: App, messages: Iterable[ConsumerMessage]):
    """A stream with these records in its queue, each of which it is to acknowledge."""
    stream = app.stream(app.channel())
    for message in messages:
        app.topics.acking_topics.add(message.topic)
        message.incref()
        event = Event(app, message.key, message.value, {}, message)
        stream.channel.queue.put_nowait(event)
    return stream
