"""What Faust needs so that nothing is committed before it is safe.

Faust flushes its producer before it commits, but a send that failed is only a failed future, a
flush gives up early while the broker is away, and an exception that leaves an agent is acked and
lost. Here every send is tracked: a failed one ends the process at once, and a commit waits until
all that came before it is acknowledged. What was not committed is read again; the state knows
what it has applied.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, cast

import faust
import faust.app.base
from faust.transport.drivers import aiokafka
from faust.types import TP, FutureMessage, Message

from pipeline.state.header import Header, StateError, check_all
from schemas.topics import Topic, changelog

FETCH_WAIT_MS = 100
"""How long the broker may hold a fetch back while there is nothing new."""

FULL_WAIT_S = 0.02
"""How long a fetch waits while the buffer of another partition is full: that one drains sooner."""

Crash = Callable[[BaseException], NoReturn]


class UnsafeCommitError(RuntimeError):
    """Sends were still open when a commit could wait no longer."""


class Outstanding:
    """The sends that Kafka has not acknowledged yet."""

    def __init__(self, crash: Crash, *, timeout_s: float = 120.0) -> None:
        self._crash = crash
        self._timeout_s = timeout_s
        self._futures: set[asyncio.Future[Any]] = set()

    def __len__(self) -> int:
        """How many are open."""
        return len(self._futures)

    def track(self, future: asyncio.Future[Any], on_sent: Callable[[], None] | None = None) -> None:
        """Follow one send; call ``on_sent`` when Kafka has it, end the process when it fails."""
        self._futures.add(future)

        def done(finished: asyncio.Future[Any]) -> None:
            self._futures.discard(finished)
            if finished.cancelled():
                return  # only at shutdown, after which nothing is committed
            error = finished.exception()
            if error is not None:
                self._crash(error)
            if on_sent is not None:
                on_sent()

        future.add_done_callback(done)

    async def drained(self) -> None:
        """Wait until all that is open now is acknowledged.

        Raises:
            UnsafeCommitError: it takes longer than ``timeout_s``.
        """
        if not self._futures:
            return
        _, late = await asyncio.wait(set(self._futures), timeout=self._timeout_s)
        if late:
            raise UnsafeCommitError(f"{len(late)} sends open after {self._timeout_s:.0f} s")


class Producer(aiokafka.Producer):  # type: ignore[misc] # Faust ships without types
    """Faust's producer, whose flush means flushed."""

    async def flush(self) -> None:
        """Send what is buffered and wait until every send is acknowledged."""
        await super().flush()
        await self.app.outstanding.drained()


class ConsumerThread(aiokafka.AIOKafkaConsumerThread):  # type: ignore[misc]
    """Faust's consumer thread, whose fetches take what was asked for and do not wait for the rest.

    Faust hands aiokafka the very set from which it takes the partitions it pauses. To aiokafka an
    empty set means all: a fetch under way when the last changelog is paused came back with records
    of the streams, which Faust throws away as paused. Here each fetch has a set of its own.

    aiokafka has one fetch under way for each broker, and leaves out partitions of which it still
    holds records. Faust lets a fetch wait 1.5 s where the others have nothing new, and for so long
    nothing more comes of the one that has: two megabytes a second are then the most.

    aiokafka hands over all that it has fetched of a partition, and Faust then puts it behind one
    another: a bucket had to wait for half a minute of mentions that were fetched before it. Here
    the topics that the app wants to ``read_first`` are asked first, and each topic gives a bounded
    number of records at a time.
    """

    def _create_worker_consumer(self, transport: Any) -> Any:  # noqa: ANN401
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001 - read at its start; no setting
        return consumer

    async def _fetch_records(
        self,
        consumer: Any,  # noqa: ANN401
        active_partitions: set[TP],
        timeout: float = 0.0,  # noqa: ASYNC109 - Faust's signature
        max_records: int | None = None,
    ) -> Mapping[TP, Sequence[object]]:
        asked = frozenset(active_partitions)
        first = frozenset(tp for tp in asked if tp.topic in self.consumer.app.read_first)
        found: dict[TP, Sequence[object]] = {}
        for some in (first, asked - first):
            if some:
                found |= await super()._fetch_records(
                    consumer, some, timeout=0.0, max_records=max_records
                )
        if found or not asked:
            return found
        if len(asked) < len(consumer.assignment()):
            timeout = min(timeout, FULL_WAIT_S)
        return cast(
            Mapping[TP, Sequence[object]],
            await super()._fetch_records(consumer, asked, timeout=timeout, max_records=max_records),
        )


