"""The one way into Kafka for every ingest agent: batches, heartbeats, gaps, dead letters."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any

import msgspec

from agents.ingest.batcher import Batcher, Outgoing
from agents.ingest.losses import Losses
from agents.ingest.outbox.kafka_sender import KafkaSender
from agents.ingest.outbox.outbox import Outbox, OutboxFullError, OutboxRecord
from agents.ingest.steady_clock import CLOCK, SteadyClock
from agents.ingest.telemetry import Telemetry
from pipeline.tracing import OFF, Tracing
from schemas.codec import encode
from schemas.dead_letter import DeadLetter, DeadReason
from schemas.deletion import Deletion
from schemas.mention import Gap, Mention
from schemas.network import network_of
from schemas.source_status import SourceStatus
from schemas.topics import DEAD_LETTERS, DELETIONS, MENTIONS, SOURCES

log = logging.getLogger(__name__)

_TURN_S = 0.2


class StoppedError(Exception):
    """The process was asked to stop while it waited for room."""


class Publisher:
    """Publishes what one source says. Made for one thread; one publisher per source name.

    The source tells how far it got in event time with ``reach``; the batches' watermarks follow
    (``agents.ingest.batcher``). Call ``tick`` at least every 50 ms while nothing is published, so
    that lingering batches leave.

    When the outbox is full, a source that ``can_wait`` is held up until there is room (or raises
    ``StoppedError`` once ``stop`` is set). Any other loses its newest batches: they are counted,
    and as soon as there is room a gap is stated, with cause ``broker_away``, or ``other`` where
    the disk was full. What the outbox finds damaged is stated likewise.

    Every method raises ``DeliveryError`` when Kafka has refused something for good: end the
    process then; what is not acknowledged is sent by the next one, if the outbox is a spool.

    Nobody can have heard what is said after now: a post dated more than ``ahead_s`` beyond ``now``
    goes to the dead letters, and no such watermark is promised.

    ``clock`` is told what Kafka's own clock says, and gives the present; see ``SteadyClock``.

    ``mentions`` counts what was handed in, ``dropped`` what was lost to a full outbox.
    """

    def __init__(
        self,
        batcher: Batcher,
        outbox: Outbox,
        make_producer: Callable[[], Any],
        *,
        topic_prefix: str = "",
        partitions: int,
        can_wait: bool,
        ahead_s: float = 60.0,
        stop: Event | None = None,
        telemetry: Telemetry | None = None,
        tracing: Tracing = OFF,
        clock_s: Callable[[], float] = monotonic,
        clock: SteadyClock = CLOCK,
    ) -> None:
        self.mentions = 0
        self._batcher = batcher
        self._outbox = outbox
        self._can_wait = can_wait
        self._ahead = timedelta(seconds=ahead_s)
        self._stop = stop or Event()
        self._clock_s = clock_s
        self._clock = clock
        self._network = network_of(batcher.source)
        self._telemetry = telemetry or Telemetry(batcher.source)
        self._telemetry.watch(lambda: outbox.waiting_bytes)
        self._position = outbox.end
        self._losses = Losses()
        self._is_disk_full = False
        self._sender = KafkaSender(
            outbox,
            make_producer,
            topics=(MENTIONS.name, DEAD_LETTERS.name, SOURCES.name, DELETIONS.name),
            topic_prefix=topic_prefix,
            partitions=partitions,
            delivered=self._telemetry.delivered,
            dated=self._dated,
            tracing=tracing,
        )
        self._sender.start()

    @property
    def dropped(self) -> int:
        """Mentions lost because the outbox was full."""
        return self._losses.mentions

    @property
    def position(self) -> int:
        """Where the outbox ends for everything that has left the batcher."""
        return self._position

    @property
    def acknowledged(self) -> int:
        """Everything up to this ``position`` is safe in Kafka."""
        return self._outbox.acknowledged

    @property
    def waiting_bytes(self) -> int:
        """Size of what waits for Kafka."""
        return self._outbox.waiting_bytes

    def reach(self, watermark: datetime) -> bool:
        """State that nothing older will be published, as far as the source can know.

        What is still to come cannot be promised: then nothing changes, and False is returned.
        """
        if self.is_ahead(watermark):
            return False
        self._batcher.reach(watermark)
        self._telemetry.reached(watermark)
        return True

    def is_ahead(self, at: datetime) -> bool:
        """Whether a time lies further in the future than clocks differ."""
        return at - self._clock.now() > self._ahead

    def refuses(self, mention: Mention) -> bool:
        """Whether a mention bears a date still to come; then it goes to the dead letters."""
        if not self.is_ahead(mention.created_at):
            return False
        ahead_s = (mention.created_at - self._clock.now()).total_seconds()
        detail = f"dated {ahead_s:.0f} s after now: whose clock is wrong?"
        self._set_aside(mention, encode(mention), "ahead_of_time", detail)
        return True

    def publish(self, brand_id: str, mention: Mention) -> None:
        """Publish one mention of one brand, with others of that brand within the linger time.

        One that no batch can hold goes to the dead letters, and so does one that is refused.
        """
        if self.refuses(mention):
            return
        if mention.brand or mention.source or mention.quoted_text:
            # A recording may hold posts of several networks; else the envelope speaks for them.
            named = network_of(mention.source or self._batcher.source)
            source = "" if named == self._network else named
            mention = msgspec.structs.replace(mention, brand="", source=source, quoted_text="")
        raw = encode(mention)
        if len(raw) > self._batcher.max_bytes:
            detail = f"{len(raw)} bytes, a batch holds {self._batcher.max_bytes}"
            self._set_aside(mention, raw, "too_large", detail)
            return
        self.mentions += 1
        now_s = self._clock_s()
        self._post_all(self._batcher.add(brand_id, mention, len(raw), now_s))
        self._post_all(self._batcher.due(now_s))

    def tick(self) -> None:
        """Send the batches that have lingered long enough."""
        self._telemetry.turned()
        self._raise_refusal()  # where nothing comes, nothing else would
        self._post_all(self._batcher.due(self._clock_s()))

    def heartbeat(self, watermark: datetime) -> None:
        """Send what waits, then say to every partition: alive, and complete up to ``watermark``."""
        self.reach(watermark)
        self._post_all(self._batcher.to_all())

    def gap(self, gap: Gap) -> None:
        """Send what waits, then say to every partition what was missed."""
        self._post_all(self._batcher.to_all(gap))

    def is_safe(self) -> bool:
        """Whether not even a power failure takes anything that was handed in without a trace.

        All of it is on the disk then, or lost and stated as a gap that is on the disk.
        """
        self.push()
        return self._losses.unstated is None and self._outbox.sync()

    def dead_letter(self, letter: DeadLetter) -> None:
        """Set aside what could not be read."""
        self._hand_over(
            OutboxRecord(topic=DEAD_LETTERS.name, key=letter.origin.encode(), value=encode(letter))
        )

    def forget(self, deletion: Deletion) -> None:
        """Hand on what must be forgotten, behind all that was said before it."""
        self.push()
        self._hand_over(
            OutboxRecord(
                topic=DELETIONS.name, key=deletion.subject.encode(), value=encode(deletion)
            )
        )

    def status(self, status: SourceStatus) -> bool:
        """Say how the source stands; return whether there was room for it."""
        return self._hand_over(
            OutboxRecord(topic=SOURCES.name, key=status.source.encode(), value=encode(status))
        )

    def push(self) -> int:
        """Hand everything to the outbox; return the ``position`` behind it."""
        self._post_all(self._batcher.flush())
        return self._position

    def flush(self, timeout_s: float = 30.0) -> bool:
        """Send everything; return whether Kafka has acknowledged all of it in time."""
        end = self.push()
        deadline_s = self._clock_s() + timeout_s
        while self._outbox.acknowledged < end:
            self._raise_refusal()
            if self._clock_s() >= deadline_s:
                return False
            self._telemetry.turned()
            self._outbox.wait(_TURN_S)
        return True

    def close(self, grace_s: float = 10.0) -> bool:
        """Send everything within ``grace_s`` and let go; return whether all of it arrived.

        What did not stays in the outbox: a spool sends it first at the next start.
        """
        self._stop.set()
        try:
            return self.flush(grace_s)
        except StoppedError:
            return False
        finally:
            self._sender.halt()
            self._sender.join()
            if self._outbox.waiting_bytes:
                log.warning("%d bytes have not reached Kafka", self._outbox.waiting_bytes)
            self._outbox.close()

    def _set_aside(self, mention: Mention, raw: bytes, reason: DeadReason, detail: str) -> None:
        self._telemetry.bad(reason)
        self.dead_letter(
            DeadLetter.of(
                raw,
                at=self._clock.now(),
                origin=f"{self._batcher.source}:{mention.id}",
                reason=reason,
                detail=detail,
            )
        )

    def _post_all(self, batches: list[Outgoing]) -> None:
        if damage := self._outbox.take_damage():
            self._losses.add_damage(damage)
        for outgoing in batches:
            # A loss is stated before anything that comes after it.
            may_go = self._losses.unstated is None or self._state_losses()
            if not (may_go and self._hand_over(_record(outgoing))):
                self._losses.add(outgoing.batch, is_disk_full=self._is_disk_full)
                self._telemetry.lost(len(outgoing.batch.mentions))

    def _state_losses(self) -> bool:
        """Say what was lost, now that there may be room; False if there is not."""
        gap = self._losses.unstated
        if not all(self._hand_over(_record(out)) for out in self._batcher.statement(gap)):
            return False
        self._losses.unstated = None
        return True

    def _hand_over(self, record: OutboxRecord) -> bool:
        """Put a record into the outbox; False if it is full and the source cannot wait."""
        while True:
            self._raise_refusal()
            try:
                self._position = self._outbox.append(record)
            except OutboxFullError as error:
                self._is_disk_full = error.is_disk
                if not self._can_wait:
                    return False
                if self._stop.is_set():
                    raise StoppedError from None
                self._telemetry.turned()
                self._outbox.wait(_TURN_S)
            else:
                return True

    def _dated(self, record: OutboxRecord, at_s: float) -> None:
        """Note what Kafka's clock says; the other topics are dated by whoever writes."""
        if record.topic == MENTIONS.name:
            self._clock.arrived(at_s)

    def _raise_refusal(self) -> None:
        if self._sender.error:
            raise self._sender.error


def _record(outgoing: Outgoing) -> OutboxRecord:
    batch, partition = outgoing
    return OutboxRecord(
        topic=MENTIONS.name,
        key=batch.brand.encode(),
        value=encode(batch),
        partition=partition,
        mentions=len(batch.mentions),
        newest_s=max((one.created_at.timestamp() for one in batch.mentions), default=0.0),
    )
