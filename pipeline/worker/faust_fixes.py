"""The faults of Faust and aiokafka that would lose or delay records, each mended in one place.

Written for faust-streaming 0.15.3 and aiokafka 0.14.0. Their minors are pinned, and
``tests/unit/worker/test_overridden.py`` fails by name when one of the methods below changes.

===================================  ==============================================================
fix                                  the fault
===================================  ==============================================================
``Outstanding``, ``Producer.flush``  A send that failed is only a failed future, and a flush gives
and ``Table.send_changelog``         up early while the broker is away: Faust then commits what
                                     Kafka does not have.
``ConsumerThread._fetch_records``    A fetch is given the very set that Faust empties as it pauses
                                     partitions, and waits for partitions that have nothing new; a
                                     backlog of one topic comes before all others.
``ConsumerThread.                    A broker holds a fetch back for 1.5 s where other partitions
_create_worker_consumer``            have nothing new, and may answer with 50 MB, which are in
                                     memory three times while they are taken apart.
``Consumer.resume_flow`` and what    At the end of a recovery partitions are read before their
it resumes                           streams are ready for the records.
``Consumer.wait_first``              Each record costs four tasks, and its stream takes it before
                                     the next one is there: none ever waits for another.
``Consumer.perform_seek``            The offset that a partition goes on from is not kept, so that
                                     nobody can tell what retention took.
``Consumer.                          The watch over partitions fails on one without a position, and
verify_all_partitions_active``       takes the worker with it.
``Table._new_store``                 Keys that were set here, and not recovered, stay when their
                                     partition goes; and of each key a second table is kept.
``Table.partition_for_key``          State goes to the changelog of the record that is being read,
                                     which need not be that of its own partition.
``BootStrategy``                     ``web_enabled=False`` is ignored: the web server would show
                                     table contents.
``App._create_directories``          Three directories are made that nothing uses.
``App.on_init_dependencies``         Each record, send and table write is counted and timed, for a
                                     web server that is not there.
``log_in_anew``                      A password is read once: after it was changed, each connection
                                     that is made again is refused.
``bytes_topic`` and ``BytesSchema``  Without a serializer a value is parsed as JSON, and dropped if
                                     it is none; with one, it is looked up for each record.
===================================  ==============================================================

What was not committed is read again after a crash; the state knows what it has applied.
"""

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from types import coroutine
from typing import Any, NoReturn, cast

import faust
import faust.app.base
from faust.auth import SASLCredentials
from faust.events import Event
from faust.transport.drivers import aiokafka
from faust.types import TP, FutureMessage, Message, ServiceT

from pipeline.state.header import Header, StateError, check_all, partition_of
from pipeline.state.packed import PackedValues
from schemas.topics import Topic, changelog

FETCH_WAIT_MS = 100
"""How long the broker may hold a fetch back while there is nothing new."""

FETCH_MAX_BYTES = 8_000_000
"""Of one answer of a broker, which is taken apart before the next one is asked for."""

FULL_WAIT_S = 0.02
"""How long a fetch waits while the buffer of another partition is full: that one drains sooner."""

Crash = Callable[[BaseException], NoReturn]


class UnsafeCommitError(RuntimeError):
    """Sends were still open when a commit could wait no longer."""


class Outstanding:
    """The sends that Kafka has not acknowledged yet.

    Faust 0.15 forgets them: one that failed is a failed future that nobody awaits.
    """

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
    """Faust's producer, whose flush ends when every send is acknowledged.

    That of Faust 0.15 returns early while the broker is away, and an offset is committed after it.
    """

    async def flush(self) -> None:
        """Send what is buffered and wait until every send is acknowledged.

        Raises:
            UnsafeCommitError: Kafka does not acknowledge them in time.
        """
        await super().flush()
        await self.app.outstanding.drained()

    def _new_producer(self, transactional_id: str | None = None) -> Any:  # noqa: ANN401
        producer = super()._new_producer(transactional_id)
        log_in_anew(producer.client, self.app.conf.broker_credentials)
        return producer


def log_in_anew(client: Any, credentials: Any) -> None:  # noqa: ANN401 - aiokafka's and Faust's
    """Have each new connection of aiokafka's ``client`` log in with the password as it is then."""
    if not isinstance(credentials, SASLCredentials):
        return
    connect = client._get_conn  # noqa: SLF001 - the one way to a connection

    async def connecting(*args: Any, **options: Any) -> Any:  # noqa: ANN401
        client._sasl_plain_password = credentials.password  # noqa: SLF001 - read as it connects
        return await connect(*args, **options)

    client._get_conn = connecting  # noqa: SLF001


