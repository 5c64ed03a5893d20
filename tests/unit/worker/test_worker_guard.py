"""What the wiring does with a record before any shard sees it, and after one has answered."""

import asyncio
from types import SimpleNamespace

import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry

from agents.commands.worker import crash
from pipeline.detection.shard import Judged, JudgeShard
from pipeline.metrics import Metrics
from pipeline.rollup.rules import RollupRules
from pipeline.worker.app import Worker, WorkerOptions, utc_now
from schemas.codec import Decoder
from schemas.feedback import Feedback
from schemas.mention import Author, Mention, MentionBatch
from schemas.topics import BUCKETS, FEEDBACK, MENTIONS
from support.alert_examples import ONSET, transition
from support.rolling import BRANDS, FakeModel


def worker(registry: CollectorRegistry, crash=crash, weak_labels_per_hour: int = 0) -> Worker:
    return Worker(
        WorkerOptions("127.0.0.1:1", 1, RollupRules(), weak_labels_per_hour=weak_labels_per_hour),
        brands=BRANDS,
        model=FakeModel(),
        metrics=Metrics(registry),
        now=utc_now,
        crash=crash,
    )


class Stream:
    def __init__(self, *messages) -> None:
        self._messages = messages

    async def events(self):
        for message in self._messages:
            yield SimpleNamespace(message=message)


def message(topic: str, offset: int, value: bytes | None):
    tp = TP(topic, 0)
    return SimpleNamespace(topic=topic, partition=0, offset=offset, value=value, tp=tp)


@pytest.mark.parametrize("topic", [MENTIONS.name, BUCKETS.name, FEEDBACK.name])
def test_a_record_without_a_value_is_counted_and_says_nothing(topic):
    registry, seen = CollectorRegistry(), []

    async def step(event) -> None:
        seen.append(event.message.value)

    async def run() -> None:
        agent = worker(registry)._guarded(step)
        stream = Stream(message(topic, 0, None), message(topic, 1, b"{}"))
        async for _ in agent(stream):
            pass

    asyncio.run(run())
    assert seen == [b"{}"]
    stage = {MENTIONS.name: "rollup", BUCKETS.name: "judge", FEEDBACK.name: "feedback"}[topic]
    labels = {"stage": stage, "reason": "tombstone"}
    assert registry.get_sample_value("tocsin_records_dropped_total", labels) == 1


class Topic:
    """Takes what is sent, at once."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    async def send(self, *, key: bytes, value: bytes, partition: int) -> asyncio.Future:
        assert key
        assert partition == 0
        self.sent.append(value)
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


class Shard:
    """Has nothing to recover, and takes an acknowledgement."""

    recovered = ()

    def acknowledge(self, _record: object) -> None:
        pass


def emitted(registry: CollectorRegistry) -> dict[str, float]:
    return {
        sample.labels["stage"]: sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "tocsin_records_emitted_total"
    }


@pytest.mark.parametrize(
    ("topic", "method", "by", "stage"),
    [(BUCKETS.name, "apply", "", "judge"), (FEEDBACK.name, "hear", "fb-1", "feedback")],
)
def test_a_step_of_an_incident_is_counted_at_the_stage_that_caused_it(
    monkeypatch, topic, method, by, stage
):
    said = transition(feedback=by)
    monkeypatch.setattr(JudgeShard, method, lambda *_: Judged([said]))
    registry = CollectorRegistry()

    async def run() -> None:
        its = worker(registry)
        its._judges[0], its._incidents = Shard(), Topic()
        step = its._judge if method == "apply" else its._hear
        await step(SimpleNamespace(message=message(topic, 0, b"{}")))

    asyncio.run(run())
    assert emitted(registry) == {stage: 1}


def test_what_was_decided_before_a_crash_is_counted_by_who_caused_it():
    registry = CollectorRegistry()

    async def run() -> None:
        its, shard = worker(registry), Shard()
        its._incidents = Topic()
        for said in (transition(), transition(seq=1, feedback="fb-1")):
            await its._send(its._incidents, said, 0, shard.acknowledge)

    asyncio.run(run())
    assert emitted(registry) == {"judge": 1, "feedback": 1}


def test_weak_labels_are_counted_and_not_as_buckets():
    registry, feedback = CollectorRegistry(), Topic()
    mention = Mention(id="1", created_at=ONSET, text="what a day \U0001f621", author=Author(id="a"))
    batch = MentionBatch(
        brand=next(iter(BRANDS)), source="x", seq=0, watermark=ONSET, mentions=(mention,)
    )

    async def run() -> None:
        its = worker(registry, weak_labels_per_hour=10)
        its._feedback = feedback
        await its._label_weakly(batch, 0)

    asyncio.run(run())
    assert [Decoder(Feedback).decode(raw).weak for raw in feedback.sent] == [True]
    assert emitted(registry) == {"weak_labels": 1}
