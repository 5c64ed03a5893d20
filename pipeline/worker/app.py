"""The worker: one Faust app, put together from its agents."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from pipeline.detection.brand_judge import LIKENESS, judge_header
from pipeline.detection.patterns.library import Library, load_library
from pipeline.detection.shard import JudgeShard
from pipeline.learning.weak import WeakLabels
from pipeline.metrics import Metrics
from pipeline.reading.contract import Reader
from pipeline.reading.rules import ReadingRules
from pipeline.rollup.partition.shard import Shard, rollup_header
from pipeline.rollup.rules import RollupRules
from pipeline.sentiment.api import Scorer
from pipeline.state.header import partition_of
from pipeline.tracing import OFF, Batches, Tracing
from pipeline.worker.buckets import BucketsAgent
from pipeline.worker.credentials import Login, credentials_of
from pipeline.worker.faust_fixes import App, Crash, state_table
from pipeline.worker.feedback import FeedbackAgent
from pipeline.worker.forgetting import LOOK_S, Deletions, forget, wait_after
from pipeline.worker.guard import guarded, one_by_one
from pipeline.worker.judges import Judges
from pipeline.worker.lag import Lag
from pipeline.worker.mentions import MentionsAgent
from pipeline.worker.pulse import ProcessPulse
from pipeline.worker.reader_thread import ReaderThread
from pipeline.worker.sending import Sender, Topics
from pipeline.worker.stages import FEEDBACK, JUDGE, ROLLUP, Cut, no_cut
from schemas import topics
from schemas.brand import Brand

LAG_INTERVAL_S = 5.0
"""How often lag is observed."""

STILL_SHARE = 0.7
"""Of its session a worker may stand still. Its last heartbeat was up to a tenth before that."""

TURN_S = 1.0
"""How often the worker reports that its event loop turns."""

FETCH_BYTES = 1_000_000
"""Of one partition at a time, at most: some twenty full batches."""

LEAST_FETCH_BYTES = 100_000
"""Of one partition at a time, however many there are: less would be a fetch every few records."""

FETCHED_BYTES = 32_000_000
"""Of all partitions at a time: what is fetched and not taken over yet, however much waits."""

RECORDS_A_TURN = 100
"""Of all partitions that are taken over from the fetched ones at a time, see ``faust_fixes``.

In a backlog of mentions a bucket waits for two turns or three, rather than for all that was
fetched."""

log = logging.getLogger("tocsin.worker")


class WorkerOptions(NamedTuple):
    """Where the worker's Kafka is and how it behaves towards it."""

    bootstrap: str
    partitions: int
    rules: RollupRules
    prefix: str = ""
    """How the names of topics and of the group begin on this cluster."""
    login: Login | None = None
    """What an open listener does not ask for."""
    session_timeout_s: float = 30.0
    commit_interval_s: float = 2.0
    weak_labels_per_hour: int = 0
    reading: ReadingRules | None = None
    """How much a ``reader`` reads; None for nothing."""


