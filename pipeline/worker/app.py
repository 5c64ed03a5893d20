"""The stream processors on Faust: the one place where it is wired.

Three agents. Each takes a record, calls a pure shard, sends what comes out, and nothing else::

    tocsin.mentions ─► Shard ─► tocsin.buckets ─► JudgeShard ─► tocsin.incidents
                         └──────────┬──────────────────┤
                                    ▼                  └──◄ tocsin.feedback
                           tocsin.dead-letters
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, NamedTuple

import faust
import msgspec
from faust.types import TP, EventT, Message, StreamT

from pipeline.detection.patterns.confidence import behind
from pipeline.detection.patterns.library import Library, load_library
from pipeline.detection.shard import Judged, JudgeShard, judge_header
from pipeline.learning.weak import WeakLabels
from pipeline.metrics import Metrics
from pipeline.reading.contract import Reader
from pipeline.reading.rules import ReadingRules
from pipeline.rollup.rules import RollupRules
from pipeline.rollup.shard import Shard, rollup_header
from pipeline.sentiment.contract import SentimentModel
from pipeline.worker.faust_fixes import App, Crash, arrived_s, bytes_topic, state_table
from pipeline.worker.reader_thread import Aside
from schemas import topics
from schemas.brand import Brand
from schemas.codec import UnreadableError, encode
from schemas.dead_letter import letter
from schemas.incident import Transition
from schemas.mention import ALL_BRANDS, MentionBatch

LAG_INTERVAL_S = 5.0
TURN_S = 1.0
FETCH_BYTES = 4_000_000
"""Of one partition at a time: some seventy full batches."""

RECORDS_A_TURN = 100
"""Of all partitions that are taken over from the fetched ones at a time, see ``faust_fixes``.

In a backlog of mentions a bucket waits for two turns or three, rather than for all that was
fetched."""

STAGES: Final = {
    topics.MENTIONS.name: "rollup",
    topics.BUCKETS.name: "judge",
    topics.FEEDBACK.name: "feedback",
}
"""The stage that reads each topic, as metrics name it."""

WEAK_LABELS: Final = "weak_labels"
"""The stage under which metrics count labels that posts gave themselves. Not the roll-up: what it
emits are the buckets that the judge receives."""

log = logging.getLogger("tocsin.worker")

Cut = Callable[[str], Awaitable[None]]
"""Awaited between two steps of a record with the name of the place; tests end the process there."""


async def no_cut(_: str) -> None:
    """Go on."""


class WorkerOptions(NamedTuple):
    """Where the worker's Kafka is and how it behaves towards it."""

    bootstrap: str
    partitions: int
    rules: RollupRules
    session_timeout_s: float = 30.0
    commit_interval_s: float = 2.0
    weak_labels_per_hour: int = 0
    reading: ReadingRules | None = None
    """How much a ``reader`` reads; None for nothing."""


