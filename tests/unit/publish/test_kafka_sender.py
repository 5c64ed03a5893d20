from threading import Event
from time import monotonic

import pytest
from kafka.errors import KafkaTimeoutError, TopicAuthorizationFailedError
from kafka.future import Future

from agents.ingest.batcher import Batcher
from agents.ingest.outbox.kafka_sender import DeliveryError, KafkaSender
from agents.ingest.outbox.outbox import MemoryOutbox, OutboxRecord
from agents.ingest.publisher import Publisher


class FakeProducer:
    """Kafka as the sender sees it: the test decides what becomes of each record."""

    def __init__(self, *, deaf=0):
        self.sent = []
        self.abandoned = Event()
        self.closed = Event()
        self._deaf = deaf
        self._sender = self

    def partitions_for(self, _topic):
        if self._deaf:
            self._deaf -= 1
            raise KafkaTimeoutError
        return {0}

    def send(self, _topic, value, **_where):
        future = Future()
        self.sent.append((value, future))
        return future

    def close(self, **_timeout):
        self.closed.set()

    def _unregister_cleanup(self):
        pass

    def force_close(self):
        self.abandoned.set()


def record(number):
    return OutboxRecord(topic="t", key=b"k", value=b"%d" % number)


def until(reached):
    deadline = monotonic() + 5
    while not reached():
        assert monotonic() < deadline


@pytest.fixture
def running():
    """Starts senders, and ends them."""
    started = []

    def start(producer, outbox, **options):
        arrived = []
        sender = KafkaSender(
            outbox,
            lambda: producer,
            topics=("t",),
            partitions=1,
            delivered=arrived.append,
            **options,
        )
        sender.start()
        started.append(sender)
        return sender, arrived

    yield start
    for sender in started:
        sender.halt()
        sender.join(5)
        assert not sender.is_alive()


def test_what_arrives_is_acknowledged_up_to_the_first_that_has_not(running):
    producer, outbox = FakeProducer(), MemoryOutbox()
    _, arrived = running(producer, outbox)
    for number in range(3):
        outbox.append(record(number))
    until(lambda: len(producer.sent) == 3)
    producer.sent[1][1].success(None)
    assert outbox.acknowledged == 0
    producer.sent[0][1].success(None)
    assert outbox.acknowledged == 2
    assert arrived == [record(1), record(0)]


def test_no_more_than_the_window_is_on_its_way(running):
    producer, outbox = FakeProducer(), MemoryOutbox()
    running(producer, outbox, window_bytes=2)
    for number in range(5):
        outbox.append(record(number))
    until(lambda: len(producer.sent) == 2)
    producer.sent[0][1].success(None)
    until(lambda: len(producer.sent) == 3)


def test_a_refusal_ends_it_before_anything_behind_is_sent_again(running):
    producer, outbox = FakeProducer(), MemoryOutbox()
    sender, _ = running(producer, outbox)
    outbox.append(record(0))
    until(lambda: producer.sent)
    producer.sent[0][1].failure(TopicAuthorizationFailedError("t"))
    assert producer.abandoned.is_set()
    sender.join(5)
    assert "TopicAuthorizationFailedError" in str(sender.error)
    assert outbox.acknowledged == 0


def test_a_kafka_that_does_not_answer_yet_is_waited_for(running):
    producer, outbox = FakeProducer(deaf=3), MemoryOutbox()
    running(producer, outbox)
    outbox.append(record(0))
    until(lambda: producer.sent)


def test_a_client_that_cannot_be_made_is_said_and_not_waited_for():
    def fail():
        raise ValueError("no such host")

    publisher = Publisher(
        Batcher("s", partitions=1), MemoryOutbox(), fail, partitions=1, can_wait=True
    )
    until(lambda: publisher._sender.error)
    with pytest.raises(DeliveryError, match="no such host"):
        publisher.heartbeat(publisher._batcher.reached)


def test_with_everything_arrived_the_producer_is_closed_in_order(running):
    producer, outbox = FakeProducer(), MemoryOutbox()
    sender, _ = running(producer, outbox)
    sender.halt()
    sender.join(5)
    assert producer.closed.is_set()
    assert not producer.abandoned.is_set()


def test_the_publisher_raises_what_kafka_refused():
    producer = FakeProducer()
    publisher = Publisher(
        Batcher("s", partitions=1), MemoryOutbox(), lambda: producer, partitions=1, can_wait=True
    )
    publisher.heartbeat(publisher._batcher.reached)
    until(lambda: producer.sent)
    producer.sent[0][1].failure(TopicAuthorizationFailedError("t"))
    with pytest.raises(DeliveryError, match="TopicAuthorizationFailedError"):
        publisher.flush()
    with pytest.raises(DeliveryError):
        publisher.close()