class Worker:
    """The Faust app of one worker process, with its agents.

    ``model`` scores all brands, unless ``model_of`` gives the model of a brand. ``crash`` ends the
    process without another commit. ``on_progress`` is called after each step, ``on_turn`` every
    second while the event loop turns. ``cut``: see ``pipeline.worker.stages``. ``library``: without
    it, the reference episodes that Tocsin ships. ``reader`` reads some posts carefully, if
    ``options.reading`` says how many. ``tracing``: see ``pipeline.tracing``. ``deletions``: what is
    to be forgotten; all that is known when the worker starts must be in it by then.
    """

    def __init__(
        self,
        options: WorkerOptions,
        *,
        brands: Mapping[str, Brand],
        model: Scorer,
        model_of: Callable[[str], Scorer] | None = None,
        metrics: Metrics,
        now: Callable[[], datetime],
        crash: Crash,
        on_progress: Callable[[], None] = lambda: None,
        on_turn: Callable[[], None] = lambda: None,
        cut: Cut = no_cut,
        library: Library | None = None,
        reader: Reader | None = None,
        tracing: Tracing = OFF,
        deletions: Deletions | None = None,
    ) -> None:
        self._deletions = Deletions() if deletions is None else deletions
        self._deletions.hand_over()
        gone = self._deletions.gone
        width_s = options.rules.width_s
        library = library or load_library()
        reading = None if reader is None else options.reading
        reader_thread: ReaderThread | None = None
        if reader is not None and reading is not None:
            reader_thread = ReaderThread(reader, on_read=metrics.read)
        self._on_turn = on_turn
        self._introduction = introduction(model, library, reader, reading)
        self._lag = Lag(metrics)
        self.settled = False
        """Whether partitions are shared out and their state is there."""
        self._asleep = True

        pulse = ProcessPulse(options.session_timeout_s * STILL_SHARE, crash)
        self.app = new_app(options, crash, before_write=pulse.check)
        self._pulse = pulse
        to = Topics.of(self.app)
        table = partial(state_table, self.app, partitions=options.partitions, crash=crash)
        self._rollup_table = table(rollup_header(width_s))
        self._judge_table = table(judge_header(width_s), likeness=LIKENESS)
        sender = Sender(to, self.app.outstanding, metrics=metrics, now=now, tracing=tracing)
        self._mentions = MentionsAgent(
            partial(
                Shard,
                table=self._rollup_table,
                brands=brands,
                rules=options.rules,
                model=model,
                model_of=model_of,
                partitions=options.partitions,
                reading=reading,
                gone=gone,
            ),
            brands=brands,
            weak=WeakLabels(options.weak_labels_per_hour),
            reader=reader_thread,
            sender=sender,
            lag=self._lag,
            metrics=metrics,
            now=now,
            cut=cut,
            tracing=tracing,
            batches=Batches(options.rules.bucket_of) if tracing.is_on else None,
            gone=gone,
        )
        self._judges = Judges(
            partial(
                JudgeShard,
                table=self._judge_table,
                brands=brands,
                width_s=width_s,
                library=library,
                partitions=options.partitions,
                gone=gone,
            ),
            sender=sender,
            metrics=metrics,
            now=now,
            cut=cut,
            tracing=tracing,
            gone=gone,
        )
        self._crash = crash
        self._metrics = metrics
        guard = partial(
            guarded,
            resumed_at=lambda: self.app.consumer.resumed_at,
            lag=self._lag,
            metrics=metrics,
            crash=crash,
            on_progress=on_progress,
        )
        self.app.agent(to.mentions, name=ROLLUP)(guard(self._mentions.apply))
        judging = one_by_one(BucketsAgent(self._judges).apply)
        listening = one_by_one(FeedbackAgent(self._judges).apply)
        self.app.agent(to.buckets, name=JUDGE)(guard(judging))
        self.app.agent(to.feedback, name=FEEDBACK)(guard(listening))
        self.app.on_partitions_revoked.connect(self._forget)
        self.app.on_rebalance_complete.connect(self._settle)
        self.app.timer(LAG_INTERVAL_S)(self._observe_lag)
        self.app.task(self._turn)
        self.app.task(self._introduce)
        self.app.task(self._forget_deleted)

    def caught_up(self) -> bool:
        """Whether all that Kafka holds for this worker was applied when lag was last looked at."""
        return not self._lag.waiting()

    def stuck(self) -> str:
        """Partitions in which something waits and nothing gets done, in words; empty where none.

        The worker as a whole may make progress meanwhile.
        """
        stuck = self._lag.stuck() if self.settled else {}
        return ", ".join(
            f"{part.topic}[{part.partition}] for {since_s:.0f} s" for part, since_s in stuck.items()
        )

    def lag(self) -> int:
        """How many records waited when it was last looked at."""
        return self._lag.waiting()

    def _forget(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - a Faust signal
        """Partitions moved: what is kept is built anew from the recovered tables."""
        self.settled = False
        self._lag.forget()
        self._mentions.forget()
        self._judges.forget()

    def _settle(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - a Faust signal
        self.settled = True
        self._asleep = True

    async def _observe_lag(self) -> None:
        await self._lag.observe(self.app.consumer)

    async def _turn(self) -> None:
        """Tell every second that the loop turns; from its first turn on the process has a pulse."""
        self._pulse.beat()
        self._pulse.start()
        while not self.app.should_stop:
            self._on_turn()
            await asyncio.sleep(TURN_S)

    async def _forget_deleted(self) -> None:
        """Take what was deleted out of the state, within seconds of hearing of it."""
        stages = (self._mentions.forgetting, self._judges.forgetting)
        try:
            wait_s = LOOK_S
            while not self.app.should_stop:
                await asyncio.sleep(wait_s)
                if self.app.should_stop:
                    return
                if self.settled and self._asleep:
                    await self._wake()
                if self._deletions.has_news:
                    began_s = self.app.loop.time()
                    await forget(self._deletions, stages, self._metrics)
                    wait_s = wait_after(self.app.loop.time() - began_s)
        except Exception as error:  # noqa: BLE001 - as for agents: what cannot be done ends it
            # A worker that stops has let its producer go before this; the next start wakes all.
            if self.app.should_stop:
                log.info("forgetting what was deleted ends with the worker: %r", error)
            else:
                self._crash(error)

    async def _wake(self) -> None:
        """Take up all state: what was deleted while nobody ran must not wait for a record."""
        self._asleep = False
        await self._mentions.wake(sorted(set(map(partition_of, self._rollup_table))))
        await self._judges.wake(sorted(set(map(partition_of, self._judge_table))))

    async def _introduce(self) -> None:
        """Say at the start what judges: who compares two runs must know whether it was the same."""
        log.info("%s", self._introduction)


def new_app(
    options: WorkerOptions, crash: Crash, before_write: Callable[[], None] = lambda: None
) -> App:
    """A Faust app with the settings of a worker, and without topics, tables or agents.

    ``before_write``: is called before each write to a table.
    """
    return App(
        f"{options.prefix}{topics.APP_ID}",
        crash=crash,
        before_write=before_write,
        topic_prefix=options.prefix,
        broker=f"kafka://{options.bootstrap}",
        broker_credentials=credentials_of(options.login),
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
        consumer_max_fetch_size=fetch_bytes(options.partitions),
        broker_max_poll_records=RECORDS_A_TURN,
        stream_buffer_maxsize=2 * RECORDS_A_TURN,
        read_first=(topics.BUCKETS.name, topics.FEEDBACK.name),
        producer_linger=0.005,
        producer_max_request_size=2_000_000,
        stream_wait_empty=True,
        worker_redirect_stdouts=False,
    )


def fetch_bytes(partitions: int) -> int:
    """How much is fetched of one partition at a time, in bytes.

    Two topics with so many partitions are read at once: mentions and buckets, or, in a recovery,
    two changelogs. A worker may have all of them, where the others are away.

    >>> fetch_bytes(8), fetch_bytes(32), fetch_bytes(1_000)
    (1000000, 500000, 100000)
    """
    return min(max(FETCHED_BYTES // (2 * partitions), LEAST_FETCH_BYTES), FETCH_BYTES)


def introduction(
    model: Scorer, library: Library, reader: Reader | None, reading: ReadingRules | None
) -> str:
    """What scores, judges and reads, with the versions of all of it."""
    read = "none: nothing is read carefully"
    if reader is not None and reading is not None:
        read = f"{reader.version}, at most {reading.texts_per_h} texts per brand and hour"
    return (
        f"sentiment {model.version}; library of {len(library.references)} episodes, digest "
        f"{library.digest}; reader {read}"
    )