class Worker:
    """The Faust app of one worker process, with its shards."""

    def __init__(
        self,
        options: WorkerOptions,
        *,
        brands: Mapping[str, Brand],
        model: SentimentModel,
        model_of: Callable[[str], SentimentModel] | None = None,
        metrics: Metrics,
        now: Callable[[], datetime],
        crash: Crash,
        on_progress: Callable[[], None] = lambda: None,
        on_turn: Callable[[], None] = lambda: None,
        cut: Cut = no_cut,
        library: Library | None = None,
        reader: Reader | None = None,
    ) -> None:
        self._options = options
        self._brands = brands
        self._model = model
        self._model_of = model_of
        self._weak = WeakLabels(options.weak_labels_per_hour)
        self._metrics = metrics
        self._now = now
        self._crash = crash
        self._on_progress = on_progress
        self._on_turn = on_turn
        self._cut = cut
        self._library = library or load_library()
        self._reading = None if reader is None else options.reading
        self._aside: Aside | None = None
        self._reader_name = "none: nothing is read carefully"
        if reader is not None and self._reading is not None:
            self._aside = Aside(reader, on_read=metrics.read)
            most = self._reading.texts_per_h
            self._reader_name = f"{reader.version}, at most {most} texts per brand and hour"
        self._shards: dict[int, Shard] = {}
        self._judges: dict[int, JudgeShard] = {}
        self._applied: dict[TP, int] = {}
        self._lag: dict[TP, int] = {}
        self._holes: set[TP] = set()
        self._deciding = asyncio.Lock()
        self.settled = False
        """Whether partitions are shared out and their state is there."""

        self.app = self._build()

    def caught_up(self) -> bool:
        """Whether all that Kafka holds for this worker was applied when lag was last looked at."""
        return not any(self._lag.values())

    def lag(self) -> int:
        """How many records waited when it was last looked at."""
        return sum(self._lag.copy().values())

    def _build(self) -> App:
        options = self._options
        app = App(
            topics.APP_ID,
            crash=self._crash,
            broker=f"kafka://{options.bootstrap}",
            store="memory://",
            topic_partitions=options.partitions,
            topic_allow_declare=False,
            topic_disable_leader=True,
            table_standby_replicas=0,
            web_enabled=False,
            broker_session_timeout=options.session_timeout_s,
            broker_heartbeat_interval=options.session_timeout_s / 10,
            broker_commit_interval=options.commit_interval_s,
            consumer_auto_offset_reset="earliest",
            consumer_max_fetch_size=FETCH_BYTES,
            broker_max_poll_records=RECORDS_A_TURN,
            stream_buffer_maxsize=2 * RECORDS_A_TURN,
            read_first=(topics.BUCKETS.name, topics.FEEDBACK.name),
            producer_linger=0.005,
            producer_max_request_size=2_000_000,
            stream_wait_empty=True,
            worker_redirect_stdouts=False,
        )
        self._mentions = bytes_topic(app, topics.MENTIONS)
        self._buckets = bytes_topic(app, topics.BUCKETS)
        self._feedback = bytes_topic(app, topics.FEEDBACK)
        self._incidents = bytes_topic(app, topics.INCIDENTS)
        self._dead_letters = bytes_topic(app, topics.DEAD_LETTERS)
        table = partial(state_table, app, partitions=options.partitions, crash=self._crash)
        self._rollup_table = table(rollup_header(options.rules.width_s))
        self._judge_table = table(judge_header(options.rules.width_s))
        app.agent(self._mentions, name="rollup")(self._guarded(self._roll_up))
        app.agent(self._buckets, name="judge")(self._guarded(self._judge))
        app.agent(self._feedback, name="feedback")(self._guarded(self._hear))
        app.on_partitions_revoked.connect(self._forget)
        app.on_rebalance_complete.connect(self._settle)
        app.timer(LAG_INTERVAL_S)(self._observe_lag)
        app.task(self._turn)
        app.task(self._introduce)
        return app

    async def _turn(self) -> None:
        """Tell every second that the loop turns."""
        while not self.app.should_stop:
            self._on_turn()
            await asyncio.sleep(TURN_S)

    async def _introduce(self) -> None:
        """Say at the start what judges: who compares two runs must know whether it was the same."""
        log.info(
            "sentiment %s; library of %s episodes, digest %s; reader %s",
            self._model.version,
            len(self._library.references),
            self._library.digest,
            self._reader_name,
        )

    def _settle(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - a Faust signal
        self.settled = True

    def _forget(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - a Faust signal
        """Partitions moved: what is kept is built anew from the recovered tables."""
        self.settled = False
        self._shards.clear()
        self._judges.clear()
        self._applied.clear()
        for part in self._lag:
            self._metrics.forget_lag(part.topic, part.partition)
        self._lag.clear()

    async def _observe_lag(self) -> None:
        consumer = self.app.consumer
        for part in consumer.assignment():
            if part.topic in STAGES:
                end = consumer.highwater(part) or 0
                applied = self._applied.get(part)
                reached = await consumer.position(part) if applied is None else applied + 1
                self._lag[part] = max(0, end - (reached or 0))
                self._metrics.lag(part.topic, part.partition, self._lag[part])

    def _guarded(self, step: Callable[[EventT], Any]) -> Callable[[StreamT], AsyncIterator[None]]:
        """Make an agent that ends the process on any error; one that escapes is acked and lost.

        What a record is to blame for never comes so far: the shards bury it. An error here is one
        of Kafka or of a table, and is mended by reading again. A record without a value, as
        compaction knows it, says nothing.
        """

        async def agent(stream: StreamT) -> AsyncIterator[None]:
            async for event in stream.events():
                self._notice_a_hole(event.message)
                try:
                    if event.message.value is None:
                        self._metrics.dropped(STAGES[event.message.topic], "tombstone")
                    else:
                        await step(event)
                except Exception as error:  # noqa: BLE001 - crash is the policy, see above
                    self._crash(error)
                self._applied[event.message.tp] = event.message.offset
                self._on_progress()
                await asyncio.sleep(0)  # a stream that is never empty would not let others run
                yield

        agent.__name__ = step.__name__
        return agent

    def _notice_a_hole(self, message: Message) -> None:
        """Say it where Kafka's retention took records before they were read.

        The first record of a partition is held against the offset at which this worker, or the one
        before it, was to go on: what went while none ran was not read, either.
        """
        applied = self._applied.get(message.tp)
        expected = self.app.consumer.resumed_at.get(message.tp) if applied is None else applied + 1
        missing = 0 if expected is None else message.offset - expected
        if missing > 0:
            self._metrics.dropped(STAGES[message.topic], "expired", missing)
            log.error(
                "%s[%s]: %s records before offset %s were gone before they were read; the worker "
                "was away, or too far behind, for longer than the topic keeps them",
                message.topic,
                message.partition,
                missing,
                message.offset,
            )
            self._holes.add(message.tp)

    async def _roll_up(self, event: EventT) -> None:
        message = event.message
        partition = message.partition
        self._metrics.received("rollup")
        shard = self._shards.get(partition)
        if shard is None:
            shard = self._shards[partition] = Shard(
                partition,
                table=self._rollup_table,
                brands=self._brands,
                rules=self._options.rules,
                model=self._model,
                model_of=self._model_of,
                partitions=self._options.partitions,
                reading=self._reading,
            )
            for bucket in shard.recovered:
                await self._send(self._buckets, bucket, partition, shard.acknowledge)
        if message.tp in self._holes:
            self._holes.remove(message.tp)
            shard.lose(message.offset)
        came_s = arrived_s(message)
        if self._aside is None:
            outcome = shard.apply(message.offset, message.value, arrived_s=came_s)
        else:
            applying = shard.applying(message.offset, message.value, arrived_s=came_s)
            outcome = await self._aside.answered(applying)
        await self._cut("state_written")
        for bucket in outcome.buckets:
            await self._send(self._buckets, bucket, partition, shard.acknowledge)
            self._metrics.believed(bucket.sources, quarantined=bucket.quarantined)
            if bucket.brand != ALL_BRANDS:
                self._metrics.latency("bucket", self._now() - bucket.watermark)
        for rejected in outcome.rejected:
            place = "" if rejected.place is None else f"#{rejected.place}"
            await self._bury(event, rejected.error, rejected.raw, place=place, stage="rollup")
        await self._cut("output_sent")
        if outcome.batch is not None:
            self._count(outcome.batch, outcome.dropped)
            await self._label_weakly(outcome.batch, partition)

    async def _label_weakly(self, batch: MentionBatch, partition: int) -> None:
        if batch.brand == ALL_BRANDS:
            return
        for label in self._weak.of(batch, self._brands[batch.brand].own_accounts):
            future = await self._feedback.send(
                key=batch.brand.encode(), value=encode(label), partition=partition
            )
            self.app.outstanding.track(future)
            self._metrics.emitted(WEAK_LABELS)

    async def _judge(self, event: EventT) -> None:
        await self._decide(event, JudgeShard.apply)

    async def _hear(self, event: EventT) -> None:
        await self._decide(event, JudgeShard.hear)

    async def _decide(
        self, event: EventT, apply: Callable[[JudgeShard, int, bytes], Judged]
    ) -> None:
        """Have a record judged, and send what is said once its state is with Kafka for good.

        Two topics are read side by side: after a crash in between, feedback and buckets could be
        applied in another order, and what was already said could then not be said again. One record
        at a time, so that the steps of an incident are sent in their order.
        """
        message = event.message
        partition = message.partition
        stage = STAGES[message.topic]
        async with self._deciding:
            self._metrics.received(stage)
            shard = await self._judge_of(partition)
            judged = apply(shard, message.offset, message.value)
            if judged.transitions:
                await self.app.outstanding.drained()
            await self._cut(f"{stage}_written")
            for transition in judged.transitions:
                await self._send(self._incidents, transition, partition, shard.acknowledge)
                self._metrics.latency("incident", self._now() - transition.at)
            await self._cut(f"{stage}_said")
            if judged.error is not None:
                await self._bury(event, judged.error, message.value, stage=stage)

    async def _judge_of(self, partition: int) -> JudgeShard:
        shard = self._judges.get(partition)
        if shard is None:
            shard = self._judges[partition] = JudgeShard(
                partition,
                table=self._judge_table,
                brands=self._brands,
                width_s=self._options.rules.width_s,
                library=self._library,
                partitions=self._options.partitions,
            )
            for transition in shard.recovered:
                await self._send(self._incidents, transition, partition, shard.acknowledge)
        return shard

    async def _send(
        self,
        topic: faust.Topic,
        record: Any,  # noqa: ANN401 - Bucket or Transition, with its own acknowledge
        partition: int,
        acknowledge: Callable[[Any], None],
    ) -> None:
        said = self._stamped(record) if isinstance(record, Transition) else record
        future = await topic.send(
            key=record.brand.encode(), value=encode(said), partition=partition
        )
        self.app.outstanding.track(future, partial(acknowledge, record))
        self._metrics.emitted(_stage_of(record))

    def _stamped(self, told: Transition) -> Transition:
        """Say how far behind what it tells of a transition is, and lower its confidence for it."""
        behind_s = round(max((self._now() - told.at).total_seconds(), 0.0), 1)
        return msgspec.structs.replace(
            told,
            confidence=behind(told.confidence, behind_s),
            completeness=msgspec.structs.replace(told.completeness, behind_s=behind_s),
        )

    async def _bury(
        self, event: EventT, error: UnreadableError, raw: bytes, *, stage: str, place: str = ""
    ) -> None:
        message = event.message
        origin = f"{message.topic}[{message.partition}]@{message.offset}{place}"
        told = letter(raw, at=self._now(), origin=origin, reason=error.reason, detail=error.detail)
        future = await self._dead_letters.send(key=origin.encode(), value=encode(told))
        self.app.outstanding.track(future)
        self._metrics.errored(stage, error.reason)

    def _count(self, batch: MentionBatch, dropped: Mapping[str, int]) -> None:
        self._metrics.mentions("rollup", len(batch.mentions))
        for reason, count in dropped.items():
            self._metrics.dropped("rollup", reason, count)
        self._metrics.watermark_age(batch.source, self._now() - batch.watermark)


def _stage_of(record: Any) -> str:  # noqa: ANN401 - Bucket or Transition
    """The stage that made a record; a transition by a person is that of the feedback."""
    if not isinstance(record, Transition):
        return STAGES[topics.MENTIONS.name]
    return STAGES[topics.FEEDBACK.name if record.feedback else topics.BUCKETS.name]


def utc_now() -> datetime:
    """The wall clock, for the edge to hand in."""
    return datetime.now(UTC)