class ConsumerThread(aiokafka.AIOKafkaConsumerThread):  # type: ignore[misc]
    """Faust's consumer thread, whose fetches take what was asked for and do not wait for the rest.

    - *A set of partitions of its own for each fetch.* Faust 0.15 hands aiokafka the very set from
      which it removes the partitions that it pauses, and to aiokafka 0.14 an empty set means all.
      A fetch under way when the last changelog was paused came back with records of the streams,
      which Faust throws away as paused.
    - *A short wait at the broker.* aiokafka 0.14 has one fetch under way for each broker, and
      leaves out partitions of which it still holds records. Faust 0.15 lets a fetch wait for 1.5 s
      where the others have nothing new, and meanwhile nothing more comes of the one that has: two
      megabytes a second were the most.
    - *A bounded answer.* Faust 0.15 leaves it at the 50 MB of aiokafka 0.14, and a worker that came
      back to a backlog, or to its changelogs, grew by all that was waiting, up to 4 MB a partition.
    - *Some topics first, and a bounded number of records.* aiokafka hands over all that it has
      fetched of a partition, and Faust queues it in that order: a bucket had to wait for half a
      minute of mentions that were fetched before it. Here the topics that the app wants to
      ``read_first`` are asked first, and each of the two groups gives a bounded number of records.
    """

    def _create_worker_consumer(self, transport: Any) -> Any:  # noqa: ANN401
        consumer = super()._create_worker_consumer(transport)
        # No setting of Faust; both are read when it starts.
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001
        consumer._fetch_max_bytes = FETCH_MAX_BYTES  # noqa: SLF001
        log_in_anew(consumer._client, self.consumer.app.conf.broker_credentials)  # noqa: SLF001
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

    - *Streams wait for the flow.* At the end of a recovery Faust 0.15 resumes the partitions of the
      streams, seeks them to what is committed, and empties the queues of the streams, in this
      order. What was fetched in between was thrown away, and where nothing was committed yet it was
      not read again. Here the partitions wait until the flow resumes, which comes last.
    - *A record is handed over without a task.* Faust 0.15 makes four for each, to wait until it is
      in its stream's queue or the flow stops, though there nearly always is room. Here the first
      step of handing over is taken on the spot, and only what has to wait then is waited for.
    - *The offset that a partition goes on from is kept*, to tell what retention took.
    - *No watch over partitions.* It only logs, but in Faust 0.15 it fails on a partition that has
      no position yet and takes the worker with it. ``/healthz`` reports a standstill instead.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self._held: set[TP] = set()
        self.resumed_at: dict[TP, int] = {}
        """Offset at which each partition is to go on, where one was committed."""

    async def perform_seek(self) -> None:
        """Seek to what is committed, and remember it in ``resumed_at``."""
        await super().perform_seek()
        self.resumed_at = {
            tp: offset for tp, offset in self._read_offset.items() if offset is not None
        }

    async def wait_first(self, *waits: Any, timeout: Any = None) -> Any:  # noqa: ANN401, ASYNC109
        """Wait for the first of some; of a record that is handed over, begin without a task.

        Faust hands records over beside a second wait, for the flow to stop, and does not look at
        what comes out; None does where the record is in its queue at once.
        """
        handing, *others = waits
        if len(others) != 1 or timeout is not None or not asyncio.iscoroutine(handing):
            return await super().wait_first(*waits, timeout=timeout)
        try:
            waits_for = handing.send(None)
        except BaseException as end:
            others[0].close()
            if isinstance(end, StopIteration):
                return None
            raise
        return await super().wait_first(_rest(handing, waits_for), *others)

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
        """Do nothing."""


async def _rest(begun: Coroutine[Any, Any, Any], waits_for: object) -> Any:  # noqa: ANN401
    """The rest of a coroutine that was begun, and waits for something."""
    return await _go_on(begun, waits_for)


@coroutine
def _go_on(rest: Coroutine[Any, Any, Any], waits_for: object) -> Generator[Any, Any, Any]:
    try:
        yield waits_for
    except BaseException:
        rest.close()
        raise
    return (yield from rest)


class Transport(aiokafka.Transport):  # type: ignore[misc]
    """Faust's Kafka transport with the consumer and the producer above."""

    Consumer = Consumer
    Producer = Producer


class BootStrategy(faust.app.base.BootStrategy):  # type: ignore[misc]
    """No web server: Faust 0.15 ignores ``web_enabled=False`` and would show table contents."""

    enable_web = False