class Consumer(aiokafka.Consumer):  # type: ignore[misc]
    """Faust's consumer with the thread above, which reads its streams only once tables are there.

    At the end of a recovery Faust lets the streams' partitions go, seeks them to what is committed,
    and empties the queues of the streams, in this order. What was fetched in between was thrown
    away, and where nothing was committed yet it was not read again. Here the partitions wait until
    the flow resumes, which comes last.

    It has no watch over partitions: that only logs, but fails on a partition that has no position
    yet and takes the worker with it. ``/healthz`` tells it instead.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self._held: set[TP] = set()
        self.resumed_at: dict[TP, int] = {}
        """Offset at which each partition is to go on, where one was committed."""

    async def perform_seek(self) -> None:
        """Seek to what is committed, and remember it: the first record tells what is gone since."""
        await super().perform_seek()
        self.resumed_at = {
            tp: offset for tp, offset in self._read_offset.items() if offset is not None
        }

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        """Read these again: changelogs now, streams when the flow resumes."""
        resumed = set(tps)
        changelogs = {tp for tp in resumed if self._is_changelog_tp(tp)}
        self._held |= resumed - changelogs
        super().resume_partitions(changelogs)

    def pause_partitions(self, tps: Iterable[TP]) -> None:
        """Stop reading these."""
        paused = set(tps)
        self._held -= paused
        super().pause_partitions(paused)

    def resume_flow(self) -> None:
        """Let records through, those of the partitions that waited for it included."""
        super().resume_flow()
        super().resume_partitions(self._held)
        self._held.clear()

    async def verify_all_partitions_active(self) -> None:
        """Look at nothing."""


class Transport(aiokafka.Transport):  # type: ignore[misc]
    """Faust's Kafka transport with the consumer and the producer above."""

    Consumer = Consumer
    Producer = Producer


class BootStrategy(faust.app.base.BootStrategy):  # type: ignore[misc]
    """No web server: Faust's own ignores ``web_enabled=False`` and would show table contents."""

    enable_web = False


class App(faust.App):  # type: ignore[misc]
    """A Faust app that knows its open sends, and writes to no disk."""

    BootStrategy = BootStrategy

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        crash: Crash,
        read_first: Iterable[str] = (),
        **options: Any,  # noqa: ANN401
    ) -> None:
        self.outstanding = Outstanding(crash)
        self.read_first = frozenset(read_first)
        super().__init__(*args, **options)
        self.transport = Transport([self.conf.broker[0]], self, loop=self.loop)
        self.producer_transport = self.transport

    def _create_directories(self) -> None:
        """Make none. Tables live in memory and in their changelogs, and nothing else uses them.

        Faust would make three in the working directory, which may be read-only.
        """


class Table(faust.Table):  # type: ignore[misc]
    """A table whose changelog writes are tracked like any other send."""

    def send_changelog(self, *args: Any, **options: Any) -> FutureMessage:  # noqa: ANN401
        """Send one change and track it."""
        future = super().send_changelog(*args, **options)
        self.app.outstanding.track(future)
        return future


def bytes_topic(app: App, topic: Topic) -> faust.Topic:
    """A topic as it is on the wire: its records are read and written by us."""
    # Without a serializer Faust would parse each value as JSON, and drop those that are none.
    return app.topic(
        topic.name,
        key_type=bytes,
        key_serializer="raw",
        value_type=bytes,
        value_serializer="raw",
    )


def state_table(app: App, header: Header, *, partitions: int, crash: Crash) -> Table:
    """A table of state. Once recovered it ends the process on state that is not ours to use."""
    table = Table(
        app,
        name=header.table,
        partitions=partitions,
        key_type=str,
        value_type=bytes,
        changelog_topic=app.topic(
            changelog(header.table).name,
            key_type=str,
            key_serializer="json",  # what a table writes for str, whatever its topic says
            value_serializer="raw",
            value_type=bytes,
            compacting=True,
        ),
    )
    app.tables.add(table)

    async def look() -> None:
        """Look before any stream is read."""
        try:
            check_all(table, header)
        except StateError as error:
            crash(error)

    table.on_recover(look)
    return table


def arrived_s(message: Message) -> float:
    """When a record came, by Kafka's word, UNIX time; 0 where it has none (clients before 0.10)."""
    return max(message.timestamp or 0.0, 0.0)
