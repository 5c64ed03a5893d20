"""What the agents do with a record before any shard sees it, and after one has answered."""

import asyncio
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry

from agents.cli.worker import crash, utc_now
from pipeline.detection.shard import JudgedRecord, JudgeShard
from pipeline.learning.weak import WeakLabels
from pipeline.metrics import Metrics
from pipeline.rollup import RollupRules
from pipeline.rollup.partition.shard import Shard as RollupShard
from pipeline.worker.buckets import BucketsAgent
from pipeline.worker.faust_fixes import Outstanding
from pipeline.worker.feedback import FeedbackAgent
from pipeline.worker.guard import guarded, one_by_one
from pipeline.worker.judges import Judges
from pipeline.worker.lag import Lag
from pipeline.worker.mentions import MentionsAgent
from pipeline.worker.sending import Sender, Topics
from pipeline.worker.stages import no_cut
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.feedback import Feedback
from schemas.mention import Author, Mention, MentionBatch
from schemas.topics import BUCKETS, FEEDBACK, MENTIONS
from support.alert_examples import ONSET, transition
from support.rolling import BRANDS, FakeModel, mention, raw
from support.streams import record, stream_of, worker_app


def message(topic: str, offset: int, value: bytes | None):
    tp = TP(topic, 0)
    return SimpleNamespace(
        topic=topic, partition=0, offset=offset, value=value, tp=tp, headers=None
    )


@pytest.mark.parametrize("topic", [MENTIONS.name, BUCKETS.name, FEEDBACK.name])
def test_a_record_without_a_value_is_counted_and_says_nothing(topic):
    registry, seen = CollectorRegistry(), []
    metrics = Metrics(registry)

    async def apply(message) -> None:
        seen.append(message.value)

    async def run() -> None:
        agent = guarded(
            one_by_one(apply),
            resumed_at=dict,
            lag=Lag(metrics),
            metrics=metrics,
            crash=crash,
            on_progress=lambda: None,
        )
        app = worker_app()
        values = enumerate((None, b"{}", None))
        stream = stream_of(app, [record(app, topic, offset, value) for offset, value in values])
        steps = agent(stream)
        await anext(steps)
        await anext(steps)

    asyncio.run(run())
    assert seen == [b"{}"]
    stage = {MENTIONS.name: "rollup", BUCKETS.name: "judge", FEEDBACK.name: "feedback"}[topic]
    labels = {"stage": stage, "reason": "tombstone"}
    assert registry.get_sample_value("tocsin_records_dropped_total", labels) == 2