class App(faust.App):  # type: ignore[misc]
    """A Faust app with what is mended here. It knows its open sends, and writes to no disk.

    ``read_first``: topics whose records are taken over before those of the others.
    ``topic_prefix``: how the names of topics begin on this cluster.
    """

    BootStrategy = BootStrategy

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        crash: Crash,
        read_first: Iterable[str] = (),
        before_write: Callable[[], None] = lambda: None,
        topic_prefix: str = "",
        **options: Any,  # noqa: ANN401
    ) -> None:
        self.outstanding = Outstanding(crash)
        self.before_write = before_write
        self.headers: list[tuple[Table, Header]] = []
        """By what the state of each table has to be written."""
        self.topic_prefix = topic_prefix
        self.read_first = frozenset(f"{topic_prefix}{topic}" for topic in read_first)
        super().__init__(*args, **options)
        self.transport = Transport(self.conf.broker, self, loop=self.loop)
        self.producer_transport = self.transport

    def on_init_dependencies(self) -> Iterable[ServiceT]:
        """Without Faust's monitor among the sensors: what is to be known is in our own metrics."""
        dependencies: Iterable[ServiceT] = super().on_init_dependencies()
        self.sensors.remove(self.monitor)
        return dependencies

    def _create_directories(self) -> None:
        """Make none. Tables live in memory and in their changelogs, and nothing else uses them.

        Faust 0.15 would make three in the working directory, which may be read-only.
        """


class _PartitionOfKey:
    """What Faust's store keeps of each key beside ``data``: its partition, here read off the key.

    Faust 0.15 notes it only of keys that it recovered. When a partition goes away its keys go, too;
    half of them would stay, and then be taken for state without a header.
    """

    def __init__(self, data: MutableMapping[str, Any]) -> None:
        self._data = data

    def items(self) -> Iterator[tuple[str, int]]:
        """Each key with its partition."""
        return ((key, partition_of(key)) for key in self._data)

    def __setitem__(self, key: str, partition: int) -> None:
        """Do nothing: the key says it."""

    def pop(self, key: str, default: object = None) -> None:
        """Do nothing: it goes with its key."""


class Table(faust.Table):  # type: ignore[misc]
    """A table whose changelog writes are tracked like any other send, and go where they belong.

    Faust 0.15 writes a key to the partition of the record that is being read. Here several records
    are applied together, of several partitions, so that is the partition of the first of them; a
    key of ours begins with its own (``pipeline.state``).

    ``likeness``: with it, values are packed in memory (``pipeline.state.packed``).
    """

    likeness: bytes | None = None

    def partition_for_key(self, key: str) -> int:
        """The partition whose state this is."""
        return partition_of(key)

    def _new_store(self) -> Any:  # noqa: ANN401 - Faust ships without types
        store = super()._new_store()
        if self.likeness is not None:
            store.data = PackedValues(self.likeness)
        store._key_partition = _PartitionOfKey(store.data)  # noqa: SLF001 - of the store in memory
        return store

    def send_changelog(self, *args: Any, **options: Any) -> FutureMessage:  # noqa: ANN401
        """Send one change and track it."""
        self.app.before_write()
        future = super().send_changelog(*args, **options)
        self.app.outstanding.track(future)
        return future


class BytesSchema(faust.Schema):  # type: ignore[misc]
    """Keys and values that are handed over as they came.

    Faust 0.15 asks its settings and a registry of codecs, for each record, what "raw" means.
    """

    def compile(self, app: App, **_: Any) -> Callable[..., Awaitable[Event]]:  # noqa: ANN401
        """What makes an event of a message."""

        async def as_it_came(message: Message, *, propagate: bool = False) -> Event:  # noqa: ARG001
            return Event(app, message.key, message.value, message.headers, message)

        return as_it_came


def bytes_topic(app: App, topic: Topic) -> faust.Topic:
    """A topic as it is on the wire: its records are read and written by us."""
    # Without a serializer Faust 0.15 parses each value as JSON, and drops those that are none.
    return app.topic(
        f"{app.topic_prefix}{topic.name}",
        schema=BytesSchema(),
        key_type=bytes,
        key_serializer="raw",
        value_type=bytes,
        value_serializer="raw",
    )


def state_table(
    app: App, header: Header, *, partitions: int, crash: Crash, likeness: bytes | None = None
) -> Table:
    """A table of state, which ends the process where this worker may not use what it recovers.

    It is checked at the end of a recovery, before a stream is read. ``likeness``: see ``Table``.
    """
    table = Table(
        app,
        name=header.table,
        partitions=partitions,
        key_type=str,
        value_type=bytes,
        changelog_topic=app.topic(
            f"{app.topic_prefix}{changelog(header.table).name}",
            key_type=str,
            key_serializer="json",  # what a table writes for str, whatever its topic says
            value_serializer="raw",
            value_type=bytes,
            compacting=True,
        ),
    )
    table.likeness = likeness
    app.tables.add(table)
    app.headers.append((table, header))

    async def check_recovered() -> None:
        try:
            # All are recovered by now, so whoever reads this learns of all at once.
            check_all(app.headers)
        except StateError as error:
            crash(error)

    table.on_recover(check_recovered)
    return table