class Topic:
    """Takes what is sent, at once."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    async def send(
        self, *, key: bytes, value: bytes, partition: int, headers: None
    ) -> asyncio.Future:
        assert key
        assert headers is None  # nothing traces here
        assert partition == 0
        self.sent.append(value)
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


class Shard:
    """Has something to send again, and takes an acknowledgement."""

    forgotten = 0

    def __init__(self, recovered=()) -> None:
        self.recovered = recovered

    def acknowledge(self, _record: object) -> None:
        pass


def sender(metrics: Metrics, **to: Topic) -> Sender:
    topics = Topics(**{name: to.get(name, Topic()) for name in Topics._fields})
    return Sender(topics, Outstanding(crash), metrics=metrics, now=utc_now)


def judges(metrics: Metrics, shard: Shard) -> Judges:
    return Judges(
        lambda _partition: shard, sender=sender(metrics), metrics=metrics, now=utc_now, cut=no_cut
    )


def emitted(registry: CollectorRegistry) -> dict[str, float]:
    return {
        sample.labels["stage"]: sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "tocsin_records_emitted_total"
    }


@pytest.mark.parametrize(
    ("topic", "agent", "method", "stage"),
    [
        (BUCKETS.name, BucketsAgent, "apply", "judge"),
        (FEEDBACK.name, FeedbackAgent, "apply_feedback", "feedback"),
    ],
)
def test_a_step_of_an_incident_is_counted_at_the_stage_that_caused_it(
    monkeypatch, topic, agent, method, stage
):
    said = transition(feedback="fb-1" if stage == "feedback" else "")
    monkeypatch.setattr(JudgeShard, method, lambda *_: JudgedRecord([said]))
    registry = CollectorRegistry()

    async def run() -> None:
        await agent(judges(Metrics(registry), Shard())).apply(message(topic, 0, b"{}"))

    asyncio.run(run())
    assert emitted(registry) == {stage: 1}


def test_what_was_decided_before_a_crash_is_counted_by_who_caused_it(monkeypatch):
    monkeypatch.setattr(JudgeShard, "apply", lambda *_: JudgedRecord([]))
    registry = CollectorRegistry()
    shard = Shard(recovered=(transition(), transition(seq=1, feedback="fb-1")))

    async def run() -> None:
        agent = BucketsAgent(judges(Metrics(registry), shard))
        await agent.apply(message(BUCKETS.name, 0, b"{}"))

    asyncio.run(run())
    assert emitted(registry) == {"judge": 1, "feedback": 1}


def test_weak_labels_are_counted_and_not_as_buckets():
    registry, feedback = CollectorRegistry(), Topic()
    metrics = Metrics(registry)
    mention = Mention(id="1", created_at=ONSET, text="what a day \U0001f621", author=Author(id="a"))
    batch = MentionBatch(
        brand=next(iter(BRANDS)), source="x", seq=0, watermark=ONSET, mentions=(mention,)
    )

    async def run() -> None:
        agent = MentionsAgent(
            lambda _partition: Shard(),
            brands=BRANDS,
            weak=WeakLabels(10),
            reader=None,
            sender=sender(metrics, feedback=feedback),
            lag=Lag(metrics),
            metrics=metrics,
            now=utc_now,
            cut=no_cut,
        )
        await agent.label_weakly(batch, 0)

    asyncio.run(run())
    assert [Decoder(Feedback).decode(raw).weak for raw in feedback.sent] == [True]
    assert emitted(registry) == {"weak_labels": 1}


class SlowTopic(Topic):
    """Kafka takes its time; ``order`` says when it has what was sent."""

    def __init__(self, order: list[str]) -> None:
        super().__init__()
        self._order = order

    async def send(
        self, *, key: bytes, value: bytes, partition: int = 0, headers: None = None
    ) -> asyncio.Future:
        sent = await super().send(key=key, value=value, partition=partition, headers=headers)

        async def acknowledged() -> None:
            await asyncio.sleep(0.01)
            self._order.append(key.decode())

        assert sent.done()
        return asyncio.ensure_future(acknowledged())


class Ordered(dict[str, bytes]):
    """A table that says when it is written."""

    def __init__(self, order: list[str]) -> None:
        super().__init__()
        self._order = order

    def __setitem__(self, key: str, value: bytes) -> None:
        super().__setitem__(key, value)
        self._order.append(f"table {key}")


def test_what_is_rejected_is_with_kafka_before_the_state_passes_over_it():
    order: list[str] = []
    metrics = Metrics(CollectorRegistry())
    shard = RollupShard(
        0, table=Ordered(order), brands=BRANDS, rules=RollupRules(), model=FakeModel()
    )
    order.clear()
    early = mention("1", 0)
    strange = raw(early, to=1, brand="nestle").replace(b'"id":"1"', b'"id":1')
    values = [raw(mention("0", 0), to=0), strange, raw(to=2)]

    async def run() -> None:
        agent = MentionsAgent(
            lambda _partition: shard,
            brands=BRANDS,
            weak=WeakLabels(0),
            reader=None,
            sender=sender(metrics, dead_letters=SlowTopic(order)),
            lag=Lag(metrics),
            metrics=metrics,
            now=utc_now,
            cut=no_cut,
        )
        await agent.apply(
            iter([timed(MENTIONS.name, offset, value) for offset, value in enumerate(values)])
        )

    asyncio.run(run())
    assert order == ["tocsin.mentions[0]@1#0", "table 0|nestle|0", "table 0|nestle|1"]


def test_late_posts_and_what_is_told_again_for_them_are_counted():
    def now() -> datetime:
        return ONSET + timedelta(minutes=2)

    registry, buckets = CollectorRegistry(), Topic()
    metrics = Metrics(registry)
    values = [raw(to=60), raw(mention("1", 3), to=60), raw(mention("2", 69), to=75)]

    async def run() -> None:
        agent = MentionsAgent(
            lambda _partition: RollupShard(
                0, table={}, brands=BRANDS, rules=RollupRules(), model=FakeModel()
            ),
            brands=BRANDS,
            weak=WeakLabels(0),
            reader=None,
            sender=sender(metrics, buckets=buckets),
            lag=Lag(metrics),
            metrics=metrics,
            now=now,
            cut=no_cut,
        )
        await agent.apply(
            iter([timed(MENTIONS.name, offset, value) for offset, value in enumerate(values)])
        )

    asyncio.run(run())
    assert [Decoder(Bucket).decode(raw).revision for raw in buckets.sent] == [1, 0]
    assert registry.get_sample_value("tocsin_mentions_delayed_total") == 1
    assert registry.get_sample_value("tocsin_revisions_total") == 1
    # A revision is as old as the post is late: that is not how long a bucket takes.
    assert registry.get_sample_value("tocsin_latency_seconds_count", {"to": "bucket"}) == 1


def timed(topic: str, offset: int, value: bytes):
    """A message with a time, as Kafka gives it."""
    return SimpleNamespace(**vars(message(topic, offset, value)), timestamp=ONSET.timestamp())
